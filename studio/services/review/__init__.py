"""Pairs and their review: lists, decisions, resampling, flags, the gate before training. No Qt, no torch."""
