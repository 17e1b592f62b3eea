"""Reading AesBench's files: questions about images with their options and right answers. Standard library only.

A file is one JSON object, image name -> {"AesP_data", "AesE_data", "AesA1_data", "AesI_data"}, each with "Question"
and, but for AesI, "Options": one text, an option a line ("A) High\\nB) Medium\\nC) Low"). The published file holds no
right answers (its authors keep them): they come from the field "Answer" of the same object, or from a second file of
the same form. AesI has no options; its answer, if given, is a reference that a judge may see.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PERCEPTION, EMPATHY, ASSESSMENT, INTERPRETATION = "AesP", "AesE", "AesA", "AesI"
DIMENSIONS = (PERCEPTION, EMPATHY, ASSESSMENT, INTERPRETATION)
CHOICES = (PERCEPTION, EMPATHY, ASSESSMENT)
"""The dimensions whose questions have options."""
_FIELDS = {"AesP_data": PERCEPTION, "AesE_data": EMPATHY, "AesA1_data": ASSESSMENT, "AesI_data": INTERPRETATION}

SOURCES = ("natural", "artistic", "generated")
KINDS = ("yes_no", "what", "how", "why")
ASPECTS = {
    PERCEPTION: ("technical", "colour_light", "composition", "content"),
    EMPATHY: ("emotion", "interest", "uniqueness", "vibe"),
}
"""What a question of a dimension is about, in the order of the tables."""

_SOURCE_NAMES = {
    "natural": ("natural", "natural image", "natural images", "photo", "photograph", "ni", "nis"),
    "artistic": ("artistic", "artistic image", "artistic images", "art", "artwork", "painting", "ais"),
    "generated": (
        "generated", "ai generated", "ai generated image", "ai generated images", "artificial intelligence generated",
        "artificial intelligence generated image", "artificial intelligence generated images", "agi", "agis", "aigc",
    ),
}  # fmt: skip
"""Spellings of a source; "AI" alone is none: the papers call artistic images AIs and generated ones AGIs."""
_KIND_NAMES = {"yes_no": ("yes no", "yes or no", "yesno"), "what": ("what",), "how": ("how",), "why": ("why",)}
_ASPECT_NAMES = {
    "technical": ("technical", "technical quality", "tec qua", "t q", "quality"),
    "colour_light": (
        "colour light", "colour and light", "color light", "color and light", "color and lighting",
        "colour and lighting", "col lig", "c l",
    ),
    "composition": ("composition", "comp"),
    "content": ("content", "cont"),
    "emotion": ("emotion", "emot"),
    "interest": ("interest", "inte"),
    "uniqueness": ("uniqueness", "uniq"),
    "vibe": ("vibe",),
}  # fmt: skip

_ANSWER_KEYS = ("answer", "correct answer", "right answer", "correct option", "ground truth", "gt")
_SOURCE_KEYS = ("source", "image source")
_KIND_KEYS = ("question type",)
_ASPECT_KEYS = ("aspect", "sub dimension", "subdimension", "perceptual dimension", "empathy dimension")

_MOST_OPTIONS = 26
_LETTERED = re.compile(
    r"\s*(?:\(\s*([A-Za-z])\s*\)|\[\s*([A-Za-z])\s*\]|([A-Za-z])\s*[).:、\]]|([A-Za-z])\s+[-–—]\s)(.*)"
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class BenchOption:
    """One option of a question: its letter, "A" on, and its text."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """One question about one image.

    Attributes:
        image: the image's name, a relative path that stays inside its folder.
        dimension: one of ``DIMENSIONS``.
        text: the question itself.
        options: in order; none for AesI.
        right: the right option's letter; "" for AesI.
        reference: AesI's reference answer, "" if the file has none.
        source: one of ``SOURCES``, "" if the file does not say.
        kind: one of ``KINDS``, "" if neither a field nor the question says.
        aspect: one of ``ASPECTS``, "" if the file does not say.
    """

    image: str
    dimension: str
    text: str
    options: tuple[BenchOption, ...] = ()
    right: str = ""
    reference: str = ""
    source: str = ""
    kind: str = ""
    aspect: str = ""

    @property
    def right_text(self) -> str:
        """The text of the right option, "" for AesI."""
        return next((option.text for option in self.options if option.letter == self.right), "")


@dataclass(frozen=True, slots=True)
class SkippedQuestion:
    """A part of a file that cannot be used.

    Attributes:
        image: the image's name as the file has it, "" for the file as a whole.
        dimension: one of ``DIMENSIONS``, "" for all of an image or file.
        reason: a name to count by, such as ``no_answer``.
        text: the reason for people.
    """

    image: str
    dimension: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a file holds.

    Attributes:
        questions: in the file's order.
        skipped: what was left out, with reasons.
        unknown: how often a source, kind or aspect is given in a way that is not known, by the field's name.
    """

    questions: tuple[BenchQuestion, ...]
    skipped: tuple[SkippedQuestion, ...]
    unknown: Mapping[str, int] = field(default_factory=dict)

    @property
    def reasons(self) -> Counter[str]:
        """How much was left out, by reason."""
        return Counter(one.reason for one in self.skipped)


