"""Settings that changed between iterations. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting that differs between an iteration and the one before. ``where``: what it belongs to."""

    iteration: int
    where: str
    setting: str
    before: str
    now: str
