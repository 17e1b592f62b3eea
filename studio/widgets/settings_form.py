"""A form of settings: each field has a title with its key, an editor, its meaning, a "?", and an error below.

It shows and collects texts by path; the services validate them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.services.settings.fields import SettingField
from studio.services.settings.setting_help import SettingHelp, setting_help, unusual_values
from studio.text import printable
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.help_tip import HelpTip
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_size, scaled

EDITOR_WIDTH = 230
NAME_WIDTH = 190
LONG_HEIGHT = 84
REASON_MARGIN = 12
NARROW = 680
"""Width in pixels below which each name and meaning has a line of its own."""
TWO_COLUMNS = 1500
"""Width in pixels from which the sections are laid out in two columns."""


@dataclass(slots=True)
class _Row:
    field: SettingField
    about: SettingHelp
    editor: QWidget
    reason: PlainLabel
    caution: PlainLabel
    widgets: list[QWidget]
    grid: QGridLayout
    line: int
    names: QVBoxLayout
    beside: QHBoxLayout
    wide: bool


class SettingsForm(QWidget):
    """Signal ``edited``: the user has changed a value (not ``set_texts``)."""

    edited = Signal()

    def __init__(
        self, fields: Sequence[SettingField], titles: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        """``titles``: section to title; a section that is not named shows its own name."""
        super().__init__(parent)
        self._rows: dict[str, _Row] = {}
        self._cards: dict[str, QFrame] = {}
        self._titles = titles
        self._language = QLocale().name().split("_")[0]
        self._help = setting_help(self._language)
        self._beside: dict[str, QHBoxLayout] = {}
        self._filling = False
        self._columns = (QVBoxLayout(), QVBoxLayout())
        self._in_two = self._narrow = False
        self._grids: list[QGridLayout] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 8, 0)
        self._row.setSpacing(12)
        for column in self._columns:
            column.setSpacing(10)
            column.addStretch(1)
            self._row.addLayout(column, 1)
        for section in dict.fromkeys(field.section for field in fields):
            inside = [field for field in fields if field.section == section]
            self._card(section, titles.get(section, section), inside)
        self._place_cards()

    def texts(self) -> dict[str, str]:
        """Return what the editors hold, by path."""
        return {path: _text(row.editor) for path, row in self._rows.items()}

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Show these texts; a path that is not named keeps what it has."""
        self._filling = True
        for path, row in self._rows.items():
            if path in texts and texts[path] != _text(row.editor):
                _set_text(row.editor, texts[path])
        self._filling = False
        self._show_cautions()

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """Show the errors of these fields, clear all others; valid values that are unusual are remarked on."""
        self._show_cautions(reasons)
        for path, row in self._rows.items():
            reason = reasons.get(path, "")
            appears = bool(reason) and row.reason.isHidden() and not row.editor.visibleRegion().isEmpty()
            row.reason.setText(printable(reason))
            row.reason.setVisible(bool(reason))
            if appears:
                self._bring_into_view(row.reason)
            row.editor.setAccessibleDescription(reason or row.field.meaning)
            state = "wrong" if reason else ""
            if row.editor.property("state") != state:
                row.editor.setProperty("state", state)
                row.editor.style().unpolish(row.editor)
                row.editor.style().polish(row.editor)

    def _show_cautions(self, reasons: Mapping[str, str] | None = None) -> None:
        """Remark on unusual values, in words; they can be used all the same."""
        found = unusual_values(self.texts(), self._language)
        for path, row in self._rows.items():
            text = "" if path in (reasons or {}) else found.get(path, "")
            if row.caution.text() != text:
                row.caution.setText(text)
                row.caution.setVisible(bool(text) and not row.editor.isHidden())

    def _bring_into_view(self, reason: QWidget) -> None:
        """Scroll so that the error of an editor in view can be read: below the last one it would be cut off."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            QTimer.singleShot(0, reason, partial(area.ensureWidgetVisible, reason, 0, REASON_MARGIN))

    def set_fixed(self, paths: Sequence[str]) -> None:
        """These can be read but not changed."""
        for path in paths:
            if path in self._rows:
                self._rows[path].editor.setEnabled(False)

    def editor(self, path: str) -> QWidget:
        """Return the widget in which a setting is edited."""
        return self._rows[path].editor

    def place_beside(self, path: str, widget: QWidget) -> None:
        """Put a widget behind a setting's editor; it is shown and hidden with them."""
        self._beside[path].insertWidget(0, widget)
        self.setTabOrder(self._rows[path].editor, widget)
        self._rows[path].widgets.append(widget)

    def reason(self, path: str) -> str:
        """Return the setting's error; "" if it is valid."""
        return self._rows[path].reason.text()

    def caution(self, path: str) -> str:
        """Return what is remarked on the setting's value; "" if it is usual."""
        return self._rows[path].caution.text()

    def title(self, path: str) -> str:
        """Return the setting's plain title after its section's; the path of what this form does not have."""
        row = self._rows.get(path)
        return path if row is None else f"{self._titles.get(row.field.section, row.field.section)}: {row.about.title}"

    def show_only(self, text: str) -> int:
        """Hide fields whose path, label and meaning do not contain the text; return how many are left."""
        wanted, shown = text.strip().lower(), 0
        for card in self._cards.values():
            card.setVisible(False)
        for path, row in self._rows.items():
            fits = wanted in f"{path} {row.about.title} {row.field.meaning} {row.about.text}".lower()
            shown += fits
            for widget in row.widgets:
                widget.setVisible(fits)
            row.reason.setVisible(fits and bool(row.reason.text()))
            row.caution.setVisible(fits and bool(row.caution.text()))
            if fits:
                self._cards[row.field.section].setVisible(True)
        return shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the sections in two columns if there is room; Tab goes down the first, then the second."""
        super().resizeEvent(event)
        in_two = self.width() >= scaled(TWO_COLUMNS)
        if in_two != self._in_two:
            self._in_two = in_two
            self._place_cards()
        narrow = self.width() < scaled(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            for grid in self._grids:
                self._size_columns(grid)
            for row in self._rows.values():
                self._place(row)

    def _place_cards(self) -> None:
        """Lay out the cards again, in columns of similar height; removed first: Qt would keep the old heights."""
        left, right = self._columns
        heights = [card.sizeHint().height() if self._in_two else 0 for card in self._cards.values()]
        half, height = sum(heights) / 2, 0
        for card, tall in zip(self._cards.values(), heights, strict=True):
            target = right if self._in_two and height + tall / 2 > half else left
            for column in self._columns:
                column.removeWidget(card)
            target.insertWidget(target.count() - 1, card)
            height += tall
        self._row.setStretch(1, 1 if self._in_two else 0)

    def _card(self, section: str, title: str, fields: Sequence[SettingField]) -> QFrame:
        card = QFrame(self)
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        self._grids.append(grid)
        self._size_columns(grid)
        head = FlowLayout(spacing=8)
        head.addWidget(PlainLabel(title, role="subtitle"))
        head.addWidget(PlainLabel(f"[{section}]", role="path"))
        grid.addLayout(head, 0, 0, 1, 3)
        for place, field in enumerate(fields):
            self._add(grid, field, 1 + 5 * place)
        self._cards[section] = card
        return card

    def _add(self, grid: QGridLayout, field: SettingField, line: int) -> None:
        about = self._help[field.path]
        editor = self._make_editor(field)
        name, key = PlainLabel(about.title, wrap=True), PlainLabel(field.name, role="path")
        key.setToolTip(field.path)
        name.setBuddy(editor)
        meaning = PlainLabel(field.meaning, role="muted", wrap=True)
        reason, caution = PlainLabel(role="reason", wrap=True), PlainLabel(role="caution", wrap=True)
        reason.hide()
        caution.hide()
        more = HelpTip(about.title, self._explained(field, about))
        wide = field.kind in ("long_text", "words", "choices")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(name)
        names.addWidget(key)
        names.addStretch(1 if wide else 0)
        beside = QHBoxLayout()
        beside.setSpacing(10)
        beside.addWidget(more, 0, Qt.AlignmentFlag.AlignVCenter)
        beside.addWidget(meaning, 1)
        self._beside[field.path] = beside
        widgets = [name, key, editor, meaning, more]
        row = _Row(field, about, editor, reason, caution, widgets, grid, line, names, beside, wide)
        self._rows[field.path] = row
        self._place(row)
        editor.setAccessibleName(self.title(field.path))
        editor.setAccessibleDescription(field.meaning)

    def _size_columns(self, grid: QGridLayout) -> None:
        grid.setColumnMinimumWidth(0, 0 if self._narrow else scaled(NAME_WIDTH))
        grid.setColumnMinimumWidth(1, 0 if self._narrow else scaled(EDITOR_WIDTH))
        grid.setColumnStretch(2, 1)

    def _place(self, row: _Row) -> None:
        """Name, editor and meaning beside each other, or below each other where it is narrow."""
        grid, line = row.grid, row.line
        for part in (row.editor, row.reason, row.caution):
            grid.removeWidget(part)
        for inner in (row.names, row.beside):
            grid.removeItem(inner)
            inner.setParent(None)
        if self._narrow:
            grid.addLayout(row.names, line, 0, 1, 3)
            grid.addWidget(row.editor, line + 1, 0, 1, 3)
            grid.addLayout(row.beside, line + 2, 0, 1, 3)
            notes = (line + 3, 0, 1, 3), (line + 4, 0, 1, 3)
        else:
            grid.addLayout(row.names, line, 0, 2 if row.wide else 1, 1)
            grid.addWidget(row.editor, line, 1, 1, 2 if row.wide else 1)
            grid.addLayout(row.beside, *((line + 1, 1, 1, 2) if row.wide else (line, 2, 1, 1)))
            notes = (line + 2, 1, 1, 2), (line + 3, 1, 1, 2)
        grid.addWidget(row.reason, *notes[0])
        grid.addWidget(row.caution, *notes[1])

    def _explained(self, field: SettingField, about: SettingHelp) -> str:
        """Return the text of a "?": what the setting does, its unit, what is usual, and where it is written."""
        lines = [about.text]
        if about.unit:
            lines.append(self.tr("Unit: {0}.").format(about.unit))
        if about.usual is not None:
            low, high = about.usual
            lines.append(self.tr("Usual values: {0} to {1}.").format(f"{low:g}", f"{high:g}"))
        lines.append(self.tr("In studio.toml: {0}").format(field.path))
        return "\n".join(lines)

    def _make_editor(self, field: SettingField) -> QWidget:
        match field.kind:
            case "choice":
                return self._combo(field)
            case "switch":
                switch = QCheckBox(self.tr("on"))
                switch.toggled.connect(self._on_edit)
                return switch
            case "choices":
                return self._choices(field)
            case "long_text" | "words":
                area = QPlainTextEdit()
                area.setProperty("role", "field")
                keep_size(area, height=LONG_HEIGHT)
                area.setTabChangesFocus(True)
                area.textChanged.connect(self._on_edit)
                return area
            case _:
                line = QLineEdit()
                line.setPlaceholderText(self.tr("not set") if field.optional else "")
                line.textChanged.connect(self._on_edit)
                return line

    def _combo(self, field: SettingField) -> QComboBox:
        combo = CalmCombo()
        if field.optional:
            combo.addItem(self.tr("not set"), "")
        for choice in field.choices:
            combo.addItem(choice, choice)
        combo.currentIndexChanged.connect(self._on_edit)
        return combo

    def _choices(self, field: SettingField) -> QWidget:
        holder = QWidget()
        row = FlowLayout(holder)
        for word in field.choices:
            box = QCheckBox(word)
            box.toggled.connect(self._on_edit)
            row.addWidget(box)
        return holder

    def _on_edit(self, *_value: object) -> None:
        if not self._filling:
            self.edited.emit()


def _text(editor: QWidget) -> str:
    match editor:
        case QComboBox():
            return str(editor.currentData() or "")
        case QCheckBox():
            return "true" if editor.isChecked() else "false"
        case QPlainTextEdit():
            return editor.toPlainText()
        case QLineEdit():
            return editor.text()
        case _:
            return ", ".join(box.text() for box in editor.findChildren(QCheckBox) if box.isChecked())


def _set_text(editor: QWidget, text: str) -> None:
    match editor:
        case QComboBox():
            editor.setCurrentIndex(editor.findData(text))
        case QCheckBox():
            editor.setChecked(text == "true")
        case QPlainTextEdit():
            editor.setPlainText(text)
        case QLineEdit():
            editor.setText(text)
        case _:
            words = [part.strip() for part in text.split(",")]
            for box in editor.findChildren(QCheckBox):
                box.setChecked(box.text() in words)
