"""What the window remembers between runs: a typed wrapper over QSettings, with its defaults as data.

Nothing here belongs to a project; a project's own settings are in its ``studio.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

RECENT_LIMIT = 10
Appearance = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values of a first start."""

    page: str = "overview"
    recent: tuple[Path, ...] = ()
    appearance: Appearance = "system"


DEFAULTS = Defaults()


class AppSettings:
    """Reads and writes at once; a value of the wrong type (a hand-edited file) counts as absent."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store if store is not None else QSettings("score-studio", "score-studio")

    @property
    def recent(self) -> tuple[Path, ...]:
        """Project folders, the latest first."""
        value = self._store.value("recent")
        if isinstance(value, str):  # an ini file gives a list of one as a string
            value = [value] if value else []
        return tuple(Path(str(item)) for item in value) if isinstance(value, list) else DEFAULTS.recent

    def remember_project(self, root: Path) -> None:
        """Puts the folder first in the recent list."""
        kept = [root, *(path for path in self.recent if path != root)][:RECENT_LIMIT]
        self._store.setValue("recent", [str(path) for path in kept])
        opened = {path: time for path, time in self._opened().items() if path in map(str, kept)}
        opened[str(root)] = datetime.now(UTC).isoformat(timespec="seconds")
        self._store.setValue("opened", [text for item in opened.items() for text in item])

    def opened_at(self, root: Path) -> datetime | None:
        """When the project was opened last, in UTC."""
        try:
            return datetime.fromisoformat(self._opened()[str(root)])
        except (KeyError, ValueError):
            return None

    def forget_project(self, root: Path) -> None:
        """Takes the folder off the recent list; its files are not touched."""
        self._store.setValue("recent", [str(path) for path in self.recent if path != root])

    @property
    def appearance(self) -> Appearance:
        """Light, dark, or as the system has it."""
        value = self._store.value("appearance")
        return next((known for known in get_args(Appearance) if known == value), DEFAULTS.appearance)

    @appearance.setter
    def appearance(self, value: Appearance) -> None:
        self._store.setValue("appearance", value)

    @property
    def page(self) -> str:
        """Name of the page last shown."""
        value = self._store.value("page")
        return value if isinstance(value, str) else DEFAULTS.page

    @page.setter
    def page(self, name: str) -> None:
        self._store.setValue("page", name)

    def layout(self, name: str) -> QByteArray:
        """Saved geometry or splitter state; empty at first."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, state: QByteArray) -> None:
        """Keeps a geometry or splitter state."""
        self._store.setValue(f"layout/{name}", state)

    def sizes(self, name: str) -> tuple[int, ...]:
        """Sizes that a person gave a splitter's panes or a table's columns; empty at first."""
        value = self._store.value(f"dragged/{name}")
        texts = value.split() if isinstance(value, str) else []
        return tuple(int(text) for text in texts if text.isdigit())

    def set_sizes(self, name: str, sizes: tuple[int, ...]) -> None:
        """Keeps sizes in pixels. (Under "sizes" an earlier version kept those of hidden panes, too.)"""
        self._store.setValue(f"dragged/{name}", " ".join(map(str, sizes)))

    def _opened(self) -> dict[str, str]:
        value = self._store.value("opened")
        flat = [str(item) for item in value] if isinstance(value, list) else []
        return dict(zip(flat[::2], flat[1::2], strict=False))
