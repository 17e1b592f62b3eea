"""Light and dark: colours as data from ``resources/qss``, applied to the application as palette and style sheet.

Widgets that paint for themselves ask :func:`current_theme` when they paint, and repaint on ``PaletteChange``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Literal

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

import resources

_FOLDER = Path(resources.__file__).parent / "qss"
PICTURES = ("chevron", "chevron-up", "check")
"""Signs of the style sheet, one file each for light and dark."""
Mode = Literal["system", "light", "dark"]
THEME_EVENTS = (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange)


@dataclass(frozen=True, slots=True)
class Theme:
    """The named colours of one theme, as in its file."""

    dark: bool
    colours: dict[str, str]

    def __getitem__(self, name: str) -> QColor:
        return QColor(self.colours[name])


@cache
def load_theme(dark: bool) -> Theme:
    """Return the theme's colours from its file."""
    text = (_FOLDER / ("dark.toml" if dark else "light.toml")).read_text(encoding="utf-8")
    return Theme(dark, {name: str(value) for name, value in tomllib.loads(text).items()})


def current_theme() -> Theme:
    """Return the theme of the application's palette."""
    return load_theme(QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128)


def apply_theme(app: QApplication, dark: bool) -> None:
    """Set palette and style sheet for the whole application."""
    theme = load_theme(dark)
    app.setPalette(_palette(theme))
    sheet = Template((_FOLDER / "studio.qss").read_text(encoding="utf-8"))
    name = "dark" if dark else "light"
    pictures = {word.replace("-", "_"): (_FOLDER / f"{word}-{name}.svg").as_posix() for word in PICTURES}
    app.setStyleSheet(sheet.substitute(theme.colours, **pictures))


def show_appearance(app: QApplication, mode: Mode) -> None:
    """Light, dark or what the system has, at once; an unknown scheme of the system is light."""
    hints = app.styleHints()
    if mode == "system":
        hints.unsetColorScheme()
    else:  # for what the system draws: frames and file dialogs
        hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
    system = hints.colorScheme() == Qt.ColorScheme.Dark
    apply_theme(app, system if mode == "system" else mode == "dark")


def follow_system(app: QApplication, mode: Callable[[], Mode]) -> None:
    """Show the chosen appearance now, and follow changes of the system's scheme."""
    app.setStyle("Fusion")
    app.styleHints().colorSchemeChanged.connect(
        lambda scheme: apply_theme(app, scheme == Qt.ColorScheme.Dark) if mode() == "system" else None
    )
    show_appearance(app, mode())


def _palette(theme: Theme) -> QPalette:
    role = QPalette.ColorRole
    names = {
        role.Window: "window",
        role.WindowText: "text",
        role.Base: "base",
        role.AlternateBase: "alternate",
        role.Text: "text",
        role.Button: "base",
        role.ButtonText: "text",
        role.BrightText: "danger",
        role.Highlight: "accent",
        role.HighlightedText: "accent_text",
        role.Link: "accent",
        role.ToolTipBase: "base",
        role.ToolTipText: "text",
        role.PlaceholderText: "muted",
        role.Mid: "border",
    }
    palette = QPalette()
    for colour_role, name in names.items():
        palette.setColor(colour_role, theme[name])
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, theme["disabled"])
    return palette
