"""Reusable widgets: labels, images, diffs, charts. They know rows and colours, never a project."""
