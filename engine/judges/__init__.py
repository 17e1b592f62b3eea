"""Judges of explanations, by name. A judge only grades; it never trains and uses neither images nor model weights."""

from __future__ import annotations

from engine.contract.context import StageError
from engine.contract.judge_types import Grades, Judge
from engine.contract.polarity import polarity
from engine.judges.offline import OfflineJudge

__all__ = ["Grades", "Judge", "OfflineJudge", "find", "polarity"]

_JUDGES: dict[str, type[OfflineJudge]] = {OfflineJudge.id: OfflineJudge}


def find(name: str) -> Judge:
    """Return the judge of that name.

    Raises:
        StageError: the name is unknown.
    """
    if name not in _JUDGES:
        raise StageError(f"There is no judge named {name!r}.", f"Set [judge] name to one of: {', '.join(_JUDGES)}.")
    return _JUDGES[name]()
