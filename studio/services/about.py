"""Facts about the program and this machine: versions, licences, system. No Qt, no torch; reads only metadata."""

from __future__ import annotations

import importlib.metadata
import locale
import os
import platform
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from studio.operating_system import system_name

PROGRAM = "score-studio"
GIB = 1 << 30
UNKNOWN = "not stated"
_SPLIT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Part:
    """One installed distribution that the program uses, directly or indirectly."""

    name: str
    version: str
    licence: str


def version() -> str:
    """Return the program's version; "" if it runs without being installed."""
    try:
        return importlib.metadata.version(PROGRAM)
    except importlib.metadata.PackageNotFoundError:
        return ""


def parts() -> list[Part]:
    """Return every installed distribution that the program needs, by name. Reads about sixty small files."""
    found: dict[str, Part] = {}
    waiting = [PROGRAM]
    while waiting:
        try:
            distribution = importlib.metadata.distribution(waiting.pop())
        except importlib.metadata.PackageNotFoundError:  # an optional part, or one for another system
            continue
        name = distribution.name
        if _key(name) in found:
            continue
        found[_key(name)] = Part(name, distribution.version, licence_of(_fields(distribution)))
        needed = (_SPLIT.match(line) for line in distribution.requires or () if not _is_extra(line))
        waiting += [match.group() for match in needed if match and _key(match.group()) not in found]
    return sorted(found.values(), key=lambda part: part.name.lower())


def licence_of(fields: Mapping[str, list[str]]) -> str:
    """Return the licence from a distribution's metadata, on one line.

    A licence expression takes precedence, then the classifiers, then the free text if it is short enough to be a name.
    """
    expression = fields.get("License-Expression", [""])[0].strip()
    if expression:
        return expression
    prefix = "License :: "
    named = [text.rsplit(" :: ", 1)[-1] for text in fields.get("Classifier", []) if text.startswith(prefix)]
    named = [text for text in named if text != "OSI Approved"]
    if named:
        return ", ".join(dict.fromkeys(named))
    lines = fields.get("License", [""])[0].strip().splitlines()
    return lines[0].strip()[:80] if lines else UNKNOWN


def system_facts() -> dict[str, str]:
    """Return the facts about this machine for a bug report, without names of people or folders."""
    memory = psutil.virtual_memory()
    return {
        "System": system_name(),
        "Python": f"{platform.python_version()} ({platform.python_implementation()})",
        "SQLite": sqlite3.sqlite_version,
        "CPU": f"{os.cpu_count()} cores, {platform.machine()}",
        "Memory": f"{memory.total / GIB:.1f} GiB, {memory.available / GIB:.1f} GiB free",
        "Language": ".".join(filter(None, locale.getlocale())) or "C",
        **{name: _version(name) for name in ("torch", "transformers", "peft", "trl", "PySide6-Essentials")},
    }


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _fields(distribution: importlib.metadata.Distribution) -> dict[str, list[str]]:
    metadata = distribution.metadata
    names = ("License-Expression", "License", "Classifier")
    return {name: [str(value) for value in metadata.get_all(name) or []] for name in names if metadata.get_all(name)}


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_extra(requirement: str) -> bool:
    """Return whether a requirement is needed only for an extra."""
    return "extra ==" in requirement.replace("'", '"').replace("extra==", "extra ==")
