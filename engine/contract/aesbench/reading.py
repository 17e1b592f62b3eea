"""Which option a model's free answer means. Standard library only.

An answer is read, never guessed: what names no option, or more than one, or only says what it is not, is unread, with a
reason. Three kinds of evidence are looked at, and the first that names an option decides:

1. a final answer ("final answer: B");
2. statements: how the answer begins ("B) ...", "Yes, ..."), "the answer is B", "I choose B", "B is correct", a line or
   sentence that is nothing but an option, and what follows a correction ("wait, ...");
3. any other mention that is not rejected ("the picture is excellent").

A mention is a letter or all of an option's words, the longest first, so that "very good" is not "good". Letters that
are words ("A beautiful image") are no mention, nor is a grade that describes something else ("high contrast").
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.contract.aesbench import words
from engine.contract.aesbench.questions import BenchOption

UNREAD = ("empty", "no_option", "several", "rejected_only")
"""Why an answer is unread: no text; no option named; more than one; only options that it rejects."""


@dataclass(frozen=True, slots=True)
class OptionReading:
    """The letter of the option that an answer means, or None with one of ``UNREAD``."""

    letter: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, a number or one sign: in lower case, as written, and whether it touches the token before it."""

    word: str
    raw: str
    joined: bool


@dataclass(frozen=True, slots=True)
class _Mention:
    """An option named by the tokens ``start`` to before ``end``; ``rejected``: as one that it is not."""

    letter: str
    start: int
    end: int
    rejected: bool = False


_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
_STRUCK = re.compile(r"~~.*?~~", re.DOTALL)
_MARKUP = re.compile(
    r"[*`~#]|(?<!\w)_+|_+(?!\w)|\\(?:boxed|text|textbf|mathrm|mathbf)(?=\s*\{)|[\u200b-\u200f\u2060\ufeff]"
)
_TAGS = re.compile(r"</?(?:b|i|em|strong|p|br|u|s|div|span)\s*/?>", re.IGNORECASE)
_CERTAIN = re.compile(r"\b(?:can|could) not be (?:anything|other) (?:but|than|other than|except)\b", re.IGNORECASE)
_PREFIX = re.compile(r"\b(un|non|in|im|dis|over|under)-(?=[a-z])", re.IGNORECASE)
_SHORTENED = re.compile(r"n['’]t\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|\n|\S")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""Scripts that write a letter without a space before and after it."""
_LONG = 5_000
"""Characters at either end of an answer that are read."""
_FAR = 40
"""Tokens of a clause or sentence that are looked at."""


def read_answer(text: str, options: Sequence[BenchOption]) -> OptionReading:
    """Return which of a question's options an answer means.

    Args:
        text: the model's answer, as it came.
        options: the question's options, in order.
    """
    plain = _plain(_shortened(text))
    tokens = _tokens(plain)
    if not options:
        return OptionReading(None, "no_option")
    if not any(_is_word(token) or token.raw in words.TICKS for token in tokens):
        return OptionReading(None, "empty")
    wordings = _words_of(options)
    whole = _whole(tokens, options, wordings)
    if whole is not None:
        return whole
    tokens = _without_echo(tokens, options)
    mentions = list(_mentions(tokens, options, wordings))
    for level in (_finals, _statements):
        found = _affirmed(level(tokens, mentions))
        if found:
            return _one(found)
    found = _affirmed(mentions)
    if found:
        return _one(found)
    return OptionReading(None, "rejected_only" if mentions else "no_option")


def _shortened(text: str) -> str:
    """Return the beginning and the end of a text that is far longer than answers are."""
    if len(text) <= 2 * _LONG:
        return text
    first, last = text[:_LONG], text[-_LONG:]
    return f"{first.rpartition(' ')[0] or first}\n{last.partition(' ')[2] or last}"


def _affirmed(mentions: Iterable[_Mention]) -> set[str]:
    """Return the letters of the options that are not rejected; no more than two, which settle that it is unread."""
    found: set[str] = set()
    for one in mentions:
        if not one.rejected:
            found.add(one.letter)
            if len(found) > 1:
                break
    return found


def _one(letters: set[str]) -> OptionReading:
    return OptionReading(next(iter(letters))) if len(letters) == 1 else OptionReading(None, "several")


def _plain(text: str) -> str:
    """Return an answer without markup and hidden signs, in one width, with "n't" and prefixes written out."""
    found = unicodedata.normalize("NFKC", text).replace("\r", "\n")
    found = _STRUCK.sub(" ", _THOUGHTS.sub(" ", found)).replace("\\n", "\n")
    found = _MARKUP.sub("", _TAGS.sub(" ", found))
    found = re.sub(
        r"\bwon['’]t\b", "will not", re.sub(r"\bcan(?:['’]t|not)\b", "can not", found, flags=re.I), flags=re.I
    )
    found = _SHORTENED.sub(" not", found).replace("’", "'")
    return _CERTAIN.sub("is", _PREFIX.sub(r"\1", found))


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    last = 0
    for match in _TOKEN.finditer(text):
        for start, raw in _apart(match[0], match.start()):
            found.append(_Token(raw.casefold(), raw, bool(found) and start == last))
            last = start + len(raw)
    return found


def _apart(word: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield the parts of a word that mixes letters with signs of a language that does not separate words."""
    place = 0
    for match in _UNSPACED.finditer(word):
        if match.start() > place:
            yield start + place, word[place : match.start()]
        yield start + match.start(), match[0]
        place = match.end()
    if place < len(word):
        yield start + place, word[place:]


