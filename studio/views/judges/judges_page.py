"""The Judges page: what each judge has graded, how far they agree, and the way to grade by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.models import agreement_tables as columns
from studio.models.agreement_tables import AgreementModel, ConfusionModel, JudgesModel, judge_label, scale_name
from studio.models.table import OBJECT_ROLE
from studio.services.judging.agreement import Agreement, JudgePair, agreement
from studio.services.judging.judge_names import is_person, short_name
from studio.services.settings.schema import Settings
from studio.services.suggesting import suggestion_runs
from studio.text import one_line
from studio.views.actions.buttons import action_button
from studio.views.actions.judges import grading_actions, judges_actions
from studio.views.judges.grading_view import GRADES, GradingView
from studio.views.judges.suggestions_window import SuggestionsWindow
from studio.views.page import Page
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.labels import PlainLabel
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table, sorted_by_column
from studio.widgets.text_size import keep_size, scaled

LIST, GRADE = range(2)


class JudgesPage(Page):
    """Two tables and the grades of two judges against one another; or the grading."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Judges", parent)
        self.judges, self.pairs, self.confusion = JudgesModel(self), AgreementModel(self), ConfusionModel(self)
        self.table = make_table(sorted_by_column(self.judges, self), self.tr("Judges"), stretch=columns.COL_GENERAL)
        self.agreement = make_table(sorted_by_column(self.pairs, self), self.tr("Agreement"), stretch=columns.COL_SAME)
        self.counts = make_table(self.confusion, self.tr("Grades of both judges"), stretch=GRADES)
        self.grader = CalmCombo()
        self.grading = GradingView(workspace)
        self.stack = QStackedWidget()
        self.commands = self.add_action_set(self.tr("Judges"), judges_actions(self))
        self.grading.use(self.add_action_set(self.tr("Grading"), grading_actions(self.grading)))
        self.grade_button = action_button(self.commands["judges.grade"], self.tr("Grade explanations"), with_icon=False)
        self.grade_button.setProperty("role", "primary")
        self.measure_button = QPushButton(self.tr("Measure again"))
        self.measure_button.setToolTip(self.tr("Compute the metrics of all versions with these grades"))
        self.heading = PlainLabel(role="muted", wrap=True)
        self.empty = PlainLabel(role="muted", wrap=True)
        self._lay_out()
        self._bind()

    @property
    def is_listing(self) -> bool:
        """Return whether the tables are shown."""
        return self.stack.currentIndex() == LIST

    @property
    def can_grade(self) -> bool:
        """Return whether there is something to grade."""
        return self.is_listing and any(row.kind == "estimate" or row.asked for row in self.judges.rows)

    def refresh(self) -> None:
        """Read the grades."""
        project = self.project
        self.workspace.background.read("judges", lambda: agreement(project), self._on_rows)

    def take_focus(self) -> None:
        """The table, or the grading, has the keyboard."""
        (self.table if self.is_listing else self.grading).setFocus()

    def grade(self) -> None:
        """Begin grading under the name that is typed."""
        self.stack.setCurrentIndex(GRADE)
        self.update_actions()
        self.grading.begin(self.grader.currentText())
        self.grading.setFocus()

    def judge_suggestions(self) -> None:
        """Offer to ask versions for suggestions and have them judged; shows what was judged before."""
        project = self.project

        def show(found: tuple[Settings, list[str]]) -> None:
            SuggestionsWindow(self.workspace, *found, self).show()

        self.workspace.background.read(
            "suggestions-settings", lambda: (project.settings, suggestion_runs.able(project)), show
        )

    def leave_grading(self) -> None:
        """Back to the tables."""
        self.stack.setCurrentIndex(LIST)
        self.update_actions()
        self.refresh()
        self.table.setFocus()

    def _on_rows(self, found: Agreement) -> None:
        self.judges.set_rows(found.judges)
        kept = self._shown_pair
        self.pairs.set_rows(found.pairs)
        names = [short_name(row.judge) for row in found.judges if is_person(row.judge)]
        if names != [self.grader.itemText(place) for place in range(self.grader.count())]:
            typed = self.grader.currentText()
            self.grader.clear()
            self.grader.addItems(names)
            self.grader.setCurrentText(typed or (names[0] if names else ""))
        for table in (self.table, self.agreement):
            if not table.currentIndex().isValid() and table.model().rowCount():
                table.setCurrentIndex(table.model().index(0, 0))
        self.empty.setVisible(not found.pairs)
        self.details.setVisible(bool(found.pairs))
        self.save_agreement.setVisible(bool(found.pairs))
        self.measure_button.setEnabled(any(row.kind != "estimate" for row in found.judges))
        if self._shown_pair != kept or not found.pairs:
            self._show_pair()
        self.update_actions()

    @property
    def _shown_pair(self) -> JudgePair | None:
        found = self.agreement.currentIndex().data(OBJECT_ROLE) if self.agreement.currentIndex().isValid() else None
        return found if isinstance(found, JudgePair) else None

    def _show_pair(self, *_indices: object) -> None:
        pair = self._shown_pair
        self.confusion.show(pair)
        if pair is None:
            self.heading.setText("")
            return
        text = self.tr("{0}: grades by {1} in rows, by {2} in columns, on the same {3} explanations")
        first, second = (one_line(judge_label(judge)) for judge in (pair.first, pair.second))
        self.heading.setText(text.format(scale_name(pair.scale), first, second, f"{pair.n:,}"))

    def _bind(self) -> None:
        self.agreement.selectionModel().currentRowChanged.connect(self._show_pair)
        self.grading.left.connect(self.leave_grading)
        self.measure_button.clicked.connect(lambda _checked: self.workspace.measure_again())
        self.workspace.results_changed.connect(self.refresh_soon)

    def _lay_out(self) -> None:
        self.grader.setEditable(True)
        keep_size(self.grader, least_width=160)
        self.grader.setAccessibleName(self.tr("Your name"))
        field = self.grader.lineEdit()
        assert field is not None
        field.setPlaceholderText(self.tr("Your name"))
        field.returnPressed.connect(self.commands["judges.grade"].trigger)
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Judges"), role="title"))
        head.addStretch(1)
        head.addWidget(self.grader)
        head.addWidget(self.grade_button)
        head.addSpacing(8)
        head.addWidget(self.measure_button)
        explained = self.tr(
            "Judges grade how well an explanation fits its score (consistency), how useful and how well written it is. "
            "Where people and language models grade the same ones, you see how far a judge can be trusted."
        )
        self.empty.setText(
            self.tr(
                "No two judges have graded the same explanations yet. Grade some yourself, or let a language model do "
                "it: Project, Judge versions."
            )
        )
        for table, widths in (
            (self.table, ((0, 230), (1, 165), (2, 175), (3, 158), (4, 152))),
            (self.agreement, ((0, 112), (1, 134), (2, 98), (3, 52), (4, 138), (5, 90))),
            (self.counts, ((0, 100), *((place, 58) for place in range(1, GRADES)))),
        ):
            for place, width in widths:
                table.setColumnWidth(place, scaled(width))
        for table in (self.table, self.agreement):
            table.setSortingEnabled(True)
            table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.heading)
        beside.addWidget(self.counts, 1)
        self.details = FoldingSplitter()
        self.details.setChildrenCollapsible(False)
        self.details.addWidget(self.agreement)
        self.details.addWidget(right)
        self.details.setSizes([690, 400])
        listing = QWidget()
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        column.addWidget(self.table, 2)
        column.addWidget(self.empty)
        column.addWidget(self.details, 3)
        foot = FlowLayout()
        foot.addWidget(action_button(self.commands["judges.suggestions"], self.tr("Suggestions…"), with_icon=False))
        foot.addStretch(1)
        foot.addWidget(csv_button(self.table))
        self.save_agreement = csv_button(self.agreement, self.tr("Save agreement as CSV…"))
        foot.addWidget(self.save_agreement)
        column.addLayout(foot)
        self.stack.addWidget(listing)
        self.stack.addWidget(self.grading)
        self.column.addWidget(self.stack, 1)
