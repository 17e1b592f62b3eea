"""Exports of a project, and the import of edited pairs: one module for each format. No Qt, no torch."""

from studio.services.exports.adapters import export_adapter
from studio.services.exports.preference_pairs import export_pairs, export_pairs_jsonl
from studio.services.exports.results import export_grades, export_metrics, export_predictions
from studio.services.exports.review_log import export_review_log

__all__ = [
    "export_adapter",
    "export_grades",
    "export_metrics",
    "export_pairs",
    "export_pairs_jsonl",
    "export_predictions",
    "export_review_log",
]
