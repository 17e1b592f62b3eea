"""The results of a collection out of the program: table, contact sheet, copies, and sidecars for photo programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.plural import plural
from studio.services.errors import StudioError
from studio.services.exports.contact_sheet import write_contact_sheet
from studio.services.exports.picked_files import collect_files
from studio.services.exports.types import CollectBy, CollectedFiles, ContactSheet
from studio.services.scoring import results_out
from studio.services.scoring.types import CollectionRow, ScorerRow
from studio.services.sidecars import planning, stars, undoing, writing
from studio.services.sidecars.types import (
    Habit,
    SidecarItem,
    SidecarOptions,
    SidecarPreview,
    SkippedFile,
    StarCounts,
    UndoneSidecars,
    WrittenSidecars,
)
from studio.text import one_line
from studio.views.opening import open_file
from studio.views.score.star_rule import StarRuleFields
from studio.views.tasks.long_task import OnProgress
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.file_dialogs import ask_folder, ask_save_file, file_name_of
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.studio_dialog import StudioDialog

WIDTH = 720
LOOK_MS = 200
REASONS_SHOWN = 5


class ResultsWindow(StudioDialog):
    """Non-modal. One task runs at a time.

    Args:
        workspace: the open project.
        collection: whose results they are.
        models: the shown model, and the one beside it if there is one.
        choices: images by the name of the choice ("shown", "picked", "selected"), in the order of the grid.
        parent: the page.
    """

    def __init__(
        self,
        workspace: Workspace,
        collection: CollectionRow,
        models: Sequence[ScorerRow],
        choices: dict[str, list[int]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Results of {0}").format(one_line(collection.name)))
        self._workspace, self._collection, self._models = workspace, collection, tuple(models)
        self._choices = choices
        self._background = workspace.background.for_owner(self)
        self._items: list[SidecarItem] = []
        self._opened: Path | None = None
        self.message = MessageBar()
        self.progress = QProgressBar()
        self.stop_button = QPushButton(self.tr("Stop"))
        self.which, self.way, self.habit = CalmCombo(), CalmCombo(), CalmCombo()
        self.table_button = QPushButton(self.tr("Table…"))
        self.sheet_button = QPushButton(self.tr("Contact sheet…"))
        self.files_button = QPushButton(self.tr("Copy to a folder…"))
        self.open_button = QPushButton(self.tr("Open"))
        self.rule = StarRuleFields(models[0].low, models[0].high, lower_is_better=models[0].lower_is_better)
        self.mark_rejected = QCheckBox(self.tr("Rejected images get the rating “rejected”"))
        self.describe = QCheckBox(self.tr("The explanation becomes the caption"))
        self.keep = QCheckBox(self.tr("Keep ratings and captions from elsewhere"))
        self.with_raw = QCheckBox(self.tr("Rate the raw file beside an image"))
        self.plan = PlainLabel(role="muted", wrap=True)
        self.write_button = QPushButton(self.tr("Write sidecars"))
        self.undo_button = QPushButton(self.tr("Undo the last sidecars"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(LOOK_MS)
        self._pause.timeout.connect(self._look)
        self._fill()
        self._lay_out()
        self._connect()
        self._on_busy(workspace.outgoing.busy)
        self._read_items()

    @property
    def ids(self) -> list[int]:
        """Return the images that are chosen."""
        return self._choices[self.which.currentData()]

    @property
    def options(self) -> SidecarOptions:
        """Return what sidecars are to have."""
        habit: Habit = self.habit.currentData()
        return SidecarOptions(
            origin=results_out.origin(self._models[0]),
            stars=self.rule.rule,
            reject=self.mark_rejected.isChecked(),
            describe=self.describe.isChecked(),
            keep_ratings=self.keep.isChecked(),
            habit=habit,
            with_raw=self.with_raw.isChecked() and habit == "stem",
        )

    def write_table(self, file: Path) -> None:
        """Write a table of what the models say."""
        project, ids, models = self._workspace.project, self.ids, [model.id for model in self._models]

        def done(rows: int) -> None:
            text = plural("ResultsWindow", "Saved {n} rows to {0}.", "Saved {n} row to {0}.", rows)
            self._tell(text.format(file), file)

        self._start(lambda _progress: results_out.write_results(project, ids, models, file), done)

    def write_sheet(self, file: Path) -> None:
        """Write a contact sheet."""
        project, ids, model, title = self._workspace.project, self.ids, self._models[0].id, self._collection.name

        def work(progress: OnProgress) -> ContactSheet:
            rows = results_out.pictures(project, ids, model)
            return write_contact_sheet(rows, file, title, order="given", on_progress=progress)

        def done(made: ContactSheet) -> None:
            text = plural("ResultsWindow", "Saved {n} pictures to {0}.", "Saved {n} picture to {0}.", made.pictures)
            self._tell(text.format(made.files[0]), made.files[0], made.unreadable)

        self._start(work, done)

    def collect(self, folder: Path) -> None:
        """Copy or link the files into a folder."""
        project, ids, model = self._workspace.project, self.ids, self._models[0].id
        way: CollectBy = self.way.currentData()

        def work(progress: OnProgress) -> CollectedFiles:
            return collect_files(results_out.pictures(project, ids, model), folder, way, on_progress=progress)

        def done(found: CollectedFiles) -> None:
            parts = [plural("ResultsWindow", "{n} files in {0}.", "{n} file in {0}.", found.done).format(folder)]
            if found.renamed:
                renamed = plural("ResultsWindow", "{n} got a number.", "{n} got a number.", len(found.renamed))
                parts.append(renamed)
            self._tell(" ".join(parts), folder, found.skipped, stopped=found.cancelled)

        self._start(work, done)

    def write_sidecars(self) -> None:
        """Write stars, captions and scores into sidecars, with a record by which it can be undone."""
        project, collection, items, options = self._workspace.project, self._collection.id, self._items, self.options

        def work(progress: OnProgress) -> WrittenSidecars:
            preview = planning.plan(items, options)
            return writing.write(preview, results_out.new_record(project, collection), progress)

        def done(found: WrittenSidecars) -> None:
            new = plural("ResultsWindow", "{n} sidecars created", "{n} sidecar created", found.created)
            changed = plural("ResultsWindow", "{n} changed", "{n} changed", found.changed)
            same = plural("ResultsWindow", "{n} had these values", "{n} had these values", found.unchanged)
            text = f"{new}, {changed}, {same}. {found.stopped}"
            self._tell(text.strip(), None, found.skipped, stopped=found.cancelled)
            self._look()

        self._start(work, done)

    def undo_sidecars(self) -> None:
        """Remove what the last run wrote."""
        project, collection = self._workspace.project, self._collection.id

        def work(progress: OnProgress) -> UndoneSidecars | None:
            record = results_out.last_record(project, collection)
            return None if record is None else undoing.undo(record, progress)

        def done(found: UndoneSidecars | None) -> None:
            if found is None:
                self._tell(self.tr("There is nothing to undo."), None)
                return
            text = self.tr(
                "{0} sidecars deleted, {1} restored, {2} cleaned of what was written here, {3} gone already."
            )
            numbers = (found.deleted, found.restored, found.cleaned, found.gone)
            self._tell(text.format(*numbers), None, found.skipped, stopped=found.cancelled)
            self._look()

        self._start(work, done)

    def _read_items(self, *_index: object) -> None:
        project, ids, model = self._workspace.project, self.ids, self._models[0].id
        for button in (self.table_button, self.sheet_button, self.files_button):
            button.setEnabled(bool(ids))

        def done(items: list[SidecarItem]) -> None:
            self._items = items
            self._on_edit()

        self._background.read("items", lambda: results_out.sidecar_items(project, ids, model), done)

    def _on_edit(self, *_value: object) -> None:
        """Count stars at once, and look at the sidecars that exist after a pause."""
        self.with_raw.setEnabled(self.habit.currentData() == "stem")
        try:
            counts: StarCounts | None = stars.star_counts(
                self._items,
                self.rule.rule,
                reject=self.mark_rejected.isChecked(),
                lower_is_better=self._models[0].lower_is_better,
            )
            problem = ""
        except StudioError as error:
            counts, problem = None, str(error)
        self.rule.show_counts(counts)
        self.plan.setText(problem)
        self.write_button.setEnabled(False)
        if counts is not None:
            self._pause.start()

    def _look(self) -> None:
        project, collection, items, options = self._workspace.project, self._collection.id, self._items, self.options

        def work() -> tuple[SidecarPreview | str, bool]:
            undoable = results_out.last_record(project, collection) is not None
            try:
                return planning.plan(items, options), undoable
            except StudioError as error:
                return str(error), undoable

        def done(found: tuple[SidecarPreview | str, bool]) -> None:
            preview, undoable = found
            QTimer.singleShot(0, self, self._make_room)
            self.undo_button.setEnabled(undoable and not self._workspace.outgoing.busy)
            if items is self._items and isinstance(preview, SidecarPreview):
                self.plan.setText(self._plan_text(preview))
                self.write_button.setEnabled(bool(preview.planned) and not self._workspace.outgoing.busy)
            elif isinstance(preview, str):
                self.plan.setText(one_line(preview))

        self._background.read("plan", work, done)

    def _make_room(self) -> None:
        """Grow to what is said now, so that no line is cut; a person's larger size stays."""
        wanted = max(self.height(), self.sizeHint().height())
        self.resize(self.width(), min(wanted, self.screen().availableGeometry().height()))

    def _plan_text(self, preview: SidecarPreview) -> str:
        new = plural("ResultsWindow", "{n} new sidecars", "{n} new sidecar", preview.new)
        parts = [self.tr("{0}, {1} that exist are changed.").format(new, f"{preview.changed:,}")]
        if preview.rated or preview.described:
            words = self.tr("they stay") if self.keep.isChecked() else self.tr("they are replaced")
            text = self.tr("{0} have a rating and {1} a caption from elsewhere: {2}.")
            parts.append(text.format(f"{preview.rated:,}", f"{preview.described:,}", words))
        if preview.notes:
            first = preview.notes[0]
            parts.append(f"{first.item.image.name}: {first.note}")
        if preview.skipped:
            left = plural(
                "ResultsWindow", "{n} images are left out: {0}", "{n} image is left out: {0}", len(preview.skipped)
            )
            parts.append(left.format(preview.skipped[0].reason))
        return one_line(" ".join(parts))

    def _start(self, work: Callable[[OnProgress], object], done: Callable[..., object]) -> None:
        self.message.hide()
        self.open_button.hide()
        self._workspace.outgoing.start(work, done, lambda text: self.message.show_message(text))

    def _tell(
        self, text: str, opened: Path | None, skipped: Sequence[SkippedFile] = (), *, stopped: bool = False
    ) -> None:
        lines = [text]
        if stopped:
            lines.append(self.tr("Stopped; what is done stays."))
        lines += [f"{one.path.name}: {one.reason}" for one in skipped[:REASONS_SHOWN]]
        if len(skipped) > REASONS_SHOWN:
            lines.append(self.tr("… and {0} more.").format(len(skipped) - REASONS_SHOWN))
        self.message.show_message("\n".join(lines), "error" if skipped else "info")
        QTimer.singleShot(0, self, self._make_room)
        self._opened = opened
        self.open_button.setVisible(opened is not None)

    def _on_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.stop_button.setVisible(busy)
        for button in (self.table_button, self.sheet_button, self.files_button):
            button.setEnabled(not busy and bool(self.ids))
        for button in (self.write_button, self.undo_button):
            button.setEnabled(False)
        if not busy:
            self._pause.start()

    def _ask_table(self) -> None:
        filters = [self.tr("CSV (*.csv)"), self.tr("Parquet (*.parquet)")]
        name = f"{file_name_of(self._collection.name)}.csv"
        ask_save_file(self, self.tr("Save table"), name, filters, self.write_table, "csv")

    def _ask_sheet(self) -> None:
        name = f"{file_name_of(self._collection.name)}.html"
        ask_save_file(self, self.tr("Save contact sheet"), name, [self.tr("HTML (*.html)")], self.write_sheet, "html")

    def _ask_folder(self) -> None:
        ask_folder(self, self.tr("Folder for the files"), self.collect)

    def _open(self) -> None:
        if self._opened is not None:
            open_file(self._opened)

    def _fill(self) -> None:
        counts = {name: len(ids) for name, ids in self._choices.items()}
        texts = {
            "picked": plural("ResultsWindow", "{n} picked images", "{n} picked image", counts["picked"]),
            "shown": plural("ResultsWindow", "{n} shown images", "{n} shown image", counts["shown"]),
            "selected": plural("ResultsWindow", "{n} selected images", "{n} selected image", counts["selected"]),
        }
        for name, text in texts.items():
            self.which.addItem(text, name)
        self.which.setCurrentIndex(self.which.findData("picked" if self._choices["picked"] else "shown"))
        ways: tuple[tuple[str, CollectBy], ...] = (
            (self.tr("as copies"), "copy"),
            (self.tr("as hard links"), "hard link"),
            (self.tr("as links"), "link"),
        )
        for text, way in ways:
            self.way.addItem(text, way)
        habits: tuple[tuple[str, Habit], ...] = (
            (self.tr("photo.jpg.xmp (darktable, digiKam)"), "full_name"),
            (self.tr("photo.xmp (Lightroom, Bridge)"), "stem"),
        )
        for text, habit in habits:
            self.habit.addItem(text, habit)
        self.mark_rejected.setChecked(True)
        self.describe.setChecked(True)
        self.keep.setChecked(True)
        for box, name in (
            (self.which, self.tr("Images")),
            (self.way, self.tr("Copies or links")),
            (self.habit, self.tr("Name of a new sidecar")),
        ):
            box.setAccessibleName(name)
        self.write_button.setProperty("role", "primary")
        self.open_button.hide()

    def _connect(self) -> None:
        outgoing = self._workspace.outgoing
        outgoing.busy_changed.connect(self._on_busy)
        outgoing.progressed.connect(self.progress.setValue)
        self.stop_button.clicked.connect(lambda _checked: outgoing.stop())
        self.which.currentIndexChanged.connect(self._read_items)
        self.table_button.clicked.connect(lambda _checked: self._ask_table())
        self.sheet_button.clicked.connect(lambda _checked: self._ask_sheet())
        self.files_button.clicked.connect(lambda _checked: self._ask_folder())
        self.open_button.clicked.connect(lambda _checked: self._open())
        self.rule.changed.connect(self._on_edit)
        for box in (self.mark_rejected, self.describe, self.keep, self.with_raw):
            box.toggled.connect(self._on_edit)
        self.habit.currentIndexChanged.connect(self._on_edit)
        self.write_button.clicked.connect(lambda _checked: self.write_sidecars())
        self.undo_button.clicked.connect(lambda _checked: self.undo_sidecars())

    def _lay_out(self) -> None:
        self.progress.setRange(0, 1000)
        form = QFormLayout()
        form.addRow(PlainLabel(self.tr("Images")), self.which)
        files = FlowLayout()
        for widget in (self.table_button, self.sheet_button, self.files_button, self.way):
            files.addWidget(widget)
        files.addStretch(1)
        card = QFrame()
        card.setProperty("role", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(14, 12, 14, 12)
        inner.setSpacing(8)
        inner.addWidget(PlainLabel(self.tr("Stars and captions for photo programs"), role="subtitle"))
        text = self.tr(
            "XMP sidecars beside the images are read by darktable, digiKam, Lightroom, Bridge and others. Image files "
            "are never changed; what a sidecar has already stays, and all of it can be undone."
        )
        inner.addWidget(PlainLabel(text, role="muted", wrap=True))
        inner.addWidget(self.rule)
        for box in (self.mark_rejected, self.describe, self.keep):
            inner.addWidget(box)
        names = FlowLayout()
        names.addWidget(PlainLabel(self.tr("New sidecars are named")))
        names.addWidget(self.habit, 1)
        inner.addLayout(names)
        inner.addWidget(self.with_raw)
        inner.addWidget(self.plan)
        last = FlowLayout()
        last.addStretch(1)
        last.addWidget(self.undo_button)
        last.addWidget(self.write_button)
        inner.addLayout(last)
        busy = FlowLayout()
        busy.addWidget(self.progress, 1)
        busy.addWidget(self.stop_button)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = FlowLayout()
        foot.addWidget(self.open_button)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(PlainLabel(self.windowTitle(), role="title"))
        column.addWidget(self.message)
        column.addLayout(form)
        column.addLayout(files)
        column.addWidget(card)
        column.addLayout(busy)
        column.addStretch(1)
        column.addLayout(foot)
        self.set_size(WIDTH, 0)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
