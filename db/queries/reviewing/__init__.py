"""Queries of the review of pairs: filters with their counts, reasons."""