def _is_word(token: _Token) -> bool:
    return token.raw[0].isalnum()


def _words_of(options: Sequence[BenchOption]) -> dict[str, tuple[str, ...]]:
    """Return each option's words by letter, without articles."""
    found = {}
    for option in options:
        said = tuple(token.word for token in _tokens(_plain(option.text)) if _is_word(token))
        found[option.letter] = tuple(word for word in said if word not in words.ARTICLES) or said
    return found


def _whole(
    tokens: Sequence[_Token], options: Sequence[BenchOption], wordings: dict[str, tuple[str, ...]]
) -> OptionReading | None:
    """Return what an answer means that is nothing but an option's letter, words, or the beginning of these."""
    said = tuple(token.word for token in tokens if _is_word(token))
    bare = tuple(word for word in said if word not in words.ARTICLES) or said
    found = {letter for letter, own in wordings.items() if own and own == bare}
    if len(said) == 1:
        found |= {option.letter for option in options if option.letter.casefold() == said[0]}
    if found:
        return _one(found)
    if len(said) == 1 or "\n" in [token.raw for token in tokens]:
        longer = [letter for letter, own in wordings.items() if bare and own[: len(bare)] == bare]
        return OptionReading(longer[0]) if len(longer) == 1 and said[0] not in words.EMPTY else None
    begun = [letter for letter, own in wordings.items() if own[: len(bare)] == bare]
    if len(begun) == 1 and not set(bare) <= words.EMPTY:
        return OptionReading(begun[0])
    return None


def _without_echo(tokens: list[_Token], options: Sequence[BenchOption]) -> list[_Token]:
    """Return an answer without a repetition of all options in order, if something else is left."""
    echo = [
        word
        for option in options
        for word in (option.letter.casefold(), *(one.word for one in _tokens(_plain(option.text)) if _is_word(one)))
    ]
    places = [i for i, token in enumerate(tokens) if _is_word(token)]
    said = [tokens[i].word for i in places]
    for start in range(len(said) - len(echo) + 1):
        if said[start] == echo[0] and said[start : start + len(echo)] == echo:
            left, right = places[start], places[start + len(echo) - 1]
            rest = [*tokens[:left], _Token("\n", "\n", False), *tokens[right + 1 :]]
            return rest if any(_is_word(token) for token in rest) else tokens
    return tokens


def _mentions(
    tokens: Sequence[_Token], options: Sequence[BenchOption], wordings: dict[str, tuple[str, ...]]
) -> Iterator[_Mention]:
    letters = {option.letter for option in options}
    begin = _beginning(tokens)
    i = 0
    while i < len(tokens):
        found = _letter_at(tokens, i, letters, wordings, begin) or _text_at(tokens, i, wordings, begin)
        if found is None:
            i += 1
            continue
        rejected = _rejected_before(tokens, found) or _rejected_after(tokens, found.end)
        yield _Mention(found.letter, found.start, found.end, rejected)
        i = found.end


