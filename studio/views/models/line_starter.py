"""Starting lines of versions beside the main one, and resuming them: what is possible now, and the questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from studio.models.stage_text import range_words
from studio.services.recipes import line_offers
from studio.services.recipes.line_rows import LineChoices, LinePreview, LineRow
from studio.services.recipes.registry import RECIPES, recipe
from studio.services.versions.types import VersionRow
from studio.text import button_text, printable
from studio.views.workspace import Workspace
from studio.widgets.notices import question_box

REFRESH_MS = 500
"""However often jobs or decisions change, what is possible is read at most this often."""

translate = QCoreApplication.translate


class LineStarter(QObject):
    """Concerns the iteration of the version that is chosen on the page in front, else the latest trained one.

    Signals:
        changed: other lines can be started or resumed than before.
        started: a line was put into the queue.
    """

    changed = Signal()
    started = Signal()

    def __init__(self, workspace: Workspace, window: QWidget, selected: Callable[[], VersionRow | None]) -> None:
        super().__init__(window)
        self._workspace, self._window, self._selected = workspace, window, selected
        self._choices: LineChoices | None = None
        self._box: QMessageBox | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        workspace.jobs_changed.connect(self.refresh_soon)
        workspace.results_changed.connect(self.refresh_soon)
        self.refresh_soon()

    @property
    def iteration(self) -> int:
        """The iteration that a line would repeat; 0 if none is trained."""
        version = self._selected()
        if version is not None and version.iteration > 0:
            return version.iteration
        return 0 if self._choices is None else self._choices.latest

    @property
    def can_resume(self) -> bool:
        """Whether a line has stopped."""
        return self._choices is not None and bool(self._choices.unfinished)

    @property
    def reason_not_to_resume(self) -> str:
        """Why no line can be resumed; "" if one can."""
        return "" if self.can_resume else self.tr("No line has stopped.")

    def reason(self, recipe_name: str) -> str:
        """Why a line cannot be started by this recipe; "" if it can."""
        if self._choices is None:
            return self.tr("Reading the project…")
        offer = self._choices.offer(recipe_name, self.iteration)
        return self.tr("No iteration has been trained yet.") if offer is None else offer.reason

    def refresh(self) -> None:
        """Reads what is possible."""
        project = self._workspace.project
        self._workspace.background.read("lines", lambda: line_offers.line_choices(project), self._on_choices)

    def refresh_soon(self) -> None:
        """Refreshes shortly."""
        if not self._timer.isActive():
            self._timer.start()

    def ask(self, recipe_name: str) -> None:
        """Finds out what would be trained and asks whether to start; where nothing would differ, says so."""
        project, iteration = self._workspace.project, self.iteration
        self._workspace.background.read(
            "line", lambda: line_offers.preview_line(project, recipe_name, iteration), self._ask_start
        )

    def ask_resume(self) -> None:
        """Asks which of the lines that stopped to resume."""
        unfinished = () if self._choices is None else self._choices.unfinished
        if not unfinished:
            return
        first = unfinished[0]
        if len(unfinished) == 1:
            text = self.tr("Resume the line {0}?").format(first.name)
            answers = [(self.tr("Resume"), self._resuming(first.name))]
        else:
            text = self.tr("Which line do you want to resume?")
            answers = [(self.tr("Resume {0}").format(row.name), self._resuming(row.name)) for row in unfinished]
        details = [self._progress(row) for row in unfinished]
        details.append(self.tr("Finished jobs are kept; the others continue where they stopped."))
        self._show_question(self.tr("Resume a line"), text, "\n".join(details), answers)

    def _ask_start(self, found: LinePreview) -> None:
        made_by = recipe(found.recipe)
        text = self.tr("Train iteration {0} again, on {1} pairs instead of {2}?")
        if found.pairs == found.main_pairs:
            text = self.tr("Train iteration {0} again, on its {1} pairs with the present texts?")
        self._show_question(
            translate("Recipes", made_by.title),
            text.format(found.iteration, found.pairs, found.main_pairs),
            "\n\n".join(self._details(found)),
            [
                (
                    self.tr("Start training"),
                    lambda: self._workspace.start_line(found.recipe, found.iteration, then=self._begun),
                )
            ],
        )

    def _details(self, found: LinePreview) -> list[str]:
        """What is trained, from where, how long it takes, and how it runs."""
        made_by = recipe(found.recipe)
        lines = [
            translate("Recipes", made_by.description),
            self.tr("New versions: {0}. They start from {1}, as iteration {2} did.").format(
                ", ".join(found.versions), found.start, found.iteration
            ),
        ]
        if found.seconds is None:
            time = self.tr("Estimated time: not known yet; the Jobs page shows the time left.")
        else:
            time = self.tr("Estimated time: {0}, based on the jobs of iteration {1}.").format(
                range_words(found.seconds, "seconds"), found.iteration
            )
        lines.append(time)
        if found.waiting:
            lines.append(
                self.tr("It runs in the same queue, after the jobs that are waiting now ({0}).").format(found.waiting)
            )
        else:
            lines.append(self.tr("It runs in the same queue."))
        lines[-1] += " " + self.tr("The versions of the main line stay as they are.")
        if found.same:
            lines.append(self.tr("You already have this line: {0}.").format(", ".join(found.same)))
        return lines

    def _progress(self, row: LineRow) -> str:
        titles = {one.name: translate("Recipes", one.title) for one in RECIPES}
        return self.tr("{0}: {1}, iteration {2}, {3} of {4} jobs done").format(
            row.name, titles.get(row.recipe, row.recipe), row.iteration, row.done, row.total
        )

    def _resuming(self, name: str) -> Callable[[], None]:
        return lambda: self._workspace.resume_line(name, self._begun)

    def _begun(self) -> None:
        self.refresh_soon()
        self.started.emit()

    def _show_question(
        self, title: str, text: str, details: str, answers: Sequence[tuple[str, Callable[[], object]]]
    ) -> None:
        """One question at a time; a new one takes the place of the one before."""
        if self._box is not None:
            self._box.close()
        box = question_box(self._window, title, printable(text))
        box.setInformativeText(printable(details))
        for answer, act in answers:
            button = box.addButton(button_text(answer), QMessageBox.ButtonRole.AcceptRole)
            button.clicked.connect(act)
            button.clicked.connect(box.close)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setEscapeButton(cancel)
        box.setDefaultButton(button if len(answers) == 1 else cancel)
        box.finished.connect(lambda _result: self._forget(box))
        self._box = box
        box.show()

    def _forget(self, box: QMessageBox) -> None:
        if self._box is box:
            self._box = None

    def _on_choices(self, found: LineChoices) -> None:
        self._choices = found
        self.changed.emit()
