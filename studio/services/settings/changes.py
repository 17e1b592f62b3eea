"""Differences in settings between iterations, from the jobs' frozen settings. No Qt, no torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from db.models import Job, ModelVersion
from studio.services.recipes.version_names import MAIN
from studio.services.settings.flat import flat
from studio.services.settings.types import SettingChange
from studio.services.stages.registry import relevant_settings

_NOT_SETTINGS = ("result", "iteration", "train_kind", "base", "revision", "device")
Known = dict[tuple[str, str], tuple[str, ...]]
"""(where, setting) -> its values, in order of appearance."""


def changes(jobs: Iterable[Job], versions: Sequence[ModelVersion]) -> tuple[SettingChange, ...]:
    """Return each iteration's settings that differ from those of the latest earlier one that used the same setting.

    Only settings that affect a finished stage's results count, and the hyperparameters of a version's training (the
    learning rate falls from one iteration to the next without being set).
    """
    by_iteration: dict[int, Known] = {}
    for job in sorted(jobs, key=lambda job: job.id):
        if job.state == "done" and job.line == MAIN:
            settings = relevant_settings(job.stage, job.config)
            _note(by_iteration.setdefault(job.iteration, {}), "settings", settings)
    for version in versions:
        if version.kind != "base" and version.line == MAIN:
            used = {key: value for key, value in version.hyperparameters.items() if key not in _NOT_SETTINGS}
            _note(by_iteration.setdefault(version.iteration, {}), version.kind, used)
    return tuple(_compare(by_iteration))


def _compare(by_iteration: Mapping[int, Known]) -> Iterable[SettingChange]:
    latest: Known = {}
    for iteration in sorted(by_iteration):
        for (where, setting), values in by_iteration[iteration].items():
            before = latest.get((where, setting))
            if before is not None and before != values:
                yield SettingChange(iteration, where, setting, " / ".join(before), " / ".join(values))
        latest.update(by_iteration[iteration])


def _note(known: Known, where: str, tree: Mapping[str, Any]) -> None:
    for setting, content in flat(tree):
        value = "not set" if content is None else f"{content:.6g}" if isinstance(content, float) else str(content)
        values = known.get((where, setting), ())
        if value not in values:
            known[where, setting] = (*values, value)