class _SkipError(Exception):
    """Why a question cannot be used: the reason's name and its text."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason, self.text = reason, text


class _Twice(dict[str, Any]):
    """A JSON object with the names that it has more than once."""

    twice: frozenset[str] = frozenset()


def read_benchmark(content: bytes | str, answers: bytes | str | None = None) -> Benchmark:
    """Return the questions of a file. Whatever it holds, nothing is raised: what cannot be used is in ``skipped``.

    Args:
        content: the file, UTF-8 with or without a byte order mark.
        answers: a second file of the same form with the right answers; where both have one, they must agree.
    """
    skipped: list[SkippedQuestion] = []
    entries, known = _objects(content, "", skipped), {}
    if answers is not None:
        known = _objects(answers, "answers_", skipped)
    questions: list[BenchQuestion] = []
    unknown: Counter[str] = Counter()
    for image, entry in entries.items():
        dimension = ""
        try:
            _check_name(image, entries)
            if not isinstance(entry, dict):
                raise _SkipError("no_object", "The image's entry is not an object.")
        except _SkipError as error:
            skipped.append(SkippedQuestion(_printable(image), dimension, error.reason, error.text))
            continue
        others = known.get(image)
        found = 0
        for name, dimension in _FIELDS.items():
            if name not in entry:
                continue
            found += 1
            try:
                if name in _twice(entry):
                    raise _SkipError("twice", f"The image has {name} more than once.")
                other = others.get(name) if isinstance(others, dict) else None
                questions.append(_question(image, dimension, entry[name], other, entry, unknown))
            except _SkipError as error:
                skipped.append(SkippedQuestion(image, dimension, error.reason, error.text))
        if not found:
            text = f"The image has none of {', '.join(_FIELDS)}."
            skipped.append(SkippedQuestion(image, "", "no_questions", text))
    return Benchmark(tuple(questions), tuple(skipped), dict(unknown))


def plain_words(text: str) -> tuple[str, ...]:
    """Return the words and numbers of a text for comparison: lower case, one width, no punctuation."""
    return tuple(_WORD.findall(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("'", "")))


def read_options(text: str) -> tuple[BenchOption, ...]:
    """Return the options of one text, an option a line. A line without a letter continues the option above it.

    Raises:
        ValueError: the text holds no usable options; the message says why.
    """
    try:
        return _options(text)
    except _SkipError as error:
        raise ValueError(error.text) from error


def _objects(content: bytes | str, prefix: str, skipped: list[SkippedQuestion]) -> dict[str, Any]:
    """Return a file's top object; empty, with a note in ``skipped``, if there is none."""
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        data = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_pairs)
    except UnicodeDecodeError:
        reason, why = "not_utf8", "The file is not text in UTF-8."
    except (ValueError, RecursionError):
        reason, why = "not_json", "The file is not JSON."
    else:
        if isinstance(data, dict):
            return data
        reason, why = "no_object", "The file is not an object of images."
    skipped.append(SkippedQuestion("", "", prefix + reason, why))
    return {}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Twice(pairs)
    if len(found) < len(pairs):
        found.twice = frozenset(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return found


def _twice(entry: Mapping[str, Any]) -> frozenset[str]:
    return entry.twice if isinstance(entry, _Twice) else frozenset()


def _check_name(image: str, entries: Mapping[str, Any]) -> None:
    parts = image.split("/")
    if not image.strip() or _printable(image) != image or "\\" in image or re.match(r"[A-Za-z]:", image):
        raise _SkipError("image_name", "The image's name is no file name.")
    if any(part in ("", ".", "..") for part in parts):
        raise _SkipError("image_name", "The image's name leads out of its folder.")
    if image in _twice(entries):
        raise _SkipError("twice", "The file has the image more than once.")


def _printable(text: str) -> str:
    """Return a text with everything that cannot be stored or shown (half characters, controls) as a question mark."""
    return "".join("?" if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)


def _question(
    image: str, dimension: str, data: Any, other: Any, entry: Mapping[str, Any], unknown: Counter[str]
) -> BenchQuestion:
    if not isinstance(data, dict):
        raise _SkipError("no_object", "The question's entry is not an object.")
    text = _text(data, ("question",), "no_question", "There is no question.")
    if not text:
        raise _SkipError("no_question", "There is no question.")
    notes: Counter[str] = Counter()
    source = _named(_SOURCE_NAMES, (data, entry), _SOURCE_KEYS, "source", notes)
    if dimension == INTERPRETATION:
        reference = _text(data, _ANSWER_KEYS) or (_text(other, _ANSWER_KEYS) if isinstance(other, dict) else "")
        unknown.update(notes)
        return BenchQuestion(image, dimension, text, reference=reference, source=source)
    options = _options(_text(data, ("options",), "no_options", "There are no options."))
    right = _right(options, data, other)
    kind = _named(_KIND_NAMES, (data,), _KIND_KEYS, "kind", notes) or _asked(text, options)
    aspects = {name: _ASPECT_NAMES[name] for name in ASPECTS.get(dimension, ())}
    aspect = _named(aspects, (data,), _ASPECT_KEYS, "aspect", notes) if aspects else ""
    unknown.update(notes)
    return BenchQuestion(image, dimension, text, options, right, source=source, kind=kind, aspect=aspect)


def _text(data: Mapping[str, Any], names: tuple[str, ...], reason: str = "", why: str = "") -> str:
    """Return the text of the first of some fields; "" if there is none, or the reason raised if one is given."""
    for value in _values(data, names):
        if isinstance(value, str) and value.strip():
            return _clean(value)
        if reason:
            raise _SkipError(reason, why)
    if reason:
        raise _SkipError(reason, why)
    return ""


def _clean(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_printable(line.replace("\t", " ")) for line in lines).strip()


def _values(data: Mapping[str, Any], names: tuple[str, ...]) -> list[Any]:
    """Return the values of the fields of these names, however they are spelt ("Correct_answer", "correct answer")."""
    return [value for name, value in data.items() if _spelt(name) in names]


def _spelt(name: str) -> str:
    return " ".join(_WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold()))


