"""Fetching a model from the hub into huggingface_hub's cache: with progress, stoppable, resumed within a file.

The client's own downloads cannot go on within a file (it removes what a stopped one left), and its fast transport tells
progress by chunks of its own. So the weights are fetched over plain HTTP into a partial file of ours beside its blobs,
under its lock, checked against the hub's hash, and only then given its name; the client then finds them complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from filelock import Timeout
from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url
from huggingface_hub.file_download import http_get
from huggingface_hub.utils import WeakFileLock, build_hf_headers  # type: ignore[attr-defined]

from engine.contract import hub_cache
from engine.contract.context import CancelledError, StageError
from engine.contract.hub_client import HubFile, HubModel, explain, is_unreachable, look_up, offline_error
from engine.contract.hub_layouts import is_authors_internvl, unconverted

CHUNK_BYTES = 1 << 18
"""How often a stop is heard and progress counted."""
LOCK_SECONDS = 0.5
"""How often a stop is heard while another process fetches the same file."""
SPARE_BYTES = 200_000_000
"""What is left free on the disk."""
PARTIAL = ".score-studio.incomplete"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SEES = re.compile("vision|visual|image|patch|vq")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that is here as a whole. ``note`` says where something else was used than what was asked for."""

    commit: str
    folder: Path
    files: int
    bytes: int
    note: str = ""


class Watcher(Protocol):
    """Told how far it is; may stop it. All sizes in bytes."""

    def planned(self, model: HubModel, files: int, total: int, done: int) -> None:
        """What there is to fetch, and what of it is here already."""

    def moved(self, done: int) -> None:
        """So much is here now."""

    def file_done(self, name: str, files: int) -> None:
        """A file is complete; so many are."""

    def check(self) -> None:
        """Called often; what it raises stops the download, and what was fetched is kept."""


def fetch(repo: str, revision: str | None, watcher: Watcher, *, offline: bool = False) -> Fetched:
    """Bring a model's files here, unless they are; the hub is asked only where it has to be.

    Raises:
        StageError: the hub's refusals, no network, no space, a damaged file, or a model that cannot look at images.
    """
    here = hub_cache.snapshot(repo, revision)
    if here is not None and (offline or hub_cache.is_offline() or here.name == revision):
        return _here(here)
    if offline:
        raise offline_error(repo)
    try:
        model = look_up(repo, revision)
    except StageError as error:
        if here is not None and error.__cause__ is not None and is_unreachable(error.__cause__):
            return _here(here, f"{error.message} The copy on this machine is used, commit {here.name[:12]}.")
        raise
    try:
        return _Download(model, watcher).run(revision)
    except (CancelledError, StageError):
        raise
    except Exception as error:  # the client's errors have no common class
        raise explain(error, repo, revision) from error


def _here(folder: Path, note: str = "") -> Fetched:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return Fetched(folder.name, folder, len(files), sum(file.stat().st_size for file in files), note)


