"""Base models to choose from."""
