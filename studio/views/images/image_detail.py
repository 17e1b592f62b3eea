"""Details of one image: its facts and every version's answer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.plural import plural
from studio.services.images.types import ImageAnswer, ImageDetail
from studio.text import NOTHING, number, one_line, printable
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.image_loader import ImageLoader
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel


class VersionCard(QFrame):
    """One version's score and text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.version = ElidedLabel(role="subtitle")
        self.score = PlainLabel(role="subtitle")
        self.facts = PlainLabel(role="muted", wrap=True)
        self.text = PlainLabel(wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = FlowLayout()
        head.addWidget(self.version, 1)
        head.addWidget(self.score)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 8)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.facts)
        layout.addWidget(self.text)

    def show_answer(self, answer: ImageAnswer, truth: float) -> None:
        """Fill the card."""
        self.version.setText(answer.version)
        self.score.setText(number(answer.score, 2) if answer.score is not None else NOTHING)
        self.facts.setText(self._facts(answer, truth))
        self.text.setText(printable(answer.text))
        self.text.setVisible(bool(answer.text))

    def _facts(self, answer: ImageAnswer, truth: float) -> str:
        parts = []
        if answer.score is not None:
            parts.append(self.tr("off by {0}").format(f"{answer.score - truth:+.2f}"))
        if answer.label is not None:
            parts.append(self.tr("label in the answer: {0} (0 to 9)").format(answer.label))
        if answer.grade is not None:
            text = self.tr("word tone fits {0} of 4") if answer.estimated else self.tr("consistency {0} of 4")
            parts.append(text.format(f"{answer.grade:g}"))
        if not answer.explained:
            parts.append(self.tr("score only"))
        elif not answer.parse_ok:
            parts.append(self.tr("answer not in the requested format"))
        if answer.truncated:
            parts.append(self.tr("cut off at the token limit"))
        return " · ".join(parts)


class ImageDetailPane(QWidget):
    """Shows one image."""

    def __init__(self, loader: ImageLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = ImageView(loader)
        self.name = ElidedLabel(role="subtitle")
        self.score = PlainLabel(role="number")
        self.facts = PlainLabel(role="muted", wrap=True)
        self.problem = PlainLabel(wrap=True)
        self.problem.setProperty("role", "problem")
        self.nothing = PlainLabel(role="muted", wrap=True)
        self.cards: list[VersionCard] = []
        self._column = QVBoxLayout()
        self._stack = QStackedWidget()
        self._lay_out()
        self.show_image(None)

    def show_image(self, row: ImageDetail | None) -> None:
        """Show an image; None shows the empty state."""
        self._stack.setCurrentIndex(0 if row is None else 1)
        self.image.show_path(row.cell.path if row else None)
        if row is None:
            return
        self.name.setText(row.relative_path)
        self.score.setText(number(row.cell.score, 2))
        self.facts.setText(self._facts(row))
        self.problem.setText(printable(row.cell.problem))
        self.problem.setVisible(bool(row.cell.problem))
        self._show_answers(row)

    def _show_answers(self, row: ImageDetail) -> None:
        while len(self.cards) < len(row.answers):
            card = VersionCard()
            self.cards.append(card)
            self._column.insertWidget(self._column.count() - 1, card)
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(row.answers))
        for card, answer in zip(self.cards, row.answers, strict=False):
            card.show_answer(answer, row.cell.score)
        self.nothing.setVisible(not row.answers)

    def _facts(self, row: ImageDetail) -> str:
        cell = row.cell
        parts = [self.tr("true mean score"), self.tr("bin {0}").format(cell.bin), cell.split]
        if row.votes:
            parts.append(
                plural(
                    "ImageDetailPane",
                    "{n} ratings, standard deviation {0}",
                    "{n} rating, standard deviation {0}",
                    row.votes,
                ).format(number(row.score_sd, 2))
            )
        if row.bytes is not None:
            parts.append(self.tr("{0} kB").format(f"{row.bytes / 1000:,.0f}"))
        if row.group:
            parts.append(self.tr("group {0}").format(one_line(row.group)))
        if row.pairs:
            parts.append(
                plural("ImageDetailPane", "{n} pairs, {0} vetoed", "{n} pair, {0} vetoed", row.pairs).format(row.vetoed)
            )
        tags = " · ".join(one_line(f"{tag.key}: {tag.value}") for tag in row.tags if tag.value)
        return " · ".join(parts) + (f"\n{tags}" if tags else "")

    def _lay_out(self) -> None:
        self.nothing.setText(self.tr("No version has scored this image yet. Scores and explanations will appear here."))
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        scroll.setAccessibleName(self.tr("Answers of all versions"))
        head = FlowLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.score)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.addLayout(head)
        below.addWidget(self.facts)
        below.addWidget(self.problem)
        below.addWidget(scroll, 1)
        splitter = FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.image)
        splitter.addWidget(lower)
        splitter.setSizes([260, 320])
        empty = PlainLabel(
            self.tr("Select an image to see it here with every version's score and explanation."),
            role="empty",
            wrap=True,
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(empty)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
