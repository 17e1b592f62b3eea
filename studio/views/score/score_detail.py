"""One image of a collection with what the models say: beside the grid, or large in its place."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.services.scoring.types import CollectionDetail
from studio.text import one_line, printable
from studio.views.score.answers_view import AnswersView
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter, FoldingSplitter
from studio.widgets.image_loader import ImageLoader
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel


class ScoreDetail(QWidget):
    """Shows one image.

    Args:
        loader: reads the picture.
        form: "beside": the picture above the texts; "large": beside them.
    """

    def __init__(
        self, loader: ImageLoader, form: Literal["beside", "large"] = "beside", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.image = ImageView(loader)
        self.name = ElidedLabel(role="subtitle")
        self.pick = PlainLabel(role="chip")
        self.place = ElidedLabel(role="muted")
        self.problem = PlainLabel(role="reason", wrap=True)
        self.answers = AnswersView()
        self._stack = QStackedWidget()
        self._lay_out(large=form == "large")
        self.show_image(None)

    def show_image(self, row: CollectionDetail | None) -> None:
        """Show an image; None shows the empty state."""
        self._stack.setCurrentIndex(0 if row is None else 1)
        self.image.show_path(row.cell.path if row else None)
        if row is None:
            return
        self.name.setText(one_line(row.cell.name))
        self.place.setText(one_line(str(row.cell.path.parent)))
        self.show_pick(row.cell.pick)
        self.problem.setText(printable(row.cell.problem))
        self.problem.setVisible(bool(row.cell.problem))
        self.answers.show_answers(row.answers)

    def show_pick(self, pick: int) -> None:
        """Show whether the image is picked (1), rejected (-1) or neither."""
        self.pick.setText({1: self.tr("picked"), -1: self.tr("rejected")}.get(pick, ""))
        self.pick.setProperty("tone", "accent" if pick > 0 else "warning")
        self.pick.style().unpolish(self.pick)
        self.pick.style().polish(self.pick)
        self.pick.setVisible(pick != 0)

    def _lay_out(self, *, large: bool) -> None:
        head = FlowLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.pick)
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0 if not large else 6, 4, 0, 0)
        column.addLayout(head)
        column.addWidget(self.place)
        column.addWidget(self.problem)
        column.addWidget(self.answers, 1)
        splitter = FoldingSplitter() if large else FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.image)
        splitter.addWidget(texts)
        splitter.setSizes([760, 340] if large else [260, 320])
        splitter.setStretchFactor(0, 1)
        empty = PlainLabel(
            self.tr("Select an image to see it here with its scores and explanations."), role="empty", wrap=True
        )
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(empty)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
