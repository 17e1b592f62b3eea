"""Screenshots of every page of a finished project: ``python scripts/gallery.py PROJECT OUT [--only NAME ...]``.

Opens the real window (offscreen unless QT_QPA_PLATFORM is set) on a copy of the project, goes through its
pages, their tabs and dialogs, the wizard, and a project in which nothing has run yet, in light
and dark and in each size, and saves what is on the screen as PNG. QT_SCALE_FACTOR imitates a high-resolution screen.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, QRect, QSettings, QSize, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLineEdit, QMenu, QScrollArea, QWidget

from studio.app import build_window, end
from studio.services.projects.create_and_open import create_project
from studio.views.chat.chat_window import ChatWindow
from studio.views.pairs.pair_filter_bar import choose
from studio.views.score.scoring_window import ScoringWindow
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell
from studio.views.wizard.wizard import Wizard
from studio.widgets.settings_form import SettingsForm
from studio.widgets.theme import apply_theme
from studio.window_settings import AppSettings

FAULTS = "lost/nowhere.png,3.5\n,2.0\ntrain_0001.png,5\ntrain_0002.png,about four\n"
"""Rows that make the wizard's preview report problems."""
SIZES = (QSize(1280, 720), QSize(2560, 1440))
PATIENCE_SECONDS = 30.0
SCORING_SECONDS = 300.0
COLLECTED = 48
"""Images of the collection that is scored."""
SETTLE_SECONDS = 1.0
LARGE_BYTES = 120_000
"""Files above this are saved with 256 colours: thumbnails of a whole page would weigh megabytes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The window to capture, the output folder and the wanted scenes (none named: all)."""

    window: MainWindow
    out: Path
    theme: str
    only: tuple[str, ...]
    sizes: tuple[QSize, ...] = SIZES

    @property
    def is_reading(self) -> bool:
        """Return whether what the window shows is still being read."""
        workspace = self.window.workspace
        return workspace is not None and workspace.background.busy

    def scene(self, name: str, arrange: Callable[[], object], ready: Callable[[], bool] = lambda: True) -> None:
        """Arrange the window and capture it in every size once it is ready."""
        if self.only and name not in self.only:
            return
        for size in self.sizes:
            self.window.resize(size)
            arrange()
            _until(lambda: ready() and not self.is_reading, name)
            _wait(SETTLE_SECONDS)
            _save(self.window, self.out / f"{name}-{self.theme}-{size.width()}x{size.height()}.png")


