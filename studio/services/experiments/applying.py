"""Write what an experiment found into the project's settings. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.services.projects.project import Project
from studio.services.settings.fields import texts_of
from studio.services.settings.toml_edit import change_settings, read_texts
from studio.services.settings.toml_file import FILE_NAME

MERGE_SETTINGS = ("merge.method", "merge.density", "merge.weights")


def apply_values(project: Project, values: Mapping[str, object]) -> list[str]:
    """Write settings by path, such as ``{"training.beta": 0.1}``; returns the paths of those that changed.

    Of a merge, the settings that it does not have are left to its method.

    Raises:
        StudioError: a value is invalid, or the file cannot be read or written.
    """
    file = project.root / FILE_NAME
    given = dict(values)
    if "merge.method" in given:
        given = {**dict.fromkeys(MERGE_SETTINGS), **given}
    texts = texts_of(_tree(given))
    wanted = {path: "" if value is None else texts[path] for path, value in given.items()}
    return change_settings(file, {**read_texts(file), **wanted})


def _tree(values: Mapping[str, object]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *sections, name = path.split(".")
        part = tree
        for section in sections:
            part = part.setdefault(section, {})
        if value is not None:
            part[name] = value
    return tree
