"""Load the evaluative words and phrases of ``resources/judge/lexicon.json``, independent of scores and grades."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from engine.contract.resources import resource_path


@dataclass(frozen=True, slots=True)
class Match:
    """A lexicon entry found at a token: its name, its length in tokens, its value."""

    entry: str
    length: int
    value: float


@dataclass(frozen=True, slots=True)
class Table:
    """Entries of one or more words with a value each; a last word ending in ``*`` matches all its continuations."""

    exact: Mapping[tuple[str, ...], float]
    stems: Mapping[tuple[str, ...], float]
    longest: int

    @classmethod
    def of(cls, entries: Mapping[str, float]) -> Table:
        """Build a table from the entries of the file."""
        exact: dict[tuple[str, ...], float] = {}
        stems: dict[tuple[str, ...], float] = {}
        for entry, value in entries.items():
            words = tuple(entry.removesuffix("*").split())
            (stems if entry.endswith("*") else exact)[words] = value
        return cls(exact, stems, max((len(words) for words in (*exact, *stems)), default=0))

    def at(self, tokens: Sequence[str], start: int) -> Match | None:
        """Return the longest entry that begins at ``start``; among equals an exact one, then the longest stem."""
        for length in range(min(self.longest, len(tokens) - start), 0, -1):
            words = tuple(tokens[start : start + length])
            if words in self.exact:
                return Match(" ".join(words), length, self.exact[words])
            found = self._stem(words)
            if found is not None:
                return Match(" ".join(found) + "*", length, self.stems[found])
        return None

    def _stem(self, words: tuple[str, ...]) -> tuple[str, ...] | None:
        last = words[-1]
        for end in range(len(last), 2, -1):
            candidate = (*words[:-1], last[:end])
            if candidate in self.stems:
                return candidate
        return None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All tables of the lexicon file.

    Attributes:
        opinions: evaluative words and phrases, -1..1; 0 for neutral ones ("average").
        ignored: phrases whose words are not evaluative together ("blurred background").
        conditional: words that are evaluative only near one of ``near`` ("high" near "quality").
        near: the words that conditional words need within a few tokens.
        modifiers: factors for the opinion that follows ("very", "slightly").
        negators: words that negate what follows; the value is their own opinion if nothing evaluative follows.
        contrasts: words after which a clause has a higher weight ("but").
        concessions: words whose clause has a lower weight ("although").
        verdicts: words whose sentence evaluates the whole picture and has a higher weight ("overall").
    """

    opinions: Table
    ignored: Table
    conditional: Table
    near: Table
    modifiers: Table
    negators: Table
    contrasts: Table
    concessions: Table
    verdicts: Table


@cache
def lexicon() -> Lexicon:
    """Return the lexicon, read once."""
    data = json.loads(resource_path("judge", "lexicon.json").read_text(encoding="utf-8"))
    valued = {name: _by_entry(data[name]) for name in ("opinions", "conditional", "modifiers", "negators")}
    plain = {
        name: dict.fromkeys(data[name], 0.0) for name in ("ignored", "near", "contrasts", "concessions", "verdicts")
    }
    return Lexicon(**{name: Table.of(entries) for name, entries in (valued | plain).items()})


def _by_entry(groups: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Invert a mapping from values to entries into one from entries to values.

    Raises:
        ValueError: an entry occurs twice.
    """
    result: dict[str, float] = {}
    for value, entries in groups.items():
        for entry in entries:
            if entry in result:
                raise ValueError(f"the lexicon has {entry!r} twice")
            result[entry] = float(value)
    return result
