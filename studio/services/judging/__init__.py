"""Judgements of explanations by people: blind tests. No Qt, no torch."""
