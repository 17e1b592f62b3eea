"""Commands of the palette: enabled actions and recent projects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from studio.text import one_line
from studio.views.actions.action import ActionSet, StudioAction
from studio.views.window.palette import Command

translate = QCoreApplication.translate


def commands(sets: Iterable[ActionSet]) -> list[Command]:
    """Return the actions of these sets that can be done now, in their order."""
    found: list[Command] = []
    for actions in sets:
        actions.update()
        found += [_command(actions.title, action) for action in actions if action.isEnabled()]
    return found


def recent_commands(recent: Sequence[Path], open_project: Callable[[Path], object]) -> list[Command]:
    """Opening each of these projects."""
    text = translate("Commands", "Open recent: {0}")
    return [
        Command(text.format(one_line(root.name)), "", lambda root=root: open_project(root))  # type: ignore[misc]
        for root in recent
    ]


def _command(where: str, action: StudioAction) -> Command:
    keys = action.key_texts
    return Command(
        action.phrase, where, action.trigger, action.definition.synonyms, keys[0] if keys else "", action.icon()
    )
