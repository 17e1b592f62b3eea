"""Who graded: language models, people, and the estimate from word tone. No Qt, no torch."""

from __future__ import annotations

from db.models import PERSON, WORD_TONE
from studio.services.errors import StudioError

LONGEST_NAME = 60


def is_person(judge: str) -> bool:
    """Return whether a judge, as stored, is a person."""
    return judge.startswith(PERSON)


def is_estimate(judge: str) -> bool:
    """Return whether it is the estimate from word tone, which is no judge."""
    return judge == WORD_TONE


def short_name(judge: str) -> str:
    """Return a judge's name for a heading: of a language model without its server."""
    return judge.removeprefix(PERSON) if is_person(judge) else judge.partition("@")[0]


def person(name: str) -> str:
    """Return how a person's grades are stored.

    Raises:
        StudioError: the name is empty, too long, or has characters that cannot be seen.
    """
    plain = " ".join(name.split())
    if not plain:
        raise StudioError("Enter a name.")
    if len(plain) > LONGEST_NAME or not plain.isprintable():
        raise StudioError(f"A grader's name has 1 to {LONGEST_NAME} letters.", "Enter another name.")
    return PERSON + plain
