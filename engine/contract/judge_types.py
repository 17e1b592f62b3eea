"""What a judge is: it grades one explanation against its score. Knows no particular judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades 4 (excellent) to 0 (bad) as in seed 000, A.2; None where none was given, and ``reason`` says why.

    ``raw`` is what the judge itself said, ``reason`` is for reading.
    """

    consistency: int | None
    usefulness: int | None = None
    general: int | None = None
    raw: str = ""
    reason: str = ""


class Judge(Protocol):
    """Grades explanations. ``id`` is stored, ``label`` is shown wherever its grades are."""

    @property
    def id(self) -> str:
        """Stable name, as in the settings."""

    @property
    def label(self) -> str:
        """Name for people."""

    def grade(self, label: int | None, text: str, parse_ok: bool) -> Grades:
        """Grade one explanation.

        Args:
            label: the model's own score 0..9, None if it could not be read.
            text: the explanation.
            parse_ok: whether the answer kept the format; if not, the text is judged as empty.
        """
