"""A Hugging Face data set as a source of images and scores: its notation, and its files in a project.

``<project>/dataset`` contains the fetched data: ``images/``, ``rows.jsonl`` with the other columns, ``source.json``
with the commit. It is then imported like any other table. No Qt, no torch, no network.
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
    """``owner/name``, with a branch, tag or commit, and one of its subsets if it has several."""

    repo: str
    revision: str | None = None
    subset: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse ``hf:owner/name[@revision][:subset]``; the prefix is optional.

        Raises:
            StudioError: invalid notation.
        """
        found = _WRITTEN.fullmatch(text.strip().removeprefix(PREFIX))
        if found is None:
            remedy = "Write it as hf:owner/name, hf:owner/name@revision or hf:owner/name@revision:subset."
            raise StudioError(f"{text!r} is not a Hugging Face data set.", remedy)
        return cls(found["repo"], found["revision"], found["subset"])

    @property
    def written(self) -> str:
        """Return the notation that ``parse`` reads."""
        revision = f"@{self.revision}" if self.revision else ""
        return f"{PREFIX}{self.repo}{revision}{f':{self.subset}' if self.subset else ''}"

    def at(self, commit: str) -> Self:
        """Return the same source, pinned to a commit."""
        return replace(self, revision=commit)


@dataclass(frozen=True, slots=True)
class HubColumns:
    """The columns of a data set. ``kinds``: image, text, number or other, by column; ``rows``: the first ones."""

    commit: str
    licence: str
    splits: tuple[str, ...]
    total: int | None
    kinds: dict[str, str]
    rows: tuple[dict[str, str], ...]

    def image_column(self, wanted: str | None) -> str:
        """Return the image column: the wanted one, else the only one, else the one named image.

        Raises:
            StudioError: there is none, or there are several and none is wanted.
        """
        images = [name for name, kind in self.kinds.items() if kind == "image"]
        if wanted is not None and wanted in images:
            return wanted
        if wanted is None and (len(images) == 1 or "image" in images):
            return "image" if "image" in images else images[0]
        known = ", ".join(f"{name} ({kind})" for name, kind in self.kinds.items()) or "none"
        what = f"no images in a column {wanted!r}" if wanted else f"{len(images)} columns of images"
        raise StudioError(
            f"The data set has {what}. Its columns: {known}.", "Choose one: --columns image=NAME,score=NAME."
        )


def is_hub_source(text: str) -> bool:
    """Return whether an argument is a hub data set."""
    return text.startswith(PREFIX)


def pinned(folder: Path, source: HubSource) -> HubSource:
    """Return the source at the commit of an earlier fetch into this folder; unchanged if there was none.

    Raises:
        StudioError: the folder contains another data set.
    """
    file = folder / SOURCE
    if not file.is_file():
        return source
    try:
        known = json.loads(file.read_text("utf-8"))
        repo, commit = str(known["dataset"]), str(known["commit"])
    except (ValueError, KeyError, TypeError) as error:
        raise StudioError(f"{file} is damaged.", f"Remove {folder} and fetch the data set again.") from error
    if repo != source.repo:
        raise StudioError(f"{folder} contains the data set {repo}.", "Choose another folder, or remove this one.")
    return source.at(commit)