def main() -> int:
    """Take the screenshots and print their paths."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="names of scenes, such as pairs or wizard-1")
    parser.add_argument("--small", action="store_true", help="light and 1280x720 only, as for the guide's pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "photographs"
        shutil.copytree(arguments.project, project, ignore=shutil.ignore_patterns(".lock"))
        for dark in (False,) if arguments.small else (False, True):
            settings = AppSettings(QSettings(str(Path(folder) / f"{dark}.ini"), QSettings.Format.IniFormat))
            apply_theme(application, dark)
            window = build_window(settings)
            window.show()
            theme, sizes = "dark" if dark else "light", SIZES[:1] if arguments.small else SIZES
            _take(Taken(window, arguments.out, theme, tuple(arguments.only), sizes), project)
            window.close()
            end(window)
            _wait(0.2)
    return 0


def _take(taken: Taken, project: Path) -> None:
    window = taken.window
    taken.scene("start", lambda: None)
    _wizard(taken, project)
    window.open_project(project)
    _until(lambda: window.shell is not None, "opening the project")
    assert window.shell is not None
    shell = window.shell
    drawn = {"overview": lambda: shell.overview.charts_ready, "jobs": lambda: shell.jobs.detail.charts is not None}
    for name in (name for name in shell.pages if name != "score"):
        taken.scene(name, lambda name=name: shell.show_page(name), drawn.get(name, lambda: True))  # type: ignore[misc]
    _overview(taken, shell)
    _pairs(taken, shell)
    _compare(taken, shell)
    _score(taken, shell, project)
    _chat(taken, shell)
    _judges(taken, shell)
    _jobs(taken, shell)
    _experiments(taken, shell)
    _settings(taken, shell)
    _menus(taken, shell)
    _overlays(taken, shell)
    _leave(window)
    _first(taken, project)
    taken.scene("start-recent", lambda: None)


def _experiments(taken: Taken, shell: Shell) -> None:
    """The tabs of the experiments, and the windows that start them."""
    page = shell.experiments
    drawn = lambda: all(panel.charts for panel in (page.ablations, page.merges, page.search))  # noqa: E731
    for name, panel in (("ablations", page.ablations), ("merges", page.merges), ("search", page.search)):

        def arrange(panel: QWidget = panel) -> None:
            shell.show_page("experiments")
            page.tabs.setCurrentWidget(panel)

        taken.scene(f"experiments-{name}", arrange, drawn)
    for name, ask in (("new", page.ask_new), ("merge", page.ask_merges), ("tune", page.ask_search)):
        taken.scene(f"experiments-ask-{name}", ask)
        for dialog in taken.window.findChildren(QDialog):
            dialog.close()


def _first(taken: Taken, project: Path) -> None:
    """A project that was just made."""
    window, root = taken.window, project.parent / f"new-{taken.theme}"
    data = project / "data"
    edits = {"project": {"name": "Holiday photographs"}}
    create_project(root, images=data / "images", scores=data / "scores.csv", model="demo", edits=edits)
    window.open_project(root)
    _until(lambda: window.shell is not None, "opening the new project")
    shell = window.shell
    assert shell is not None
    for name in ("overview", "pairs", "compare", "jobs", "models", "experiments"):
        taken.scene(f"new-{name}", lambda name=name: shell.show_page(name))  # type: ignore[misc]
    _leave(window)


def _leave(window: MainWindow) -> None:
    window.close_project()
    _until(lambda: window.shell is None, "closing the project")


def _wizard(taken: Taken, project: Path) -> None:
    window = taken.window
    window.new_project(project / "data")
    _until(lambda: window.wizard is not None, "the wizard")
    wizard = window.wizard
    assert isinstance(wizard, Wizard)
    taken.scene("wizard-1", lambda: None, lambda: wizard.next_button.isEnabled())
    for step in ("wizard-2", "wizard-3"):
        _until(lambda: wizard.next_button.isEnabled(), step)
        wizard.next_button.click()
        taken.scene(step, lambda: None)
    wizard.back_button.click()
    wizard.model.collapsed.button.click()
    _type(wizard.model.form, "training.learning_rate", "fast")
    taken.scene("wizard-settings", lambda: None, lambda: bool(wizard.model.collapsed.wrong.text()))
    wizard.back_button.click()
    faulty = project / "data" / "faulty.csv"
    with (project / "data" / "scores.csv").open(encoding="utf-8", newline="") as file:
        whole = [f"{row['image']},{row['score']}\n" for row in csv.DictReader(file)]
    faulty.write_text("image,score\n" + "".join(whole) + FAULTS, "utf-8")
    wizard.data.scores.set_path(faulty)
    taken.scene("wizard-problems", lambda: None, lambda: bool(wizard.data.preview and wizard.data.preview.refused))
    wizard.cancel_button.click()


def _type(form: SettingsForm, path: str, text: str) -> None:
    editor = form.editor(path)
    assert isinstance(editor, QLineEdit)
    editor.setText(text)


def _overview(taken: Taken, shell: Shell) -> None:
    tabs = shell.overview.tabs
    shell.show_page("overview")
    names = ("measures", "predicted", "probe", "changed")
    for place, name in enumerate((f"overview-{name}" for name in names), start=1):
        taken.scene(name, lambda place=place: tabs.setCurrentIndex(place))  # type: ignore[misc]
    tabs.setCurrentIndex(0)


def _pairs(taken: Taken, shell: Shell) -> None:
    page = shell.pairs
    shell.show_page("pairs")
    _until(lambda: page.model.rowCount() > 0, "pairs")

    def suspicious() -> None:
        choose(page.controls.iteration, 1)
        choose(page.controls.order, "suspicion")
        page.controls.changed.emit()

    taken.scene("pairs-suspicious", suspicious)
    taken.scene("pairs-editor", page.edit, lambda: page.detail.editor.isVisible())
    page.detail.editor.cancel()
    taken.scene("pairs-note", page.annotate)
    page.note_bar.cancel()
    taken.scene("pairs-question", lambda: page.decide_all("veto"))
    page.question.dismiss()
    taken.scene("pairs-focus", lambda: page.show_focus(True))
    page.show_focus(False)


def _compare(taken: Taken, shell: Shell) -> None:
    page = shell.compare
    shell.show_page("compare")
    _until(lambda: page.model.rowCount() > 0, "compare")
    for mode, name in ((1, "compare-merged"), (2, "compare-scatter")):
        taken.scene(name, lambda mode=mode: page.modes.setCurrentIndex(mode))  # type: ignore[misc]
    page.modes.setCurrentIndex(0)
    page.blind_button.click()
    taken.scene("compare-blind", lambda: None, lambda: page.blind.state is not None)
    page.blind.back_button.click()


def _score(taken: Taken, shell: Shell, project: Path) -> None:
    """Images from outside the project, scored by its newest version."""
    names = ("score-new", "score", "score-large", "score-results")
    if taken.only and not set(names) & set(taken.only):
        return
    page = shell.score
    folder = project.parent / "Autumn walk"
    if not folder.exists():
        folder.mkdir()
        for number in range(COLLECTED):
            shutil.copy(project / "data" / "images" / f"test_{number:04d}.png", folder / f"walk_{number:03d}.png")
    shell.show_page("score")
    _wait(SETTLE_SECONDS)
    page.new_collection((folder,))
    _until(lambda: _dialog(taken.window) is not None, "the window that starts the scoring")
    window = next(each for each in taken.window.findChildren(ScoringWindow) if each.isVisible())
    taken.scene("score-new", lambda: None, lambda: window.start_button.isEnabled())
    if page.loaded.rows:
        window.close()
    else:
        window.start()
    _until(lambda: page.loaded.columns is not None, "the collection", SCORING_SECONDS)
    _until(lambda: page.has_results and not shell.score.workspace.running, "the scores", SCORING_SECONDS)
    shell.show_page("score")
    _until(lambda: page.model.rowCount() == COLLECTED, "the grid")
    page.grid.setCurrentIndex(page.model.index(0, 0))
    taken.scene("score", lambda: None, lambda: page.current_path is not None)
    page.toggle_large()
    taken.scene("score-large", lambda: None)
    page.show_grid()
    opened = lambda: _dialog(taken.window) is not None  # noqa: E731
    taken.scene("score-results", partial(_open_once, taken.window, page.take_out), opened)
    _close_dialog(taken.window)


def _chat(taken: Taken, shell: Shell) -> None:
    """Two questions to the model, the first one the paper's."""
    if taken.only and "chat" not in taken.only:
        return
    shell.show_page("compare")
    _until(lambda: shell.compare.current is not None, "compare")
    shell.compare.chat()
    chat = next(each for each in taken.window.findChildren(ChatWindow) if each.isVisible())
    _until(lambda: chat.opened is not None, "chat")
    if chat.opened is not None and chat.opened.conversation_id is None:
        chat.suggest()
        _until(lambda: not chat.answering, "the answer")
        chat.message.setPlainText("Is the horizon level?")
        chat.send()
        _until(lambda: not chat.answering, "the answer")
    taken.scene("chat", lambda: None)
    _close_dialog(taken.window)


