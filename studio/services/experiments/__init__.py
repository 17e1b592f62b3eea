"""Experiments beside the main line: ablations, variations, merges and the search for settings. No Qt, no torch."""
