"""The window in which one talks with a version about an image."""