def _beginning(tokens: Sequence[_Token]) -> int:
    """Return where an answer begins, after signs and words such as "Sure," and "I think it is"."""
    i = 0
    while i < len(tokens) and (not _is_word(tokens[i]) or (tokens[i].word in words.FILLERS and tokens[i].raw != "A")):
        if i and tokens[i].raw == "\n" and any(_is_word(token) for token in tokens[:i]):
            break
        i += 1
    return i


def _letter_at(
    tokens: Sequence[_Token], i: int, letters: set[str], wordings: dict[str, tuple[str, ...]], begin: int
) -> _Mention | None:
    token = tokens[i]
    letter = token.raw.upper()
    if len(token.raw) != 1 or letter not in letters or not token.raw.isascii():
        return None
    before, after = _raw(tokens, i - 1), _raw(tokens, i + 1)
    joined_after = i + 1 < len(tokens) and tokens[i + 1].joined
    if token.joined and ((before.isalnum() and before.isascii()) or before in ("&", "'", "-") or _initial(tokens, i)):
        return None
    if joined_after and after in ("&", "'", "-") and _joined_word(tokens, i + 2):
        return None
    if joined_after and after.isdigit():
        return None
    if joined_after and after == "." and _joined_word(tokens, i + 2) and len(_raw(tokens, i + 2)) == 1:
        return None
    if before.casefold() in words.NOT_LETTERS or after.casefold() in words.KEY_WORDS:
        return None
    end = i + 1
    while (
        end < len(tokens) and tokens[end].raw in ")]}.:\"'”’」』>-–—" and not (tokens[end].raw == "." and end > i + 1)
    ):
        end += 1
    own = wordings[letter]
    first = end + 1 if _raw(tokens, end).casefold() in words.ARTICLES and _matches(tokens, end + 1, own) else end
    followed = _matches(tokens, first, own)
    length = (first - i + len(own)) if followed and own else 1
    enclosed = before in tuple("([{<\"'“‘「『|") and after in tuple(")]}>\"'”’」』|")
    named = before.casefold() in words.NAMES
    alone = after == "" or not (after[0].isalnum() and after.isascii())
    if enclosed or named or (followed and own):
        return _Mention(letter, i, i + length)
    if token.raw.islower():
        marked = after in (")", ":", ".") and (i == begin or before in ("\n", ""))
        return _Mention(letter, i, i + 1) if marked or (alone and _introduced(tokens, i)) else None
    article = not alone and after not in letters and after.casefold() not in words.AFTER_A
    if letter in ("A", "I") and article:
        return None
    if letter == "I" and after.casefold() in ("would", "was", "should"):
        return None
    return _Mention(letter, i, i + 1)


def _initial(tokens: Sequence[_Token], i: int) -> bool:
    """Whether a letter is the second of an abbreviation such as "A.I."."""
    return _raw(tokens, i - 1) == "." and tokens[i - 1].joined and len(_raw(tokens, i - 2)) == 1


def _joined_word(tokens: Sequence[_Token], i: int) -> bool:
    return i < len(tokens) and tokens[i].joined and _is_word(tokens[i])


def _raw(tokens: Sequence[_Token], i: int) -> str:
    return tokens[i].raw if 0 <= i < len(tokens) else ""


def _introduced(tokens: Sequence[_Token], i: int) -> bool:
    """Whether "answer is", "option" or the like precedes a token."""
    before = [token.word for token in tokens[max(0, i - 5) : i]]
    while before and (before[-1] in words.IS or before[-1] in words.DEGREES or not before[-1][0].isalnum()):
        before.pop()
    return bool(before) and (
        before[-1] in words.STATES or before[-1] in words.PICKS or before[-1] in ("option", "choice")
    )


def _matches(tokens: Sequence[_Token], i: int, own: tuple[str, ...]) -> int:
    """Return where an option's words end that begin at a token, signs and articles in between left out; 0 if not."""
    for place, word in enumerate(own):
        while place and i < len(tokens) and (tokens[i].raw in "-–—,;:'\"/()" or tokens[i].word in words.ARTICLES):
            i += 1
        if i >= len(tokens) or tokens[i].word != word:
            return 0
        i += 1
    return i if own else 0


