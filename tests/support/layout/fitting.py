"""Finding what has no room on the screen: widgets outside their window, cut texts, pages that scroll sideways."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)

from studio.widgets.labels import ElidedLabel
from studio.widgets.page_area import PageArea

CONTROLS = (QAbstractButton, QLabel, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractScrollArea, QTabBar)
TEXTS = (QPushButton, QToolButton, QCheckBox, QRadioButton)
SLACK = 1
"""Pixels that a rounding may cost."""


def misfits(root: QWidget) -> list[str]:
    """Every visible control below ``root`` that is not wholly where it can be seen or scrolled to, or whose text is
    cut without a tool tip."""
    return [f"{_named(widget)}: {what}" for widget in _controls(root) for what in _faults(widget, root)]


def scrolls_sideways(root: QWidget) -> list[str]:
    """The scroll areas of forms and pages below ``root`` whose content is wider than they are."""
    found = []
    for area in root.findChildren(QScrollArea):
        if area.isVisible() and area.widget() is not None:
            room, needed = area.viewport().width(), area.widget().width()
            if isinstance(area, PageArea):
                needed = max(needed, area.widget().minimumSizeHint().width())
            if needed > room:
                found.append(f"{_named(area)} is {room} wide, its content {needed}")
    return found


def _controls(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, CONTROLS) or widget.window() is not root.window():
            continue
        if widget.objectName().startswith("qt_") or not widget.size().isValid():
            continue
        parents = list(_parents(widget, root))
        if any(
            isinstance(parent, QAbstractItemView | QAbstractSpinBox | QGraphicsView | QTabBar) for parent in parents
        ):
            continue
        if isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QComboBox):
            continue
        yield widget


def _parents(widget: QWidget, root: QWidget) -> Iterator[QWidget]:
    parent = widget.parentWidget()
    while parent is not None:
        yield parent
        if parent is root.window():
            return
        parent = parent.parentWidget()


def _faults(widget: QWidget, root: QWidget) -> Iterator[str]:
    scrolled = False
    for parent in _parents(widget, root):
        place = QRect(widget.mapTo(parent, QPoint(0, 0)), widget.size())
        if place.left() < -SLACK or place.right() > parent.width() - 1 + SLACK:
            yield f"{place.left()} to {place.right()} in a {type(parent).__name__} of width {parent.width()}"
            break
        holder = parent.parentWidget()
        scrolled = scrolled or (isinstance(holder, QScrollArea) and holder.viewport() is parent)
        if not scrolled and (place.top() < -SLACK or place.bottom() > parent.height() - 1 + SLACK):
            yield f"{place.top()} down to {place.bottom()} in a {type(parent).__name__} of height {parent.height()}"
            break
    yield from _cut(widget)


def _cut(widget: QWidget) -> Iterator[str]:
    hint = widget.sizeHint()
    if isinstance(widget, TEXTS):
        fixed = widget.width() == widget.maximumWidth()  # as a "?" is: its text alone must fit
        needed = widget.fontMetrics().horizontalAdvance(widget.text()) if fixed else hint.width()
        if widget.text() and needed > widget.width() + SLACK and not _tells_all(widget):
            yield f"needs {needed} for its text, has {widget.width()}"
        if widget.height() < widget.fontMetrics().height():
            yield f"is {widget.height()} high, its text {widget.fontMetrics().height()}"
    elif isinstance(widget, QLabel):
        yield from _cut_label(widget)
    elif isinstance(widget, QHeaderView):
        return
    elif isinstance(widget, QLineEdit | QComboBox | QAbstractSpinBox):
        least = widget.fontMetrics().height() + 4
        if widget.height() < least:
            yield f"is {widget.height()} high, its text needs {least}"
        if widget.width() < widget.fontMetrics().averageCharWidth() * 4:
            yield f"is only {widget.width()} wide"
    elif isinstance(widget, QAbstractItemView) and widget.height() < 2 * widget.fontMetrics().height():
        yield f"is only {widget.height()} high"


def _cut_label(label: QLabel) -> Iterator[str]:
    if not label.text() or not label.pixmap().isNull():
        return
    if isinstance(label, ElidedLabel):
        if label.fontMetrics().horizontalAdvance(label.text()) > label.contentsRect().width() and not label.toolTip():
            yield f"is cut ({label.width()}) and has no tool tip"
    elif label.wordWrap():
        if label.heightForWidth(label.width()) > label.height() + SLACK:
            yield f"needs a height of {label.heightForWidth(label.width())}, has {label.height()}"
    elif label.sizeHint().width() > label.width() + SLACK:
        yield f"needs {label.sizeHint().width()} for its text, has {label.width()}"
    if label.height() < label.fontMetrics().height():
        yield f"is {label.height()} high, its text {label.fontMetrics().height()}"


def _tells_all(widget: QAbstractButton) -> bool:
    """Whether the whole text is its tool tip; a button that does not elide cannot be cut."""
    return bool(widget.property("elides")) and widget.text().replace("&&", "&") in widget.toolTip()


def _named(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel | QLineEdit) else ""
    return f"{type(widget).__name__} {(widget.accessibleName() or text or widget.objectName())[:60]!r}"
