"""The command score-studio: the window's functions without the window. No Qt, no torch."""
