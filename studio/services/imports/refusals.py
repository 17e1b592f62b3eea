"""Export the rejected rows of an import as a table that is safe in a spreadsheet. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from studio.services.imports.types import Refusal
from studio.services.tables import write_csv

REFUSALS_NAME = "refusals.csv"
_HEADER = ("file", "line", "kind", "value", "reason")


def write_refusals(file: Path, rows: Sequence[Refusal], votes: Sequence[Refusal] = ()) -> int:
    """Write all rejected rows, and the rejected ratings of single people.

    Returns:
        Their number.

    Raises:
        StudioError: the file cannot be written.
    """
    kinds = (("row", rows), ("vote", votes))
    lines = ((one.file, str(one.line), kind, one.value, one.reason) for kind, refused in kinds for one in refused)
    return write_csv(file, _HEADER, lines, marked=True)
