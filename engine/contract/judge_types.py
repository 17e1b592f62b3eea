"""The interface of a judge, which grades one explanation against its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades from 4 (excellent) to 0 (bad) as in arXiv 2506.02708, section A.2; None with a ``reason`` if not graded.

    ``raw`` is the judge's own output, ``reason`` is for reading.
    """

    consistency: int | None
    usefulness: int | None = None
    general: int | None = None
    raw: str = ""
    reason: str = ""


class Judge(Protocol):
    """Grades explanations. ``id`` is stored; ``label`` is shown with the grades."""

    @property
    def id(self) -> str:
        """Stable name, as in the settings."""

    @property
    def label(self) -> str:
        """Display name."""

    def grade(self, label: int | None, text: str, parse_ok: bool) -> Grades:
        """Grade one explanation.

        Args:
            label: the model's own score 0..9, None if it could not be read.
            text: the explanation.
            parse_ok: whether the answer has the required format; if not, the text is judged as empty.
        """
