"""Reviewers of a project: add one, review as one, and see how far each agrees with the first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.models.review.reviewer_table import COL_NAME, ReviewersModel
from studio.models.table import OBJECT_ROLE
from studio.services.review import reviewers
from studio.services.review.reviewers import LONGEST, ReviewerAgreement
from studio.views.workspace import Workspace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table

SIZE = (820, 440)


class ReviewersWindow(StudioDialog):
    """Non-modal. Shows no verdict; the filter of disagreements, which reveals them, is for after both have finished.

    Signals:
        names_changed: a reviewer was added.
        chosen(str): review as this one.
        disagreements_wanted(str): show the pairs on which this reviewer and the first one differ, as this reviewer.
    """

    names_changed = Signal()
    chosen = Signal(str)
    disagreements_wanted = Signal(str)

    def __init__(self, workspace: Workspace, iteration: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Reviewers"))
        self._project, self._iteration = workspace.project, iteration
        self._background = workspace.background.for_owner(self)
        self.model = ReviewersModel(self)
        self.table = make_table(self.model, self.tr("Reviewers"), stretch=COL_NAME)
        self.name = QLineEdit()
        self.message = PlainLabel(role="error", wrap=True)
        self.add_button = QPushButton(self.tr("Add reviewer"))
        self.review_button = QPushButton(self.tr("Review as this person"))
        self.first_button = QPushButton(self.tr("Review as the first reviewer"))
        self.disagreements_button = QPushButton(self.tr("Show disagreements"))
        self._lay_out()
        self.set_size(*SIZE)
        self.refresh()

    def refresh(self) -> None:
        """Read names and agreement."""
        project, iteration = self._project, self._iteration
        self._background.read("agreement", lambda: reviewers.agreements(project, iteration), self._on_rows)

    def add(self) -> None:
        """Add the reviewer with the name entered."""
        project, name = self._project, self.name.text()
        self.message.hide()
        self._background.write(lambda: reviewers.add_reviewer(project, name), self._on_added, self._on_failure)

    @property
    def reviewer(self) -> str | None:
        """Return the reviewer of the selected row."""
        row: ReviewerAgreement | None = self.table.currentIndex().data(OBJECT_ROLE)
        return None if row is None else row.reviewer

    def _on_rows(self, rows: list[ReviewerAgreement]) -> None:
        self.model.set_rows(rows)
        for column in range(COL_NAME + 1, self.model.columnCount()):
            self.table.resizeColumnToContents(column)
        if rows and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(len(rows) - 1, 0))
        self._update()

    def _on_added(self, _name: str) -> None:
        self.name.clear()
        self.table.setCurrentIndex(self.model.index(-1, -1))
        self.names_changed.emit()
        self.refresh()

    def _on_failure(self, text: str) -> None:
        self.message.setText(text)
        self.message.show()

    def _update(self) -> None:
        row: ReviewerAgreement | None = self.table.currentIndex().data(OBJECT_ROLE)
        self.review_button.setEnabled(row is not None)
        self.disagreements_button.setEnabled(row is not None and row.disagreements > 0)

    def _review(self, reviewer: str | None) -> None:
        if reviewer is not None:
            self.chosen.emit(reviewer)
            self.close()

    def _show_disagreements(self) -> None:
        if self.reviewer is not None:
            self.disagreements_wanted.emit(self.reviewer)
            self.close()

    def _lay_out(self) -> None:
        explained = self.tr(
            "The first reviewer decides: their latest decision on a pair is the one that training uses. Other "
            "reviewers decide for themselves, without seeing the others' verdicts. The filter “Disagreements” reveals "
            "them: use it after both have finished. “Use this decision” in the menu Pairs "
            "makes one of theirs the first reviewer's."
        )
        self.name.setPlaceholderText(self.tr("Name of a reviewer"))
        self.name.setAccessibleName(self.tr("Name of a reviewer"))
        self.name.setMaxLength(LONGEST)
        self.name.returnPressed.connect(self.add)
        self.message.hide()
        self.table.selectionModel().currentRowChanged.connect(self._update)
        self.add_button.clicked.connect(self.add)
        self.review_button.clicked.connect(lambda _checked: self._review(self.reviewer))
        self.first_button.clicked.connect(lambda _checked: self._review(""))
        self.disagreements_button.clicked.connect(self._show_disagreements)
        reveals = self.tr("Reveals the other reviewer's verdicts: use it after both have finished")
        self.disagreements_button.setToolTip(reveals)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        adding = FlowLayout()
        adding.addWidget(self.name, 1)
        adding.addWidget(self.add_button)
        foot = FlowLayout()
        for widget in (self.review_button, self.first_button, self.disagreements_button, csv_button(self.table)):
            foot.addWidget(widget)
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(PlainLabel(self.tr("Reviewers"), role="title"))
        layout.addWidget(PlainLabel(explained, role="muted", wrap=True))
        layout.addWidget(self.table, 1)
        layout.addLayout(adding)
        layout.addWidget(self.message)
        layout.addLayout(foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return in the field adds
