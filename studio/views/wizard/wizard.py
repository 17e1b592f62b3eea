"""The project wizard: three pages in the window; nothing is written before the last button."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.plural import plural
from studio.services.estimates import estimate
from studio.services.estimating.rates import measured_rates
from studio.services.estimating.types import Rates
from studio.services.imports.types import ImportReport
from studio.services.loop.types import ResourceEstimate
from studio.services.projects.create_and_open import create_project, other_files
from studio.services.settings.toml_file import Tree
from studio.services.stages.definition import Amounts
from studio.text import one_line
from studio.views.tasks.task_runner import TaskRunner
from studio.views.wizard.data_page import DataStep
from studio.views.wizard.finish_page import FinishStep
from studio.views.wizard.model_page import ModelStep
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.notices import question_box
from studio.widgets.page_area import PageArea
from studio.widgets.text_size import keep_size

NAMES_SHOWN = 5
WIDTH = 1640
"""Pixels of its pages at most; wider ones are tiring to read."""


@dataclass(frozen=True, slots=True)
class Made:
    """Result of the wizard: the new project and its import report."""

    root: Path
    report: ImportReport


class Wizard(QWidget):
    """Signals ``made(Made)`` and ``left`` (nothing was written)."""

    made = Signal(object)
    left = Signal()

    def __init__(self, background: TaskRunner, known: Sequence[Path], parent: QWidget | None = None) -> None:
        """``known``: known projects, whose finished jobs give the machine's speed."""
        super().__init__(parent)
        self.setAccessibleName(self.tr("New project"))
        self._background = background.for_owner(self)
        self._known = tuple(known)
        self._rates: Rates | None = None
        self._busy = False
        self.data = DataStep(self._background)
        self.model = ModelStep(self._background)
        self.finish = FinishStep()
        self.steps = (self.data, self.model, self.finish)
        self.message = MessageBar()
        self.stack = QStackedWidget()
        self.titles = [
            PlainLabel(text)
            for text in (self.tr("1  Images and scores"), self.tr("2  Model and settings"), self.tr("3  Create"))
        ]
        self.why = PlainLabel(role="muted", wrap=True)
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.back_button = QPushButton(self.tr("← Back"))
        self.next_button = QPushButton()
        self._lay_out()
        for step in self.steps:
            step.changed.connect(self._show_state)
        self.cancel_button.clicked.connect(self.left)
        self.back_button.clicked.connect(lambda: self._go(-1))
        self.next_button.clicked.connect(self._forward)
        self._show_step(0)

    def start_with(self, folder: Path | None) -> None:
        """Begin at the first page, with what a folder suggests."""
        self.message.hide()
        self.data.start_with(folder)
        self._show_step(0)
        self.data.images.setFocus()

    def stop(self) -> None:
        """Cancel pending work before the wizard is deleted; no callbacks follow."""
        self._background.close()

    def _forward(self) -> None:
        self.model.settle()
        if self.steps[self.stack.currentIndex()].problem:
            self._show_state()
            return
        if self.stack.currentIndex() == len(self.steps) - 1:
            self._ask_folder()
        else:
            self._go(1)

    def _go(self, by: int) -> None:
        self._show_step(max(0, min(len(self.steps) - 1, self.stack.currentIndex() + by)))

    def _show_step(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        for number, title in enumerate(self.titles):
            title.setProperty("role", "subtitle" if number == place else "muted")
            title.style().unpolish(title)
            title.style().polish(title)
        if place == 2:
            self._suggest()
            self.finish.summary.setText(self._summary())
            self._estimate()
        self._show_state()
        self.steps[place].setFocus()

    @property
    def step(self) -> QWidget:
        """Return the page on the screen, which is inside an area that scrolls."""
        return self.steps[self.stack.currentIndex()]

    def _suggest(self) -> None:
        """Suggest name and folder; downloaded data is already in the project folder."""
        folder = self.data.images.path
        if folder is not None and self.data.columns().dataset is not None:
            root = folder.parents[1]
            self.finish.suggest(root.name, root)
        else:
            name = folder.parent.name if folder is not None and folder.name == "images" else folder and folder.name
            self.finish.suggest(name or "project")

    def _show_state(self) -> None:
        if self.model.checked.settings is not None:
            self.data.set_shares(self.model.checked.settings.split, self.model.checked.settings.project.seed)
        place = self.stack.currentIndex()
        problem = self.steps[place].problem
        self.back_button.setVisible(place > 0)
        self.back_button.setEnabled(not self._busy)
        self.cancel_button.setEnabled(not self._busy)
        last = place == len(self.steps) - 1
        self.next_button.setText(self.tr("Create project") if last else self.tr("Next →"))
        self.next_button.setEnabled(not problem and not self._busy)
        self.why.setText(self.tr("Creating the project…") if self._busy else one_line(problem))

    def _summary(self) -> str:
        seen = self.data.preview
        count = seen.accepted if seen is not None else 0
        text = plural(
            "Wizard",
            "{n} images, used from {0} without copying. Base model: {1}.",
            "{n} image, used from {0} without copying. Base model: {1}.",
            count,
        )
        return text.format(one_line(str(self.data.images.path)), one_line(self.model.model))

    def _estimate(self) -> None:
        settings, seen, facts = self.model.checked.settings, self.data.preview, self.model.facts
        if settings is None or seen is None:
            return
        settings = settings.model_copy(update={"model": settings.model.model_copy(update={"base": self.model.model})})
        amounts, known, rates = (
            Amounts(seen.splits["train"], seen.splits["val"], seen.splits["test"]),
            self._known,
            self._rates,
        )

        def work() -> tuple[Rates, list[ResourceEstimate]]:
            measured = measured_rates(known) if rates is None else rates
            return measured, estimate(settings, amounts, facts, measured)

        self._background.read("estimate", work, self._on_estimates)

    def _on_estimates(self, found: tuple[Rates, list[ResourceEstimate]]) -> None:
        self._rates, estimates = found
        self.finish.show_estimates(estimates)

    def _edits(self) -> Tree:
        tree: Tree = dict(self.model.checked.tree)
        tree["project"] = {**tree.get("project", {}), "name": self.finish.name.text().strip()}
        tree["import"] = self.data.columns().model_dump(exclude_none=True)
        return tree

    def _ask_folder(self) -> None:
        """Create the project; in a folder that holds other files only after a question."""
        root = self.finish.folder.path
        if self._busy or root is None:
            return
        self.message.hide()

        def found(names: list[str]) -> None:
            if not names:
                self._create()
                return
            box = question_box(
                self,
                self.tr("Folder is not empty"),
                plural(
                    "Wizard",
                    "{0} already holds {n} files and folders. Create the project among them?",
                    "{0} already holds a file or folder. Create the project beside it?",
                    len(names),
                ).format(one_line(str(root))),
            )
            shown = ", ".join(map(one_line, names[:NAMES_SHOWN])) + (", …" if len(names) > NAMES_SHOWN else "")
            box.setInformativeText(
                self.tr("There are: {0}. They stay as they are; the project's files are added.").format(shown)
            )
            use = box.addButton(self.tr("Use this folder"), QMessageBox.ButtonRole.AcceptRole)
            other = box.addButton(self.tr("Choose another folder"), QMessageBox.ButtonRole.RejectRole)
            box.setDefaultButton(other)
            box.setEscapeButton(other)
            use.clicked.connect(lambda: self._create())
            other.clicked.connect(self.finish.folder.setFocus)
            box.show()

        own = self.data.downloaded_to
        self._background.read("folder", lambda: other_files(root, own), found, self.message.show_message)

    def _create(self) -> None:
        root, images, scores = self.finish.folder.path, self.data.images.path, self.data.scores.path
        if self._busy or root is None or images is None or scores is None:
            return
        model, edits = self.model.model, self._edits()
        self._busy = True
        self.message.hide()
        self._show_state()

        def work() -> Made:
            made = create_project(root.absolute(), images=images, scores=scores, model=model, edits=edits)
            return Made(root.absolute(), made)

        def done(made: Made) -> None:
            self._busy = False
            self.made.emit(made)

        def failed(text: str) -> None:
            self._busy = False
            self.message.show_message(text)
            self._show_state()

        self._background.write(work, done, failed)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.setSpacing(26)
        head.addWidget(PlainLabel(self.tr("New project"), role="title"))
        head.addStretch(1)
        for title in self.titles:
            head.addWidget(title)
        for step in self.steps:
            self.stack.addWidget(PageArea(step))
        self.next_button.setProperty("role", "primary")
        self.next_button.setDefault(True)
        foot = FlowLayout()
        foot.addWidget(self.cancel_button)
        foot.addSpacing(12)
        foot.addWidget(self.why, 1)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        body = QWidget()
        keep_size(body, most_width=WIDTH)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(28, 20, 28, 18)
        outer.addStretch(1)
        outer.addWidget(body, 1000)
        outer.addStretch(1)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.stack, 1)
        column.addWidget(self.message)  # below the fields, which stay where they are
        column.addLayout(foot)
