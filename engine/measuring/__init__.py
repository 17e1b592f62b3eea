"""Metrics with bootstrap intervals, and the read-out of scores from label log-probabilities. NumPy only."""
