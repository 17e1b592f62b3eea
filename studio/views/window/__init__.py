"""The window itself: frame, start page, palette, guide and dialogs."""
