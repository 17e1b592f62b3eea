"""Download a data set of the Hugging Face hub as a folder of images and a table, in a child process.

``python -m engine.hub.dataset_command describe ID`` reports columns, splits and first rows;
``... fetch ID FOLDER --image COLUMN`` writes
``images/<split>/...`` with the published bytes, ``rows.jsonl`` with every other column, and ``source.json`` with
the commit. An interrupted download resumes at the same commit. Each line on stdout is a JSON object with ``kind``:
columns, progress, done or error. No script of the data set is ever run. Needs datasets and huggingface_hub, not torch;
independent of stages and projects.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from engine.contract.atomic_files import write_text
from engine.contract.context import StageError
from engine.contract.operating_system import is_side_file
from engine.hub.dataset_errors import translate_errors

SHOWN_ROWS = 5
STATE_ROWS, STATE_SECONDS = 200, 5.0
"""The state of a download is saved after so many rows or seconds."""
IMAGES, ROWS, SOURCE, STATE = "images", "rows.jsonl", "source.json", ".state.json"
ALL = -1
"""Value of ``place`` (the index of a split) once everything is downloaded."""
_SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".avif"))


@dataclass(frozen=True, slots=True)
class HubDataset:
    """One configuration of a data set at one commit, streamed; ``splits`` maps names to the library's iterables."""

    repo: str
    commit: str
    licence: str
    splits: dict[str, Any]

    @property
    def kinds(self) -> dict[str, str]:
        """Columns of the first split and their kinds: image, text, number or other."""
        features = next(iter(self.splits.values())).features or {}
        return {name: _kind(feature) for name, feature in features.items()}

    @property
    def total(self) -> int | None:
        """Total number of rows, if the data set states it."""
        known = next(iter(self.splits.values())).info.splits or {}
        if not set(self.splits) <= set(known):
            return None
        return sum(int(known[name].num_examples) for name in self.splits) or None


def open_dataset(repo: str, revision: str | None, config: str | None) -> HubDataset:
    """Find the commit and open its files for streaming.

    Raises:
        StageError: no such data set or configuration, no access, no network, or files that are not a table of images.
    """
    with translate_errors(repo, revision):
        import datasets
        from huggingface_hub import HfApi

        info = HfApi().dataset_info(repo, revision=revision)
        splits = datasets.load_dataset(repo, config, revision=info.sha, streaming=True)
        licence = info.card_data.license if info.card_data else None
        opened = {str(name): split.decode(False) for name, split in splits.items()}
        return HubDataset(repo, str(info.sha), str(licence or ""), opened)


def describe(dataset: HubDataset) -> dict[str, Any]:
    """Describe the data set for choosing columns."""
    names = {name: _labels(split.features) for name, split in dataset.splits.items()}
    first = next(iter(dataset.splits))
    with translate_errors(dataset.repo, dataset.commit):
        rows = list(dataset.splits[first].take(SHOWN_ROWS))
    kinds = dataset.kinds or {name: _kind_of(value) for name, value in (rows[0] if rows else {}).items()}
    shown = [{name: _shown(value, names[first].get(name)) for name, value in row.items()} for row in rows]
    return {
        "kind": "columns", "commit": dataset.commit, "licence": dataset.licence, "splits": list(dataset.splits),
        "total": dataset.total, "columns": kinds, "rows": shown,
    }  # fmt: skip


@dataclass(slots=True)
class Fetch:
    """Download one data set into a folder."""

    dataset: HubDataset
    folder: Path
    image: str
    done: int = 0
    _tables: list[dict[str, Any]] = field(default_factory=list)
    _noted: float = 0.0

    def run(self) -> Iterator[dict[str, Any]]:
        """Download what is missing; yields progress reports.

        Raises:
            StageError: no such image column, or the network or the disk fails; finished rows are kept.
        """
        images = [name for name, kind in self.dataset.kinds.items() if kind == "image"]
        if self.image not in images:
            remedy = f"Image columns: {', '.join(images)}." if images else "It has no image column."
            raise StageError(f"The data set {self.dataset.repo} has no images in a column {self.image!r}.", remedy)
        self.folder.mkdir(parents=True, exist_ok=True)
        saved = self._load_state()
        self.done = int(saved["count"])
        _cut(self.folder / ROWS, self.done)
        for place, name in enumerate(self.dataset.splits if saved["place"] != ALL else ()):
            if place >= saved["place"]:
                yield from self._split(place, name, saved["state"] if place == saved["place"] else None)
        self._note(ALL, None)
        yield {"kind": "done", "done": self.done}

    def _split(self, place: int, name: str, state: Any) -> Iterator[dict[str, Any]]:
        split = self.dataset.splits[name]
        if state is not None:
            split.load_state_dict(state)
        labels, several = _labels(split.features), len(self.dataset.splits) > 1
        with translate_errors(self.dataset.repo, self.dataset.commit):
            for row in split:
                self._tables.append(self._write(name, row, labels, several))
                self.done += 1
                if len(self._tables) >= STATE_ROWS or time.monotonic() - self._noted > STATE_SECONDS:
                    self._note(place, split.state_dict())
                    yield {"kind": "progress", "done": self.done, "total": self.dataset.total}
        self._note(place + 1, None)

    def _write(self, split: str, row: dict[str, Any], labels: dict[str, Any], several: bool) -> dict[str, Any]:
        """Write the image file and return the row of the table; a row without an image is rejected later."""
        cells: dict[str, Any] = {"split": split} if several else {}
        for name, value in row.items():
            if name != self.image and _kind_of(value) in ("text", "number", "other"):
                cells[name] = labels[name].int2str(value) if name in labels and value is not None else value
        data, path = _bytes_of(row[self.image])
        if data is None:
            return {**cells, self.image: ""}
        if is_side_file(path):  # of an archive made on a Mac; the import rejects it with the reason
            return {**cells, self.image: path}
        place = PurePosixPath(split, f"{self.done // 1000:04}", f"{self.done:07}{_suffix(data, path)}")
        file = self.folder / IMAGES / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return {**cells, self.image: place.as_posix(), **({"published_as": path} if path else {})}

    def _load_state(self) -> dict[str, Any]:
        wanted = {"dataset": self.dataset.repo, "commit": self.dataset.commit, "image": self.image}
        file = self.folder / SOURCE
        if file.is_file():
            known = json.loads(file.read_text("utf-8"))
            if {name: known.get(name) for name in wanted} != wanted:
                content = f"{known.get('dataset')} at {known.get('commit')}, images from {known.get('image')}"
                raise StageError(f"{self.folder} contains {content}.", "Choose another folder, or remove this one.")
        else:
            _write_json(file, {**wanted, "licence": self.dataset.licence})
        state = self.folder / STATE
        found: dict[str, Any] = {"place": 0, "count": 0, "state": None}
        return json.loads(state.read_text("utf-8")) if state.is_file() else found

    def _note(self, place: int, state: Any) -> None:
        """Write the rows first, then how many count: rows after that are written again."""
        with (self.folder / ROWS).open("a", encoding="utf-8") as rows:
            rows.writelines(f"{json.dumps(row, default=str)}\n" for row in self._tables)
            rows.flush()
            os.fsync(rows.fileno())
        self._tables.clear()
        _write_json(self.folder / STATE, {"place": place, "count": self.done, "state": state})
        self._noted = time.monotonic()


