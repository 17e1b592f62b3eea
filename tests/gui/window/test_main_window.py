"""The window as a whole: start page, lock, pages by key, what its process never imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot
from support.projects import write_photos
from support.reviewed import make_reviewed_project
from support.window import open_in

from studio import app
from studio.models.version_table import COL_CONSISTENCY, COL_SRCC, COL_TONE
from studio.services.projects import create_and_open
from studio.text import NOTHING
from studio.views.window.main_window import MainWindow
from studio.views.window.shortcut_sheet import KeySheet
from studio.window_settings import RECENT_LIMIT, AppSettings

ROOT = Path(__file__).parents[3]
NO_TORCH = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication
from studio import app
from studio.window_settings import AppSettings
heavy = ("torch", "pandas", "scipy", "transformers")
application = QApplication([])
window = app.build_window(AppSettings(QSettings(sys.argv[2], QSettings.Format.IniFormat)))
window.show()
application.processEvents()
assert "sqlalchemy" not in sys.modules and "pyqtgraph" not in sys.modules, "the first paint waits for them"
window.open_project(Path(sys.argv[1]))
def visit():
    if window.shell is None:
        return
    if not visited:
        assert window.shell.jobs.detail.charts is None, "a page that was never shown loads nothing"
        visited.extend(window.shell.pages)
        for name in visited:
            window.shell.show_page(name)
    if not window.shell.overview.charts_ready or window.shell.jobs.detail.charts is None:
        return
    timer.stop()
    QTimer.singleShot(500, report)
def report():
    print("HEAVY", [name for name in heavy if name in sys.modules], "ROWS", window.shell.pairs.model.rowCount())
    application.exit(0)
visited = []
timer = QTimer()
timer.timeout.connect(visit)
timer.start(50)
QTimer.singleShot(60_000, lambda: application.exit(3))
code = application.exec()
window.close()
app.end(window)
sys.exit(code)
"""


