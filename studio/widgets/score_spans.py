"""Where a text states a score in figures. No Qt."""

from __future__ import annotations

import re

from studio.widgets.word_diff import Span

_STATED = re.compile(
    r"#?\bscore[sd]?\b(?:\s+(?:of|is|as|at|about|around|a|an|it|this|image|photo))*\s*:?\s*(?P<first>\d{1,2}(?:\.\d+)?)"
    r"(?:\s*(?:/|out of)\s*\d{1,3})?|\b(?P<second>\d{1,2}(?:\.\d+)?)\s*(?:/|out of)\s*(?:9|10|100)\b",
    re.IGNORECASE,
)


def score_spans(text: str) -> list[Span]:
    """Return the stated scores ("a score of 6", "#Score: 6", "6 out of 10"), in text order."""
    return [Span(found.start(), found.end()) for found in _STATED.finditer(text)]
