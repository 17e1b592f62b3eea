"""The write-ahead record of one run: what each sidecar held before, on the disk before the sidecar changes. No Qt.

A file of JSON lines in a folder of the caller's. A line that a crash has cut off is ignored: what it announces was not
begun.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.contract.operating_system import sync_folder
from studio.services.errors import StudioError

RECORD = "sidecars.jsonl"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One sidecar that was to be written.

    Attributes:
        former: its bytes before; None if it did not exist.
        digest: that of the bytes that were to be written.
        rating: the rating in them, if one was set; likewise ``description``.
    """

    number: int
    image: Path
    sidecar: Path
    former: bytes | None
    digest: str
    rating: str | None
    description: str | None


class WriteRecord:
    """An open record. Lines are on the disk when a method returns."""

    def __init__(self, folder: Path) -> None:
        """Begin a record in a folder that has none; the folder is created.

        Raises:
            StudioError: it has one, or cannot be written.
        """
        self._file = folder / RECORD
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self._file.open("x", encoding="ascii"):
                pass
            self._append([{"kind": "head", "format": _FORMAT}])
            sync_folder(folder)
        except FileExistsError as error:
            raise StudioError(f"{folder} already holds the record of a run.", "Use another folder.") from error
        except OSError as error:
            raise unwritable(folder, error) from error

    def announce(self, rows: Sequence[RecordRow]) -> None:
        """Append what will be written.

        Raises:
            OSError: it cannot be stored; then nothing of it may be written.
        """
        self._append([_packed(row) for row in rows])

    def written(self, numbers: Sequence[int]) -> None:
        """Append which of the announced rows were written.

        Raises:
            OSError: it cannot be stored.
        """
        self._append([{"kind": "written", "rows": list(numbers)}])

    def _append(self, lines: Sequence[dict[str, Any]]) -> None:
        append_lines(self._file, lines)


def append_lines(file: Path, lines: Sequence[dict[str, Any]]) -> None:
    """Append lines and sync them; after an error the file is as before.

    Raises:
        OSError: they cannot be stored.
    """
    data = "".join(json.dumps(line) + "\n" for line in lines).encode("ascii")
    with file.open("r+b") as out:
        size = out.seek(0, os.SEEK_END)
        try:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        except OSError:
            out.truncate(size)
            raise


class StoredRecord:
    """The record of an earlier run."""

    def __init__(self, folder: Path) -> None:
        """Read which rows were written and which are undone.

        Raises:
            StudioError: there is no record, or it cannot be read.
        """
        self.file = folder / RECORD
        self.written: set[int] = set()
        self.undone: set[int] = set()
        self.announced: set[int] = set()
        try:
            for line in self._lines():
                if line["kind"] == "row":
                    self.announced.add(line["number"])
                elif line["kind"] in ("written", "undone"):
                    (self.written if line["kind"] == "written" else self.undone).update(line["rows"])
        except OSError as error:
            message = f"{self.file} cannot be read: {error.strerror or error}."
            raise StudioError(message, "Choose the folder of a run that wrote sidecars.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StudioError(f"{self.file} is not the record of a run.", "Restore it from a backup.") from error

    def mend(self) -> None:
        """Remove a line that a crash has cut off, so that others can follow.

        Raises:
            OSError: it cannot be removed.
        """
        with self.file.open("r+b") as file:
            whole = 0
            for line in file:
                whole += len(line) if line.endswith(b"\n") else 0
            file.truncate(whole)

    def left(self) -> Iterator[RecordRow]:
        """Yield the rows that are not undone, one after the other from the disk."""
        for line in self._lines():
            if line["kind"] == "row" and line["number"] not in self.undone:
                yield _unpacked(line)

    def mark_undone(self, numbers: Sequence[int]) -> None:
        """Append that rows are undone.

        Raises:
            OSError: it cannot be stored.
        """
        append_lines(self.file, [{"kind": "undone", "rows": list(numbers)}])
        self.undone.update(numbers)

    def _lines(self) -> Iterator[dict[str, Any]]:
        with self.file.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):  # or a crash has cut it off
                    yield json.loads(line)


def digest(data: bytes) -> str:
    """Return the SHA-256 of a sidecar's bytes."""
    return hashlib.sha256(data).hexdigest()


def unwritable(folder: Path, error: OSError) -> StudioError:
    """Return the error for a folder in which no record can be kept."""
    message = f"The record for undoing cannot be written to {folder}: {error.strerror or error}."
    return StudioError(message, "Free disk space there, or choose another folder.")


def _packed(row: RecordRow) -> dict[str, Any]:
    former = None if row.former is None else base64.b64encode(zlib.compress(row.former)).decode("ascii")
    return {
        "kind": "row",
        "number": row.number,
        "image": str(row.image),
        "sidecar": str(row.sidecar),
        "former": former,
        "digest": row.digest,
        "rating": row.rating,
        "description": row.description,
    }


def _unpacked(line: dict[str, Any]) -> RecordRow:
    former = None if line["former"] is None else zlib.decompress(base64.b64decode(line["former"]))
    return RecordRow(
        line["number"],
        Path(line["image"]),
        Path(line["sidecar"]),
        former,
        line["digest"],
        line["rating"],
        line["description"],
    )
