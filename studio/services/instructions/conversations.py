"""The conversation in one entry of a JSON file, in any of its published forms.

- LLaVA: ``image`` (a path, or a list of paths) and ``conversations`` of ``from`` (human, gpt) and ``value``.
- LLaMA-Factory: ``images`` and ``messages`` of ``role`` (user, assistant) and ``content``; its ShareGPT variant has
  ``conversations`` as LLaVA.
- TRL: ``images`` with ``messages``, or with ``prompt`` and ``completion``, each a text or a list of messages; a content
  is a text, or a list of ``{"type": "image"}`` and ``{"type": "text", "text": ...}``. An image among them may name its
  file in ``image`` or ``path`` instead.

A first message of the role ``system`` is kept apart. The images belong where ``<image>`` is in the questions; without
any mark they belong before the first question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studio.services.imports.formats.path_index import is_text
from studio.services.imports.formats.records import RefusedError
from studio.services.instructions.types import IMAGE_MARK, QuestionAnswer, without_marks

MOST_TURNS = 500
"""Questions of one row; no model reads more at once."""
MOST_CHARACTERS = 100_000
"""Characters of one text."""
MOST_IMAGES = 16
_IMAGES = ("image", "images")
_QUESTIONS = ("human", "user")
_ANSWERS = ("gpt", "assistant")
_SYSTEM = "system"
_Message = tuple[str, str]
"""Role ("question" or "answer") and text."""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row before its images are searched: ``images`` as the file names them."""

    images: tuple[str, ...]
    turns: tuple[QuestionAnswer, ...]
    source_id: str = ""
    system: str = ""


def parse_conversations(entry: object) -> ParsedRow:
    """Return the row of an entry with ``conversations``.

    Raises:
        RefusedError: it is none.
    """
    row = _object(entry)
    return _parsed(row, _list_of(row, "conversations"), "from", "value")


def parse_messages(entry: object) -> ParsedRow:
    """Return the row of an entry with ``messages``.

    Raises:
        RefusedError: it is none.
    """
    row = _object(entry)
    return _parsed(row, _list_of(row, "messages"), "role", "content")


def parse_trl(entry: object) -> ParsedRow:
    """Return the row of an entry with ``messages``, or with ``prompt`` and ``completion``.

    Raises:
        RefusedError: it is none.
    """
    row = _object(entry)
    if "prompt" not in row:
        return parse_messages(row)
    said: list[Any] = []
    for name, role in (("prompt", "user"), ("completion", "assistant")):
        part = row.get(name)
        if isinstance(part, str):
            said.append({"role": role, "content": part})
        elif isinstance(part, list):
            said.extend(part)
        else:
            raise RefusedError(_label(row), f"{name} is {kind_of(part)}, not a text or a list of messages")
    return _parsed(row, said, "role", "content")


def checked_turns(messages: Sequence[_Message], images: int, label: str) -> tuple[QuestionAnswer, ...]:
    """Return the turns, with one mark for each of ``images``; ``label`` names the row.

    Raises:
        RefusedError: a wrong order, a missing or empty text, or marks that do not match the images.
    """
    if not messages:
        raise RefusedError(label, "the conversation is empty")
    if len(messages) > 2 * MOST_TURNS:
        raise RefusedError(label, _too_many(len(messages)))
    for place, (role, text) in enumerate(messages):
        if role != ("answer" if place % 2 else "question"):
            raise RefusedError(label, _wrong_order(role, place))
        if not without_marks(text):
            raise RefusedError(label, f"the {role} in message {place + 1} is empty")
        if len(text) > MOST_CHARACTERS:
            what = f"the {role} in message {place + 1} has {len(text):,} characters"
            raise RefusedError(label, f"{what}; at most {MOST_CHARACTERS:,} are read")
        if not is_text(text):
            raise RefusedError(label, f"the {role} in message {place + 1} is not valid Unicode text")
        if role == "answer" and IMAGE_MARK in text:
            raise RefusedError(label, f"the answer in message {place + 1} contains {IMAGE_MARK}")
    if len(messages) % 2:
        raise RefusedError(label, "the last question has no answer")
    texts = [text.strip() for _, text in messages]
    marks = sum(text.count(IMAGE_MARK) for text in texts)
    if not marks:
        texts[0] = f"{IMAGE_MARK}\n" * images + texts[0]
    elif marks != images:
        many = "1 image" if images == 1 else f"{images} images"
        raise RefusedError(label, f"the row has {many}, but the questions have {IMAGE_MARK} {_times(marks)}")
    return tuple(QuestionAnswer(texts[place], texts[place + 1]) for place in range(0, len(texts), 2))


