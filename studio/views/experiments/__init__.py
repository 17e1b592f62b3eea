"""Experiments beside the main line: what can be started, tables and charts."""
