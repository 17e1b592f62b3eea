"""Recipes: what a project can run. Each yields stages for a line of versions. No Qt, no torch."""
