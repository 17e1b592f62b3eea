"""The report of a project: what it consists of, its manifest, and the files that it is written to. No Qt, no torch."""
