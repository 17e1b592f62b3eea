"""The benchmarks quoted in docs/BENCHMARKS.md.

They run the installed commands as a user would; no test depends on them.
"""