def test_that_the_windows_process_never_imports_torch(reviewed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_TORCH, str(reviewed), str(tmp_path / "s.ini")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "HEAVY [] ROWS 24" in done.stdout


PREPARED = """
import os, sys, time
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from studio import app
from studio.window_settings import AppSettings
application = QApplication([])
window = app.build_window(AppSettings(QSettings(sys.argv[1], QSettings.Format.IniFormat)))
window.show()
window.prepare()
until = time.monotonic() + 60
while "studio.views.window.shell" not in sys.modules and time.monotonic() < until:
    application.processEvents()
print("PREPARED", [name in sys.modules for name in ("sqlalchemy", "studio.views.window.shell", "torch")], window.shell)
window.close()
app.end(window)
"""


def test_that_what_a_project_needs_is_loaded_while_the_start_page_is_shown(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREPARED, str(tmp_path / "s.ini")],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "PREPARED [True, True, False] None\n"


def test_that_a_project_in_use_is_told_on_the_start_page(
    qtbot: QtBot, empty_window: MainWindow, reviewed: Path
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(reviewed)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        empty_window.open_project(reviewed)
        message = empty_window.start.message
        qtbot.waitUntil(message.isVisible, timeout=10_000)
        assert str(holder.pid) in message.label.text()
        assert empty_window.start.isVisible() and empty_window.start.open_button.isEnabled()
    finally:
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()
    open_in(qtbot, empty_window, reviewed)


HOLDER = """
import sys, time
from pathlib import Path
from studio.services.projects.create_and_open import open_project
project = open_project(Path(sys.argv[1]), exclusive=True)
print("held", flush=True)
time.sleep(60)
"""


def test_that_a_folder_without_a_project_is_refused_with_a_remedy(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    empty_window.open_project(tmp_path / "<i>nothing</i>")
    message = empty_window.start.message
    qtbot.waitUntil(message.isVisible, timeout=10_000)
    assert "<i>nothing</i>" in message.label.text() and "create a new project." in message.label.text()


def test_that_the_window_holds_the_lock_while_a_project_is_open(
    qtbot: QtBot, window: MainWindow, reviewed: Path
) -> None:
    code = "import sys; from pathlib import Path; from studio.services.projects.create_and_open import open_project; "
    code += "open_project(Path(sys.argv[1]), exclusive=True)"
    command = [sys.executable, "-c", code, str(reviewed)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 1
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_that_ctrl_and_digits_change_the_page(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    digits = Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6, Qt.Key.Key_0, Qt.Key.Key_2, Qt.Key.Key_1
    names = ("pairs", "compare", "score", "judges", "settings", "images", "overview")
    for key, name in zip(digits, names, strict=True):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.shell.page_name == name
        assert window.shell.buttons[name].isChecked()


def test_that_a_question_mark_opens_the_keys(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClicks(window, "?")
    qtbot.waitUntil(lambda: any(sheet.isVisible() for sheet in window.findChildren(KeySheet)))
    sheet = window.findChild(QDialog)
    assert isinstance(sheet, KeySheet)
    sheet.reject()
    qtbot.waitUntil(lambda: not window.findChildren(KeySheet))


def test_that_the_last_page_and_the_project_are_remembered(
    qtbot: QtBot, window: MainWindow, settings: AppSettings, reviewed: Path
) -> None:
    assert window.shell is not None
    window.shell.show_page("compare")
    window.close_project()
    qtbot.waitUntil(lambda: window.shell is None)
    assert settings.page_of(reviewed) == "compare" and settings.recent == (reviewed,)
    assert window.start.recent.count() == 1 and app.last_project(settings) == reviewed
    item = window.start.recent.item(0)
    window.start.recent.itemActivated.emit(item)
    qtbot.waitUntil(lambda: window.shell is not None)
    assert window.shell.page_name == "compare"


def test_that_a_project_opens_on_its_own_page_and_a_new_one_on_the_overview(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, reviewed: Path
) -> None:
    assert window.shell is not None
    window.shell.show_page("jobs")
    other = make_reviewed_project(tmp_path / "other", tmp_path / "other-data")
    for root, page in ((other, "overview"), (reviewed, "jobs")):
        window.change_to(root)
        qtbot.waitUntil(lambda root=root: window.workspace is not None and window.workspace.project.root == root)
        assert window.shell is not None and window.shell.page_name == page


def test_that_the_overview_shows_versions_charts_and_the_next_step(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    page = window.shell.overview
    window.shell.show_page("overview")
    model = page.results.model
    qtbot.waitUntil(lambda: model.rowCount() == 2 and page.charts_ready, timeout=10_000)
    assert page.body.currentIndex() == 1
    assert model.index(1, COL_SRCC).data() == "0.720 [0.670, 0.760]"
    assert model.index(1, COL_CONSISTENCY).data() == NOTHING and model.index(1, COL_TONE).data() != NOTHING
    assert page.results.table.isColumnHidden(COL_CONSISTENCY) and not page.results.table.isColumnHidden(COL_TONE)
    assert page.results.charts["consistency"].title.text() == "Word tone (estimate)"
    assert page.button.text() and page.sentence.text()


def test_that_every_empty_page_says_what_will_be_there(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    scores = write_photos(tmp_path / "new-data")
    root = tmp_path / "new"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    open_in(qtbot, empty_window, root)
    shell = empty_window.shell
    assert shell is not None
    for name in ("overview", "pairs", "compare", "jobs"):
        shell.show_page(name)
        page = shell.pages[name][1]
        qtbot.waitUntil(lambda page=page: any(len(label.text()) > 50 for label in visible_labels(page)))
    shell.show_page("overview")
    qtbot.waitUntil(shell.overview.button.isEnabled)


def visible_labels(page: QWidget) -> list[QLabel]:
    return [label for label in page.findChildren(QLabel) if label.isVisible()]


def test_that_no_label_of_the_window_interprets_its_text(qtbot: QtBot, window: MainWindow) -> None:
    assert window.shell is not None
    for name in window.shell.pages:
        window.shell.show_page(name)
    qtbot.waitUntil(lambda: window.shell is not None and window.shell.overview.charts_ready, timeout=10_000)
    wrong = [label.text() for label in window.findChildren(QLabel) if label.textFormat() != Qt.TextFormat.PlainText]
    assert wrong == []


@pytest.mark.parametrize("name", ["overview", "images", "pairs", "compare", "score", "jobs"])
def test_that_everything_to_press_or_read_has_a_name(qtbot: QtBot, window: MainWindow, name: str) -> None:
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView

    assert window.shell is not None
    page = window.shell.pages[name][1]
    for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QTableView):
        for widget in page.findChildren(kind):
            if widget.objectName().startswith("qt_") or type(widget).__name__ in ("QToolButton", "QTableCornerButton"):
                continue
            named = widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text())
            assert named, f"{type(widget).__name__} on {name}"


def test_that_the_recent_list_has_an_end_and_survives_a_hand_edited_file(tmp_path: Path) -> None:
    store = QSettings(str(tmp_path / "x.ini"), QSettings.Format.IniFormat)
    settings = AppSettings(store)
    assert settings.recent == () and settings.page_of(Path("/p/0")) == "overview"
    for number in range(RECENT_LIMIT + 3):
        settings.remember_project(Path(f"/p/{number}"))
    settings.remember_project(Path("/p/5"))
    assert settings.recent[0] == Path("/p/5") and len(settings.recent) == RECENT_LIMIT
    settings.forget_project(Path("/p/5"))
    assert Path("/p/5") not in settings.recent
    store.setValue("recent", "/only/one")
    assert settings.recent == (Path("/only/one"),)
    store.setValue("recent", 7)
    store.setValue("pages", 7)
    assert settings.recent == () and settings.page_of(Path("/p/0")) == "overview"


MANY_CALLS = """
from PySide6.QtCore import QObject, Signal
from studio.pyside_refcount_workaround import make_singletons_last
class Bell(QObject):
    rung = Signal(int)
make_singletons_last()
make_singletons_last()
bell = Bell()
bell.rung.connect(lambda number: None)
for number in range(200_000):
    bell.rung.emit(number)
    bell.setObjectName("bell")
print("alive", [None, True, False])
"""


def test_that_many_calls_of_qt_do_not_use_up_none_and_true() -> None:
    command = [sys.executable, "-c", MANY_CALLS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive [None, True, False]\n"), done.stderr
