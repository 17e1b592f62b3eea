"""Light and dark: colours as data from ``resources/qss``, applied to the application as palette and style sheet.

The style sheet is scaled to the size of texts (:mod:`studio.widgets.text_size`).

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

from PySide6.QtCore import QEvent, QMetaObject, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

import resources
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.text_size import NORMAL, renew_sizes, scaled_sheet, set_text_percent, text_font, text_percent

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
    palette = _palette(theme)
    if app.palette() != palette:
        app.setPalette(palette)
    sheet = Template((_FOLDER / "studio.qss").read_text(encoding="utf-8"))
    name = "dark" if dark else "light"
    pictures = {word.replace("-", "_"): (_FOLDER / f"{word}-{name}.svg").as_posix() for word in PICTURES}
    wanted = scaled_sheet(sheet.substitute(theme.colours, **pictures))
    if app.styleSheet() != wanted:  # Qt would style thousands of widgets once more
        app.setStyleSheet(wanted)


def show_text_size(app: QApplication, percent: int) -> None:
    """Show all texts in a size at once, and what is measured by them.

    The style sheet is replaced by another complete one: taking an empty one between is known to crash.
    """
    before = text_percent()
    set_text_percent(percent)
    if text_percent() == before:
        return
    app.setFont(text_font())
    apply_theme(app, current_theme().dark)
    renew_sizes(before)
    for window in app.topLevelWidgets():
        if isinstance(window, StudioDialog):
            window.renew_size(text_percent() / before)


def show_appearance(app: QApplication, mode: Mode) -> None:
    """Light, dark or what the system has, at once; an unknown scheme of the system is light."""
    hints = app.styleHints()
    if mode == "system":
        hints.unsetColorScheme()
    else:  # for what the system draws: frames and file dialogs
        hints.setColorScheme(Qt.ColorScheme.Dark if mode == "dark" else Qt.ColorScheme.Light)
    system = hints.colorScheme() == Qt.ColorScheme.Dark
    apply_theme(app, system if mode == "system" else mode == "dark")


def follow_system(app: QApplication, mode: Callable[[], Mode], percent: int = NORMAL) -> QMetaObject.Connection:
    """Show the chosen appearance and size of texts now, and follow changes of the system's scheme.

    Returns:
        The connection to the system's scheme, by which it can be ended.
    """
    app.setStyle("Fusion")
    set_text_percent(percent)
    app.setFont(text_font())
    followed: QMetaObject.Connection = app.styleHints().colorSchemeChanged.connect(
        lambda scheme: apply_theme(app, scheme == Qt.ColorScheme.Dark) if mode() == "system" else None
    )
    show_appearance(app, mode())
    return followed


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
