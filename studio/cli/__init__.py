"""The command score-studio: the window's services without the window. No Qt and no torch."""
