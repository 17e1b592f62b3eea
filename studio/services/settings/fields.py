"""The settings as a form: one field per setting, its text, and the reason why a text is invalid. No Qt.

A field's path is as in the file: ``training.learning_rate``. Texts are typed by the user; an empty text omits an
optional setting.
"""

from __future__ import annotations

import json
import tomllib
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import ValidationError

from engine.contract.prompts import available_prompts
from studio.services.errors import StudioError
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import Section, Settings
from studio.services.settings.toml_file import Tree

FieldKind = Literal["text", "long_text", "number", "switch", "choice", "choices", "list", "words"]
FIXED = ("import", "split")
"""Sections used only when the project is created."""
_LONG = ("prompt.template",)


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting. ``choices``: allowed words (besides numbers, for the kind number); ``optional``: may be empty."""

    path: str
    section: str
    name: str
    meaning: str
    kind: FieldKind
    optional: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The checked texts: ``settings`` (None: something is invalid) and the reason by path; "" is the whole."""

    settings: Settings | None
    tree: Tree
    reasons: dict[str, str]


def setting_fields() -> list[SettingField]:
    """Return every setting in the order of the file."""
    return _fields(Settings, "")


def texts_of(tree: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a settings tree by path; missing settings have their defaults."""
    texts = {field.path: "" for field in setting_fields()}
    _default_texts(Settings, "", texts)
    kinds = {field.path: field.kind for field in setting_fields()}
    for path, value in _leaves(tree, kinds, ""):
        texts[path] = _text(value, kinds[path])
    return texts


def check_texts(texts: Mapping[str, str]) -> Checked:
    """Check all texts together against the types, ranges and rules of the settings."""
    tree: Tree = {}
    reasons: dict[str, str] = {}
    for field in setting_fields():
        text = texts.get(field.path, "")
        if not text.strip() and field.optional:
            continue
        try:
            _put(tree, field.path, _value(text, field))
        except ValueError as error:
            reasons[field.path] = str(error)
    try:
        settings = Settings.model_validate_json(json.dumps(tree), strict=True)
    except ValidationError as error:
        for path, reason in _reasons(error).items():
            reasons.setdefault(path, reason)
        settings = None
    if not texts.get("prompt.resource", "a default").strip() and not texts.get("prompt.template", "").strip():
        reasons.setdefault("prompt.template", "the prompt is empty")  # the default would be a prompt that no one chose
    elif settings is not None and (wrong := _prompt_problem(settings)):
        reasons.setdefault(*wrong)
    return Checked(None if reasons else settings, tree, reasons)


def _prompt_problem(settings: Settings) -> tuple[str, str] | None:
    """Return the setting that keeps the prompt from being used, and why; None if it can be used."""
    try:
        prompt_spec(settings.prompt)
    except StudioError as error:
        own = settings.prompt.template is not None or settings.prompt.resource in available_prompts()
        return "prompt.fields" if own else "prompt.resource", error.message[0].lower() + error.message[1:].rstrip(".")
    return None


def _fields(section: type[Section], where: str) -> list[SettingField]:
    found: list[SettingField] = []
    for name, info in section.model_fields.items():
        path = f"{where}.{info.alias or name}".lstrip(".")
        inner = _section_type(info.annotation)
        if inner is not None:
            found.extend(_fields(inner, path))
            continue
        optional, kind, choices = _kind(info.annotation)
        kind = "long_text" if path in _LONG else kind
        found.append(SettingField(path, where, name, info.description or "", kind, optional, choices))
    return found


def _section_type(annotation: object) -> type[Section] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, Section) else None


def _kind(annotation: Any) -> tuple[bool, FieldKind, tuple[str, ...]]:
    plain = [part for part in _union(annotation) if part is not type(None)]
    optional = len(plain) < len(_union(annotation))
    if len(plain) > 1:  # a word beside numbers or a switch
        beside = tuple(map(str, get_args(plain[0])))
        if _bare(plain[1]) is bool:
            return optional, "choice", (*beside, "true", "false")
        return optional, "number", beside
    kind = _bare(plain[0])
    if get_origin(kind) is Literal:
        return optional, "choice", tuple(map(str, get_args(kind)))
    if get_origin(kind) is tuple:
        inner = _bare(get_args(kind)[0])
        words = get_origin(inner) is Literal
        return optional, "choices" if words else "list", tuple(map(str, get_args(inner))) if words else ()
    if kind is bool and optional:  # a box has no third state
        return optional, "choice", ("true", "false")
    simple: dict[Any, FieldKind] = {bool: "switch", int: "number", float: "number"}
    return optional, "words" if get_origin(kind) is dict else simple.get(kind, "text"), ()


def _union(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _default_texts(section: type[Section], where: str, texts: dict[str, str]) -> None:
    kinds = {field.path: field.kind for field in _fields(section, where)}
    for name, info in section.model_fields.items():
        path = f"{where}.{info.alias or name}".lstrip(".")
        inner = _section_type(info.annotation)
        if inner is not None:
            _default_texts(inner, path, texts)
        elif not info.is_required():
            texts[path] = _text(info.get_default(call_default_factory=True), kinds[path])


def _leaves(tree: Mapping[str, Any], kinds: Mapping[str, FieldKind], where: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in tree.items():
        path = f"{where}.{key}".lstrip(".")
        if path in kinds:
            found.append((path, value))
        elif isinstance(value, Mapping):
            found.extend(_leaves(value, kinds, path))
    return found


def _text(value: Any, kind: FieldKind) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind in ("list", "choices"):
        return ", ".join(_text(item, "text") for item in value)
    if kind == "words":
        return "\n".join(f"{key} = {json.dumps(word, ensure_ascii=False)}" for key, word in value.items())
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _value(text: str, field: SettingField) -> Any:
    match field.kind:
        case "number":
            return text.strip() if text.strip() in field.choices else _number(text, field.choices)
        case "choice" if {"true", "false"} <= set(field.choices):
            return {"true": True, "false": False}.get(text, text)
        case "switch":
            return text == "true"
        case "list":
            return [_number(part) for part in text.split(",") if part.strip()]
        case "choices":
            return [part.strip() for part in text.split(",") if part.strip()]
        case "words":
            return _words(text)
        case "long_text":
            return text
        case _:
            return text.strip()


def _number(text: str, words: Sequence[str] = ()) -> int | float:
    plain = text.strip()
    try:
        return int(plain) if plain.lstrip("+-").isdecimal() else float(plain)
    except ValueError:
        other = "".join(f", and not {word}" for word in words)
        raise ValueError(f"{plain!r} is not a number{other}" if plain else "a number is missing") from None


def _words(text: str) -> dict[str, str]:
    try:
        words = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f'write one line per field, as name = "words" ({error})') from error
    return {key: str(value) for key, value in words.items()}


def _put(tree: Tree, path: str, value: Any) -> None:
    *sections, name = path.split(".")
    for section in sections:
        tree = tree.setdefault(section, {})
    tree[name] = value


def _reasons(error: ValidationError) -> dict[str, str]:
    """Return the first reason by path; a rule about a whole section is shown at the setting that it names first."""
    found: dict[str, str] = {}
    paths = [field.path for field in setting_fields()]
    for problem in error.errors(include_url=False):
        parts = [str(part) for part in problem["loc"]]
        path = ".".join(parts)
        while parts and ".".join(parts) not in paths:
            parts.pop()
        reason = "a value is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        at = ".".join(parts) or next((p for p in paths if p.startswith(f"{path}.") and _named(p, reason)), "")
        found.setdefault(at, reason[0].lower() + reason[1:])
    return found


def _named(path: str, reason: str) -> bool:
    return path.rsplit(".", 1)[1] in reason
