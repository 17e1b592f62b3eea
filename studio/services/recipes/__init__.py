"""Recipes: each yields stages for a line of versions. No Qt, no torch."""
