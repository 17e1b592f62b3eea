"""Any table as CSV: what its cells show, read piece by piece so that the window stays quick."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QPushButton, QTableView

from studio.models.table import READ_ROLE
from studio.services.errors import StudioError
from studio.services.tables import write_csv
from studio.widgets.chart_saving import THANKS_MS, file_name, tell_problem

ROWS_AT_ONCE = 50
WRITING_MS = 20


class CsvWriter(QObject):
    """Reads a model in pieces, then writes on a thread; begins again if the model changes meanwhile.

    Signals:
        finished(str): a problem for a person; empty if all is well.
    """

    finished = Signal(str)

    def __init__(self, model: QAbstractItemModel, file: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._model, self._file = model, file
        self._columns = [column for column in range(model.columnCount()) if _title(model, column)]
        self._rows: list[list[str]] = []
        self._timer = QTimer(self)
        self._writing: threading.Thread | None = None
        self._problems: list[str] = []
        self._timer.timeout.connect(self._go_on)
        for change in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
            change.connect(self._begin_again)
        self.finished.connect(self.deleteLater)
        self._timer.start(0)

    def _begin_again(self) -> None:
        if self._writing is None:
            self._columns = [column for column in range(self._model.columnCount()) if _title(self._model, column)]
            self._rows = []

    def _go_on(self) -> None:
        if self._writing is None:
            self._read()
        elif not self._writing.is_alive():  # asked for here: the thread touches nothing of Qt
            self._timer.stop()
            self.finished.emit(" ".join(self._problems))

    def _read(self) -> None:
        model, start = self._model, len(self._rows)
        for row in range(start, min(start + ROWS_AT_ONCE, model.rowCount())):
            if model.index(row, 0).data(READ_ROLE) is False:  # asked for by this question; it comes soon
                self._timer.start(WRITING_MS)
                return
            self._rows.append([_text(model.index(row, column).data()) for column in self._columns])
        if len(self._rows) >= model.rowCount():
            header = [_title(model, column) for column in self._columns]
            work = (self._file, header, self._rows, self._problems)
            self._writing = threading.Thread(target=_write, args=work, name="table-saving")
            self._writing.start()
            self._timer.start(WRITING_MS)


def _write(file: Path, header: list[str], rows: list[list[str]], problems: list[str]) -> None:
    """On a worker thread: knows no Qt."""
    try:
        write_csv(file, header, rows)
    except StudioError as error:
        problems.append(str(error))


def save_table(view: QTableView, file: Path) -> CsvWriter:
    """Begins to write what the view shows, in its order."""
    writer = CsvWriter(view.model(), file, view)
    writer.finished.connect(lambda problem: tell_problem(view, problem) if problem else None)
    return writer


def ask_and_save(view: QTableView, button: QPushButton | None = None) -> None:
    """Asks for a file, then saves; a button says when it is done."""
    dialog = QFileDialog(view, view.tr("Save the table as CSV"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.setNameFilter("CSV (*.csv)")
    dialog.selectFile(f"{file_name(view.accessibleName())}.csv")

    def chosen(name: str) -> None:
        writer = save_table(view, Path(name))
        if button is not None:
            writer.finished.connect(lambda problem: None if problem else _thank(button))

    dialog.fileSelected.connect(chosen)
    dialog.open()


def offer_csv(view: QTableView) -> None:
    """Puts "Save as CSV…" into the view's context menu."""
    action = QAction(view.tr("Save as CSV…"), view)
    action.triggered.connect(lambda: ask_and_save(view))
    view.addAction(action)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)


def csv_button(view: QTableView) -> QPushButton:
    """A button that saves the view's table."""
    button = QPushButton(view.tr("Save as CSV…"))
    button.setAccessibleName(view.tr("Save the table {0} as CSV").format(view.accessibleName()))
    button.setProperty("role", "quiet")
    button.clicked.connect(lambda: ask_and_save(view, button))
    return button


def _thank(button: QPushButton) -> None:
    text = button.text()
    button.setText(button.tr("Saved"))
    QTimer.singleShot(THANKS_MS, button, lambda: button.setText(text))


def _title(model: QAbstractItemModel, column: int) -> str:
    return _text(model.headerData(column, Qt.Orientation.Horizontal))


def _text(value: object) -> str:
    return "" if value is None else str(value)
