"""Read and write ``studio.toml`` and the presets. Every error has the value, the reason and the remedy."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import BaseModel, ValidationError
from tomlkit.items import Table

from engine.contract.atomic_files import write_text
from engine.contract.resources import resource_path
from studio.services.errors import StudioError
from studio.services.settings.schema import Section, Settings

FILE_NAME = "studio.toml"
Tree = dict[str, Any]


def load_settings(file: Path) -> Settings:
    """Return the settings in a file.

    Raises:
        StudioError: unreadable, not TOML, an unknown key or a value out of range.
    """
    return parse_settings(read_toml(file), file.name)


def parse_settings(data: Mapping[str, Any], source: str) -> Settings:
    """Return settings from a tree of plain values; ``source`` is its name in errors."""
    _refuse_unknown(data, Settings, source, "")
    try:
        return Settings.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        raise StudioError(f"{source}: {_explain(error)}", f"Edit {source} and try again.") from error


def read_toml(file: Path) -> Tree:
    """Return the tree of a TOML file."""
    try:
        return tomllib.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise StudioError(f"{file} does not exist.", "Check the path.") from error
    except OSError as error:
        raise StudioError(f"{file} cannot be read: {error.strerror}.", "Check the path and its permissions.") from error
    except UnicodeDecodeError as error:
        raise StudioError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise StudioError(f"{file} is not TOML: {error}.", "Correct that line.") from error


def merged(*trees: Mapping[str, Any]) -> Tree:
    """Return the merged trees, later ones taking precedence; sections are merged, everything else is replaced."""
    result: Tree = {}
    for tree in trees:
        for key, value in tree.items():
            old = result.get(key)
            result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return result


def preset_names() -> list[str]:
    """Return the names of the presets that come with the program."""
    return sorted(p.stem for p in resource_path("presets").glob("*.toml"))


def is_from_paper(preset: str) -> bool:
    """Return whether a preset is a row of the paper's Table 4; the others use the row of the closest model size."""
    return preset.startswith(("ava-", "aadb-"))


def preset_made_for(model: str) -> str | None:
    """Return the only preset for this base model; None if there is none, or several to choose from."""
    made = presets_made_for(model)
    return made[0] if len(made) == 1 else None


def presets_made_for(model: str) -> list[str]:
    """Return all presets for this base model."""
    return [name for name in preset_names() if load_preset(name).get("model", {}).get("base") == model]


def load_preset(name: str) -> Tree:
    """Return the settings tree of a preset (a part of a whole one)."""
    names = preset_names()
    if name not in names:
        raise StudioError(f"There is no preset {name!r}.", f"Known presets: {', '.join(names)}.")
    return read_toml(resource_path("presets", f"{name}.toml"))


def write_settings(file: Path, settings: Settings) -> None:
    """Write every setting with its description as a comment; an error leaves the file unchanged."""
    document = tomlkit.document()
    document.add(
        tomlkit.comment(
            "Settings of this project. What you change counts for every stage that has not begun at the next run."
        )
    )
    for name, field in type(settings).model_fields.items():
        section = _section(settings, name)
        document.add(field.alias or name, _table(section))
    write_text(file, tomlkit.dumps(document))


def _section(parent: Section, name: str) -> Section:
    value = dict(parent)[name]
    assert isinstance(value, Section)
    return value


def _table(section: Section) -> Table:
    table = tomlkit.table()
    values = dict(section)
    for name, field in type(section).model_fields.items():
        value, meaning = values[name], field.description or ""
        if isinstance(value, Section):
            table.add(name, _table(value))
        elif value is None:
            table.add(tomlkit.comment(f"{name}: {meaning}"))
        else:
            item = tomlkit.item(list(value) if isinstance(value, tuple) else value)
            table.add(name, item)
            if not isinstance(value, dict):
                item.comment(meaning)
    return table


def _refuse_unknown(data: Mapping[str, Any], model: type[BaseModel], source: str, where: str) -> None:
    known = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
    for key, value in data.items():
        path = f"{where}.{key}" if where else key
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.5)
            hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
            raise StudioError(f"{source}: there is no setting {path}.", hint)
        inner = known[key]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            if not isinstance(value, Mapping):
                raise StudioError(f"{source}: {path} is {value!r}, but it is a table.", f"Write it as [{path}].")
            _refuse_unknown(value, inner, source, path)


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] == "missing":
        return f"{where} is missing."
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        return f"[{where}] {reason}."
    return f"{where} is {first['input']!r}: {reason[0].lower()}{reason[1:]}."