@dataclass(slots=True)
class _Download:
    """One model on its way."""

    model: HubModel
    watcher: Watcher
    done: int = 0
    files: int = 0

    def run(self, revision: str | None) -> Fetched:
        """All files, small ones first: they tell which weights there are, and whether the model is of use."""
        model = self.model
        for file in model.settings:
            self.watcher.check()
            self._settle(file)
        folder = hub_cache.repository(model.repo) / "snapshots" / model.commit
        _check_sees(model.repo, folder)
        weights = self._weights(folder)
        total = self.done + sum(file.size for file in weights)
        for file in (file for file in weights if (folder / file.name).is_file()):
            self._settle(file)
        ahead = [file for file in weights if not (folder / file.name).is_file()]
        check_space(model.repo, ahead)
        self.watcher.planned(model, len(model.settings) + len(weights), total, self.done)
        for file in ahead:
            self.watcher.check()
            self._fetch_weight(file)
            self._settle(file)
        hub_cache.keep_reference(model.repo, revision, model.commit)
        return _here(folder)

    def _settle(self, file: HubFile) -> None:
        """Have the client put one file, fetched or not, into the snapshot."""
        path = hf_hub_download(self.model.repo, file.name, revision=self.model.commit)
        self.done += Path(path).stat().st_size
        self.files += 1
        self.watcher.file_done(file.name, self.files)
        self.watcher.moved(self.done)

    def _weights(self, folder: Path) -> list[HubFile]:
        sizes = {file.name: file.size for file in self.model.weights}
        names = hub_cache.weight_files(folder)
        unknown = [name for name in names if name not in sizes]
        if unknown:
            raise StageError(
                f"The model {self.model.repo} has no file {unknown[0]}, which its weights' index names.",
                "Tell its authors, or choose another copy.",
            )
        return [HubFile(name, sizes[name]) for name in names]

    def _fetch_weight(self, file: HubFile) -> None:
        """One weights file into the client's blobs."""
        repo, commit = self.model.repo, self.model.commit
        url = hf_hub_url(repo, file.name, revision=commit)
        told = get_hf_file_metadata(url)
        if told.etag is None or told.size is None:
            raise StageError(f"The hub does not tell size and hash of {file.name} of {repo}.", "Try again later.")
        folder = hub_cache.repository(repo)
        lock = hub_cache.cache_folder() / ".locks" / folder.name / f"{told.etag}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        blob = folder / "blobs" / told.etag
        blob.parent.mkdir(parents=True, exist_ok=True)
        while not blob.exists():
            try:
                with WeakFileLock(lock, timeout=LOCK_SECONDS):
                    if not blob.exists():
                        self._fetch_blob(url, blob, told.etag, told.size)
            except Timeout:  # another process fetches it
                self.watcher.check()

    def _fetch_blob(self, url: str, blob: Path, etag: str, size: int) -> None:
        part = blob.with_name(blob.name + PARTIAL)
        with _PartialFile(part, size, self._moved) as file:
            self._moved(file.size)
            constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
            sink: Any = file
            http_get(url, sink, resume_size=file.size, headers=build_hf_headers(), expected_size=size)
            digest = file.finish()
        if _SHA256.fullmatch(etag) and digest != etag:
            part.unlink()
            raise StageError(
                f"A file of {self.model.repo} came damaged: its SHA-256 is {digest[:12]}, the hub says {etag[:12]}.",
                "Resume: the file is fetched anew.",
            )
        part.replace(blob)

    def _moved(self, size: int) -> None:
        self.watcher.moved(self.done + size)
        self.watcher.check()


def check_space(repo: str, ahead: list[HubFile]) -> None:
    """Refuse files that the disk has no room for; what there is of them already counts.

    Raises:
        StageError: they do not fit; says how much is needed and free.
    """
    blobs = hub_cache.repository(repo) / "blobs"
    parts = sum(part.stat().st_size for part in blobs.glob(f"*{PARTIAL}"))
    needed = sum(file.size for file in ahead) - parts
    free = shutil.disk_usage(blobs).free
    if needed > 0 and needed + SPARE_BYTES > free:
        raise StageError(
            f"{repo} needs {needed / 1e9:.1f} GB more, but {free / 1e9:.1f} GB are free in {hub_cache.cache_folder()}.",
            "Free some space and resume, or name another place for models: HF_HOME in the environment.",
        )


class _PartialFile:
    """A file that grows, with its hash; what it holds from an earlier attempt counts."""

    def __init__(self, path: Path, expected: int, moved: Callable[[int], None]) -> None:
        if path.exists() and path.stat().st_size > expected:
            path.unlink()  # of another content: it cannot be its beginning
        self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        self._moved = moved
        self._hash = hashlib.sha256()
        self.size = 0
        while chunk := self._file.read(1 << 20):
            self._hash.update(chunk)
            self.size += len(chunk)

    def __enter__(self) -> _PartialFile:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        """Append; may raise what the watcher raises, with the data kept."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)
        self._moved(self.size)
        return len(data)

    def tell(self) -> int:
        """How much is there."""
        return self.size

    def seek(self, offset: int) -> int:
        """To the beginning only: a server that sends the whole file again makes the client start over."""
        if offset:
            raise ValueError("a partial file is begun anew or appended to")
        return self._file.seek(0)

    def truncate(self) -> int:
        """Forget everything."""
        self._hash, self.size = hashlib.sha256(), 0
        return self._file.truncate(0)

    def finish(self) -> str:
        """Bring it to the disk; returns the SHA-256, hexadecimal."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()


def _check_sees(repo: str, folder: Path) -> None:
    """Refuse a model of text alone before its weights are fetched; the engine judges the rest when it loads it."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except ValueError as error:
        raise StageError(f"The config.json of {repo} cannot be read: {error}.", "Choose another copy.") from error
    if not isinstance(config, dict) or not any(_SEES.search(key) for key in config):
        raise StageError(
            f"The model {repo} has no part that looks at images in its config.json.",
            "Choose an image-text-to-text model, such as a LLaVA.",
        )
    refused = unconverted(config) if is_authors_internvl(config) else None
    if refused is not None:
        raise StageError(f"The model {repo} {refused[0]}.", refused[1])
