"""The demo projects: one that runs, one that is finished. No Qt, no torch."""
