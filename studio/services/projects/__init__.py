"""Creating, opening, locking and checking projects. No Qt, no torch."""
