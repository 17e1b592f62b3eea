"""Reading images and scores into a project: formats, preview, ratings, duplicates. No Qt, no torch."""
