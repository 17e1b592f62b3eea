"""The Score page: a collection's images sorted by score, with what the models say, picks, and the results out."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QProgressBar,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.models.image_list import CollectionModel
from studio.models.job_table import RateEstimate
from studio.models.stage_text import range_words
from studio.plural import plural
from studio.services.errors import StudioError
from studio.services.loop.types import JobRow
from studio.services.scoring import browsing, collections, picks, scorers, scoring_runs
from studio.services.scoring.browsing import CollectionSelection
from studio.services.scoring.collection_columns import CollectionColumns
from studio.services.scoring.types import (
    CollectionCell,
    CollectionDetail,
    CollectionRow,
    FolderChange,
    Pick,
    ScorerChoice,
    ScorerRow,
)
from studio.text import one_line
from studio.views.actions.buttons import action_button
from studio.views.actions.menus import offer_context_menu
from studio.views.actions.score import score_actions
from studio.views.chat.chat_window import ChatWindow
from studio.views.opening import open_folder
from studio.views.page import REFRESH_MS, Page, leave_blank
from studio.views.pairs.pair_bars import QuestionBar
from studio.views.score.name_bar import NameBar
from studio.views.score.results_window import ResultsWindow
from studio.views.score.score_detail import ScoreDetail
from studio.views.score.score_filter_bar import ScoreFilterBar
from studio.views.score.scoring_window import ScoringWindow
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.image_grid import SIDES, ImageGrid
from studio.widgets.labels import PlainLabel
from studio.widgets.range_histogram import RangeHistogram
from studio.widgets.text_size import keep_size

RELOAD_PART = 0.05
"""While results arrive, reloading the columns may take at most this share of the time."""
DETAIL_WIDTH = 300


@dataclasses.dataclass(frozen=True, slots=True)
class _Loaded:
    """What a refresh reads. ``shown`` is the collection that is on the screen, if there is one."""

    rows: list[CollectionRow]
    shown: CollectionRow | None = None
    models: tuple[ScorerRow, ...] = ()
    columns: CollectionColumns | None = None
    jobs: tuple[JobRow, ...] = ()
    history: tuple[bool, bool] = (False, False)


class ScorePage(Page):
    """Reads the shown collection's columns when it is shown and when results have changed.

    Signals:
        selected: the grid shows the result of filter and order.
    """

    selected = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Score", parent)
        self.loaded = _Loaded([])
        self._rate = RateEstimate()
        self._collection: int | None = None
        self._scorer: int | None = None
        self._beside: int | None = None
        self._looked: set[int] = set()
        self._left_out: dict[int, tuple[str, ...]] = {}
        self._selection = 0
        self._wanted: int | None = None
        self._offered: int | None = None
        """The image that was shown first because nobody had chosen one: another order begins at its own first image."""
        self.model = CollectionModel(self)
        self.grid = ImageGrid(self.model, workspace.thumbnails, several=True)
        self.bar = ScoreFilterBar()
        self.histogram = RangeHistogram()
        self.detail = ScoreDetail(workspace.images)
        self.large = ScoreDetail(workspace.images, "large")
        self.collections, self.scorers, self.beside = CalmCombo(), CalmCombo(), CalmCombo()
        self.count, self.state = PlainLabel(role="subtitle"), PlainLabel(role="muted", wrap=True)
        self.progress = QProgressBar()
        self.name_bar, self.question = NameBar(), QuestionBar()
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.front, self.stack, self.forms = QStackedWidget(), QStackedWidget(), QStackedWidget()
        self.setAcceptDrops(True)
        self._fill()
        self._add_actions()
        self._lay_out()
        self._connect()

    @property
    def current_id(self) -> int | None:
        """Return the image that is chosen."""
        place = self.grid.currentIndex()
        return self.model.id_at(place.row()) if place.isValid() else None

    @property
    def current_path(self) -> Path | None:
        """Return the file of the chosen image; None until it is read."""
        cell = self._cell_at(self.grid.currentIndex().row())
        return None if cell is None else cell.path

    @property
    def chosen_ids(self) -> list[int]:
        """Return the selected images in the order of the grid."""
        rows = self.grid.selected_rows
        if not rows and self.grid.currentIndex().isValid():
            rows = [self.grid.currentIndex().row()]
        return [self.model.id_at(row) for row in rows]

    @property
    def shown(self) -> CollectionRow | None:
        """Return the collection that is shown."""
        return self.loaded.shown

    @property
    def is_large(self) -> bool:
        """Return whether the large view is shown instead of the grid."""
        return self.forms.currentIndex() == 1

    @property
    def can_undo(self) -> bool:
        """Return whether there is a pick to take back."""
        return self.loaded.history[0]

    @property
    def can_redo(self) -> bool:
        """Return whether there is a pick to repeat."""
        return self.loaded.history[1]

    @property
    def has_results(self) -> bool:
        """Return whether a model has scored images of the collection."""
        return self._model_row(self._scorer) is not None

    @property
    def can_explain(self) -> bool:
        """Return whether images are chosen, and the shown model can explain them."""
        model = self._model_row(self._scorer)
        return model is not None and model.current and bool(self.chosen_ids)

    def refresh(self) -> None:
        """Read the collections, the shown one's columns and its jobs."""
        project, wanted, scorer, beside = self.project, self._collection, self._scorer, self._beside
        began = time.perf_counter()

        def work() -> _Loaded:
            rows = collections.list_collections(project)
            newest = max(rows, key=lambda row: row.id, default=None)
            shown = next((row for row in rows if row.id == wanted), newest)
            if shown is None:
                return _Loaded(rows)
            models = tuple(scorers.rows(project, shown.id))
            ids = [model.id for model in models]
            first = scorer if scorer in ids else (ids[-1] if ids else None)
            second = beside if beside in ids and beside != first else None
            return _Loaded(
                rows,
                shown,
                models,
                browsing.load_columns(project, shown.id, first, second),
                tuple(scoring_runs.jobs_of(project, shown.id)),
                picks.history(project, shown.id),
            )

        def done(loaded: _Loaded) -> None:
            self._timer.setInterval(max(REFRESH_MS, round((time.perf_counter() - began) * 1000 / RELOAD_PART)))
            if (wanted, scorer, beside) == (self._collection, self._scorer, self._beside):
                self._show(loaded)

        self.workspace.background.read("score-columns", work, done)

    def select(self) -> None:
        """Apply filter and order."""
        columns, project = self.loaded.columns, self.project
        if columns is None:
            self.model.set_ids(self.model.ids[:0])
            self._show_current()
            return
        wanted, sort = self.bar.filter, self.bar.sort
        self._selection += 1
        number = self._selection

        def work() -> CollectionSelection | None:
            return browsing.select(project, columns, wanted, sort) if number == self._selection else None

        self.workspace.background.read("score-selection", work, self._on_selection)

    def show_collection(self, collection: int) -> None:
        """Show another collection."""
        self._collection, self._scorer, self._beside = collection, None, None
        self.refresh()

    def new_collection(self, sources: Sequence[Path] = ()) -> None:
        """Ask what to score, and with which model."""
        self._open_window(None, sources)

    def score_again(self) -> None:
        """Ask with which model the shown collection is to be scored."""
        if self.shown is not None:
            self._open_window(self.shown)

    def take_out(self) -> None:
        """Open the window for tables, contact sheets, copies and sidecars."""
        shown, columns, model = self.shown, self.loaded.columns, self._model_row(self._scorer)
        if shown is None or columns is None or model is None:
            return
        beside = self._model_row(self._beside)
        picked = set(columns.ids[columns.pick == 1].tolist())
        everything = [int(image) for image in self.model.ids]
        ranked = columns.in_order(columns.pick == 1, self.bar.sort) if picked else columns.ids[:0]
        choices = {"shown": everything, "picked": ranked.tolist(), "selected": self.chosen_ids}
        models = [model] if beside is None else [model, beside]
        ResultsWindow(self.workspace, shown, models, choices, self).show()

    def look_again(self) -> None:
        """Look for new, changed and missing files in the collection's folders."""
        shown, project = self.shown, self.project
        if shown is None:
            return
        self._looked.add(shown.id)

        def done(change: FolderChange) -> None:
            self._left_out[shown.id] = change.left_out
            if change.anything:
                self.state.setText(self._change_text(change))
            self.refresh()

        self.workspace.background.write(lambda: collections.look_again(project, shown.id), done)

    def rename(self) -> None:
        """Ask for another name of the shown collection."""
        shown, project = self.shown, self.project
        if shown is not None:
            self.name_bar.ask(shown.name, lambda name: self._write(lambda: collections.rename(project, shown.id, name)))

    def delete(self) -> None:
        """Ask, then delete the shown collection; image files and sidecars are not touched."""
        shown, project = self.shown, self.project
        if shown is None:
            return
        text = plural(
            "ScorePage",
            "Delete the collection {0}, scores and picks of {n} images? Image files stay. This cannot be undone.",
            "Delete the collection {0}, score and pick of {n} image? The image file stays. This cannot be undone.",
            shown.images,
        )
        self.question.ask(
            text.format(shown.name),
            self.tr("Delete collection"),
            lambda: self._write(lambda: collections.delete(project, shown.id)),
        )

    def pick(self, value: Pick) -> None:
        """Pick or reject the chosen images, or neither; goes on to the next image if one is chosen."""
        shown, project, ids = self.shown, self.project, self.chosen_ids
        if shown is None or not ids:
            return
        self._show_picks(dict.fromkeys(ids, int(value)))
        self._write(lambda: picks.pick(project, shown.id, ids, value), quiet=True)
        if len(ids) == 1:
            self.step(1)

    def undo(self) -> None:
        """Take the latest pick back."""
        shown, project = self.shown, self.project
        if shown is not None:
            self._write(lambda: picks.undo(project, shown.id), then=self._go_to)

    def redo(self) -> None:
        """Repeat the pick that was taken back last."""
        shown, project = self.shown, self.project
        if shown is not None:
            self._write(lambda: picks.redo(project, shown.id), then=self._go_to)

    def explain(self) -> None:
        """Queue explanations of the chosen images by the shown model."""
        shown, scorer, ids = self.shown, self._scorer, self.chosen_ids
        if shown is not None and scorer is not None and ids:
            self.workspace.explain_in_collection(shown.id, scorer, ids)

    @property
    def can_chat(self) -> bool:
        """Return whether an image is chosen, and the shown model is a version of the project, which can talk."""
        model = self._model_row(self._scorer)
        return self.current_path is not None and model is not None and model.folder is None and model.current

    def chat(self) -> None:
        """Talk with the shown version about the chosen image."""
        path, model = self.current_path, self._model_row(self._scorer)
        if path is not None and model is not None and self.can_chat:
            ChatWindow.show_for(self.workspace, self, path, model.name)

    def toggle_large(self) -> None:
        """Show the chosen image large beside its texts, or the grid again."""
        self.forms.setCurrentIndex(0 if self.is_large or self.current_id is None else 1)
        (self.large if self.is_large else self.grid).setFocus()
        self._show_current()

    def show_grid(self) -> None:
        """Show the grid again."""
        if self.is_large:
            self.toggle_large()

    def step(self, step: int) -> None:
        """Go to another image of the grid; stays at its ends."""
        place = self.grid.currentIndex().row() + step
        if 0 <= place < self.model.rowCount():
            self.grid.go_to(place)

    def show_in_folder(self) -> None:
        """Show the folder of the chosen image in the file manager."""
        if self.current_path is not None:
            open_folder(self.current_path.parent)

    def copy_path(self) -> None:
        """Put the path of the chosen image on the clipboard."""
        if self.current_path is not None:
            QGuiApplication.clipboard().setText(str(self.current_path))

    def take_focus(self) -> None:
        """The grid has the arrows."""
        (self.large if self.is_large else self.grid).setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and files of this machine."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask how to score what was dropped."""
        event.acceptProposedAction()
        self.new_collection([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _open_window(self, collection: CollectionRow | None, sources: Sequence[Path] = ()) -> None:
        project, scorer = self.project, self._model_row(self._scorer)

        def work() -> tuple[list[ScorerChoice], ScorerChoice | None]:
            return scorers.choices(project), scorers.first_choice(project)

        def done(found: tuple[list[ScorerChoice], ScorerChoice | None]) -> None:
            choices, first = found
            if collection is not None and scorer is not None and scorer.current:
                first = ScorerChoice(scorer.name, scorer.folder, scorer.base)
            window = ScoringWindow(self.workspace, choices, first, collection, sources, self)
            window.started.connect(self.show_collection)
            window.show()

        self.workspace.background.read("score-choices", work, done)

    def _show(self, loaded: _Loaded) -> None:
        before, lower_before = (
            self.loaded.shown,
            self.loaded.columns is not None and self.loaded.columns.lower_is_better,
        )
        self.loaded = loaded
        shown, columns = loaded.shown, loaded.columns
        self._collection = None if shown is None else shown.id
        self._scorer = None if columns is None else columns.scorer
        self._beside = None if columns is None else columns.beside
        self.front.setCurrentIndex(0 if shown is None else 1)
        if columns is not None and columns.lower_is_better != lower_before:
            self.bar.begin_with_best(lower_is_better=columns.lower_is_better)
        self._fill_boxes()
        self._show_state()
        if before is None or shown is None or before.id != shown.id:
            self.forms.setCurrentIndex(0)
        self.select()
        self.update_actions()
        if shown is not None and shown.id not in self._looked and self.project.holds_lock:
            self.look_again()

    def _fill_boxes(self) -> None:
        loaded = self.loaded
        names = scorers.titles(loaded.models)
        with QSignalBlocker(self.collections):
            self.collections.clear()
            for row in loaded.rows:
                self.collections.addItem(one_line(row.name), row.id)
            self.collections.setCurrentIndex(self.collections.findData(self._collection))
        with QSignalBlocker(self.scorers):
            self.scorers.clear()
            for model in loaded.models:
                self.scorers.addItem(one_line(names[model.id]), model.id)
            self.scorers.setCurrentIndex(self.scorers.findData(self._scorer))
        with QSignalBlocker(self.beside):
            self.beside.clear()
            self.beside.addItem(self.tr("nothing"), None)
            for model in loaded.models:
                if model.id != self._scorer:
                    self.beside.addItem(one_line(names[model.id]), model.id)
            self.beside.setCurrentIndex(max(0, self.beside.findData(self._beside)))
        self.scorers.setEnabled(len(loaded.models) > 1)
        self.beside.setEnabled(self.beside.count() > 1)
        self.bar.offer_difference(self._beside is not None)

    def _show_state(self) -> None:
        shown, model = self.loaded.shown, self._model_row(self._scorer)
        if shown is None:
            return
        running = next((job for job in self.loaded.jobs if job.state == "running"), None)
        self.progress.setVisible(running is not None)
        parts = []
        if running is not None:
            self.progress.setRange(0, max(1, running.total))
            self.progress.setValue(running.done)
            left = self._rate.left(running)
            text = self.tr("scoring: {0} of {1}").format(f"{running.done:,}", f"{running.total:,}")
            parts.append(text if left is None else self.tr("{0}, {1} left").format(text, range_words(left, "seconds")))
        else:
            parts += [self._job_text(job) for job in self.loaded.jobs]
        if model is not None and shown.images > model.scores + shown.problems:
            left_over = shown.images - model.scores - shown.problems
            parts.append(plural("ScorePage", "{n} not scored by this model", "{n} not scored by this model", left_over))
        if shown.missing:
            parts.append(plural("ScorePage", "{n} files missing", "{n} file missing", shown.missing))
        if shown.problems:
            parts.append(plural("ScorePage", "{n} images cannot be used", "{n} image cannot be used", shown.problems))
        parts += [one_line(sentence).rstrip(".") for sentence in self._left_out.get(shown.id, ())]
        if model is not None and not model.current:
            parts.append(self.tr("this model has changed since"))
        self.state.setText(" · ".join(parts))

    def _job_text(self, job: JobRow) -> str:
        words = {
            "queued": self.tr("scoring is waiting in the queue"),
            "paused": self.tr("scoring is paused"),
            "interrupted": self.tr("scoring was interrupted; Score… continues it"),
            "failed": self.tr("scoring failed: {0}").format(one_line(job.error)),
        }
        return words.get(job.state, "")

    def _change_text(self, change: FolderChange) -> str:
        counts = (
            (change.added, self.tr("{0} new")),
            (change.changed, self.tr("{0} changed")),
            (change.missing, self.tr("{0} missing")),
            (change.found_again, self.tr("{0} found again")),
        )
        return ", ".join(text.format(f"{count:,}") for count, text in counts if count)

    def _on_selection(self, selection: CollectionSelection | None) -> None:
        columns = self.loaded.columns
        if selection is None or columns is None:
            return
        if self._wanted is None and self.current_id != self._offered:
            self._wanted = self.current_id
        several = self.chosen_ids
        self.model.set_ids(selection.ids)
        self.count.setText(self.tr("{0} of {1}").format(f"{len(selection.ids):,}", f"{len(columns):,}"))
        wanted = self.bar.filter
        self.histogram.show_histogram(selection.histogram)
        self.histogram.show_range(wanted.low, wanted.high)
        self.stack.setCurrentIndex(1 if len(selection.ids) else 0)
        row = self.model.find(self._wanted) if self._wanted is not None else None
        self._wanted = None
        if row is not None:
            self.grid.go_to(row, self.model.selection_of(several))
        elif len(selection.ids):
            self.grid.go_to(0)
            self.grid.scrollToTop()
            self._offered = self.current_id
        self._show_current()
        self.selected.emit()

    def _on_cells_wanted(self, ids: list[int]) -> None:
        columns, project = self.loaded.columns, self.project
        if columns is None:
            self.model.forget_asked()
            return

        def done(cells: list[CollectionCell]) -> None:
            self.model.add_rows({cell.id: cell for cell in cells})
            self.update_actions()

        def failed(text: str) -> None:
            self.model.forget_asked()
            self.workspace.problem.emit(text)

        self.workspace.background.read("score-cells", lambda: browsing.cells(project, columns, ids), done, failed)

    def _show_current(self, *_indexes: QModelIndex) -> None:
        columns, project, chosen = self.loaded.columns, self.project, self.current_id
        self.update_actions()
        view = self.large if self.is_large else self.detail
        if columns is None or chosen is None:
            view.show_image(None)
            return

        def work() -> CollectionDetail | None:
            try:
                return browsing.detail(project, columns, chosen)
            except StudioError:  # it was deleted a moment ago
                return None

        self.workspace.background.read("score-detail", work, view.show_image)

    def _show_picks(self, values: dict[int, int]) -> None:
        """Show picks before they are written."""
        columns = self.loaded.columns
        if columns is None:
            return
        for image, value in values.items():
            columns.pick[columns.ids == image] = value
            row = self.model.find(image)
            cell = None if row is None else self._cell_at(row)
            if row is not None and cell is not None:
                self.model.replace(row, dataclasses.replace(cell, pick=value))
        if self.current_id in values:
            for view in (self.detail, self.large):
                view.show_pick(values[self.current_id])

    def _go_to(self, images: object) -> None:
        """Go to the first of the images that a step changed."""
        if isinstance(images, list) and images:
            self._wanted = images[0]

    def _write(
        self,
        work: Callable[[], object],
        then: Callable[[object], object] = lambda _result: None,
        *,
        quiet: bool = False,
    ) -> None:
        """Write in the background and read again; ``quiet``: what is shown is up to date unless writing fails."""

        def done(result: object) -> None:
            then(result)
            if quiet and not self.bar.filter.picks and self.bar.sort.by != "pick":
                self.loaded = dataclasses.replace(self.loaded, history=(True, False))
                self.update_actions()
                self.refresh_soon()  # a read that had begun before may still arrive
            else:
                self.refresh()

        def failed(text: str) -> None:
            self.workspace.problem.emit(text)
            self.refresh()

        self.workspace.background.write(work, done, failed)

    def _cell_at(self, row: int) -> CollectionCell | None:
        return self.model.row_at(row) if 0 <= row < self.model.rowCount() else None

    def _model_row(self, scorer: int | None) -> ScorerRow | None:
        return next((model for model in self.loaded.models if model.id == scorer), None)

    def _on_brushed(self, low: float | None, high: float | None) -> None:
        self.histogram.show_range(low, high)
        self.bar.set_range(low, high)

    def _choose_scorer(self, _index: int) -> None:
        self._scorer = self.scorers.currentData()
        self.refresh()

    def _choose_beside(self, _index: int) -> None:
        self._beside = self.beside.currentData()
        self.refresh()

    def _fill(self) -> None:
        for box, name in (
            (self.collections, self.tr("Collection")),
            (self.scorers, self.tr("Scored by")),
            (self.beside, self.tr("Beside")),
        ):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        self.progress.setTextVisible(False)
        keep_size(self.progress, height=6)
        self.progress.hide()
        self.size_slider.setAccessibleName(self.tr("Thumbnail size"))
        self.size_slider.setRange(0, len(SIDES) - 1)
        self.size_slider.setPageStep(1)
        self.size_slider.setValue(SIDES.index(self.grid.side))
        keep_size(self.size_slider, width=84)

    def _add_actions(self) -> None:
        self.commands = self.add_action_set(self.tr("Score"), score_actions(self))
        picking = [self.commands[f"score.{name}"] for name in ("pick", "reject", "unmark")]
        inner = [self.commands[f"score.{name}"] for name in ("large", "chat", "explain", "show-in-folder", "copy-path")]
        offer_context_menu(self.grid, [*picking, None, *inner])

    def _connect(self) -> None:
        self.workspace.results_changed.connect(self.refresh_soon)
        self.workspace.jobs_changed.connect(self.refresh_soon)
        self.model.rows_wanted.connect(self._on_cells_wanted)
        self.grid.selectionModel().currentChanged.connect(self._show_current)
        self.grid.selectionModel().selectionChanged.connect(lambda _now, _before: self.update_actions())
        self.grid.activated.connect(lambda _index: self.toggle_large())
        self.detail.image.canvas.opened.connect(self.toggle_large)
        self.large.image.canvas.opened.connect(self.toggle_large)
        self.bar.changed.connect(self.select)
        self.bar.left.connect(self.grid.setFocus)
        self.name_bar.closed.connect(self.take_focus)
        self.question.closed.connect(self.take_focus)
        self.histogram.brushed.connect(self._on_brushed)
        self.collections.activated.connect(lambda _index: self.show_collection(self.collections.currentData()))
        self.scorers.activated.connect(self._choose_scorer)
        self.beside.activated.connect(self._choose_beside)
        self.size_slider.valueChanged.connect(self._resize_cells)

    def _resize_cells(self, place: int) -> None:
        self.grid.side = SIDES[place]

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Score"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.collections)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(action_button(self.commands["score.results"]))
        head.addWidget(action_button(self.commands["score.again"]))
        head.addWidget(action_button(self.commands["score.new"]))
        models = FlowLayout()
        models.addWidget(PlainLabel(self.tr("Scored by"), role="muted"))
        models.addWidget(self.scorers)
        models.addWidget(PlainLabel(self.tr("beside"), role="muted"))
        models.addWidget(self.beside)
        models.addWidget(self.state, 1)
        models.addWidget(PlainLabel(self.tr("Size"), role="muted"))
        models.addWidget(self.size_slider)
        nothing = PlainLabel(
            self.tr("No images match the filter. Select Clear filters to show all images."), role="empty", wrap=True
        )
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.stack.addWidget(nothing)
        self.stack.addWidget(self.grid)
        self.stack.setCurrentIndex(1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.bar)
        column.addWidget(self.histogram)
        column.addWidget(self.stack, 1)
        splitter = FoldingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.detail)
        splitter.setHandleWidth(14)
        keep_size(self.detail, least_width=DETAIL_WIDTH)
        splitter.setSizes([740, 360])
        splitter.setStretchFactor(0, 1)
        self.forms.addWidget(splitter)
        self.forms.addWidget(self.large)
        self.large.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        shown = QWidget()
        body = QVBoxLayout(shown)
        body.setContentsMargins(0, 0, 0, 0)
        body.addLayout(head)
        body.addLayout(models)
        body.addWidget(self.progress)
        body.addWidget(self.name_bar)
        body.addWidget(self.question)
        body.addWidget(self.forms, 1)
        self.front.addWidget(self._empty_state())
        self.front.addWidget(shown)
        leave_blank(self.front)
        self.column.addWidget(self.front, 1)

    def _empty_state(self) -> QWidget:
        text = self.tr(
            "Let a trained model score your own images. Choose a folder, or drop one here: every image gets a score "
            "and an explanation, sorted from the best to the worst."
        )
        words = PlainLabel(text, role="empty", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = action_button(self.commands["score.new"], with_icon=False)
        button.setProperty("role", "primary")
        row = FlowLayout()
        row.addStretch(1)
        row.addWidget(button)
        row.addStretch(1)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addWidget(PlainLabel(self.tr("Score"), role="title"))
        column.addStretch(1)
        column.addWidget(words)
        column.addLayout(row)
        column.addStretch(2)
        return empty
