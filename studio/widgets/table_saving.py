"""Any table as CSV: what its cells show, read piece by piece so that the window stays quick."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QTableView

from studio.models.table import READ_ROLE
from studio.services.errors import StudioError
from studio.services.tables import write_csv
from studio.widgets.file_dialogs import ask_save_file, file_name_of
from studio.widgets.notices import confirm_on, show_problem
from studio.window_queue import Outbox, WindowQueue
from studio.worker_threads import WorkerThreads

ROWS_AT_ONCE = 50
WRITING_MS = 20


class CsvWriter(QObject):
    """Reads a model in pieces, then writes on a thread; begins again if the model changes meanwhile.

    Signals:
        finished(str): an error for the user; empty on success.
    """

    finished = Signal(str)

    def __init__(self, model: QAbstractItemModel, file: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._file = model, file
        self._columns = [column for column in range(model.columnCount()) if _title(model, column)]
        self._rows: list[list[str]] = []
        self._timer = QTimer(self)
        self._writing = False
        self._threads = WorkerThreads("tables", must_finish=True)
        self._queue = WindowQueue[str](self._on_written, self)
        self._timer.timeout.connect(self._read)
        for change in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
            change.connect(self._begin_again)
        self.finished.connect(self.deleteLater)
        self._timer.start(0)

    def _begin_again(self) -> None:
        if not self._writing:
            self._columns = [column for column in range(self._model.columnCount()) if _title(self._model, column)]
            self._rows = []

    def _read(self) -> None:
        model, start = self._model, len(self._rows)
        for row in range(start, min(start + ROWS_AT_ONCE, model.rowCount())):
            if model.index(row, 0).data(READ_ROLE) is False:  # asked for by this question; it comes soon
                self._timer.start(WRITING_MS)
                return
            self._rows.append([_text(model.index(row, column).data()) for column in self._columns])
        if len(self._rows) >= model.rowCount():
            header = [_title(model, column) for column in self._columns]
            self._writing = True
            self._timer.stop()
            self._threads.submit(partial(_write, self._queue.outbox, self._file, header, self._rows))

    def _on_written(self, problem: str) -> None:
        self._queue.close()
        self.finished.emit(problem)


def _write(outbox: Outbox[str], file: Path, header: list[str], rows: list[list[str]]) -> None:
    """Run on a worker thread, without Qt."""
    try:
        write_csv(file, header, rows)
        problem = ""
    except StudioError as error:
        problem = str(error)
    outbox.post(problem)


def save_table(view: QTableView, file: Path) -> CsvWriter:
    """Begin to write what the view shows, in its order."""
    writer = CsvWriter(view.model(), file, view)
    writer.finished.connect(lambda problem: show_problem(view, problem) if problem else None)
    return writer


def ask_and_save(view: QTableView, button: QPushButton | None = None) -> None:
    """Ask for a file, then save; a button shows a confirmation."""

    def chosen(file: Path) -> None:
        writer = save_table(view, file)
        if button is not None:
            writer.finished.connect(lambda problem: None if problem else confirm_on(button, button.tr("Saved")))

    name = f"{file_name_of(view.accessibleName())}.csv"
    ask_save_file(view, view.tr("Save table as CSV"), name, ["CSV (*.csv)"], chosen, "csv")


def offer_csv(view: QTableView) -> None:
    """Add "Save as CSV…" to the view's context menu."""
    action = QAction(view.tr("Save as CSV…"), view)
    action.triggered.connect(lambda: ask_and_save(view))
    view.addAction(action)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


def csv_button(view: QTableView, text: str = "") -> QPushButton:
    """Return a button that saves the view's table; ``text`` where a page has several."""
    button = QPushButton(text or view.tr("Save as CSV…"))
    button.setAccessibleName(view.tr("Save table {0} as CSV").format(view.accessibleName()))
    button.setProperty("role", "quiet")
    button.clicked.connect(lambda: ask_and_save(view, button))
    return button


def _title(model: QAbstractItemModel, column: int) -> str:
    return _text(model.headerData(column, Qt.Orientation.Horizontal))


def _text(value: object) -> str:
    return "" if value is None else str(value)