def _judges(taken: Taken, shell: Shell) -> None:
    def grade() -> None:
        shell.show_page("judges")
        shell.judges.grader.setCurrentText("Ann")
        shell.judges.grade()

    taken.scene(
        "judges-suggestions",
        partial(_open_once, taken.window, shell.judges.judge_suggestions),
        lambda: _dialog(taken.window) is not None,
    )
    _close_dialog(taken.window)
    taken.scene("judges-grading", grade, lambda: shell.judges.grading.state is not None)
    shell.judges.leave_grading()


def _jobs(taken: Taken, shell: Shell) -> None:
    page = shell.jobs
    shell.show_page("jobs")
    _until(lambda: page.model.rowCount() > 0, "jobs")
    other = next(row for row in page.model.rows if row.stage == "generate")
    taken.scene("jobs-other", lambda: page.choose(other.id))
    training = next(row for row in page.model.rows if row.stage == "train")
    page.choose(training.id)
    taken.scene("jobs-settings", lambda: page.detail.tabs.setCurrentWidget(page.detail.settings))
    page.detail.tabs.setCurrentIndex(0)


def _settings(taken: Taken, shell: Shell) -> None:
    page = shell.settings
    shell.show_page("settings")
    _wait(SETTLE_SECONDS)  # what is typed before the file was read would be lost
    _type(page.form, "project.seed", "seven")
    taken.scene("settings-error", lambda: None, lambda: bool(page.form.reason("project.seed")))
    page.revert()
    last = page.form.editor("compute.vision_cache_gb")
    scrolled = next(area for area in page.findChildren(QScrollArea) if area.isAncestorOf(last))
    taken.scene("settings-jobs", lambda: scrolled.ensureWidgetVisible(last))


