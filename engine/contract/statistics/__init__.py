"""Figures that both sides of the wall compute. Standard library only."""
