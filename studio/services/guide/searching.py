"""Search the guide. Pure functions."""

from __future__ import annotations

from studio.services.guide.types import Guide, GuideHit, GuideSection

BEFORE, AROUND = 30, 110
"""Characters of an excerpt: before what was found, and altogether."""


def search(guide: Guide, wanted: str) -> list[GuideHit]:
    """Return the sections that contain all words, in the order of the pages; those with one in the heading first.

    Upper and lower case are the same. Chapters come before the documents that they refer to. Nothing for no words.
    """
    words = wanted.casefold().split()
    if not words:
        return []
    found = [
        (_rank(section, words, is_chapter=page.is_chapter), GuideHit(page, section, excerpt(section.text, words)))
        for page in guide.pages
        for section in page.sections
        if all(word in f"{section.heading} {section.text}".casefold() for word in words)
    ]
    return [hit for _rank_of_it, hit in sorted(found, key=lambda item: item[0])]


def excerpt(text: str, words: list[str]) -> str:
    """Return the part of a text around the first of these words (casefolded); its beginning without one."""
    low = text.casefold()
    places = [place for word in words if (place := low.find(word)) >= 0]
    start = max(0, min(places, default=0) - BEFORE)
    if start:
        start = text.find(" ", start) + 1 or start
    part = text[start : start + AROUND]
    if start + AROUND < len(text) and " " in part:
        part = part[: part.rindex(" ")]
    return ("… " if start else "") + part + (" …" if start + len(part) < len(text) else "")


def _rank(section: GuideSection, words: list[str], *, is_chapter: bool) -> tuple[bool, bool]:
    return not is_chapter, not any(word in section.heading.casefold() for word in words)
