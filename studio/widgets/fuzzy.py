"""How well a few letters fit a text. Pure functions."""

from __future__ import annotations


def fit(letters: str, text: str) -> int | None:
    """Return a higher number for a better fit; None if the letters do not all occur in this order. Case does not count.

    Letters that begin a word and letters side by side count more; among equals the shorter text wins.
    """
    wanted = [letter for letter in letters.lower() if not letter.isspace()]
    if not wanted:
        return 0
    whole = text.lower()
    starts = [place for place, letter in enumerate(whole) if letter == wanted[0]]
    found = [score for start in starts if (score := _from(wanted, whole, start)) is not None]
    return max(found) * 100 - len(whole) if found else None


def _from(wanted: list[str], whole: str, start: int) -> int | None:
    score, place, before = 0, start, -2
    for letter in wanted:
        place = _next(whole, letter, place, before)
        if place < 0:
            return None
        begins = place == 0 or not whole[place - 1].isalnum()
        score += 1 + 4 * begins + 3 * (place == before + 1)
        before, place = place, place + 1
    return score


def _next(whole: str, letter: str, place: int, before: int) -> int:
    """Return the letter's next place: beside the one before, else at the beginning of a word, else anywhere."""
    first = whole.find(letter, place)
    if first < 0 or first == before + 1:
        return first
    at = first
    while at >= 0:
        if at == 0 or not whole[at - 1].isalnum():
            return at
        at = whole.find(letter, at + 1)
    return first
