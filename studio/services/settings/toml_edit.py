"""Change values in ``studio.toml`` without changing its comments, order and other values. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Table

from engine.contract.atomic_files import write_text
from studio.services.errors import StudioError
from studio.services.settings.fields import Checked, check_texts, setting_fields, texts_of
from studio.services.settings.toml_file import FILE_NAME, parse_settings, read_toml


def read_texts(file: Path) -> dict[str, str]:
    """Return the file's settings as texts by path.

    Raises:
        StudioError: unreadable, or not TOML.
    """
    return texts_of(read_toml(file))


def change_settings(file: Path, texts: Mapping[str, str]) -> list[str]:
    """Write the values that differ from the file; an error leaves the file unchanged.

    Returns:
        The paths of the changed settings.

    Raises:
        StudioError: a text is invalid, or the file cannot be read or written.
    """
    checked = check_texts(texts)
    if checked.settings is None:
        path, reason = next(iter(checked.reasons.items()))
        raise StudioError(f"{path or 'The settings'}: {reason}.", "Correct the value and save again.")
    before = read_texts(file)
    changed = [
        field.path for field in setting_fields() if texts.get(field.path, "").strip() != before[field.path].strip()
    ]
    if changed:
        _write(file, changed, checked)
    return changed


def set_review(root: Path, wanted: bool) -> None:
    """Write whether an iteration pauses for review after pair generation.

    Raises:
        StudioError: the project's settings cannot be read or written.
    """
    file = root / FILE_NAME
    change_settings(file, {**read_texts(file), "loop.review": "true" if wanted else "false"})


def _write(file: Path, changed: list[str], checked: Checked) -> None:
    try:
        document = tomlkit.parse(file.read_text("utf-8-sig"))
        for path in changed:
            _change(document, path.split("."), checked.tree)
        text = tomlkit.dumps(document)
        parse_settings(document.unwrap(), file.name)
        write_text(file, text)
    except OSError as error:
        raise StudioError(f"{file} cannot be written: {error.strerror}.", "Check the folder's permissions.") from error
    except TOMLKitError as error:
        raise StudioError(f"{file} is not TOML: {error}.", "Correct that line.") from error


def _change(document: Any, parts: list[str], tree: Any) -> None:
    """Set the value at a path, or remove it if the tree has none; a value's comment stays."""
    *sections, name = parts
    table = document
    for section in sections:
        if section not in table:
            table.add(section, tomlkit.table())
        table = table[section]
        tree = tree.get(section, {})
    if name not in tree:
        table.pop(name, None)
        return
    item = tomlkit.item(tree[name])
    if name in table:
        # Indexing gives a bare bool for a boolean; the container's own item still has the comment.
        old = (table.value if isinstance(table, Table) else table).item(name)
        if isinstance(old, Item):
            item.trivia.comment_ws, item.trivia.comment = old.trivia.comment_ws, old.trivia.comment
    table[name] = item
