"""The prompt that asks for a score and its explanation, and the form of the answer. Text only: standard library.

A template's words in braces are fields, so that a project can score something other than aesthetics. The answer's
form, ``#Score: 7`` newline ``#Explain: text``, is the same in every project (seed 000, A.2).
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
# The paper's prompt shows the two lines with an empty one between them, so that both ways count as the format.
_STRICT = re.compile(r"#Score: ([0-9])\n{1,2}#Explain:[ ]?(?P<text>\S.*)", re.DOTALL)
_REPEATED_TAG = re.compile(r"#Score|#Explain")
_SCORE = re.compile(r"score\W{0,6}?(-?[0-9]+(?:\.[0-9]+)?)", re.IGNORECASE)
_EXPLAIN = re.compile(r"#?\s*expla(?:in|nation)\s*:?", re.IGNORECASE)


class PromptError(ValueError):
    """A prompt resource or a field that cannot be used; the message names it and says what there is."""


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """A prompt whose ``{fields}`` have default words."""

    name: str
    template: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def render(self, **words: str) -> str:
        """The prompt with ``words`` in place of the defaults. Braces around anything but a name stay as they are.

        Raises:
            PromptError: a word for a field that the prompt has not, or a field without a word.
        """
        wanted = set(_FIELD.findall(self.template))
        unknown = sorted(set(words) - wanted - set(self.fields))
        if unknown:
            raise PromptError(f"The prompt {self.name!r} has no field {unknown[0]!r}; its fields are {sorted(wanted)}.")
        values = {**self.fields, **words}
        missing = sorted(wanted - set(values))
        if missing:
            raise PromptError(f"The prompt {self.name!r} has no words for its field {missing[0]!r}; give some.")
        return _FIELD.sub(lambda match: values[match[1]], self.template)


def available_prompts() -> list[str]:
    """Names of the prompts that come with the program, in order."""
    return sorted(path.stem for path in resource_path("prompts").glob("*.toml"))


def load_prompt(name: str) -> PromptTemplate:
    """The prompt ``resources/prompts/<name>.toml``.

    Raises:
        PromptError: there is none of that name.
    """
    if name not in available_prompts():
        raise PromptError(f"There is no prompt named {name!r}; there are {available_prompts()}.")
    return read_prompt(resource_path("prompts", f"{name}.toml"))


def read_prompt(path: Path) -> PromptTemplate:
    """The prompt of a TOML file with ``name``, ``template`` and, if it has fields, a table ``fields``.

    Raises:
        PromptError: not TOML, or not of that form.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PromptError(f"The prompt file {path} cannot be read: {error}.") from error
    name, template, fields = data.get("name"), data.get("template"), data.get("fields", {})
    if not (isinstance(name, str) and isinstance(template, str) and _is_words(fields)):
        raise PromptError(f"The prompt file {path} must have the texts name and template and a table fields of texts.")
    return PromptTemplate(name, template, fields)


def _is_words(fields: object) -> TypeGuard[dict[str, str]]:
    return isinstance(fields, dict) and all(isinstance(word, str) for word in fields.values())


def answer_prefix(label: int, *, score_tag: str = SCORE_TAG, explain_tag: str = EXPLAIN_TAG) -> str:
    """The fixed beginning of an answer, up to where the explanation begins."""
    return f"{score_tag}{label}\n{explain_tag}"


def format_answer(label: int, text: str) -> str:
    """A whole answer.

    Raises:
        ValueError: ``label`` is none of 0..9.
    """
    if label not in LABELS:
        raise ValueError(f"the label {label!r} is none of {LABELS[0]}..{LABELS[-1]}")
    return f"{answer_prefix(label)} {text.strip()}"


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """What could be read from an answer.

    Attributes:
        label: the score label, or None if no single one of 0..9 was found.
        text: the explanation, stripped; empty if none was found.
        ok: the answer has exactly the asked form: one score, one explanation that is not empty.
    """

    label: int | None
    text: str
    ok: bool


def parse_answer(raw: str) -> ParsedAnswer:
    """Read an answer: generous in what is found, strict in ``ok``."""
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
