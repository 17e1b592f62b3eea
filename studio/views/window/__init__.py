"""The window around the pages: start page, rail, palette, shortcuts, closing."""
