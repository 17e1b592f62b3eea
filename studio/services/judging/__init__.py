"""Judgements of explanations: by language models and people, their agreement, blind tests. No Qt, no torch."""
