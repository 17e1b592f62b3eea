"""``doctor``: versions, devices, memory, libraries. Torch is checked in a child, which may fail."""

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
from studio.operating_system import LINUX, system_name
from studio.services.base_models import hub_account

PACKAGES = (
    "score-studio", "torch", "transformers", "peft", "trl", "accelerate", "datasets", "huggingface_hub",
    "PySide6-Essentials", "sqlalchemy", "pydantic", "pandas", "pillow",
)  # fmt: skip
OPTIONAL = {
    "bitsandbytes": 'for 4-bit weights: pip install "score-studio[4bit]"',
    "flash-attn": "faster attention on a GPU, used if possible",
}
"""Optional packages and their purposes."""
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
"""Shared libraries that Qt loads on Linux, and their Debian packages."""
GIB = 1 << 30
LEAST_MEMORY = 4 * GIB


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was checked, the result, and the remedy if it is wrong."""

    name: str
    value: str
    remedy: str = ""


def run_doctor() -> int:
    """Print all findings; returns 0 if nothing is wrong, else 1."""
    screen = console(sys.stdout)
    wrong = 0
    for finding in findings():
        wrong += bool(finding.remedy)
        mark = "WRONG " if finding.remedy else "ok    "
        screen.print(Text(f"{mark}{finding.name}: {plain(finding.value)}"))
        if finding.remedy:
            screen.print(Text(f"      {plain(finding.remedy)}"))
    screen.print(Text("No problems found." if not wrong else f"{wrong} findings need attention."))
    return 1 if wrong else 0


def findings() -> Iterator[Finding]:
    """Yield all findings, quick ones first."""
    yield Finding("Python", f"{platform.python_version()} on {system_name()}")
    yield Finding("SQLite", sqlite3.sqlite_version)
    yield from _packages()
    yield from _torch()
    yield from _hub()
    yield _memory()
    yield Finding("free disk space here", f"{shutil.disk_usage(Path.cwd()).free / GIB:.1f} GiB")
    yield from libraries()
    yield _embedded_model()


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "not installed", "Reinstall score-studio with pip, which includes this package.")
    for name, use in OPTIONAL.items():
        try:
            yield Finding(name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, f"not installed ({use})")


def _hub() -> Iterator[Finding]:
    """Yield the location of hub models and the state of the token, without connecting to the hub."""
    folder = hub_cache.cache_folder()
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    yield Finding("hub models", f"in {folder}, {shutil.disk_usage(there).free / GIB:.1f} GiB free")
    token = "token stored" if hub_account.is_signed_in() else "no token (score-studio login, for gated models)"
    yield Finding("hub", "offline mode: no connections" if hub_cache.is_offline() else token)


def _torch() -> Iterator[Finding]:
    lines: list[str] = []
    try:
        run_tool("engine.environment", on_line=lines.append)
        found = json.loads(lines[-1])
    except (ToolError, IndexError, ValueError) as error:
        yield Finding("torch import", str(error), "Reinstall torch; see the README.")
        return
    if found["error"]:
        yield Finding("torch import", found["error"], "Reinstall torch; see the README.")
        return
    yield Finding(
        "torch import", f"{found['torch']}, CUDA {found['cuda'] or 'not built in'}, {found['threads']} threads"
    )
    for device in found["devices"]:
        memory = f"{device['free'] / GIB:.1f} of {device['memory'] / GIB:.1f} GiB free"
        yield Finding("GPU", f"{device['name']}, {memory}, bfloat16 {'yes' if device['bfloat16'] else 'no'}")
    if not found["devices"]:
        yield Finding("GPU", "none; the CPU is used (sufficient for the demo)")


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
    yield Finding("display", "available" if display else "none: the window cannot open, but all commands work")
    for library, package in {**QT_LIBRARIES, **(X11_LIBRARIES if display else {})}.items():
        try:
            ctypes.CDLL(library)
            yield Finding(library, "loads")
        except OSError as error:
            yield Finding(library, str(error), f"The window needs it: sudo apt-get install {package}")


def _embedded_model() -> Finding:
    folder = resource_path("demo", "model")
    if (folder / "model.safetensors").is_file():
        return Finding("demo model", str(folder))
    return Finding(
        "demo model", f"missing from {folder}", "Reinstall score-studio, or run: score-studio build-demo-model"
    )
