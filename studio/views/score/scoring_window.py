"""What to score, with which model, and how far it is to explain: for new images or a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.models.stage_text import range_words
from studio.plural import plural
from studio.services.errors import StudioError
from studio.services.imports.formats.image_walk import SUFFIXES
from studio.services.scoring import collections, scorers, scoring_runs
from studio.services.scoring.types import (
    CollectionRow,
    Explain,
    ScorerChoice,
    ScoringEstimate,
    ScoringOptions,
)
from studio.text import one_line
from studio.views.estimated_window import EstimatedWindow
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo, CalmSpin
from studio.widgets.file_dialogs import ask_folder, new_dialog
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_size

WIDTH, HEIGHT = 620, 480
MOST_EXTREMES = 10_000


class ScoringWindow(EstimatedWindow[ScoringEstimate]):
    """Non-modal. Signal ``started(int)``: the collection whose scoring was queued.

    Args:
        workspace: the open project.
        choices: the models that can score.
        first: the one that is offered first; None: the first of them.
        collection: what is scored; None: a new collection is made of ``sources``.
        sources: folders and files.
        parent: the page.
    """

    started = Signal(int)

    def __init__(
        self,
        workspace: Workspace,
        choices: Sequence[ScorerChoice],
        first: ScorerChoice | None,
        collection: CollectionRow | None = None,
        sources: Sequence[Path] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(workspace, parent)
        self._collection = collection
        self._choices: list[ScorerChoice] = []
        """Those of the box, in its order: Qt would compare them by identity."""
        title = self.tr("Score Images") if collection is None else self.tr("Score Collection")
        self.setWindowTitle(title)
        self.setAcceptDrops(collection is None)
        self.start_button.setText(self.tr("Score"))
        self.sources = QListWidget()
        self.folder_button = QPushButton(self.tr("Add folder…"))
        self.files_button = QPushButton(self.tr("Add images…"))
        self.remove_button = QPushButton(self.tr("Remove"))
        self.name = QLineEdit()
        self.models = CalmCombo()
        self.export_button = QPushButton(self.tr("Exported model…"))
        self.export_button.setToolTip(self.tr("A folder made with Export… in a project"))
        self.no_model = PlainLabel(
            self.tr(
                "No model is available yet. A version can score images once it has been measured: open its project "
                "first, or explore the finished demo. An exported model is a folder made with Export…."
            ),
            role="caution",
            wrap=True,
        )
        self.what = CalmCombo()
        self.number = CalmSpin()
        self._fill(choices, first, collection.options if collection is not None else ScoringOptions())
        self._lay_out(title)
        self._connect()
        self.add_sources(sources)
        self._on_edit()

    def add_sources(self, paths: Sequence[Path]) -> None:
        """Add folders and files to what is scored."""
        known = set(self._paths())
        for path in paths:
            if path not in known:
                known.add(path)
                self.sources.addItem(str(path))
        if self._paths():
            self.name.setPlaceholderText(one_line(self._paths()[0].stem))
        if self.sources.currentRow() < 0:
            self.sources.setCurrentRow(0)
        self._on_edit()

    def use_export(self, folder: Path) -> None:
        """Choose an exported model; a folder that is none is told."""

        def work() -> ScorerChoice | str:
            try:
                return scorers.exported_choice(folder)
            except StudioError as error:
                return str(error)

        def done(found: ScorerChoice | str) -> None:
            if isinstance(found, str):
                self.estimate.setText(one_line(found))
                return
            self.models.setCurrentIndex(self._offer(found))

        self._background.read("export", work, done)

    def start(self) -> None:
        """Make the collection if it is new, queue the scoring, start the queue, and close."""
        choice, options = self.choice, self.options
        if choice is None or self._shown is None:
            return
        self.start_button.setEnabled(False)
        project, sources, name = self._workspace.project, self._paths(), self.name.text()

        def work() -> int:
            if self._collection is not None:
                collections.set_options(project, self._collection.id, options)
                return self._collection.id
            return collections.create(project, sources, name, options)

        def made(collection: int) -> None:
            def begun() -> None:
                self.started.emit(collection)
                self.close()

            self._workspace.score_collection(collection, choice, options, begun)

        def failed(text: str) -> None:
            self.estimate.setText(one_line(text))

        self._background.write(work, made, failed)

    @property
    def choice(self) -> ScorerChoice | None:
        """Return the model that is chosen."""
        place = self.models.currentIndex()
        return self._choices[place] if place >= 0 else None

    @property
    def options(self) -> ScoringOptions:
        """Return how far images are explained."""
        explain: Explain = self.what.currentData()
        return ScoringOptions(explain, self.number.value())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files of this machine."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add what was dropped."""
        event.acceptProposedAction()
        self.add_sources([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _paths(self) -> list[Path]:
        return [Path(self.sources.item(row).text()) for row in range(self.sources.count())]

    def _chosen(self) -> object:
        return tuple(self._paths()), self.choice, self.options

    def _estimating(self) -> Callable[[], ScoringEstimate]:
        project, collection = self._workspace.project, self._collection
        sources, choice, options = self._paths(), self.choice, self.options

        def work() -> ScoringEstimate:
            if collection is not None:
                known = scoring_runs.estimate(project, collection.id, choice, options)
                return replace(known, strange=scorers.knows_only_scenes(project, choice, collection.sources))
            if not sources:
                raise StudioError(self._nothing)
            count, left_out = collections.count_images(sources)
            return replace(
                scoring_runs.estimate_new(project, count, options),
                left_out=tuple(left_out),
                strange=scorers.knows_only_scenes(project, choice, sources),
            )

        return work

    def _starts_something(self, found: ScoringEstimate) -> bool:
        return bool(found.images or found.explained) and self.choice is not None

    def _told(self, found: ScoringEstimate) -> str:
        if not (found.images or found.explained):
            if self._collection is None:
                return " ".join((self.tr("No images found in the chosen files and folders."), *found.left_out))
            return self.tr("This model has scored all of these images.")
        images = plural("ScoringWindow", "{n} images to score", "{n} image to score", found.images)
        texts = plural("ScoringWindow", "{n} explanations to write", "{n} explanation to write", found.explained)
        parts = [f"{', '.join(text for text, n in ((images, found.images), (texts, found.explained)) if n)}."]
        if found.seconds is not None:
            time = range_words(found.seconds, "seconds")
            parts.append(self.tr("Time: {0}, at the speed of earlier jobs.").format(time))
        if self.choice is None:
            parts.append(self.tr("Choose a model."))
        if found.strange:
            parts.append(
                self.tr(
                    "The built-in demo model has seen only generated scenes: its scores and explanations for other "
                    "images mean little."
                )
            )
        parts += map(one_line, found.left_out)
        return " ".join(parts)

    def _offer(self, choice: ScorerChoice) -> int:
        """Offer a model, unless it is offered; returns its place."""
        if choice not in self._choices:
            text = self.tr("{0}, exported to {1}").format(choice.name, choice.folder)
            self._choices.append(choice)
            self.models.addItem(one_line(choice.name if choice.folder is None else text))
            self.no_model.hide()
        return self._choices.index(choice)

    def _fill(self, choices: Sequence[ScorerChoice], first: ScorerChoice | None, options: ScoringOptions) -> None:
        self._nothing = self.tr("Add a folder or images, or drop them here.")
        for choice in choices:
            self._offer(choice)
        self.models.setPlaceholderText(self.tr("No model yet"))
        self.models.setCurrentIndex(self._offer(first) if first is not None else self.models.count() - 1)
        kinds: tuple[tuple[str, Explain], ...] = (
            (self.tr("Scores and explanations"), "all"),
            (self.tr("Scores only (fast)"), "none"),
            (self.tr("Scores, and explanations of the best and worst"), "extremes"),
        )
        for text, kind in kinds:
            self.what.addItem(text, kind)
        self.what.setCurrentIndex(self.what.findData(options.explain))
        self.number.setRange(1, MOST_EXTREMES)
        self.number.setValue(options.extremes)
        self.remove_button.setEnabled(False)

    def _connect(self) -> None:
        self.folder_button.clicked.connect(lambda _checked: self._browse(folder=True))
        self.files_button.clicked.connect(lambda _checked: self._browse(folder=False))
        self.remove_button.clicked.connect(lambda _checked: self._remove())
        self.sources.currentRowChanged.connect(lambda row: self.remove_button.setEnabled(row >= 0))
        self.export_button.clicked.connect(lambda _checked: self._browse_export())
        self.models.currentIndexChanged.connect(self._on_edit)
        self.what.currentIndexChanged.connect(self._on_what)
        self.number.valueChanged.connect(self._on_edit)
        self.start_button.clicked.connect(self.start)
        self._on_what()

    def _on_what(self, *_index: object) -> None:
        self.number.setVisible(self.options.explain == "extremes")
        self._on_edit()

    def _remove(self) -> None:
        self.sources.takeItem(self.sources.currentRow())
        self._on_edit()

    def _browse(self, *, folder: bool) -> None:
        dialog = new_dialog(self, self.tr("Folder of images") if folder else self.tr("Images"))
        if folder:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
            kinds = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
            dialog.setNameFilters([self.tr("Images ({0})").format(kinds), self.tr("All files (*)")])
        dialog.filesSelected.connect(lambda files: self.add_sources([Path(file) for file in files]))
        dialog.open()

    def _browse_export(self) -> None:
        ask_folder(self, self.tr("Folder of an exported model"), self.use_export)

    def _lay_out(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        explained = self.tr(
            "Image files are only read. What is scored stays with the project as a collection, which can be updated "
            "when images are added to its folders."
        )
        column.addWidget(PlainLabel(title, role="title"))
        column.addWidget(PlainLabel(explained, role="muted", wrap=True))
        if self._collection is None:
            self._lay_out_sources(column)
        form = QFormLayout()
        form.setSpacing(10)
        model = FlowLayout()
        model.addWidget(self.models, 1)
        model.addWidget(self.export_button)
        what = FlowLayout()
        what.addWidget(self.what, 1)
        what.addWidget(self.number)
        self.models.setAccessibleName(self.tr("Model"))
        self.models.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.what.setAccessibleName(self.tr("What to ask for"))
        self.number.setAccessibleName(self.tr("Number of the best, and of the worst"))
        self.number.setToolTip(self.tr("Number of the best, and of the worst, images that are explained"))
        if self._collection is None:
            self.name.setAccessibleName(self.tr("Name"))
            form.addRow(PlainLabel(self.tr("Name")), self.name)
        form.addRow(PlainLabel(self.tr("Model")), model)
        form.addRow(PlainLabel(self.tr("Ask for")), what)
        column.addLayout(form)
        column.addWidget(self.no_model)
        column.addWidget(self.estimate)
        column.addStretch(1)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addStretch(1)
        foot.addWidget(self.start_button)
        foot.addWidget(close)
        column.addLayout(foot)
        self.set_size(WIDTH, HEIGHT if self._collection is None else HEIGHT - 180)
        close.setAutoDefault(False)  # Return scores
        self.start_button.setDefault(True)

    def _lay_out_sources(self, column: QVBoxLayout) -> None:
        self.sources.setAccessibleName(self.tr("Folders and images"))
        keep_size(self.sources, least_height=70)
        buttons = FlowLayout()
        for button in (self.folder_button, self.files_button, self.remove_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.export_button.setAutoDefault(False)
        column.addWidget(self.sources, 1)
        column.addLayout(buttons)
