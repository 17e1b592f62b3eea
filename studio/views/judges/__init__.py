"""The Judges page: who has graded, how far they agree, and grading by hand."""
