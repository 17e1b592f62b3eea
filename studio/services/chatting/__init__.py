"""Conversations about images with versions of the project: whom one can talk to, and what was said."""
