"""Have a language model grade the explanations of all versions: which one, on which sample, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.plural import plural
from studio.services.judging import judge_again
from studio.services.judging.judge_again import JudgingEstimate
from studio.services.settings.schema import JudgeSettings
from studio.text import one_line, printable
from studio.views.estimated_window import EstimatedWindow
from studio.views.settings.judge_key_window import open_key_window
from studio.views.workspace import Workspace
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_hint_height

WIDTH, HEIGHT = 560, 480
NUMBERS = {"sample": int, "max_cost": float}


class JudgeWindow(EstimatedWindow[JudgingEstimate]):
    """Non-modal. What is entered holds for this time alone; the project's settings hold for its runs.

    Args:
        workspace: the open project.
        settings: of its judge, shown at first.
        parent: the window.
    """

    def __init__(self, workspace: Workspace, settings: JudgeSettings, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.setWindowTitle(self.tr("Judge Versions"))
        self.start_button.setText(self.tr("Judge"))
        self.server, self.model = QLineEdit(settings.base_url), QLineEdit(settings.model)
        self.sample = QLineEdit(str(settings.sample))
        self.limit = QLineEdit(f"{settings.max_cost:g}")
        self.batch = QCheckBox(self.tr("As a batch: half the price, answered within a day (OpenAI)"))
        self.batch.setChecked(settings.batch)
        self.read = QCheckBox(self.tr("Also read a score from each explanation alone: does the text carry it?"))
        self.key_button = QPushButton(self.tr("Key…"))
        self._lay_out()
        self._look()

    def start(self) -> None:
        """Queue the grading and the measurements, start the queue, and close."""
        if self._shown is None:
            return
        self.start_button.setEnabled(False)
        self._workspace.judge_versions(self._changes(), self.close, read=self.read.isChecked())

    def ask_for_key(self) -> None:
        """Ask for the key of the server that is typed."""
        problem = open_key_window(self._workspace.background, self.server.text(), self.parentWidget())
        if problem:
            self.estimate.setText(printable(problem))

    def _changes(self) -> dict[str, object]:
        """Return the settings as typed; what is no number is left as text, which the settings refuse."""
        found: dict[str, object] = {"name": "model", "batch": self.batch.isChecked()}
        fields = {"base_url": self.server, "model": self.model, "sample": self.sample, "max_cost": self.limit}
        for name, field in fields.items():
            text = field.text().strip()
            value: object = text
            if name in NUMBERS:
                with suppress(ValueError):
                    value = NUMBERS[name](text)
            found[name] = value
        return found

    def _chosen(self) -> object:
        return self._changes(), self.read.isChecked()

    def _estimating(self) -> Callable[[], JudgingEstimate]:
        project, changes, read = self._workspace.project, self._changes(), self.read.isChecked()

        def work() -> JudgingEstimate:
            settings = judge_again.with_judge(project, changes)
            return judge_again.estimate(project, judge_again.judged_versions(project, ()), settings, read=read)

        return work

    def _told(self, found: JudgingEstimate) -> str:
        explanations = plural("JudgeWindow", "{n} explanations", "{n} explanation", found.explanations)
        versions = plural("JudgeWindow", "{n} versions", "{n} version", len(found.versions))
        cost = self.tr("No prices are known for this server.")
        if found.usd is not None:
            cost = self.tr("About {0} USD; what was judged before costs nothing again.").format(f"{found.usd:.2f}")
        return self.tr("{0} of {1}, by {2}. {3}").format(
            explanations, versions, one_line(found.judge.partition("@")[0]), cost
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(10)
        for label, field in (
            (self.tr("Server"), self.server),
            (self.tr("Model"), self.model),
            (self.tr("Images per version (0: all)"), self.sample),
            (self.tr("Cost limit per version (USD)"), self.limit),
        ):
            field.setAccessibleName(label)
            field.textEdited.connect(self._on_edit)
            keep_hint_height(field)
            form.addRow(PlainLabel(label), field)
        for box in (self.batch, self.read):
            box.toggled.connect(self._on_edit)
            form.addRow(box)
        self.key_button.clicked.connect(self.ask_for_key)
        self.start_button.clicked.connect(self.start)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addWidget(self.key_button)
        foot.addStretch(1)
        foot.addWidget(self.start_button)
        foot.addWidget(close)
        explained = self.tr(
            "A language model grades consistency, usefulness and writing, each from 0 to 4, as in the paper. Any "
            "server with OpenAI's chat API will do: OpenAI, or Ollama, llama.cpp, LM Studio and vLLM on your own "
            "computer. Texts and scores are sent there, no images. Grades are never used for training."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.tr("Judge Versions"), role="title"))
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        column.addLayout(form)
        column.addWidget(self.estimate)
        column.addLayout(foot)
        self.keep_width(WIDTH)
        self.set_size(WIDTH, HEIGHT)
        for button in (self.key_button, close):
            button.setAutoDefault(False)  # Return judges
        self.start_button.setDefault(True)
