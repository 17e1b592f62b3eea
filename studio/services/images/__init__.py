"""Browsing, filtering and checking a project's images. No Qt, no torch."""