def kind_of(value: object) -> str:
    """Return what a JSON value is, in words for a reason."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"


def _parsed(row: Mapping[str, Any], said: Sequence[Any], speaker: str, text: str) -> ParsedRow:
    label = _label(row)
    if len(said) > 2 * MOST_TURNS + 1:
        raise RefusedError(label, _too_many(len(said)))
    named: list[str] = []
    system = ""
    messages: list[_Message] = []
    for place, one in enumerate(said):
        where = f"message {place + 1}"
        if not isinstance(one, dict):
            raise RefusedError(label, f"{where} is {kind_of(one)}, not an object with {speaker!r} and {text!r}")
        role = _role(one.get(speaker), where, label)
        content = _content(one.get(text), f"{text!r} in {where}", named, label)
        if role != _SYSTEM:
            messages.append((role, content))
        elif place:
            raise RefusedError(label, f"{where} has the role 'system', which only the first may have")
        else:
            system = content.strip()
            if IMAGE_MARK in system or len(system) > MOST_CHARACTERS or not is_text(system):
                raise RefusedError(label, "the system text is too long, contains <image>, or is not valid Unicode text")
    images = _images(row, named, label)
    if not images:
        raise RefusedError(label, "the row has no image")
    return ParsedRow(images, checked_turns(messages, len(images), label), _id(row, label), system)


def _object(entry: object) -> Mapping[str, Any]:
    if not isinstance(entry, dict):
        raise RefusedError(str(entry)[:80], f"the row is {kind_of(entry)}, not an object")
    return entry


def _list_of(row: Mapping[str, Any], name: str) -> list[Any]:
    if name not in row:
        raise RefusedError(_label(row), f"the row has no {name!r}")
    found = row[name]
    if not isinstance(found, list):
        raise RefusedError(_label(row), f"{name!r} is {kind_of(found)}, not a list")
    return found


def _label(row: Mapping[str, Any]) -> str:
    """Return a short text by which a person finds the row: its id, else its image."""
    for name in ("id", *_IMAGES):
        if isinstance(row.get(name), (str, int)):
            return str(row[name])[:80]
    first = next((row[name][0] for name in _IMAGES if isinstance(row.get(name), list) and row[name]), "")
    return first[:80] if isinstance(first, str) else ""


def _id(row: Mapping[str, Any], label: str) -> str:
    found = row.get("id")
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, (str, int)):
        raise RefusedError(label, f"the id is {kind_of(found)}, not a text")
    text = str(found).strip()
    if len(text) > MOST_CHARACTERS or not is_text(text):
        raise RefusedError(label, "the id is too long or not valid Unicode text")
    return text


def _role(value: object, where: str, label: str) -> str:
    if not isinstance(value, str):
        raise RefusedError(label, f"the role of {where} is {kind_of(value)}, not a text")
    word = value.strip().lower()
    if word in _QUESTIONS:
        return "question"
    if word in _ANSWERS:
        return "answer"
    if word == _SYSTEM:
        return _SYSTEM
    known = ", ".join((*_QUESTIONS, *_ANSWERS, _SYSTEM))
    raise RefusedError(label, f"the role of {where} is {value[:40]!r}; known roles: {known}")


def _content(value: object, where: str, named: list[str], label: str) -> str:
    """Return a message's text, with marks for the images among its parts; their files are added to ``named``."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise RefusedError(label, f"{where} is {kind_of(value)}, not a text")
    text = ""
    for part in value:
        kind = part.get("type") if isinstance(part, dict) else None
        if isinstance(part, str) or (kind == "text" and isinstance(part.get("text"), str)):
            text += part if isinstance(part, str) else part["text"]
        elif kind == "image":
            text += f"\n{IMAGE_MARK}\n" if text and not text.endswith("\n") else f"{IMAGE_MARK}\n"
            path = next((part[name] for name in ("image", "path") if part.get(name) is not None), None)
            if path is not None:
                named.append(_path(path, label))
        else:
            raise RefusedError(label, f"a part of {where} is neither a text nor an image")
    return text


def _images(row: Mapping[str, Any], named: Sequence[str], label: str) -> tuple[str, ...]:
    given = [name for name in _IMAGES if row.get(name) not in (None, "", [])]
    if len(given) > 1 or (given and named):
        raise RefusedError(label, "the row names its images in two places")
    if not given:
        return tuple(named)
    value = row[given[0]]
    paths = value if isinstance(value, list) else [value]
    if len(paths) > MOST_IMAGES:
        raise RefusedError(label, f"the row has {len(paths):,} images; at most {MOST_IMAGES} are read")
    return tuple(_path(path, label) for path in paths)


def _path(value: object, label: str) -> str:
    if isinstance(value, dict) and isinstance(value.get("path"), str):  # as the library datasets writes an image
        value = value["path"]
    if not isinstance(value, str):
        raise RefusedError(label, f"the image is {kind_of(value)}, not a path")
    if not value.strip():
        raise RefusedError(label, "the image name is missing")
    return value


def _wrong_order(role: str, place: int) -> str:
    if place == 0:
        return "an answer comes before the first question"
    return f"message {place + 1} is {'an answer' if role == 'answer' else 'a question'} after another one"


def _too_many(messages: int) -> str:
    return f"the conversation has {messages:,} messages; at most {2 * MOST_TURNS:,} are read"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
