"""Download a model from the hub into huggingface_hub's cache: with progress, cancellable, resumed within a file.

The client's own downloads cannot resume within a file (it removes the part of an interrupted one), and its fast
transport reports progress in chunks of its own. Therefore the weights are downloaded over plain HTTP into a partial
file beside the client's blobs, under the client's lock, verified against the hub's hash, and only then renamed; the
client then finds them complete.
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
from engine.contract.hub_cache import conversion_problem, is_authors_internvl
from engine.contract.hub_client import HubFile, HubModel, explain, is_unreachable, look_up, offline_error

CHUNK_BYTES = 1 << 18
"""Bytes between two checks for cancellation and progress reports."""
LOCK_SECONDS = 0.5
"""Seconds between two checks for cancellation while another process downloads the same file."""
SPARE_BYTES = 200_000_000
"""Space to leave free on the disk."""
PARTIAL = ".score-studio.incomplete"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SEES = re.compile("vision|visual|image|patch|vq")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete local model. ``note`` is set if something other than the requested revision was used."""

    commit: str
    folder: Path
    files: int
    bytes: int
    note: str = ""


class Watcher(Protocol):
    """Receives progress and may stop the download. All sizes in bytes."""

    def planned(self, model: HubModel, files: int, total: int, done: int) -> None:
        """Receive the number of files, their total size, and how much of it exists already."""

    def moved(self, done: int) -> None:
        """Receive the number of bytes that exist now."""

    def file_done(self, name: str, files: int) -> None:
        """Receive the name of a finished file and the number of finished files."""

    def check(self) -> None:
        """Called often; an exception raised local stops the download, and finished parts are kept."""


def fetch(repo: str, revision: str | None, watcher: Watcher, *, offline: bool = False) -> Fetched:
    """Download a model's files unless they are local; the hub is queried only if necessary.

    Raises:
        StageError: the hub's errors, no network, no space, a damaged file, or a model without image input.
    """
    local = hub_cache.snapshot(repo, revision)
    if local is not None and (offline or hub_cache.is_offline() or local.name == revision):
        return _local_copy(local)
    if offline:
        raise offline_error(repo)
    try:
        model = look_up(repo, revision)
    except StageError as error:
        if local is not None and error.__cause__ is not None and is_unreachable(error.__cause__):
            return _local_copy(local, f"{error.message} Using the copy on this machine, commit {local.name[:12]}.")
        raise
    try:
        return _Download(model, watcher).run(revision)
    except (CancelledError, StageError):
        raise
    except Exception as error:  # the client's errors have no common class
        raise explain(error, repo, revision) from error


def _local_copy(folder: Path, note: str = "") -> Fetched:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return Fetched(folder.name, folder, len(files), sum(file.stat().st_size for file in files), note)


@dataclass(slots=True)
class _Download:
    """The download of one model."""

    model: HubModel
    watcher: Watcher
    done: int = 0
    files: int = 0

    def run(self, revision: str | None) -> Fetched:
        """Download all files, small ones first: they list the weights and show whether the model can be used."""
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
        hub_cache.store_reference(model.repo, revision, model.commit)
        return _local_copy(folder)

    def _settle(self, file: HubFile) -> None:
        """Have the client place one file, downloaded or not, into the snapshot."""
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
                f"The model {self.model.repo} has no file {unknown[0]}, which its weights index lists.",
                "Report this to its authors, or choose another copy.",
            )
        return [HubFile(name, sizes[name]) for name in names]

    def _fetch_weight(self, file: HubFile) -> None:
        """Download one weights file into the client's blobs."""
        repo, commit = self.model.repo, self.model.commit
        url = hf_hub_url(repo, file.name, revision=commit)
        metadata = get_hf_file_metadata(url)
        if metadata.etag is None or metadata.size is None:
            raise StageError(f"The hub does not report size and hash of {file.name} of {repo}.", "Try again later.")
        folder = hub_cache.repository(repo)
        lock = hub_cache.cache_folder() / ".locks" / folder.name / f"{metadata.etag}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        blob = folder / "blobs" / metadata.etag
        blob.parent.mkdir(parents=True, exist_ok=True)
        while not blob.exists():
            try:
                with WeakFileLock(lock, timeout=LOCK_SECONDS):
                    if not blob.exists():
                        self._fetch_blob(url, blob, metadata.etag, metadata.size)
            except Timeout:  # another process is downloading it
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
                f"A file of {self.model.repo} is damaged: its SHA-256 is {digest[:12]}, expected {etag[:12]}.",
                "Resume: the file is downloaded again.",
            )
        part.replace(blob)

    def _moved(self, size: int) -> None:
        self.watcher.moved(self.done + size)
        self.watcher.check()


def check_space(repo: str, ahead: list[HubFile]) -> None:
    """Check that the disk has room for the files; what already exists of them counts.

    Raises:
        StageError: they do not fit; states how much is needed and free.
    """
    blobs = hub_cache.repository(repo) / "blobs"
    parts = sum(part.stat().st_size for part in blobs.glob(f"*{PARTIAL}"))
    needed = sum(file.size for file in ahead) - parts
    free = shutil.disk_usage(blobs).free
    if needed > 0 and needed + SPARE_BYTES > free:
        raise StageError(
            f"{repo} needs {needed / 1e9:.1f} GB more, but {free / 1e9:.1f} GB are free in {hub_cache.cache_folder()}.",
            "Free some space and resume, or set HF_HOME to another folder for models.",
        )


class _PartialFile:
    """A growing file with its hash; content from an earlier attempt is included."""

    def __init__(self, path: Path, expected: int, moved: Callable[[int], None]) -> None:
        if path.exists() and path.stat().st_size > expected:
            path.unlink()  # larger than the file, so it belongs to other content
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
        """Append; may raise the watcher's exceptions, after the data is written."""
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)
        self._moved(self.size)
        return len(data)

    def tell(self) -> int:
        """Return the current size."""
        return self.size

    def seek(self, offset: int) -> int:
        """Seek to the start only: a server that sends the whole file again makes the client start over."""
        if offset:
            raise ValueError("a partial file supports only appending and restarting")
        return self._file.seek(0)

    def truncate(self) -> int:
        """Discard the content."""
        self._hash, self.size = hashlib.sha256(), 0
        return self._file.truncate(0)

    def finish(self) -> str:
        """Sync to disk; returns the SHA-256 in hexadecimal."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._hash.hexdigest()


def _check_sees(repo: str, folder: Path) -> None:
    """Reject a text-only model before its weights are downloaded; loading performs the remaining checks."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except ValueError as error:
        raise StageError(f"The config.json of {repo} cannot be read: {error}.", "Choose another copy.") from error
    if not isinstance(config, dict) or not any(_SEES.search(key) for key in config):
        raise StageError(
            f"The model {repo} has no vision part in its config.json.",
            "Choose an image-text-to-text model, such as a LLaVA.",
        )
    rejection = conversion_problem(config) if is_authors_internvl(config) else None
    if rejection is not None:
        raise StageError(f"The model {repo} {rejection[0]}.", rejection[1])
