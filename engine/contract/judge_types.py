"""The interface of a judge, which grades one explanation against its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

MODEL_JUDGE = "model"
"""The setting for a language model as judge."""
JUDGE_KEY, JUDGE_KEY_ORIGIN = "SCORE_STUDIO_JUDGE_KEY", "SCORE_STUDIO_JUDGE_ORIGIN"
"""Environment variables of a judge's key and of the only address that it may be sent to (OpenAI's if not set)."""
OPENAI_ORIGIN = "https://api.openai.com"


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, without its path; a key is bound to it."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    host = (parts.hostname or "").lower()
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def usable_key(text: str) -> str:
    """Return a key as it can be sent, without the white space around it.

    Raises:
        ValueError: it contains characters that no key has; the message does not repeat them.
    """
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("The key contains spaces or characters that no key has. Copy it again.")
    return key


def judge_id(name: str, base_url: str, model: str) -> str:
    """Return the id under which grades are stored: of a language model, its name and whose it is."""
    return f"{model}@{origin_of(base_url)}" if name == MODEL_JUDGE else name


BATCH_DISCOUNT = 0.5
"""What a request of a batch costs of the usual price (OpenAI's Batch API)."""
GRADE_WORDS = ("bad", "poor", "fair", "good", "excellent")
"""The judge's words for the grades 0 to 4."""


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades from 4 (excellent) to 0 (bad) as in arXiv 2506.02708, section A.2; None with a ``reason`` if not graded.

    ``raw`` is the judge's own output, ``reason`` is for reading.
    """

    consistency: int | None
    usefulness: int | None = None
    general: int | None = None
    raw: str = ""
    reason: str = ""


class Judge(Protocol):
    """Grades explanations. ``id`` is stored; ``label`` is shown with the grades."""

    @property
    def id(self) -> str:
        """Stable name, as in the settings."""

    @property
    def label(self) -> str:
        """Display name."""

    def grade(self, label: int | None, text: str, parse_ok: bool) -> Grades:
        """Grade one explanation.

        Args:
            label: the model's own score 0..9, None if it could not be read.
            text: the explanation.
            parse_ok: whether the answer has the required format; if not, the text is judged as empty.
        """
