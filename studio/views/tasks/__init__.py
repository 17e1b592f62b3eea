"""Work off the window's thread, with owner, progress and cancel."""
