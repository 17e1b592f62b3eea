"""Collections of images outside the project."""
