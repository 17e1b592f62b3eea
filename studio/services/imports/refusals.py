"""Export the rejected rows of an import as a table that is safe in a spreadsheet. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from studio.services.imports.types import Refusal
from studio.services.tables import write_csv

REFUSALS_NAME = "refusals.csv"
_HEADER = ("file", "line", "kind", "value", "reason")


class HasRefusals(Protocol):
    """An import or its preview."""

    @property
    def refused(self) -> Sequence[Refusal]: ...

    @property
    def refused_votes(self) -> Sequence[Refusal]: ...


def write_refusals(file: Path, report: HasRefusals) -> int:
    """Write all rejected rows and ratings.

    Returns:
        Their number.

    Raises:
        StudioError: the file cannot be written.
    """
    kinds = (("row", report.refused), ("vote", report.refused_votes))
    rows = ((one.file, str(one.line), kind, one.value, one.reason) for kind, refused in kinds for one in refused)
    return write_csv(file, _HEADER, rows, marked=True)