def _menus(taken: Taken, shell: Shell) -> None:
    """Every menu open over the page that it belongs to, and the context menus."""
    window, pages = taken.window, {"pairs": "pairs", "jobs": "jobs", "view": "images", "edit": "pairs"}
    for name, menu in window.menu_bar.menus.items():
        shell.show_page(pages.get(name, "overview"))
        _wait(SETTLE_SECONDS)
        taken.scene(f"menu-{name}", lambda menu=menu: _open_menu(window, menu))  # type: ignore[misc]
        menu.close()
    views = {
        "images": shell.images.grid,
        "pairs": shell.pairs.table,
        "jobs": shell.jobs.table,
        "models": shell.models.tree,
    }
    for page, view in views.items():
        shell.show_page(page)
        _wait(SETTLE_SECONDS)
        taken.scene(f"context-{page}", lambda view=view: _open_context_menu(view))  # type: ignore[misc]
        _close_menus(window)


def _open_menu(window: MainWindow, menu: QMenu) -> None:
    _close_menus(window)
    bar = window.menu_bar
    menu.popup(bar.mapToGlobal(bar.actionGeometry(menu.menuAction()).bottomLeft()))


def _open_context_menu(view: QAbstractItemView) -> None:
    _close_menus(view.window())
    view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())


def _close_menus(window: QWidget) -> None:
    for menu in window.findChildren(QMenu):
        menu.close()


def _overlays(taken: Taken, shell: Shell) -> None:
    window = taken.window
    for name, open_dialog in (
        ("judge", shell.overview.judge_versions),
        ("probe", shell.overview.probe_versions),
        ("probe-examples", shell.overview.probe.show_examples),
        ("judge-key", shell.settings.enter_judge_key),
        ("base-models", shell.settings.choose_model),
    ):
        if name == "probe-examples" and shell.overview.probe.row is None:
            print("probe-examples: left out, the project has no probe")
            continue
        shell.show_page("overview")
        taken.scene(name, partial(_open_once, window, open_dialog), lambda: _dialog(window) is not None)
        _close_dialog(window)
    shell.show_page("pairs")
    taken.scene("palette", lambda: window.show_commands())
    window.palette_of_commands.hide()
    taken.scene("keys", lambda: _show_keys(window), lambda: _dialog(window) is not None)
    _close_dialog(window)
    taken.scene("about", window.show_about, lambda: _dialog(window) is not None)
    _close_dialog(window)
    taken.scene("guide", window.show_guide, lambda: _dialog(window) is not None)
    _close_dialog(window)
    shell.show_page("images")
    _until(lambda: shell.images.current_path is not None, "images")
    taken.scene("image-window", shell.images.open_image, lambda: _dialog(window) is not None)
    _close_dialog(window)
    shell.show_page("models")
    taken.scene("export", lambda: shell.export("iter1/score"), lambda: _dialog(window) is not None)
    _close_dialog(window)


def _open_once(window: MainWindow, open_dialog: Callable[[], object]) -> None:
    if _dialog(window) is None:
        open_dialog()


def _show_keys(window: MainWindow) -> None:
    if _dialog(window) is None:
        window.show_keys()


def _close_dialog(window: MainWindow) -> None:
    sheet = _dialog(window)
    if sheet is not None:
        sheet.close()


def _dialog(window: MainWindow) -> QDialog | None:
    return next((each for each in window.findChildren(QDialog) if each.isVisible()), None)


def _save(window: MainWindow, path: Path) -> None:
    picture = QPixmap(window.grab())
    menus = [menu for menu in window.findChildren(QMenu) if menu.isVisible()]
    if menus:
        painter = QPainter(picture)
        for menu in menus:
            painter.drawPixmap(window.mapFromGlobal(menu.pos()), menu.grab())
        painter.end()
    sheet = _dialog(window)
    if sheet is not None:
        painter = QPainter(picture)
        place = _middle(window, sheet)
        painter.drawPixmap(place, sheet.grab())
        painter.setPen(QColor(128, 128, 128))  # its frame is the window manager's business
        painter.drawRect(QRect(place, sheet.size()))
        painter.end()
    if not picture.save(str(path)):
        raise SystemExit(f"cannot write {path}")
    if path.stat().st_size > LARGE_BYTES:
        with Image.open(path) as full:
            few = full.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(path, optimize=True)
    print(path)


def _middle(window: QWidget, sheet: QWidget) -> QPoint:
    return QPoint((window.width() - sheet.width()) // 2, (window.height() - sheet.height()) // 2)


def _until(ready: Callable[[], bool], what: str, patience: float = PATIENCE_SECONDS) -> None:
    waited = 0.0
    while not ready():
        _wait(0.1)
        waited += 0.1
        if waited > patience:
            raise SystemExit(f"{what}: not ready after {patience:.0f} seconds")


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    raise SystemExit(main())
