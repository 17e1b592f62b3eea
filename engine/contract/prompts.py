"""The prompt that asks for a score and its explanation, and the format of the answer. Text only: standard library.

A template's words in braces are fields, so that a project can score something other than aesthetics. The answer's
format, ``#Score: 7`` newline ``#Explain: text``, is the same in every project (arXiv 2506.02708, section A.2).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard

from engine.contract.resources import resource_path
from engine.contract.specs import LABELS

SCORE_TAG = "#Score: "
EXPLAIN_TAG = "#Explain:"

_FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")
# The paper's prompt shows the two lines with an empty line between them, so both forms are accepted.
_STRICT = re.compile(r"#Score: ([0-9])\n{1,2}#Explain:[ ]?(?P<text>\S.*)", re.DOTALL)
_REPEATED_TAG = re.compile(r"#Score|#Explain")
_SCORE = re.compile(r"score\W{0,6}?(-?[0-9]+(?:\.[0-9]+)?)", re.IGNORECASE)
_EXPLAIN = re.compile(r"#?\s*expla(?:in|nation)\s*:?", re.IGNORECASE)


class PromptError(ValueError):
    """An invalid prompt resource or field; the message names it and lists the valid ones."""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt whose ``{fields}`` have default values."""

    name: str
    template: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def render(self, **words: str) -> str:
        """Return the prompt with ``words`` in place of the defaults. Braces around anything but a name are kept.

        Raises:
            PromptError: a word for a field that the prompt does not have, or a field without a word.
        """
        wanted = set(_FIELD.findall(self.template))
        unknown = sorted(set(words) - wanted - set(self.fields))
        if unknown:
            raise PromptError(f"The prompt {self.name!r} has no field {unknown[0]!r}; its fields are {sorted(wanted)}.")
        values = {**self.fields, **words}
        missing = sorted(wanted - set(values))
        if missing:
            raise PromptError(f"The prompt {self.name!r} has no words for its field {missing[0]!r}; add them.")
        return _FIELD.sub(lambda match: values[match[1]], self.template)


def available_prompts() -> list[str]:
    """Return the names of the prompts that ship with the program, sorted."""
    return sorted(path.stem for path in resource_path("prompts").glob("*.toml"))


def load_prompt(name: str) -> PromptTemplate:
    """Return the prompt ``resources/prompts/<name>.toml``.

    Raises:
        PromptError: no prompt has that name.
    """
    if name not in available_prompts():
        raise PromptError(f"The prompt {name!r} is unknown; available prompts: {available_prompts()}.")
    return read_prompt(resource_path("prompts", f"{name}.toml"))


def read_prompt(path: Path) -> PromptTemplate:
    """Read the prompt of a TOML file with ``name``, ``template`` and, if it has fields, a table ``fields``.

    Raises:
        PromptError: invalid TOML, or a missing or wrong entry.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"The prompt file {path} cannot be read: {error}.") from error
    name, template, fields = data.get("name"), data.get("template"), data.get("fields", {})
    if not (isinstance(name, str) and isinstance(template, str) and _is_words(fields)):
        raise PromptError(f"The prompt file {path} needs the strings name and template and a table fields of strings.")
    return PromptTemplate(name, template, fields)


def _is_words(fields: object) -> TypeGuard[dict[str, str]]:
    return isinstance(fields, dict) and all(isinstance(word, str) for word in fields.values())


def answer_prefix(label: int, *, score_tag: str = SCORE_TAG, explain_tag: str = EXPLAIN_TAG) -> str:
    """Return the fixed beginning of an answer, up to the explanation."""
    return f"{score_tag}{label}\n{explain_tag}"


def format_answer(label: int, text: str) -> str:
    """Return a complete answer.

    Raises:
        ValueError: ``label`` is not one of 0..9.
    """
    if label not in LABELS:
        raise ValueError(f"the label {label!r} is not one of {LABELS[0]}..{LABELS[-1]}")
    return f"{answer_prefix(label)} {text.strip()}"


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """The content of an answer.

    Attributes:
        label: the score label, or None if no single one of 0..9 was found.
        text: the explanation, stripped; empty if none was found.
        ok: whether the answer has exactly the required format: one score and one non-empty explanation.
    """

    label: int | None
    text: str
    ok: bool


def parse_answer(raw: str) -> ParsedAnswer:
    """Parse an answer: lenient in what is found, strict in ``ok``."""
    strict = _STRICT.fullmatch(raw.strip())
    if strict and not _REPEATED_TAG.search(strict["text"]):
        return ParsedAnswer(int(strict[1]), strict["text"].strip(), ok=True)
    explain = _EXPLAIN.search(raw)
    head = raw[: explain.start()] if explain else raw
    return ParsedAnswer(_find_label(head), raw[explain.end() :].strip() if explain else "", ok=False)


def _find_label(head: str) -> int | None:
    found = _SCORE.search(head)
    if found is None:
        return None
    value = float(found[1])
    return int(value) if value in LABELS else None
