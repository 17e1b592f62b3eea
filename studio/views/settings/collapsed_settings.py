"""All settings of a new project, collapsed behind a button."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.plural import plural
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.settings_form import SettingsForm

REASONS_SHOWN = 4


class CollapsedSettings(QWidget):
    """Shows invalid and unusual values with reasons, collapsed or not, and the settings form when expanded."""

    def __init__(self, form: SettingsForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.button = QPushButton()
        self.button.setCheckable(True)
        self.button.setProperty("role", "quiet")
        self.summary = PlainLabel(role="muted", wrap=True)
        self.wrong = PlainLabel(role="reason", wrap=True)
        self.caution = PlainLabel(role="caution", wrap=True)
        self.area = QScrollArea()
        self._lay_out()
        self.button.toggled.connect(lambda _open: self._show())
        self._changed = 0
        self._cautions = ""
        self._show()

    def show_state(self, preset: Mapping[str, str], reasons: Mapping[str, str]) -> None:
        """``preset``: initial texts of the form; ``reasons``: invalid values, by path."""
        texts = self.form.texts()
        self._changed = sum(text.strip() != preset.get(path, "").strip() for path, text in texts.items())
        self.summary.setText(self._sentence(texts))
        shown = list(reasons.items())[:REASONS_SHOWN]
        lines = [f"{self.form.title(path)}: {reason}" if path else reason for path, reason in shown]
        if len(reasons) > len(shown):
            lines.append(self.tr("and {0} more").format(len(reasons) - len(shown)))
        self.wrong.setText("\n".join(lines))
        self.wrong.setVisible(bool(lines))
        self._cautions = "\n".join(
            f"{self.form.title(path)}: {text}" for path in texts if (text := self.form.caution(path))
        )
        self._show()

    def _show(self) -> None:
        unfolded = self.button.isChecked()
        words = self.tr("All settings ({0} changed)").format(self._changed)
        self.button.setText(f"{'▾' if unfolded else '▸'}  {words}")
        self.button.setAccessibleName(words)
        self.area.setVisible(unfolded)
        self.caution.setText(self._cautions)
        self.caution.setVisible(bool(self._cautions) and not unfolded)  # unfolded, they are at their settings

    def _sentence(self, texts: Mapping[str, str]) -> str:
        iterations, epochs = texts["loop.iterations"], texts["training.epochs"]
        parts = (
            plural("CollapsedSettings", "{0} iterations", "{0} iteration", _count(iterations)).format(iterations),
            self.tr("LoRA rank {0}").format(texts["training.rank"]),
            self.tr("learning rate {0}").format(texts["training.learning_rate"]),
            plural("CollapsedSettings", "{0} epochs", "{0} epoch", _count(epochs)).format(epochs),
            self.tr("batch size {0}").format(texts["training.batch_size"]),
            self.tr("pauses to review pairs")
            if texts["loop.review"] == "true"
            else self.tr("no review before training"),
        )
        return ", ".join(parts)

    def _lay_out(self) -> None:
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidget(self.form)
        self.area.setAccessibleName(self.tr("Project settings"))
        head = FlowLayout()
        head.setSpacing(14)
        head.addWidget(self.button)
        head.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.wrong)
        column.addWidget(self.caution)
        column.addWidget(self.area, 1)
        column.addStretch(0)


def _count(text: str) -> int:
    """Return the number that a setting's text states; 0, which is plural, where it states none."""
    return int(text) if text.strip().isdecimal() else 0
