"""Locate the files of the package ``resources``, in a checkout and in a wheel. Standard library only."""

from __future__ import annotations

import importlib.resources
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder below ``resources``; it need not exist.

    Raises:
        FileNotFoundError: the package is imported from an archive, where files have no path.
    """
    root = importlib.resources.files("resources")
    if not isinstance(root, Path):
        raise FileNotFoundError(f"resources are in {root}, not in a folder; install score-studio unzipped (pip does)")
    return root.joinpath(*parts)
