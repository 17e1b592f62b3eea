"""What the window remembers between runs: a typed wrapper over QSettings, with its defaults as data.

Nothing here belongs to a project; a project's own settings are in its ``studio.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

RECENT_LIMIT = 10


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values of a first start."""

    page: str = "overview"
    recent: tuple[Path, ...] = ()


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

    def forget_project(self, root: Path) -> None:
        """Takes the folder off the recent list; its files are not touched."""
        self._store.setValue("recent", [str(path) for path in self.recent if path != root])

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
