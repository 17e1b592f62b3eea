"""Whether a text names what is wrong with a picture, by a list of words and their negations. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from engine.contract.lexicon import Match, Table, lexicon
from engine.contract.polarity import NEGATION_SCOPE, clauses, negator_at
from engine.contract.resources import resource_path

_AFTER_SCOPE = 3
"""Tokens after a word within which it can be negated ("noise is well controlled")."""
_Side = Literal["word", "opposite"]


@dataclass(frozen=True, slots=True)
class AttributeWords:
    """The word list of one attribute: words name it, opposites name it if negated, ignored phrases mean neither."""

    words: Table
    opposites: Table
    ignored: Table
    negators: Table
    after: Table


def names(text: str, attribute: str) -> str | None:
    """Return the words by which a text names an attribute ("not sharp"), in lower case; None if it does not.

    Args:
        text: an explanation.
        attribute: a word list of ``resources/probe/words.json``.

    Raises:
        KeyError: there is no such list.
    """
    known = word_lists()[attribute]
    return next((found for tokens in clauses(text) for found in _named(known, tokens)), None)


@cache
def word_lists() -> Mapping[str, AttributeWords]:
    """Return all word lists by attribute, read once."""
    data: dict[str, Any] = json.loads(resource_path("probe", "words.json").read_text(encoding="utf-8"))
    return {
        name: AttributeWords(
            words=_table(lists["words"]),
            opposites=_table(lists["opposites"]),
            ignored=_table([*data["ignored"], *lists["ignored"]]),
            negators=_table(data["negators"]),
            after=_table(data["after"]),
        )
        for name, lists in data["attributes"].items()
    }


def _table(entries: Sequence[str]) -> Table:
    return Table.of(dict.fromkeys(entries, 0.0))


def _named(known: AttributeWords, tokens: Sequence[str]) -> Iterator[str]:
    """Yield the words of one clause that name the attribute.

    A negator has a scope of a few tokens and negates one kind only, that of the first match in it: in "not sharp and
    blurry", "blurry" is not negated.
    """
    negator, until = "", -1
    side: _Side | None = None
    i = 0
    while i < len(tokens):
        found, kind = _longest(known, tokens, i)
        if found is None or kind == "ignored":
            i += found.length if found else 1
            continue
        end = i + found.length
        if kind == "negator":
            negator, until, side = found.entry, end - 1 + NEGATION_SCOPE, None
        else:
            before = i <= until and side in (None, kind)
            if i <= until:
                side = side or ("word" if kind == "word" else "opposite")
            words = " ".join(tokens[i:end])
            negated = before or _negated_after(known, tokens, end)
            if kind == "word" and not negated:
                yield words
            elif kind == "opposite" and negated:
                yield f"{negator} {words}" if before else " ".join(tokens[i : end + _AFTER_SCOPE])
        i = end


def _longest(known: AttributeWords, tokens: Sequence[str], i: int) -> tuple[Match | None, str]:
    """Return the longest match that begins at a token, with its kind; among equals the first of these kinds."""
    matches: list[tuple[Match | None, str]] = [
        (known.ignored.at(tokens, i), "ignored"),
        (known.words.at(tokens, i), "word"),
        (known.opposites.at(tokens, i), "opposite"),
        (known.negators.at(tokens, i), "negator"),
        (negator_at(lexicon(), tokens, i), "negator"),
    ]
    return max(matches, key=lambda match: match[0].length if match[0] else 0)


def _negated_after(known: AttributeWords, tokens: Sequence[str], end: int) -> bool:
    return any(known.after.at(tokens, j) for j in range(end, min(len(tokens), end + _AFTER_SCOPE)))
