"""Whose review the Pairs page shows: the first reviewer's, or that of a reviewer with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox

from studio.plural import plural
from studio.services.review import reviewers
from studio.text import one_line
from studio.views.pairs.reviewers.reviewers_window import ReviewersWindow

if TYPE_CHECKING:
    from studio.views.pairs.pairs_page import PairsPage


class ReviewerChoice(QObject):
    """The menu of reviewers, shown once there is a second one. Signal ``chosen(str)``: "" is the first reviewer."""

    chosen = Signal(str)

    def __init__(self, page: PairsPage, combo: QComboBox) -> None:
        super().__init__(page)
        self._page, self.combo = page, combo
        self.names: tuple[str, ...] = ()
        self.reviewer = ""
        combo.setAccessibleName(self.tr("Reviewer"))
        combo.setToolTip(rule_text())
        combo.hide()
        combo.currentIndexChanged.connect(lambda _place: self.choose(combo.currentData()))

    def choose(self, reviewer: str) -> None:
        """Show this reviewer's review from now on."""
        if reviewer != self.reviewer:
            self.reviewer = reviewer
            self._offer()
            self._page.show_reviewer(reviewer)
            self.chosen.emit(reviewer)

    def read(self) -> None:
        """Read the names."""
        project = self._page.project
        self._page.workspace.background.read("reviewers", lambda: reviewers.reviewer_names(project), self._on_names)

    def open_window(self) -> None:
        """Open the window with all reviewers and their agreement."""
        window = ReviewersWindow(self._page.workspace, self._page.controls.filter.iteration, self._page)
        window.names_changed.connect(self.read)
        window.chosen.connect(self.choose)
        window.disagreements_wanted.connect(self._show_disagreements)
        window.show()

    def use_decisions(self) -> None:
        """Make this reviewer's verdicts on the selected pairs those that training uses."""
        page = self._page
        ids = page.selected or ([page.current.id] if page.current is not None else [])
        if ids and self.reviewer:
            page.pair_actions.use_decisions(ids, self._on_used)

    def _on_used(self, count: int) -> None:
        many = plural(
            "ReviewerChoice", "{n} decisions used for training. The first reviewer can undo this.",
            "{n} decision used for training. The first reviewer can undo this.", count,
        )  # fmt: skip
        self._page.feedback.setText(many)
        self._page.refresh()

    def _show_disagreements(self, reviewer: str) -> None:
        self.choose(reviewer)
        state = self._page.controls.state
        state.setCurrentIndex(state.findData("disagree"))

    def _on_names(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._offer()

    def _offer(self) -> None:
        names = dict.fromkeys((*self.names, *([self.reviewer] if self.reviewer else ())))
        with QSignalBlocker(self.combo):
            self.combo.clear()
            self.combo.addItem(self.tr("First reviewer"), "")
            for name in names:
                self.combo.addItem(one_line(name), name)
            self.combo.setCurrentIndex(max(0, self.combo.findData(self.reviewer)))
        self.combo.setVisible(bool(names))


def rule_text() -> str:
    """Return the rule of who decides, for tool tips."""
    return QCoreApplication.translate(
        "ReviewerChoice",
        "The first reviewer's latest decision on a pair is the one that training uses. Other reviewers decide for "
        "themselves, without seeing it (the filter “Disagreements” reveals it); their decisions change training only "
        "with “Use this decision”.",
    )