def _named(
    names: Mapping[str, tuple[str, ...]],
    places: tuple[Mapping[str, Any], ...],
    keys: tuple[str, ...],
    what: str,
    unknown: Counter[str],
) -> str:
    """Return which of the names the first field given means, "" for none; a value that is none of them is counted."""
    for place in places:
        for value in _values(place, keys):
            said = _spelt(value) if isinstance(value, str) else None
            if said == "" or value is None:
                continue
            found = next((name for name, spellings in names.items() if said in spellings), "")
            if not found:
                unknown[what] += 1
            return found
    return ""


def _asked(text: str, options: tuple[BenchOption, ...]) -> str:
    """Return the kind of a question by what it says: yes/no by its options, else the first of what, how and why."""
    if {plain_words(option.text) for option in options} == {("yes",), ("no",)}:
        return "yes_no"
    return next((word for word in plain_words(text) if word in KINDS), "")


def _options(text: str) -> tuple[BenchOption, ...]:
    found: list[tuple[str, str]] = []
    for line in unicodedata.normalize("NFC", text).split("\n"):
        if not line.strip():
            continue
        match = _LETTERED.match(_narrow(line))
        if match:
            found.append((next(group for group in match.groups()[:4] if group).upper(), match[5].strip()))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}".strip())
        else:
            raise _SkipError("options", "The options do not begin with letters.")
    if len(found) < 2:
        raise _SkipError("options", "There are fewer than two options.")
    letters = "".join(letter for letter, _ in found)
    if letters != "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(letters)] or len(letters) > _MOST_OPTIONS:
        raise _SkipError("option_letters", "The options' letters do not run from A on.")
    if not all(option for _, option in found):
        raise _SkipError("option_empty", "An option has no text.")
    if len({plain_words(option) or (option,) for _, option in found}) < len(found):
        raise _SkipError("options_alike", "Two options are the same.")
    return tuple(BenchOption(letter, option) for letter, option in found)


def _same(one: str, other: str) -> bool:
    return (plain_words(one) or one) == (plain_words(other) or other)


def _narrow(line: str) -> str:
    """Return a line with the full-width letter and punctuation at its beginning in the usual width."""
    return unicodedata.normalize("NFKC", line[:6]) + line[6:]


def _right(options: tuple[BenchOption, ...], data: Mapping[str, Any], other: Any) -> str:
    """Return the right option's letter from all answers given, which must agree."""
    given = [value for value in _values(data, _ANSWER_KEYS) if value is not None]
    if isinstance(other, dict):
        given += [value for value in _values(other, _ANSWER_KEYS) if value is not None]
    elif isinstance(other, str):
        given.append(other)
    if not given:
        raise _SkipError("no_answer", "The right answer is not given.")
    letters = {_letter(options, value) for value in given}
    if len(letters) > 1:
        raise _SkipError("answers_differ", "The right answers given are not the same.")
    return letters.pop()


def _letter(options: tuple[BenchOption, ...], value: Any) -> str:
    """Return the letter that a right answer names: as letter, as text, or as both, which must agree."""
    if not isinstance(value, str):
        raise _SkipError("answer", "The right answer is not text.")
    said = _clean(value)
    by_text = {option.letter for option in options if _same(option.text, said)}
    bare = _narrow(said).strip()
    match = _LETTERED.fullmatch(bare)
    letter, rest = (bare, "") if len(bare) == 1 else ("", "")
    if match:
        letter, rest = next(group for group in match.groups()[:4] if group), match[5].strip()
    by_letter = {option.letter for option in options if option.letter == letter.upper()}
    if rest and by_letter:
        text = next(option.text for option in options if option.letter in by_letter)
        if not _same(text, rest):
            by_letter = set()
    found = by_text | by_letter
    if len(found) != 1:
        why = "is more than one option" if found else "is none of the options"
        raise _SkipError("answer", f"The right answer {why}.")
    return found.pop()
