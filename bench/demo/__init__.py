"""Benchmarks of the embedded demo: what its answers are worth."""
