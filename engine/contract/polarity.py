"""The polarity of a text: the opinions in it about a picture, and their weighted mean.

An opinion is a lexicon entry with a value from -1 to 1, after applying modifiers ("very", "slightly") and negators
("not", "lacks") that precede it within its clause. Opinions have weight 1; more after "but" and in a sentence about the
whole ("overall ..."), less in a clause conceded with "although". A stated "score of 6" is an opinion, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.contract.lexicon import Lexicon, Match, lexicon
from engine.contract.specs import LABELS

NEGATION_SCOPE = 5
"""Scope of a negator in tokens; the scope of a modifier is two."""
_MODIFIER_SCOPE = 2
_NEAR = 6
_NEGATED_PRAISE, _NEGATED_BLAME = -0.8, -0.5
"""Factors of negation: "not good" is nearly bad, "not bad" only half good."""
_AFTER_CONTRAST, _CONCEDED, _VERDICT = 1.25, 0.6, 2.0

_SENTENCE = re.compile(r"[.!?\n]+(?=\s|$)")
_CLAUSE = re.compile(r"[,;:()]|\s[-–—]+\s")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
_SCORE = re.compile(r"\bscore of (?:about |around )?(\d{1,2})\b(?:\s*(?:out of|/)\s*(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One evaluative statement: the lexicon entry, its value -1..1 in context, its weight."""

    entry: str
    value: float
    weight: float


def polarity(text: str) -> float:
    """Return the tone of a text from -1 (only criticism) to 1 (only the highest praise); 0 for none or an even mix."""
    return mean_opinion(opinions(text))


def mean_opinion(found: Sequence[Opinion]) -> float:
    """Return the weighted mean value, 0 without opinions."""
    weight = sum(opinion.weight for opinion in found)
    return sum(opinion.value * opinion.weight for opinion in found) / weight if weight else 0.0


def opinions(text: str) -> list[Opinion]:
    """Return all opinions of a text, in order within each sentence (stated scores last)."""
    plain = text.lower().replace("’", "'")
    return [opinion for sentence in _SENTENCE.split(plain) for opinion in _of_sentence(sentence)]


def words(text: str) -> list[str]:
    """Return the words and numbers of a text, in lower case; a hyphen separates words."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def clauses(text: str) -> Iterator[list[str]]:
    """Yield the words of each clause of a text: a negator reaches no further than its clause."""
    for sentence in _SENTENCE.split(text.lower().replace("’", "'")):
        for part in _CLAUSE.split(sentence):
            yield from (clause.tokens for clause in _at_contrasts(lexicon(), words(part)) if clause.tokens)


def _of_sentence(sentence: str) -> Iterator[Opinion]:
    known = lexicon()
    tokens = words(sentence)
    verdict = any(known.verdicts.at(tokens, i) for i in range(len(tokens)))
    factor = _VERDICT if verdict else 1.0
    contrasted = False
    for part in _CLAUSE.split(sentence):
        for clause in _at_contrasts(known, words(part)):
            contrasted = contrasted or clause.contrasted
            weight = _CONCEDED if clause.conceded else _AFTER_CONTRAST if contrasted else 1.0
            for entry, value in _of_clause(known, clause.tokens):
                yield Opinion(entry, value, weight * factor)
    for stated, scale in _SCORE.findall(sentence):
        top = float(scale or LABELS[-1])
        yield Opinion(f"score of {stated}", max(-1.0, min(1.0, 2 * float(stated) / max(top, 1.0) - 1)), _VERDICT)


@dataclass(frozen=True, slots=True)
class _Clause:
    tokens: list[str]
    contrasted: bool = False
    conceded: bool = False


def _at_contrasts(known: Lexicon, tokens: list[str]) -> Iterator[_Clause]:
    """Split a piece between punctuation marks before each contrasting or conceding word."""
    start, contrasted, conceded = 0, False, False
    for i in range(len(tokens)):
        contrast, concession = known.contrasts.at(tokens, i), known.concessions.at(tokens, i)
        if contrast or concession:
            yield _Clause(tokens[start:i], contrasted, conceded)
            start, contrasted, conceded = i, contrast is not None, concession is not None
    yield _Clause(tokens[start:], contrasted, conceded)


@dataclass(slots=True)
class _Negation:
    """A negator and its scope. It negates opinions of one sign only, that of the first one in its scope."""

    entry: str
    own_value: float
    until: int
    sign: float = 0.0

    def turns(self, value: float, at: int) -> bool:
        """Return whether the opinion ``value`` at token ``at`` is negated."""
        if at > self.until or self.sign * value < 0:
            return False
        self.sign = self.sign or value
        return True

    def own(self) -> Iterator[tuple[str, float]]:
        """Yield the negator's own opinion if it negated nothing: "lacks" is negative by itself, "not" is not."""
        if not self.sign and self.own_value:
            yield self.entry, self.own_value


def _of_clause(known: Lexicon, tokens: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield the entries and values of one clause."""
    negation = _Negation("", 0.0, -1)
    modifier, modifier_until = 1.0, -1
    i = 0
    while i < len(tokens):
        step = 1
        opinion, negator = _opinion_at(known, tokens, i), negator_at(known, tokens, i)
        longest = max(match.length if match else 0 for match in (opinion, negator))
        if (ignored := known.ignored.at(tokens, i)) and ignored.length >= longest:
            step = ignored.length
        elif opinion and (negator is None or opinion.length > negator.length):
            step = opinion.length
            value = opinion.value * (modifier if i <= modifier_until else 1.0)
            turned = negation.turns(value, i)
            yield ("not " if turned else "") + opinion.entry, _bounded(_negated(value) if turned else value)
        elif negator:
            yield from negation.own()
            step = negator.length
            negation = _Negation(negator.entry, negator.value, i + step - 1 + NEGATION_SCOPE)
        elif found := known.modifiers.at(tokens, i):
            step = found.length
            modifier, modifier_until = found.value, i + step - 1 + _MODIFIER_SCOPE
        i += step
    yield from negation.own()


def _opinion_at(known: Lexicon, tokens: Sequence[str], i: int) -> Match | None:
    found = known.opinions.at(tokens, i)
    conditional = known.conditional.at(tokens, i)
    if conditional is None or (found is not None and found.length >= conditional.length):
        return found
    around = range(max(0, i - _NEAR), min(len(tokens), i + conditional.length + _NEAR))
    return conditional if any(known.near.at(tokens, j) for j in around) else found


def negator_at(known: Lexicon, tokens: Sequence[str], i: int) -> Match | None:
    """Return the negator that begins at a token ("not", "lacks", "isn't"); its value is its own opinion."""
    return known.negators.at(tokens, i) or (Match(tokens[i], 1, 0.0) if tokens[i].endswith("n't") else None)


def _negated(value: float) -> float:
    return value * (_NEGATED_PRAISE if value > 0 else _NEGATED_BLAME)


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))
