"""The formats of instruction data, and which one a file has: by its content, whatever its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from studio.services.errors import StudioError
from studio.services.imports.formats.records import ImportNote, Refused, RefusedError
from studio.services.instructions.conversations import (
    ParsedRow,
    kind_of,
    parse_conversations,
    parse_messages,
    parse_trl,
)
from studio.services.instructions.critiques import TableEntry, critique_columns, read_critiques, table_header
from studio.services.instructions.json_entries import first_sign, json_entries, whole_object

_HEAD = 50
"""Entries that are looked at to find the format."""
EXPECTED = (
    "Expected: JSON or JSON lines of objects with image and conversations (LLaVA), images and messages (LLaMA-Factory, "
    "TRL), images and conversations (ShareGPT) or prompt and completion (TRL); or a table with the columns image and "
    "critique."
)


@dataclass(frozen=True, slots=True)
class InstructionFormat:
    """One format: ``parse`` is for an entry of a JSON file; None for tables."""

    name: str
    title: str
    parse: Callable[[object], ParsedRow] | None


FORMATS = {
    one.name: one
    for one in (
        InstructionFormat("llava", "LLaVA: image, conversations", parse_conversations),
        InstructionFormat("sharegpt", "LLaMA-Factory, ShareGPT: images, conversations", parse_conversations),
        InstructionFormat("llama-factory", "LLaMA-Factory: images, messages", parse_messages),
        InstructionFormat("trl", "TRL: messages, or prompt and completion", parse_trl),
        InstructionFormat("critiques", "Table of critiques: image, critique, question", None),
    )
}
"""By name."""


def find_format(file: Path) -> InstructionFormat:
    """Return the format of a file.

    Raises:
        StudioError: unreadable, or none of the formats; the message names what was found, the remedy what is expected.
    """
    if file.is_dir():
        raise StudioError(f"{file} is a folder.", "Choose the file with the instructions.")
    sign = first_sign(file)
    if not sign:
        raise StudioError(f"The file {file} is empty.", EXPECTED)
    if sign not in "[{":
        return _table(file)
    whole = whole_object(file) if sign == "{" else None
    if whole is not None:
        what = f"found one object over several lines, with {_names(whole)}"
        raise StudioError(f"The instructions in {file} have no known format: {what}.", EXPECTED)
    values = [entry[1] for entry in islice(json_entries(file), _HEAD) if isinstance(entry, tuple)]
    for value in values:
        name = _name(value)
        if name:
            return FORMATS[name]
    raise StudioError(f"The instructions in {file} have no known format: {_found(values)}.", EXPECTED)


def read_rows(file: Path, format: InstructionFormat) -> Iterator[TableEntry]:
    """Yield number and row of every entry in this format, refused ones, and notes.

    Raises:
        StudioError: unreadable, or not a table.
    """
    if format.parse is None:
        yield from read_critiques(file)
        return
    for entry in json_entries(file):
        if isinstance(entry, (Refused, ImportNote)):
            yield entry
            continue
        number, value = entry
        try:
            yield number, format.parse(value)
        except RefusedError as refusal:
            yield Refused(file.name, number, refusal.value, refusal.reason)


def _table(file: Path) -> InstructionFormat:
    try:
        header = table_header(file)
    except StudioError as error:
        raise StudioError(f"The instructions in {file} have no known format: {error.message}", EXPECTED) from error
    columns = critique_columns(header)
    if columns["image"] and columns["critique"]:
        return FORMATS["critiques"]
    what = "found no text" if any("\0" in name for name in header) else f"found a table with {_names(header)}"
    raise StudioError(f"The instructions in {file} have no known format: {what}.", EXPECTED)


def _name(value: Any) -> str:
    """Return the name of the format of an entry; "" if it has none."""
    if not isinstance(value, dict):
        return ""
    if isinstance(value.get("conversations"), list):
        return "sharegpt" if "images" in value and "image" not in value else "llava"
    if isinstance(value.get("messages"), list):
        said = (one for one in value["messages"] if isinstance(one, dict))
        return "trl" if any(isinstance(one.get("content"), list) for one in said) else "llama-factory"
    return "trl" if "prompt" in value and "completion" in value else ""


def _found(values: list[Any]) -> str:
    """Return what is in the first entries instead."""
    if not values:
        return "found no JSON value in the first entries"
    first = next((value for value in values if isinstance(value, dict)), None)
    if first is None:
        return f"found {kind_of(values[0])} in the place of an object"
    return f"found objects with {_names(first)}"


def _names(found: Iterable[str]) -> str:
    return ", ".join(repr(name[:40]) for name in islice(found, 10)) or "no names"
