"""Scores and stars in XMP sidecars beside the images: planned, written and undone. Image files are never changed.

``planning.plan`` says what would be written, ``writing.write`` writes it, ``undoing.undo`` takes it out again.
"""
