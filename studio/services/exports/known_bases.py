"""Where the base models of exported adapters are on this machine: an export names no folder. No Qt, no torch."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from engine.contract.artifacts import digest
from engine.contract.atomic_files import write_text

_MOST = 1000
"""Exports that are remembered, the newest ones."""


def remember_base(export: str, base: Path) -> None:
    """Remember the base model's folder of an export, by the export's digest.

    A place that cannot be written is no error: the folder can be named when the export is used.
    """
    with contextlib.suppress(OSError):
        known = _read() | {export: str(base)}
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, json.dumps(dict(list(known.items())[-_MOST:]), indent=1))


def remembered_base(folder: Path) -> Path | None:
    """Return the base model's folder of an exported adapter; None if it was made elsewhere or the folder is gone."""
    try:
        base = _read().get(digest(folder))
    except (OSError, ValueError):
        return None
    return Path(base) if base is not None and Path(base).is_dir() else None


def _file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("score-studio") / "bases-of-exports.json"


def _read() -> dict[str, str]:
    try:
        known = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in known.items()} if isinstance(known, dict) else {}
