"""A walk through every widget of a window that tells which of them do not show their text literally."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGraphicsTextItem,
    QGraphicsView,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabWidget,
    QTextEdit,
    QWidget,
)
from support.hostile import MARK

MOST_ROWS = 100
ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.StatusTipRole,
    Qt.ItemDataRole.WhatsThisRole,
)
"""What a view shows of a cell."""


def hidden(text: str) -> list[str]:
    """Characters that could not be seen, or that change how their neighbours look."""
    joiners = "\u200c\u200d"  # emoji and some scripts need them
    return [
        hex(ord(letter))
        for letter in text
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") and letter not in joiners + "\n\t"
    ]


def rich(text: str) -> bool:
    """Whether Qt would take it for HTML where it guesses: in tool tips and in labels without a format."""
    return "<" in text and MARK in text


def check(kind: str, text: object, *, guesses: bool = False, keys: bool = False) -> Iterator[str]:
    """What is wrong with one text: ``guesses``: Qt would look for HTML in it, ``keys``: a lone & marks a key."""
    if not isinstance(text, str):
        return
    if hidden(text):
        yield f"{kind} with {hidden(text)}: {text[:80]!r}"
    if guesses and rich(text):
        yield f"{kind} that may be HTML: {text[:80]!r}"
    if keys and MARK in text:
        yield f"{kind} that marks a key: {text[:80]!r}"


def problems_of(widget: QObject) -> Iterator[str]:
    """What is wrong with how this one widget shows its texts."""
    if isinstance(widget, QWidget):
        yield from check("tool tip", widget.toolTip(), guesses=True)
        yield from check("help", widget.whatsThis(), guesses=True)
        yield from check("title", widget.windowTitle())
    match widget:
        case QLabel():
            guesses = widget.textFormat() != Qt.TextFormat.PlainText
            yield from check("label", widget.text(), guesses=guesses, keys=widget.buddy() is not None)
        case QAbstractButton():
            yield from check("button", widget.text(), keys=True)
        case QAction():
            yield from check("entry of a menu", widget.text(), keys=True)
            yield from check("tip of a menu", widget.toolTip(), guesses=True)
        case QGroupBox():
            yield from check("group", widget.title(), keys=True)
        case QTabWidget():
            for place in range(widget.count()):
                yield from check("tab", widget.tabText(place), keys=True)
        case QTextEdit():
            yield f"a text edit that knows HTML: {widget.objectName()}"
        case QPlainTextEdit():
            yield from check("field", widget.toPlainText())
        case QLineEdit() if widget.isReadOnly():  # what a person edits, keeps its own characters
            yield from check("line", widget.text())
        case QComboBox():
            for place in range(widget.count()):
                yield from check("entry", widget.itemText(place))
        case QGraphicsView():
            yield from _problems_of_scene(widget)
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _problems_of_model(widget.model(), QModelIndex())


def _problems_of_scene(view: QGraphicsView) -> Iterator[str]:
    for item in view.scene().items() if view.scene() is not None else ():
        if isinstance(item, QGraphicsTextItem) and ("<img" in item.toHtml() or "<a href" in item.toHtml()):
            yield f"a chart with HTML {item.toPlainText()!r}"


def _problems_of_model(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    columns = range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent))
    for column in columns:
        yield from check("heading", model.headerData(column, Qt.Orientation.Horizontal))
    for row in range(min(model.rowCount(parent), MOST_ROWS)):
        for column in columns:
            index = model.index(row, column, parent)
            for role in ROLES:
                guesses = role != Qt.ItemDataRole.DisplayRole
                yield from check(f"cell of {type(model).__name__}, column {column},", index.data(role), guesses=guesses)
        first = model.index(row, 0, parent)
        if model.rowCount(first):
            yield from _problems_of_model(model, first)


def problems(root: QWidget) -> list[str]:
    """What is wrong in this widget and all below it."""
    widgets: list[QObject] = [root, *root.findChildren(QObject)]
    found = (f"{type(widget).__name__}: {problem}" for widget in widgets for problem in problems_of(widget))
    return list(dict.fromkeys(found))


def texts_of(root: QWidget) -> str:
    """Everything that is written in labels, fields, buttons and cells."""
    found: list[str] = []
    for widget in root.findChildren(QWidget):
        if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QPlainTextEdit):
            found.append(widget.toPlainText())
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            found += [
                str(model.index(row, column).data())
                for row in range(min(model.rowCount(), MOST_ROWS))
                for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount())
            ]
    return "\n".join(found)


def settle(widget: QWidget) -> None:
    """Lets everything be read and painted."""
    for _ in range(3):
        QApplication.processEvents()
        widget.grab()