def _text_at(tokens: Sequence[_Token], i: int, wordings: dict[str, tuple[str, ...]], begin: int) -> _Mention | None:
    ends = {letter: _matches(tokens, i, own) for letter, own in wordings.items()}
    end = max(ends.values(), default=0)
    if not end:
        return None
    letter = next(letter for letter, found in ends.items() if found == end)
    after = _raw(tokens, end).casefold()
    own = wordings[letter]
    if len(own) == 1:
        word = own[0]
        if word == "no" and not (_closed(after) or (i == begin and after in words.AFTER_NO)):
            return None
        if word == "no" and i != begin and not _answers_no(tokens, i):
            return None
        if word in words.GRADES and after and after[0].isalnum() and after not in words.AFTER_GRADE:
            return None
        if len(word) == 1 and word.isascii() and word.isalpha():
            return None
    return _Mention(letter, i, end)


def _closed(after: str) -> bool:
    return not after or not after[0].isalnum()


def _answers_no(tokens: Sequence[_Token], i: int) -> bool:
    """Whether a "no" inside a text answers: after "is", "say", a sign or a break, not in "there is no"."""
    before = _raw(tokens, i - 1).casefold()
    return not before or not before[0].isalnum() or before in words.BEFORE_NO


def _phrase_at(tokens: Sequence[_Token], i: int, phrases: Iterable[tuple[str, ...]]) -> int:
    """Return the length of the first phrase that begins at a token, 0 if none does."""
    for phrase in phrases:
        if tuple(token.word for token in tokens[i : i + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _rejected_before(tokens: Sequence[_Token], mention: _Mention) -> bool:
    """Whether a negator stands shortly before a mention, in its clause; "not" at the option's own beginning is none."""
    i, seen = mention.start - 1, 0
    while i >= 0 and seen < words.SCOPE:
        token = tokens[i]
        if token.word in words.BREAKS and not (token.word == "but" and _raw(tokens, i - 1).casefold() == "anything"):
            if token.raw in "()" or token.raw == ":":
                i -= 1
                continue
            return False
        if token.word in words.NEGATORS and not _phrase_at(tokens, i, words.HARMLESS):
            harmless = any(
                _phrase_at(tokens, max(0, i - 1), [phrase]) for phrase in words.HARMLESS if phrase[-1] == token.word
            )
            return not harmless
        if _phrase_at(tokens, i, words.NEGATING):
            return True
        seen += _is_word(token)
        i -= 1
    return False


def _rejected_after(tokens: Sequence[_Token], end: int) -> bool:
    """Whether a mention is followed by "is wrong", "does not fit", ": no", ", no" or the like."""
    if _raw(tokens, end) == "," and _raw(tokens, end + 1).casefold() == "no":
        return _closed(_raw(tokens, end + 2))
    i, verb, moved = end, False, False
    while i < len(tokens) and (
        tokens[i].raw in words.CLOSING or tokens[i].word in words.IS or tokens[i].word in words.DEGREES
    ):
        verb = verb or tokens[i].word in words.IS
        moved = moved or tokens[i].raw in ":-–—="
        i += 1
    word = tokens[i].word if i < len(tokens) else ""
    if word in words.CROSSES:
        return True
    if word not in words.WRONG or not (verb or moved) or _phrase_at(tokens, i, words.HARMLESS):
        return False
    if word == "no":
        return moved and _closed(_raw(tokens, i + 1))
    return verb or word != "not"


def _finals(tokens: Sequence[_Token], mentions: Sequence[_Mention]) -> Iterator[_Mention]:
    for i in range(len(tokens)):
        length = _phrase_at(tokens, i, words.FINAL)
        if length:
            yield from _stated(tokens, mentions, i + length)


def _statements(tokens: Sequence[_Token], mentions: Sequence[_Mention]) -> Iterator[_Mention]:
    begin = _beginning(tokens)
    for place, one in enumerate(mentions):
        if one.start <= begin < one.end or (
            one.start == begin + 1 and _raw(tokens, begin).casefold() in words.ARTICLES
        ):
            yield one
            yield from _joined_to(tokens, mentions, place)
            yield from _contradicting(mentions, place, tokens)
        if _alone(tokens, one):
            yield one
        if _said_right(tokens, one):
            yield one
            yield from _joined_to(tokens, mentions, place)
    corrected = False
    for i, token in enumerate(tokens):
        length = _phrase_at(tokens, i, words.PHRASES) or (token.word in words.STATES or token.word in words.PICKS)
        if length and not _hedged(tokens, i):
            yield from _stated(tokens, mentions, i + length)
        if not corrected and _phrase_at(tokens, i, words.CORRECTS):
            corrected = True
            yield from (one for one in mentions if one.start > i)


def _stated(tokens: Sequence[_Token], mentions: Sequence[_Mention], start: int) -> Iterator[_Mention]:
    """Yield the mentions of the clause that a marker begins, with those joined to them."""
    i = start
    while i < len(tokens) and (not _is_word(tokens[i]) or tokens[i].word in words.IS):
        i += 1
    limit = i
    while (
        limit < len(tokens)
        and tokens[limit].word not in words.BREAKS
        and tokens[limit].word not in ("as", "not", "rather")
    ):
        limit += 1
    place = bisect_left(mentions, i, key=lambda one: one.start)
    while place < len(mentions) and mentions[place].start < max(limit, i + 1):
        yield mentions[place]
        yield from _joined_to(tokens, mentions, place)
        place += 1


def _joined_to(tokens: Sequence[_Token], mentions: Sequence[_Mention], place: int) -> Iterator[_Mention]:
    """Yield the other options of the list that a mention is part of ("A and B", "A, B")."""
    for step in (1, -1):
        i = place
        while 0 <= i + step < len(mentions):
            first, second = sorted((i, i + step))
            between = tokens[mentions[first].end : mentions[second].start]
            linked = all(
                token.word in words.JOINS or token.word in words.ARTICLES or token.raw in words.QUOTES
                for token in between
            )
            if not linked or mentions[first].letter == mentions[second].letter:
                break
            i += step
            yield mentions[i]


def _contradicting(mentions: Sequence[_Mention], place: int, tokens: Sequence[_Token]) -> Iterator[_Mention]:
    """Yield another option's mention that follows a letter at once ("B) High" where B is another)."""
    one = mentions[place]
    if place + 1 < len(mentions):
        between = tokens[one.end : mentions[place + 1].start]
        if not any(_is_word(token) and token.word not in words.ARTICLES for token in between):
            yield mentions[place + 1]


def _alone(tokens: Sequence[_Token], one: _Mention) -> bool:
    """Whether a mention is all of a line or sentence."""
    i, j = one.start - 1, one.end
    while i >= 0 and tokens[i].raw in words.QUOTES:
        i -= 1
    while i >= 0 and tokens[i].word in words.ARTICLES:
        i -= 1
    while j < len(tokens) and tokens[j].raw in words.QUOTES and tokens[j].raw != ",":
        j += 1
    return (i < 0 or tokens[i].raw in words.ENDS) and (j >= len(tokens) or tokens[j].raw in words.ENDS)


def _said_right(tokens: Sequence[_Token], one: _Mention) -> bool:
    """Whether "is correct", ": yes" or the like follows a mention."""
    i, linked = one.end, False
    while i < len(tokens) and (
        tokens[i].raw in words.CLOSING or tokens[i].word in words.IS or tokens[i].word in words.DEGREES
    ):
        linked = linked or tokens[i].raw in ":-–—=" or tokens[i].word in words.IS
        i += 1
    if i >= len(tokens):
        return False
    return tokens[i].raw in words.TICKS or (linked and tokens[i].word in words.RIGHT)


def _hedged(tokens: Sequence[_Token], i: int) -> bool:
    """Whether "might", "maybe" or the like is in the sentence of a marker, or the marker is negated."""
    left = i
    while left > max(0, i - _FAR) and tokens[left - 1].raw not in words.ENDS:
        left -= 1
    right = i
    while right < min(len(tokens), i + _FAR) and tokens[right].raw not in words.ENDS:
        right += 1
    return any(token.word in words.MAYBE for token in tokens[left:right])
