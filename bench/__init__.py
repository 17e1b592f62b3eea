"""Measurements that docs/BENCHMARKS.md quotes.

They drive the installed commands as a user would; no test depends on them.
"""
