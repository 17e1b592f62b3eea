"""A data set of the Hugging Face hub as a source of images and scores: how it is written, what of it lies in a project.

What is fetched lies in ``<project>/dataset``: ``images/``, ``rows.jsonl`` with the other columns, ``source.json`` with
the commit. From there on it is imported as any other table. No Qt, no torch, no network.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from studio.services.errors import StudioError

PREFIX = "hf:"
FOLDER, IMAGES, ROWS, SOURCE = "dataset", "images", "rows.jsonl", "source.json"
_WRITTEN = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?(:(?P<subset>[\w.-]+))?")


@dataclass(frozen=True, slots=True)
class HubSource:
    """``owner/name``, a branch, tag or commit of it, and one of its parts where it has several."""

    repo: str
    revision: str | None = None
    subset: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``hf:owner/name[@revision][:subset]``; the prefix may be missing.

        Raises:
            StudioError: it is written otherwise.
        """
        found = _WRITTEN.fullmatch(text.strip().removeprefix(PREFIX))
        if found is None:
            remedy = "Write it as hf:owner/name, hf:owner/name@revision or hf:owner/name@revision:subset."
            raise StudioError(f"{text!r} names no data set of the Hugging Face hub.", remedy)
        return cls(found["repo"], found["revision"], found["subset"])

    @property
    def written(self) -> str:
        """As ``parse`` reads it."""
        revision = f"@{self.revision}" if self.revision else ""
        return f"{PREFIX}{self.repo}{revision}{f':{self.subset}' if self.subset else ''}"

    def at(self, commit: str) -> Self:
        """The same, pinned to a commit."""
        return replace(self, revision=commit)


@dataclass(frozen=True, slots=True)
class HubColumns:
    """What a data set has. ``kinds``: image, text, number or other, by column; ``rows``: the first ones, as text."""

    commit: str
    licence: str
    splits: tuple[str, ...]
    total: int | None
    kinds: dict[str, str]
    rows: tuple[dict[str, str], ...]

    def image_column(self, wanted: str | None) -> str:
        """The column of images: the one that is wanted, else the only one, else the one named image.

        Raises:
            StudioError: there is none, or several and none is wanted.
        """
        images = [name for name, kind in self.kinds.items() if kind == "image"]
        if wanted is not None and wanted in images:
            return wanted
        if wanted is None and (len(images) == 1 or "image" in images):
            return "image" if "image" in images else images[0]
        known = ", ".join(f"{name} ({kind})" for name, kind in self.kinds.items()) or "none"
        what = f"no images in a column {wanted!r}" if wanted else f"{len(images)} columns of images"
        raise StudioError(
            f"The data set has {what}. Its columns: {known}.", "Name one: --columns image=NAME,score=NAME."
        )


def is_hub_source(text: str) -> bool:
    """Whether an argument means a data set of the hub."""
    return text.startswith(PREFIX)


def pinned(folder: Path, source: HubSource) -> HubSource:
    """The source at the commit that a fetch into this folder has begun with; as it is, where none has.

    Raises:
        StudioError: the folder holds another data set.
    """
    file = folder / SOURCE
    if not file.is_file():
        return source
    try:
        known = json.loads(file.read_text("utf-8"))
        repo, commit = str(known["dataset"]), str(known["commit"])
    except (ValueError, KeyError, TypeError) as error:
        raise StudioError(f"{file} is damaged.", f"Remove {folder} and fetch the data set anew.") from error
    if repo != source.repo:
        raise StudioError(f"{folder} holds the data set {repo}.", "Choose another folder, or remove this one.")
    return source.at(commit)
