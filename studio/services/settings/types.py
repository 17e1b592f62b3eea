"""Settings that changed between iterations. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that an iteration ran with and the one before did not. ``where``: what it belongs to."""

    iteration: int
    where: str
    setting: str
    before: str
    now: str
