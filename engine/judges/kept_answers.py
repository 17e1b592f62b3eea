"""Grades that a judge has given, kept so that nothing is judged twice. Standard library only.

The key is everything that the answer depends on: model, address, prompt with score and text, and sampling settings.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.contract.context import Journal


def key_of(**parts: Any) -> str:
    """Return the key of an answer from all that it depends on (JSON values)."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class KeptAnswers:
    """Raw answers by key, in a file that every judging of the project shares; one process writes at a time.

    Args:
        file: JSON lines; made if missing. None keeps them in memory alone.
    """

    def __init__(self, file: Path | None) -> None:
        self._journal = Journal(file) if file is not None else None
        rows = self._journal.rows if self._journal is not None else []
        self._known: dict[str, str] = {row["key"]: row["answer"] for row in rows}

    def get(self, key: str) -> str | None:
        """Return the judge's raw answer; None if it was never asked."""
        return self._known.get(key)

    def keep(self, key: str, answer: str, about: Mapping[str, Any]) -> None:
        """Keep an answer that could be used; durable on return. ``about`` is for people who read the file."""
        self._known[key] = answer
        if self._journal is not None:
            self._journal.append([{"key": key, "answer": answer, **about}])

    def close(self) -> None:
        """Close the file."""
        if self._journal is not None:
            self._journal.close()
