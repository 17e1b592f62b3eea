"""Settings that the window keeps between runs: a typed wrapper of QSettings, with its defaults as data.

Nothing here belongs to a project; a project's own settings are in its ``studio.toml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

RECENT_LIMIT = 10
Appearance = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """The values for the first start."""

    page: str = "overview"
    recent: tuple[Path, ...] = ()
    appearance: Appearance = "system"
    text_percent: int = 100


DEFAULTS = Defaults()


class AppSettings:
    """Reads and writes directly; a value of the wrong type (a hand-edited file) counts as absent."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store if store is not None else QSettings("score-studio", "score-studio")

    @property
    def recent(self) -> tuple[Path, ...]:
        """Return the project folders, latest first."""
        value = self._store.value("recent")
        if isinstance(value, str):  # an ini file returns a list of one as a string
            value = [value] if value else []
        return tuple(Path(str(item)) for item in value) if isinstance(value, list) else DEFAULTS.recent

    def remember_project(self, root: Path) -> None:
        """Put the folder first in the list of recent projects."""
        kept = [root, *(path for path in self.recent if path != root)][:RECENT_LIMIT]
        self._store.setValue("recent", [str(path) for path in kept])
        opened = {path: time for path, time in self._pairs("opened").items() if path in map(str, kept)}
        opened[str(root)] = datetime.now(UTC).isoformat(timespec="seconds")
        self._set_pairs("opened", opened)

    def opened_at(self, root: Path) -> datetime | None:
        """Return when the project was last opened, in UTC."""
        try:
            return datetime.fromisoformat(self._pairs("opened")[str(root)])
        except (KeyError, ValueError):
            return None

    def forget_project(self, root: Path) -> None:
        """Remove the folder from the list of recent projects; its files are not touched."""
        self._store.setValue("recent", [str(path) for path in self.recent if path != root])

    @property
    def appearance(self) -> Appearance:
        """Light, dark, or the system's setting."""
        value = self._store.value("appearance")
        return next((known for known in get_args(Appearance) if known == value), DEFAULTS.appearance)

    @appearance.setter
    def appearance(self, value: Appearance) -> None:
        self._store.setValue("appearance", value)

    @property
    def text_percent(self) -> int:
        """Return the size of texts in per cent."""
        value = self._store.value("text_percent")
        return int(value) if isinstance(value, int | str) and str(value).isdigit() else DEFAULTS.text_percent

    @text_percent.setter
    def text_percent(self, value: int) -> None:
        self._store.setValue("text_percent", value)

    def page_of(self, root: Path) -> str:
        """Return the page that was shown last in this project; the Overview in one that was not opened before."""
        return self._pairs("pages").get(str(root), DEFAULTS.page)

    def remember_page(self, root: Path, name: str) -> None:
        """Keep the page that a project shows."""
        known = {str(path) for path in self.recent}
        kept = {path: page for path, page in self._pairs("pages").items() if path in known}
        self._set_pairs("pages", {**kept, str(root): name})

    @property
    def last_folder(self) -> Path | None:
        """Return the folder in which a file dialog ended last; None at first."""
        value = self._store.value("folder")
        return Path(value) if isinstance(value, str) and value else None

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._store.setValue("folder", str(folder))

    def reviewer_of(self, root: Path) -> str:
        """Return the reviewer chosen last in this project; "" is the first one."""
        return self._pairs("reviewers").get(str(root), "")

    def remember_reviewer(self, root: Path, name: str) -> None:
        """Keep the reviewer whose review a project shows."""
        known = {str(path) for path in self.recent}
        kept = {path: other for path, other in self._pairs("reviewers").items() if path in known}
        self._set_pairs("reviewers", {**kept, str(root): name})

    @property
    def guide_page(self) -> str:
        """Return the page of the guide that was shown last; "" at first."""
        value = self._store.value("guide")
        return value if isinstance(value, str) else ""

    @guide_page.setter
    def guide_page(self, name: str) -> None:
        self._store.setValue("guide", name)

    def layout(self, name: str) -> QByteArray:
        """Return a saved geometry or splitter state; empty at first."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_layout(self, name: str, state: QByteArray) -> None:
        """Save a geometry or splitter state."""
        self._store.setValue(f"layout/{name}", state)

    def sizes(self, name: str) -> tuple[int, ...]:
        """Return the sizes that the user gave a splitter's panes or a table's columns; empty at first."""
        value = self._store.value(f"dragged/{name}")
        texts = value.split() if isinstance(value, str) else []
        return tuple(int(text) for text in texts if text.isdigit())

    def set_sizes(self, name: str, sizes: tuple[int, ...]) -> None:
        """Save sizes in pixels. (Under "sizes" an earlier version also saved those of hidden panes.)"""
        self._store.setValue(f"dragged/{name}", " ".join(map(str, sizes)))

    def _pairs(self, name: str) -> dict[str, str]:
        value = self._store.value(name)
        flat = [str(item) for item in value] if isinstance(value, list) else []
        return dict(zip(flat[::2], flat[1::2], strict=False))

    def _set_pairs(self, name: str, values: Mapping[str, str]) -> None:
        self._store.setValue(name, [text for item in values.items() for text in item])
