"""One test image with the answers of two versions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from studio.models.comparison import output_of
from studio.models.texts import NOTHING, number
from studio.services.rows import ComparedImage, Output
from studio.widgets.diff_text import DiffText
from studio.widgets.image_loader import ImageLoader
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.word_diff import diff_words


class AnswerCard(QFrame):
    """What one version says: score with its error, label, consistency, explanation."""

    def __init__(self, tone: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.version = ElidedLabel(role="subtitle")
        self.score = PlainLabel(role="number")
        self.facts = PlainLabel(role="muted", wrap=True)
        self.text = DiffText(tone, name)
        head = QHBoxLayout()
        head.addWidget(self.version, 1)
        head.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.addLayout(head)
        layout.addWidget(self.facts)
        layout.addWidget(self.text, 1)

    def show_facts(self, version: str, output: Output | None, truth: float) -> None:
        """Everything but the explanation."""
        self.version.setText(version)
        self.score.setText(number(output.score, 2) if output else NOTHING)
        self.facts.setText(self._facts(output, truth))

    def _facts(self, output: Output | None, truth: float) -> str:
        if output is None:
            return self.tr("This version was not asked about the image.")
        parts = []
        if output.score is not None:
            parts.append(self.tr("off by {0}").format(f"{output.score - truth:+.2f}"))
        if output.label is not None:
            parts.append(self.tr("label {0}").format(output.label))
        if output.consistency is not None:
            parts.append(self.tr("consistency {0} of 4").format(f"{output.consistency:g}"))
        if not output.parse_ok:
            parts.append(self.tr("answer not in the asked format"))
        if output.truncated:
            parts.append(self.tr("cut at the token limit"))
        return " · ".join(parts)


class CompareDetail(QWidget):
    """Shows a row; asks nobody anything."""

    def __init__(self, loader: ImageLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = ImageView(loader)
        self.name = ElidedLabel(role="subtitle")
        self.truth = PlainLabel(role="number")
        self.bin = PlainLabel(role="muted")
        self.left = AnswerCard("danger", self.tr("Explanation of the left version"))
        self.right = AnswerCard("success", self.tr("Explanation of the right version"))
        self._lay_out()

    def show_image(self, row: ComparedImage | None, left: str, right: str) -> None:
        """Fills everything; None empties it."""
        self.image.show_path(row.image_path if row else None)
        self.name.setText(row.image_name if row else "")
        self.truth.setText(number(row.truth, 2) if row else "")
        self.bin.setText(self.tr("bin {0}").format(row.bin) if row else "")
        outputs = [output_of(row, name) if row else None for name in (left, right)]
        texts = [output.text if output else "" for output in outputs]
        spans = diff_words(*texts) if all(texts) else ([], [])
        for card, name, output, text, marked in zip(
            (self.left, self.right), (left, right), outputs, texts, spans, strict=True
        ):
            card.show_facts(name, output, row.truth if row else 0.0)
            card.text.show_text(text, marked)

    def _lay_out(self) -> None:
        facts = QVBoxLayout()
        facts.setSpacing(2)
        facts.addWidget(self.name)
        facts.addSpacing(12)
        facts.addWidget(PlainLabel(self.tr("True mean score"), role="muted"))
        facts.addWidget(self.truth)
        facts.addWidget(self.bin)
        facts.addStretch(1)
        side = QWidget()
        side.setFixedWidth(150)
        side.setLayout(facts)
        top = QWidget()
        upper = QHBoxLayout(top)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.addWidget(self.image, 1)
        upper.addWidget(side)
        bottom = QWidget()
        lower = QHBoxLayout(bottom)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.addWidget(self.left, 1)
        lower.addWidget(self.right, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(top)
        splitter.addWidget(bottom)
        splitter.setSizes([320, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
