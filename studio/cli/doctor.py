"""``doctor``: versions, devices, memory, libraries. The torch part runs in a child: a broken torch is a finding."""

from __future__ import annotations

import ctypes
import importlib.metadata
import json
import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.text import Text

from engine.contract import hub_cache
from engine.contract.resources import resource_path
from studio.cli._output import console, plain
from studio.jobs.engine_commands import ToolError, run_tool
from studio.operating_system import LINUX
from studio.services.base_models import hub_account

PACKAGES = (
    "score-studio", "torch", "transformers", "peft", "trl", "accelerate", "datasets", "huggingface_hub",
    "PySide6-Essentials", "sqlalchemy", "pydantic", "pandas", "pillow",
)  # fmt: skip
OPTIONAL = {
    "bitsandbytes": 'for 4-bit weights: pip install "score-studio[4bit]"',
    "flash-attn": "faster attention on a GPU, used where it can be",
}
"""Packages that are used where they are, and what for."""
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
X11_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Shared libraries that Qt loads on Linux, and the Debian packages that hold them."""
GIB = 1 << 30
LEAST_MEMORY = 4 * GIB


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, what was found, and what to do if it is wrong."""

    name: str
    value: str
    remedy: str = ""


def run_doctor() -> int:
    """Print everything; 0 if nothing is wrong, else 1."""
    screen = console(sys.stdout)
    wrong = 0
    for finding in findings():
        wrong += bool(finding.remedy)
        mark = "WRONG " if finding.remedy else "ok    "
        screen.print(Text(f"{mark}{finding.name}: {plain(finding.value)}"))
        if finding.remedy:
            screen.print(Text(f"      {plain(finding.remedy)}"))
    screen.print(Text("Everything is there." if not wrong else f"{wrong} findings need attention."))
    return 1 if wrong else 0


def findings() -> Iterator[Finding]:
    """Yield all findings, the quick ones first."""
    yield Finding("Python", f"{platform.python_version()} on {platform.platform()}")
    yield Finding("SQLite", sqlite3.sqlite_version)
    yield from _packages()
    yield from _torch()
    yield from _hub()
    yield _memory()
    yield Finding("disk, free here", f"{shutil.disk_usage(Path.cwd()).free / GIB:.1f} GiB")
    yield from libraries()
    yield _embedded_model()


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "not installed", "Install score-studio with pip; it brings this package.")
    for name, use in OPTIONAL.items():
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, f"not installed ({use})")


def _hub() -> Iterator[Finding]:
    """Yield where models of the hub are kept, and how it would be asked; nothing is asked here."""
    folder = hub_cache.cache_folder()
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    yield Finding("models of the hub", f"in {folder}, {shutil.disk_usage(there).free / GIB:.1f} GiB free")
    token = "a token is kept" if hub_account.is_signed_in() else "no token (score-studio login, for gated models)"
    yield Finding("hub", "offline mode: never asked" if hub_cache.is_offline() else token)


def _torch() -> Iterator[Finding]:
    lines: list[str] = []
    try:
        run_tool("engine.environment", on_line=lines.append)
        found = json.loads(lines[-1])
    except (ToolError, IndexError, ValueError) as error:
        yield Finding("torch loads", str(error), "Install torch anew; see the README.")
        return
    if found["error"]:
        yield Finding("torch loads", found["error"], "Install torch anew; see the README.")
        return
    yield Finding(
        "torch loads", f"{found['torch']}, CUDA {found['cuda'] or 'not built in'}, {found['threads']} threads"
    )
    for device in found["devices"]:
        memory = f"{device['free'] / GIB:.1f} of {device['memory'] / GIB:.1f} GiB free"
        yield Finding("GPU", f"{device['name']}, {memory}, bfloat16 {'yes' if device['bfloat16'] else 'no'}")
    if not found["devices"]:
        yield Finding("GPU", "none; the CPU does the work (enough for the demo)")


def _memory() -> Finding:
    memory = psutil.virtual_memory()
    value = f"{memory.available / GIB:.1f} of {memory.total / GIB:.1f} GiB available, {os.cpu_count()} CPUs"
    low = memory.available < LEAST_MEMORY
    return Finding("memory", value, "Close other programs: the demo needs about 4 GiB." if low else "")


def libraries() -> Iterator[Finding]:
    """Yield the shared libraries that Qt needs on Linux; without a display only those of an offscreen window."""
    if not LINUX:
        return
    display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    yield Finding("display", "there" if display else "none: the window cannot open here, all commands work")
    for library, package in {**QT_LIBRARIES, **(X11_LIBRARIES if display else {})}.items():
        try:
            ctypes.CDLL(library)
            yield Finding(library, "loads")
        except OSError as error:
            yield Finding(library, str(error), f"The window needs it: sudo apt-get install {package}")


def _embedded_model() -> Finding:
    folder = resource_path("demo", "model")
    if (folder / "model.safetensors").is_file():
        return Finding("embedded model", str(folder))
    return Finding(
        "embedded model", f"{folder} is not there", "Install score-studio anew, or: score-studio build-demo-model"
    )
