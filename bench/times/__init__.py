"""Estimates of time against what jobs took."""
