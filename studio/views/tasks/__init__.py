"""Work off the window's thread: who owns it, how it is cancelled, and what closing waits for."""
