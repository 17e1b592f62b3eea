"""Model versions: lists, comparison, life cycle, prediction outside the project. No Qt, no torch."""