def finished(folder: Path, repo: str, commit: str | None, image: str) -> int | None:
    """Return the number of rows of a finished download; None if it is unfinished or another one."""
    try:
        source = json.loads((folder / SOURCE).read_text("utf-8"))
        state = json.loads((folder / STATE).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    same = (source["dataset"], source["commit"], source["image"]) == (repo, commit, image)
    return int(state["count"]) if same and state["place"] == ALL else None


def _cut(file: Path, rows: int) -> None:
    """Truncate the file to its first rows."""
    kept = 0
    if file.is_file():
        with file.open("rb") as lines:
            kept = sum(len(line) for _, line in zip(range(rows), lines, strict=False))
    with file.open("ab") as out:
        out.truncate(kept)


def _write_json(file: Path, value: Any) -> None:
    write_text(file, json.dumps(value))


def _bytes_of(value: Any) -> tuple[bytes | None, str]:
    """Return the published bytes and file name."""
    if isinstance(value, bytes):
        return value, ""
    if not isinstance(value, dict):
        return None, ""
    path = str(value.get("path") or "")
    if value.get("bytes") is not None:
        return bytes(value["bytes"]), PurePosixPath(path).name
    if not path:
        return None, ""
    from datasets.download.download_config import DownloadConfig
    from datasets.utils.file_utils import xopen

    with xopen(path, "rb", download_config=DownloadConfig()) as file:
        return bytes(file.read()), PurePosixPath(path.partition("::")[0]).name


def _suffix(data: bytes, path: str) -> str:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _SUFFIXES:
        return suffix
    from PIL import Image

    try:
        with Image.open(BytesIO(data)) as image:
            kind = str(image.format)
    except Exception:  # noqa: BLE001  Pillow's readers may raise anything; the image check reports the problem
        return ".img"
    return {"JPEG": ".jpg", "TIFF": ".tif", "MPO": ".jpg"}.get(kind, f".{kind.lower()}")


def _labels(features: Any) -> dict[str, Any]:
    """Return the columns of numbers that represent names; the table stores the names."""
    return {name: feature for name, feature in (features or {}).items() if type(feature).__name__ == "ClassLabel"}


def _kind(feature: Any) -> str:
    name = type(feature).__name__
    if name == "Image" or (isinstance(feature, dict) and "bytes" in feature):
        return "image"
    dtype = str(getattr(feature, "dtype", ""))
    if dtype in ("binary", "large_binary"):
        return "image"
    if name == "ClassLabel" or "string" in dtype:
        return "text"
    return "number" if dtype.startswith(("int", "uint", "float", "bool", "decimal")) else "other"


def _kind_of(value: Any) -> str:
    if isinstance(value, bytes) or (isinstance(value, dict) and "bytes" in value):
        return "image"
    return "text" if isinstance(value, str) else "number" if isinstance(value, (int, float)) else "other"


def _shown(value: Any, label: Any) -> str:
    if _kind_of(value) == "image":
        data = value if isinstance(value, bytes) else value.get("bytes")
        return f"image, {len(data):,} bytes" if data is not None else "image"
    return str(label.int2str(value) if label is not None and value is not None else value)[:80]


def main(argv: Sequence[str] | None = None) -> None:
    """Describe a data set, or download it."""
    parser = argparse.ArgumentParser(prog="engine.hub.dataset_command")
    parser.add_argument("command", choices=("describe", "fetch"))
    parser.add_argument("repo")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--revision")
    parser.add_argument("--config")
    parser.add_argument("--image", default="image")
    options = parser.parse_args(argv)
    try:
        for one in _reports(options):
            print(json.dumps(one, default=str), flush=True)
    except StageError as error:
        print(json.dumps({"kind": "error", "message": error.message, "remedy": error.remedy}), flush=True)


def _reports(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    if options.command == "describe":
        yield describe(open_dataset(options.repo, options.revision, options.config))
        return
    done = finished(options.folder, options.repo, options.revision, options.image)
    if done is not None:
        yield {"kind": "done", "done": done}
        return
    yield from Fetch(open_dataset(options.repo, options.revision, options.config), options.folder, options.image).run()


if __name__ == "__main__":
    main()
