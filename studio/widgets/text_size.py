"""The size of texts and of what is measured by them: one factor for the whole window, changed live.

Pixel values of the source are those at 100%. A widget that keeps a size gives it to :func:`keep_size`, which applies
it now and after each change; a size that is used once, such as the first width of a column, is :func:`scaled`.
The style sheet is scaled by :func:`scaled_sheet`. GUI thread only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QHeaderView, QWidget

STEPS = (80, 90, 100, 110, 125, 150, 175, 200)
"""Per cent."""
NORMAL = 100
LINE = 3
"""Pixels up to which a value of the source is a line or a gap that does not grow."""
ROLES = {"text": 13, "small": 11, "subtitle": 14, "title": 20}
"""Pixels of a font at 100%, by what it is for; those of the style sheet."""
TEXT_EVENTS = (QEvent.Type.FontChange, QEvent.Type.StyleChange)
"""What a widget that measures texts gets after a change of the size."""
_PROPERTY = "kept_sizes"


class _Chosen:
    percent = NORMAL


def text_percent() -> int:
    """Return the size of texts in per cent."""
    return _Chosen.percent


def nearest_step(percent: float) -> int:
    """Return the step that is nearest to a size."""
    return min(STEPS, key=lambda step: abs(step - percent))


def neighbour(percent: int, by: int) -> int:
    """Return the step ``by`` places above (below, if negative) a size; at the ends the last one."""
    place = STEPS.index(nearest_step(percent)) + by
    return STEPS[min(max(place, 0), len(STEPS) - 1)]


def scaled(pixels: float) -> int:
    """Return as many pixels as a length of 100% has now; lines of up to 3 pixels stay."""
    return round(pixels if abs(pixels) <= LINE else pixels * _Chosen.percent / NORMAL)


def unscaled(pixels: float) -> int:
    """Return the length at 100% of one that is shown now."""
    return round(pixels if abs(pixels) <= LINE else pixels * NORMAL / _Chosen.percent)


def scaled_size(width: float, height: float) -> QSize:
    """Return a size at the present size of texts."""
    return QSize(scaled(width), scaled(height))


def text_font(role: str = "text", *, bold: bool = False) -> QFont:
    """Return the application's font for a role of :data:`ROLES`, for what is painted without the style sheet."""
    font = QFont(QApplication.font())
    font.setPixelSize(scaled(ROLES[role]))
    font.setBold(bold)
    return font


def scaled_sheet(sheet: str) -> str:
    """Return a style sheet whose lengths in pixels are those of the present size; thin lines stay.

    ``half(14px, 1px)`` becomes half of a side of 14 pixels with a frame of 1 pixel at both ends: the radius of a
    circle. It is computed, because a radius above the half, by rounding alone, makes Qt draw a square.
    """
    sheet = re.sub(r"half\((\d+)px(?:, (\d+)px)?\)", _half, sheet)
    return re.sub(r"\b(\d+)px", lambda found: f"{scaled(int(found[1]))}px", sheet)


def _half(found: re.Match[str]) -> str:
    return f"{(scaled(int(found[1])) + 2 * int(found[2] or 0)) // 2}PX"


def _icon(widget: Any, pixels: int) -> None:
    widget.setIconSize(QSize(pixels, pixels))


_SETTERS: dict[str, Callable[[Any, int], object]] = {
    "width": lambda widget, pixels: widget.setFixedWidth(pixels),
    "height": lambda widget, pixels: widget.setFixedHeight(pixels),
    "least_width": lambda widget, pixels: widget.setMinimumWidth(pixels),
    "least_height": lambda widget, pixels: widget.setMinimumHeight(pixels),
    "most_width": lambda widget, pixels: widget.setMaximumWidth(pixels),
    "most_height": lambda widget, pixels: widget.setMaximumHeight(pixels),
    "icon": _icon,
    "row_height": lambda table, pixels: table.verticalHeader().setDefaultSectionSize(pixels),
}


def keep_size(widget: QWidget, **pixels: int) -> None:
    """Give a widget sizes that follow the size of texts.

    Args:
        widget: the widget.
        pixels: at 100%: ``width`` and ``height`` (fixed), ``least_width``, ``least_height``, ``most_width``,
            ``most_height``, ``icon`` (the side of a button's or a list's icons), ``row_height`` (of a table).
    """
    unknown = set(pixels) - set(_SETTERS)
    if unknown:
        raise TypeError(f"no such sizes: {', '.join(sorted(unknown))}")
    widget.setProperty(_PROPERTY, {**(widget.property(_PROPERTY) or {}), **pixels})
    _apply(widget, pixels)


def apply_kept_sizes(widget: QWidget) -> None:
    """Give a widget the sizes again that it keeps."""
    kept = widget.property(_PROPERTY)
    if kept:
        _apply(widget, kept)


def kept_size(widget: QWidget, name: str) -> int:
    """Return a size that a widget keeps, in present pixels; 0 if it keeps none of this name."""
    return scaled((widget.property(_PROPERTY) or {}).get(name, 0))


def keep_hint_height(widget: QWidget) -> None:
    """Let a field never be lower than its size hint: where a scroll area would squeeze it."""
    widget.setProperty("kept_hint", True)
    _apply_hint(widget)


def set_text_percent(percent: int) -> None:
    """Change the factor alone; :func:`studio.widgets.theme.show_text_size` also changes what is on the screen."""
    _Chosen.percent = nearest_step(percent)


def renew_sizes(before: int) -> None:
    """Apply all kept sizes again, and scale columns from the size ``before`` (per cent) to the present one."""
    ratio = _Chosen.percent / before
    for widget in QApplication.allWidgets():
        apply_kept_sizes(widget)
        if widget.property("kept_hint"):
            _apply_hint(widget)
        if isinstance(widget, QHeaderView):
            _scale_sections(widget, ratio)


def _apply(widget: QWidget, pixels: dict[str, int]) -> None:
    for name, value in pixels.items():
        _SETTERS[name](widget, scaled(value))


def _apply_hint(widget: QWidget) -> None:
    widget.setMinimumHeight(0)
    widget.ensurePolished()
    widget.setMinimumHeight(widget.sizeHint().height())


def _scale_sections(header: QHeaderView, ratio: float) -> None:
    if header.orientation().name == "Vertical":
        return  # rows have a kept height
    for column in range(header.count()):
        if header.sectionResizeMode(column) != QHeaderView.ResizeMode.Stretch and not header.isSectionHidden(column):
            header.resizeSection(column, round(header.sectionSize(column) * ratio))
