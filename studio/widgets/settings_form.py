"""A form of settings: each field has an editor, its meaning, and an error below.

It shows and collects texts by path; the services validate them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
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
from studio.text import printable
from studio.widgets.labels import PlainLabel

translate = QCoreApplication.translate
EDITOR_WIDTH = 230
NAME_WIDTH = 170
CHOICES_A_ROW = 3
LONG_HEIGHT = 84
REASON_MARGIN = 12
TWO_COLUMNS = 1500
"""Width in pixels from which the sections are laid out in two columns."""


@dataclass(slots=True)
class _Row:
    field: SettingField
    editor: QWidget
    reason: PlainLabel
    widgets: list[QWidget]


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
        self._beside: dict[str, QHBoxLayout] = {}
        self._filling = False
        self._columns = (QVBoxLayout(), QVBoxLayout())
        self._in_two = False
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

    def set_reasons(self, reasons: Mapping[str, str]) -> None:
        """Show the errors of these fields; clear all others."""
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
        """Put a widget between a setting's editor and its meaning; it is shown and hidden with them."""
        self._beside[path].insertWidget(0, widget)
        self._rows[path].widgets.append(widget)

    def reason(self, path: str) -> str:
        """Return the setting's error; "" if it is valid."""
        return self._rows[path].reason.text()

    def show_only(self, text: str) -> int:
        """Hide fields whose path, label and meaning do not contain the text; return how many are left."""
        wanted, shown = text.strip().lower(), 0
        for card in self._cards.values():
            card.setVisible(False)
        for path, row in self._rows.items():
            fits = wanted in f"{path} {label_of(row.field)} {row.field.meaning}".lower()
            shown += fits
            for widget in row.widgets:
                widget.setVisible(fits)
            row.reason.setVisible(fits and bool(row.reason.text()))
            if fits:
                self._cards[row.field.section].setVisible(True)
        return shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out the sections in two columns if there is room; Tab goes down the first, then the second."""
        super().resizeEvent(event)
        in_two = self.width() >= TWO_COLUMNS
        if in_two != self._in_two:
            self._in_two = in_two
            self._place_cards()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A wheel over a closed list scrolls the page and changes no value."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QComboBox) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _place_cards(self) -> None:
        """Lay out the cards again, in columns of similar height; removed first: Qt would keep the old heights."""
        left, right = self._columns
        half, height = sum(card.sizeHint().height() for card in self._cards.values()) / 2, 0
        for card in self._cards.values():
            target = right if self._in_two and height + card.sizeHint().height() / 2 > half else left
            for column in self._columns:
                column.removeWidget(card)
            target.insertWidget(target.count() - 1, card)
            height += card.sizeHint().height()
        self._row.setStretch(1, 1 if self._in_two else 0)

    def _card(self, section: str, title: str, fields: Sequence[SettingField]) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, NAME_WIDTH)
        grid.setColumnMinimumWidth(1, EDITOR_WIDTH)
        grid.setColumnStretch(2, 1)
        grid.addWidget(PlainLabel(title, role="subtitle"), 0, 0, 1, 3)
        for place, field in enumerate(fields):
            self._add(grid, field, 1 + 2 * place)
        self._cards[section] = card
        return card

    def _add(self, grid: QGridLayout, field: SettingField, line: int) -> None:
        editor = self._make_editor(field)
        editor.setAccessibleName(f"{self._titles.get(field.section, field.section)}: {label_of(field)}")
        editor.setAccessibleDescription(field.meaning)
        name = PlainLabel(label_of(field))
        name.setToolTip(field.path)
        name.setBuddy(editor)
        meaning = PlainLabel(field.meaning, role="muted", wrap=True)
        reason = PlainLabel(role="reason", wrap=True)
        reason.hide()
        wide = field.kind in ("long_text", "words")
        top = Qt.AlignmentFlag.AlignTop if wide else Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(name, line, 0, top)
        widgets: list[QWidget] = [name, editor, meaning]
        if wide:
            inside = QVBoxLayout()
            inside.addWidget(editor)
            inside.addWidget(meaning)
            grid.addLayout(inside, line, 1, 1, 2)
        else:
            grid.addWidget(editor, line, 1)
            beside = QHBoxLayout()
            beside.addWidget(meaning, 1)
            grid.addLayout(beside, line, 2)
            self._beside[field.path] = beside
        grid.addWidget(reason, line + 1, 1, 1, 2)
        self._rows[field.path] = _Row(field, editor, reason, widgets)

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
                area.setFixedHeight(LONG_HEIGHT)
                area.setTabChangesFocus(True)
                area.textChanged.connect(self._on_edit)
                return area
            case _:
                line = QLineEdit()
                line.setPlaceholderText(self.tr("not set") if field.optional else "")
                line.textChanged.connect(self._on_edit)
                return line

    def _combo(self, field: SettingField) -> QComboBox:
        combo = QComboBox()
        if field.optional:
            combo.addItem(self.tr("not set"), "")
        for choice in field.choices:
            combo.addItem(choice, choice)
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        combo.installEventFilter(self)
        combo.currentIndexChanged.connect(self._on_edit)
        return combo

    def _choices(self, field: SettingField) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, word in enumerate(field.choices):
            box = QCheckBox(word)
            box.toggled.connect(self._on_edit)
            grid.addWidget(box, place // CHOICES_A_ROW, place % CHOICES_A_ROW)
        grid.setColumnStretch(CHOICES_A_ROW, 1)
        return holder

    def _on_edit(self, *_value: object) -> None:
        if not self._filling:
            self.edited.emit()


def label_of(field: SettingField) -> str:
    """Return the setting's name for people: "Learning rate" for ``learning_rate``."""
    known = {
        "alpha": translate("SettingsForm", "LoRA alpha"),
        "base_url": translate("SettingsForm", "Server"),
        "batch": translate("SettingsForm", "Batch API"),
        "beta": translate("SettingsForm", "DPO beta"),
        "dtype": translate("SettingsForm", "Data type"),
        "max_cost": translate("SettingsForm", "Cost limit (USD)"),
        "max_grad_norm": translate("SettingsForm", "Maximum gradient norm"),
        "max_new_tokens": translate("SettingsForm", "Maximum new tokens"),
        "max_tokens": translate("SettingsForm", "Maximum tokens"),
        "micro_batch": translate("SettingsForm", "Micro-batch size"),
        "parallel": translate("SettingsForm", "Parallel requests"),
        "price_answer": translate("SettingsForm", "Price of an answer"),
        "price_prompt": translate("SettingsForm", "Price of a prompt"),
        "rank": translate("SettingsForm", "LoRA rank"),
        "sd": translate("SettingsForm", "Standard deviation"),
        "seed": translate("SettingsForm", "Random seed"),
        "server": translate("SettingsForm", "vLLM server"),
        "vision_cache_gb": translate("SettingsForm", "Image cache (GB)"),
    }
    words = field.name.replace("_", " ")
    return known.get(field.name, words[:1].upper() + words[1:])


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
