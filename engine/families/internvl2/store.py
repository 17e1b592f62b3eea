"""The user cache of converted models: one folder each, complete or absent.

A folder's name is a hash over the source's small files and over path, size and modification time of its weights files,
so that four gigabytes are not read again in every stage; the hashes of all source files are computed during conversion
and recorded in the folder. A changed source file gets a folder of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from pathlib import Path
from typing import Any

import platformdirs
import psutil
from safetensors import SafetensorError

from engine.contract import artifacts
from engine.contract.context import StageError
from engine.contract.hub_cache import WEIGHTS_INDEX, is_authors_internvl, weight_files

RECORD = "conversion.json"
_VERSION = 1
"""Version of this package's output; a change converts every model again."""
_SMALL = ("config.json", "tokenizer.model", "tokenizer_config.json", "added_tokens.json", WEIGHTS_INDEX)
_PART = ".part"


def is_authors_layout(folder: Path) -> bool:
    """Return whether the model in ``folder`` is InternVL in its authors' layout, whatever its language model."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and is_authors_internvl(config)


def is_converted(folder: Path) -> bool:
    """Return whether the current files of a model in the authors' layout have already been converted."""
    return artifacts.is_sealed(cache_folder() / _fingerprint(folder))


def native_folder(folder: Path) -> Path:
    """Return ``folder`` itself or, if it is in the authors' layout, the converted model's folder, converting if needed.

    May be interrupted or killed at any moment; several processes may request the same model at the same time.

    Raises:
        StageError: the model cannot be converted, or there is not enough disk space.
    """
    if not is_authors_layout(folder):
        return folder
    made = cache_folder() / _fingerprint(folder)
    if not artifacts.is_sealed(made):
        _make(folder, made)
    return made


def cache_folder() -> Path:
    """Return the folder of the converted models; it may be deleted at any time while no job runs."""
    return Path(platformdirs.user_cache_path("score-studio")) / "converted"


def _fingerprint(folder: Path) -> str:
    state: list[Any] = [_VERSION]
    for name in _SMALL:
        file = folder / name
        state.append([name, hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""])
    for name in weight_files(folder):
        file = (folder / name).resolve()  # in the hub cache, a file named by its hash
        stat = file.stat() if file.is_file() else None
        state.append([name, str(file), [stat.st_size, stat.st_mtime_ns] if stat else []])
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:40]


def _make(source: Path, made: Path) -> None:
    part = made.with_name(f"{made.name}.{os.getpid()}@{platform.node()}{_PART}")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        _sweep(made.parent)
        _write(source, part)
        artifacts.seal(part)
        _put(part, made)
    except (OSError, SafetensorError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise StageError(
            f"The converted model cannot be stored in {made.parent}: {reason}.",
            "It needs as much space as the model itself: free some, or set XDG_CACHE_HOME to another folder.",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _put(part: Path, made: Path) -> None:
    """Rename atomically, unless another process was faster."""
    try:
        part.rename(made)
    except OSError:
        if not artifacts.is_sealed(made):
            raise


def _write(source: Path, part: Path) -> None:
    from engine.families.internvl2.model import write

    hashes = {name: _sha256(source / name) for name in _source_files(source)}
    write(source, part)
    record = {"version": _VERSION, "source": hashes}
    (part / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True), encoding="utf-8")


def _source_files(source: Path) -> list[str]:
    return [name for name in [*_SMALL, *weight_files(source)] if (source / name).is_file()]


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sweep(folder: Path) -> None:
    """Remove the temporary folders of conversions that were killed on this machine."""
    for part in folder.glob(f"*{_PART}"):
        _, _, writer = part.name.removesuffix(_PART).partition(".")
        pid, _, machine = writer.partition("@")
        if machine == platform.node() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(part, ignore_errors=True)
