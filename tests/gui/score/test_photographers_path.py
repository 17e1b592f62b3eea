"""A photographer's afternoon, with real photographs and the built-in model: from a folder to stars in sidecars.

Once with the mouse alone (what is dropped counts as one step), once with the keyboard alone (a typed path counts as one
step). SCORE_STUDIO_PICTURES names a folder for a picture of each step.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.services.review import pair_list
from studio.services.versions import version_list
from studio.views.score.results_window import ResultsWindow
from studio.views.score.scoring_window import ScoringWindow
from studio.views.window.main_window import MainWindow
from studio.views.window.shell import Shell
from studio.views.wizard.wizard import Wizard
from studio.widgets.theme import show_appearance

SHARED = Path(__file__).parents[4] / "shared" / "photos"
TRAINED_ON, SCORED = 120, 200
MOST_STEPS = {"mouse": 18, "keyboard": 30}
MINUTES = 12

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(MINUTES * 60),
    pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/photos"),
]


class Photographer:
    """Does one step at a time, counts it, and takes a picture of what there is afterwards."""

    def __init__(self, bot: QtBot, window: MainWindow, way: str) -> None:
        self.bot, self.window, self.way = bot, window, way
        self.steps: list[str] = []
        pictures = os.environ.get("SCORE_STUDIO_PICTURES")
        self._pictures = Path(pictures) / way if pictures else None

    def until(self, ready: Callable[[], object], seconds: float = 30) -> None:
        self.bot.waitUntil(lambda: bool(ready()), timeout=int(seconds * 1000))

    def click(self, button: QWidget, told: str) -> None:
        """Press a button that a person can see."""
        self.until(lambda: button.isVisible() and button.isEnabled())
        place = QPoint(min(12, button.width() // 2), button.height() // 2)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        self._done(told)

    def drop(self, widget: QWidget, path: Path, told: str) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        event = QDropEvent(
            QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        widget.dropEvent(event)
        assert event.isAccepted()
        self._done(told)

    def press(self, keys: str, told: str, control: bool = False) -> None:
        """Press one key, which whatever has the focus receives."""
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(self.focused, getattr(Qt.Key, f"Key_{keys}"), modifier)
        self._done(told)

    def type(self, text: str, told: str) -> None:
        QTest.keyClicks(self.focused, text)
        self._done(told)

    def tab_to(self, widget: QWidget) -> None:
        """Walk with Tab to a widget; the walk counts as one step."""
        self.until(lambda: widget.isVisible() and widget.isEnabled())
        for _press in range(40):
            if QApplication.focusWidget() in (widget, *widget.findChildren(QWidget)):
                self.steps.append("Tab to it")
                return
            QTest.keyClick(self.focused, Qt.Key.Key_Tab)
        raise AssertionError(f"Tab does not come to {widget.accessibleName() or widget}")

    def look(self, name: str) -> None:
        """Take a picture."""
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            QTest.qWait(400)
            shown = QApplication.activeWindow() or self.window
            shown.grab().save(str(self._pictures / f"{len(self.steps):02d} {name}.png"))

    @property
    def focused(self) -> QWidget:
        return QApplication.focusWidget() or QApplication.activeWindow() or self.window

    @property
    def shell(self) -> Shell:
        assert self.window.shell is not None
        return self.window.shell

    def _done(self, told: str) -> None:
        self.steps.append(told)
        self.look(told)


@pytest.fixture
def photographs(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of 120 photographs with a table, and one of 200 others."""
    rows = list(csv.DictReader((SHARED / "scores.csv").read_text("utf-8").splitlines()))
    first, others = tmp_path / "Tuscany", tmp_path / "Liguria"
    (first / "images").mkdir(parents=True)
    others.mkdir()
    with (first / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "score"])
        for row in rows[:TRAINED_ON]:
            shutil.copy(SHARED / "images" / row["image"], first / "images")
            table.writerow([row["image"], row["score"]])
    for row in rows[-SCORED:]:
        shutil.copy(SHARED / "images" / row["image"], others)
    return first, others


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_that_a_photographer_gets_from_a_folder_to_stars(
    qtbot: QtBot,
    empty_window: MainWindow,
    tmp_path: Path,
    photographs: tuple[Path, Path],
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    show_appearance(application, "light")
    person = Photographer(qtbot, empty_window, way)
    empty_window.activateWindow()
    person.look("the start page")
    first, others = photographs
    create_with = {"mouse": create_by_mouse, "keyboard": create_by_keyboard}[way]
    create_with(person, first, tmp_path / "project")
    person.until(lambda: empty_window.shell is not None)
    review(person)
    person.until(lambda: not person.shell.overview.workspace.running and has_version(person, "iter1/score"), 300)
    score_others(person, others)
    write_stars(person)
    sidecars = sorted(others.glob("*.xmp"))
    assert len(sidecars) == SCORED
    assert {stars(file) for file in sidecars} == {0, 1, 2, 3, 4, 5}, "the last 5% get none"
    print(f"\n{way}: {len(person.steps)} steps: {'; '.join(person.steps)}")
    assert len(person.steps) <= MOST_STEPS[way]


def create_by_mouse(person: Photographer, folder: Path, root: Path) -> None:
    person.drop(person.window.start, folder, "drop the folder on the window")
    wizard = open_wizard(person)
    person.click(wizard.next_button, "Next")
    person.click(wizard.next_button, "Next")
    wizard.finish.folder.line.setText(str(root))  # so that the test stays in its folder
    person.click(wizard.next_button, "Create project")


def create_by_keyboard(person: Photographer, folder: Path, root: Path) -> None:
    person.press("N", "Ctrl+N", control=True)
    wizard = open_wizard(person)
    person.tab_to(wizard.data.images)
    person.type(str(folder / "images"), "type the folder")
    person.until(wizard.next_button.isEnabled)
    person.tab_to(wizard.next_button)
    person.press("Space", "Next")
    person.tab_to(wizard.next_button)
    person.press("Space", "Next")
    wizard.finish.folder.line.setText(str(root))  # so that the test stays in its folder
    person.tab_to(wizard.next_button)
    person.press("Space", "Create project")


def open_wizard(person: Photographer) -> Wizard:
    person.until(lambda: person.window.wizard is not None)
    assert person.window.wizard is not None
    return person.window.wizard


def review(person: Photographer) -> None:
    """Base and pairs, one veto, one kept pair, training."""
    shell = person.shell
    run_next(person, "measure the base model")
    person.until(lambda: has_version(person, "base") and not shell.overview.workspace.running, 240)
    person.look("the base model is measured")
    if person.way == "mouse":
        person.click(shell.buttons["overview"], "Overview")
        person.click(shell.overview.review, "pause to review pairs before training")
    else:
        person.press("1", "Ctrl+1: Overview", control=True)
        person.tab_to(shell.overview.review)
        person.press("Space", "pause to review pairs before training")
    person.until(lambda: shell.overview.review.isChecked())
    run_next(person, "run iteration 1")
    person.until(lambda: shell.message.isVisible() and shell.message.action_button.isVisible(), 240)
    project = shell.pairs.project
    if person.way == "mouse":
        person.click(shell.message.action_button, "Review")
        person.until(lambda: shell.pairs.model.rowCount() > 0)
        person.click(shell.pairs.buttons.veto_button, "Veto")
    else:
        person.press("3", "Ctrl+3: Pairs", control=True)
        person.until(lambda: shell.pairs.model.rowCount() > 0)
        person.press("V", "V: veto")
    person.until(lambda: pair_list.counts(project, 1).vetoed == 1)
    if person.way == "mouse":
        person.click(shell.pairs.train_button, "train")
    else:
        person.press("Return", "Ctrl+Return: train", control=True)


def run_next(person: Photographer, told: str) -> None:
    """Press the blue button of the Overview."""
    button = person.shell.overview.button
    person.until(lambda: button.isEnabled() and button.isVisible())
    if person.way == "mouse":
        person.click(button, told)
    else:
        person.tab_to(button)
        person.press("Space", told)


def has_version(person: Photographer, name: str) -> bool:
    return any(row.name == name and row.metrics for row in version_list.versions(person.shell.pairs.project))


def score_others(person: Photographer, folder: Path) -> None:
    shell, page = person.shell, person.shell.score
    if person.way == "mouse":
        person.click(shell.buttons["overview"], "Overview: is it better?")
        person.click(shell.buttons["score"], "Score")
        person.drop(page, folder, "drop the other folder")
    else:
        person.press("1", "Ctrl+1: Overview: is it better?", control=True)
        person.press("I", "Ctrl+I: score images", control=True)
    person.until(lambda: page.findChild(ScoringWindow) is not None)
    window = page.findChild(ScoringWindow)
    assert isinstance(window, ScoringWindow)
    if person.way == "keyboard":
        window.add_sources([folder])  # the file dialog is the system's
        person.steps.append("Add folder…, and choose it")
    person.until(window.start_button.isEnabled)
    person.look("what is scored")
    if person.way == "mouse":
        person.click(window.start_button, "Score")
    else:
        person.tab_to(window.start_button)
        person.press("Space", "Score")
    person.until(lambda: page.loaded.jobs == () and bool(page.loaded.models), 240)
    person.until(lambda: page.model.rowCount() == SCORED and page.grid.is_settled())
    person.look("sorted by score")


def write_stars(person: Photographer) -> None:
    page = person.shell.score
    if person.way == "mouse":
        results = next(b for b in page.findChildren(QPushButton) if b.text() == "Results…" and b.isVisible())
        person.click(results, "Results")
    else:
        person.window.activateWindow()  # a window manager does it when a window above is closed
        person.until(lambda: QApplication.activeWindow() is person.window and page.grid.isVisible())
        page.take_focus()
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(person.focused, Qt.Key.Key_S, modifiers)
        person.steps.append("Ctrl+Shift+S: results")
    person.until(lambda: page.findChild(ResultsWindow) is not None)
    window = page.findChild(ResultsWindow)
    assert isinstance(window, ResultsWindow)
    person.until(window.write_button.isEnabled)
    person.look("how many stars each gets")
    if person.way == "mouse":
        person.click(window.write_button, "Write sidecars")
    else:
        window.activateWindow()
        person.tab_to(window.write_button)
        person.press("Space", "Write sidecars")
    person.until(lambda: window.message.isVisible() and not window.progress.isVisible(), 60)
    person.look("written")


def stars(file: Path) -> int:
    """Return the rating of a sidecar."""
    for element in ElementTree.parse(file).iter():
        for name, value in [*element.attrib.items(), (element.tag, element.text or "")]:
            if name == "{http://ns.adobe.com/xap/1.0/}Rating":
                return int(value)
    raise AssertionError(f"{file} has no rating")
