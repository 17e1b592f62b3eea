"""Text of models, tables, files and people is shown literally everywhere, and no file that it names is opened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from support.fake_worker import use_fake_worker
from support.hostile import BROKEN, MARK, Canary, canary, make_hostile_project, payloads
from support.literal import problems, settle, texts_of
from support.projects import write_photos
from support.window import let_it_read, open_in

from studio.services.loop import next_action
from studio.services.projects import create_and_open
from studio.text import button_text, one_line, printable
from studio.views.window.main_window import MainWindow
from studio.views.window.pages import page_definitions
from studio.widgets.chart_saving import save_chart
from studio.widgets.diff_text import DiffText, show_difference
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.log_view import LogView
from studio.widgets.message_bar import MessageBar
from studio.window_settings import AppSettings


@pytest.fixture
def bird(tmp_path: Path) -> Iterator[Canary]:
    """A file that none of the texts may get opened."""
    with canary(tmp_path) as found:
        yield found
        assert not found.opened()


@pytest.fixture
def hostile(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, bird: Canary) -> MainWindow:
    """The window on a project whose every text is a payload."""
    data = tmp_path / "data"
    data.mkdir()
    root = make_hostile_project(tmp_path / f"<b>{MARK}<b> [*]\u202e", data, bird.path)
    bird.opened()
    open_in(qtbot, empty_window, root)
    return empty_window


def show(qtbot: QtBot, window: MainWindow, name: str) -> QWidget:
    assert window.shell is not None
    window.shell.show_page(name)
    page = window.shell.pages[name][1]
    let_it_read(qtbot, window)
    settle(window)
    return page


def test_that_the_canary_notices_what_a_careless_label_does(qtbot: QtBot, tmp_path: Path) -> None:
    with canary(tmp_path) as found:
        careless = QLabel(f"<img src='{found.path}'>")
        qtbot.addWidget(careless)
        careless.show()
        settle(careless)
        assert found.opened()
        assert len(problems(QLabel(f"<b>{MARK}</b>"))) == 1


PAGES = [page.name for page in page_definitions()]
SHOWN = {"images", "pairs", "compare", "jobs", "models"}


@pytest.mark.parametrize("name", PAGES)
def test_that_every_page_shows_texts_literally(qtbot: QtBot, hostile: MainWindow, bird: Canary, name: str) -> None:
    page = show(qtbot, hostile, name)
    found = problems(hostile)
    assert not found, "\n".join(found)
    assert not bird.opened()
    if name in SHOWN:
        assert MARK in texts_of(page)


def assert_clean(window: MainWindow, bird: Canary) -> None:
    """Paints everything that is there and looks at it."""
    settle(window)
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible():
            settle(widget)
            found = problems(widget)
            assert not found, "\n".join(found)
    assert not bird.opened()


def test_that_every_panel_of_the_review_shows_texts_literally(qtbot: QtBot, hostile: MainWindow, bird: Canary) -> None:
    assert hostile.shell is not None
    show(qtbot, hostile, "pairs")
    page = hostile.shell.pairs
    for _ in range(page.model.rowCount()):
        row = page.current
        assert row is not None
        assert page.detail.rejected.toPlainText() == as_shown(row.rejected_text)
        page.edit()
        assert page.detail.editor.rejected.toPlainText() == as_shown(row.rejected_text)
        page.detail.editor.cancel()
        page.annotate()
        assert page.note_bar.field.text() == one_line(row.note)
        page.note_bar.cancel()
        page.decide("veto")
        settle(page)
    page.decide_all("veto")
    page.pair_actions.undo()
    qtbot.waitUntil(lambda: "Undone: " in page.feedback.text(), timeout=10_000)
    assert MARK in page.feedback.text()
    hostile.shell.message.show_message(payloads(bird.path)[1])
    assert_clean(hostile, bird)


def as_shown(text: str) -> str:
    """What a field of Qt gives back: it knows no other line ends."""
    return printable(text)


def test_that_comparison_and_blind_test_show_texts_literally(qtbot: QtBot, hostile: MainWindow, bird: Canary) -> None:
    assert hostile.shell is not None
    show(qtbot, hostile, "compare")
    page = hostile.shell.compare
    qtbot.waitUntil(lambda: page.model.rowCount() > 0, timeout=10_000)
    named = [name for name in page.model.contrast.known if MARK in name]
    page.choose(["base", named[-1]])
    qtbot.waitUntil(lambda: page.model.contrast.versions == ("base", named[-1]), timeout=10_000)
    for row in range(page.model.rowCount()):
        page.table.setCurrentIndex(page.model.index(row, 0))
        QApplication.processEvents()
    assert_clean(hostile, bird)
    page.blind_button.click()
    qtbot.waitUntil(lambda: page.blind.state is not None and page.blind.state.card is not None, timeout=10_000)
    assert_clean(hostile, bird)
    assert MARK in texts_of(page.blind)
    page.blind.vote(1)
    qtbot.waitUntil(lambda: page.blind.state is not None and page.blind.state.voted == 1, timeout=10_000)
    page.blind.reveal()
    blind = page.blind
    qtbot.waitUntil(lambda: any(MARK in rate.version for rate in blind.model.rows) and blind.table.isVisible())
    qtbot.waitUntil(lambda: blind.chart is not None and any(MARK in bar.name for bar in blind.chart.bars))
    assert_clean(hostile, bird)


def test_that_each_failed_job_tells_its_error_log_and_notes_literally(
    qtbot: QtBot, hostile: MainWindow, bird: Canary
) -> None:
    assert hostile.shell is not None
    show(qtbot, hostile, "jobs")
    page = hostile.shell.jobs
    for place, text in enumerate(payloads(bird.path)):
        page.choose(place + 1)
        assert printable(text) in page.detail.error.text()
        qtbot.waitUntil(lambda text=text: as_shown(text) in page.detail.notes.toPlainText(), timeout=10_000)
        assert printable(BROKEN) in page.detail.notes.toPlainText()
        qtbot.waitUntil(lambda text=text: one_line(text) in page.detail.facts.text(), timeout=10_000)
    assert "\ufffd\ufffd invalid" in page.detail.log.toPlainText()
    page.detail.tabs.setCurrentWidget(page.detail.settings)
    assert_clean(hostile, bird)


def test_that_dialogs_palette_and_start_page_show_texts_literally(
    qtbot: QtBot, hostile: MainWindow, bird: Canary, settings: AppSettings
) -> None:
    assert hostile.shell is not None
    show(qtbot, hostile, "models")
    models = hostile.shell.models
    models.tree.setCurrentIndex(models.model.find(f"iter2/{payloads(bird.path)[1]}"))
    models.delete()
    box = next(box for box in hostile.findChildren(QMessageBox) if box.isVisible())
    assert MARK in box.text() and box.textFormat() == Qt.TextFormat.PlainText
    assert_clean(hostile, bird)
    next(button for button in box.buttons() if button.text() == "Delete").click()
    qtbot.waitUntil(lambda: MARK in models.undo_button.text().replace("&&", "&"), timeout=10_000)
    hostile.show_commands()
    assert any(MARK in text for text in hostile.palette_of_commands.shown)
    assert_clean(hostile, bird)
    hostile.palette_of_commands.hide()
    hostile.show_keys()
    assert_clean(hostile, bird)
    assert "[*][*]" in hostile.windowTitle()  # Qt shows it as [*]
    for text in payloads(bird.path):
        settings.remember_project(bird.path.parent / text.replace("\x00", "").replace("/", "")[:60])
    hostile.close_project()
    qtbot.waitUntil(lambda: hostile.shell is None, timeout=10_000)
    qtbot.waitUntil(lambda: not hostile._background._jobs)  # what is in the listed projects
    hostile.start.message.show_message(payloads(bird.path)[2])
    assert_clean(hostile, bird)
    assert MARK in "".join(hostile.start.recent.item(place).text() for place in range(hostile.start.recent.count()))


def test_that_the_wizard_shows_a_hostile_table_literally(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, bird: Canary
) -> None:
    data = tmp_path / "data"
    texts = payloads(bird.path)
    make_hostile_project(tmp_path / "made", make_folder(data), bird.path)
    with (data / "scores.csv").open("a", encoding="utf-8") as table:
        for text in texts:
            quoted = text.replace("\x00", "").replace('"', '""')
            table.write(f'"{quoted}","{quoted}","{quoted}","{quoted}"\n')
    bird.opened()
    empty_window.new_project(data)
    qtbot.waitUntil(lambda: empty_window.wizard is not None, timeout=10_000)
    wizard = empty_window.wizard
    assert wizard is not None
    qtbot.waitUntil(lambda: wizard.data.preview is not None, timeout=20_000)
    assert MARK in texts_of(wizard)
    assert_clean(empty_window, bird)
    for combo in wizard.data.combos.values():
        combo.setCurrentIndex(combo.count() - 1)
    qtbot.wait(600)
    assert_clean(empty_window, bird)


def make_folder(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_that_what_a_child_says_on_its_way_out_reaches_database_and_window_whole(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, bird: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_fake_worker(monkeypatch, "rude")
    monkeypatch.setenv("RUDE_WORDS", payloads(bird.path)[2])
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "new"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model="some/model")
    project = create_and_open.open_project(root, exclusive=True)
    next_action.enqueue_next(project, 0)
    project.close()
    bird.opened()
    open_in(qtbot, empty_window, root)
    assert empty_window.shell is not None
    empty_window.shell.show_page("jobs")
    page = empty_window.shell.jobs
    qtbot.waitUntil(page.start_button.isEnabled, timeout=10_000)
    page.start_button.click()
    empty_window.shell.show_page("images")  # the Jobs page says it with the job
    message = empty_window.shell.message
    qtbot.waitUntil(lambda: message.isVisible() and MARK in message.label.text(), timeout=20_000)
    assert "surrogates" in message.label.text() and not page.workspace.running
    assert_clean(empty_window, bird)
    empty_window.shell.show_page("jobs")
    qtbot.waitUntil(lambda: MARK in page.detail.error.text())
    assert_clean(empty_window, bird)


@pytest.mark.parametrize("place", range(21))
def test_that_every_widget_for_texts_shows_a_payload_literally(
    qtbot: QtBot, tmp_path: Path, bird: Canary, place: int
) -> None:
    text = payloads(bird.path)[place]
    plain, elided, bar, log, diff = (
        PlainLabel(text),
        ElidedLabel(text),
        MessageBar(),
        LogView("x"),
        DiffText("danger", "x"),
    )
    bar.show_message(text)
    log.set_text(text)
    diff.show_text(text, ())
    for widget in (plain, elided, bar, log, diff):
        qtbot.addWidget(widget)
        widget.show()
        settle(widget)
        assert problems(widget) == []
    assert plain.text() == printable(text) == bar.label.text()
    assert elided.text() == one_line(text)
    assert log.text.toPlainText() == diff.toPlainText() == printable(text)
    assert len(printable(text)) == len(text)
    assert button_text(text).replace("&&", "").count("&") == 0
    assert not bird.opened()


def test_that_a_surrogate_without_its_other_half_is_shown_as_one(qtbot: QtBot) -> None:
    label = PlainLabel(BROKEN)
    qtbot.addWidget(label)
    assert label.text() == BROKEN.replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")


@pytest.mark.parametrize(
    "text",
    ["x" * 1_000_000, "word " * 200_000, "a\u0301" * 300_000, "<b>" * 300_000],
    ids=["x", "words", "marks", "tags"],
)
def test_that_an_endless_line_holds_up_nothing(qtbot: QtBot, text: str) -> None:
    """Qt takes two minutes to break the first one in words; the limit of this test is the suite's own."""
    label, log, left, right = PlainLabel(wrap=True), LogView("x"), DiffText("success", "l"), DiffText("danger", "r")
    for widget in (label, log, left, right):
        qtbot.addWidget(widget)
        widget.resize(500, 200)
        widget.show()
    label.setText(text)
    log.set_text(text)
    show_difference(left, right, text, text[3:] + "end")
    right.show_merged(text, text[1:])
    for widget in (label, log, left, right):
        settle(widget)
    assert "more characters" in label.text() and "more characters" in left.toPlainText()
    assert len(log.text.toPlainText()) == len(text)
    assert len(one_line(text)) <= 40_001


def test_that_a_saved_chart_is_a_picture_whatever_its_title_says(qtbot: QtBot, tmp_path: Path, bird: Canary) -> None:
    from xml.etree import ElementTree

    from studio.widgets.charts import TrainingChart

    for place, text in enumerate(payloads(bird.path)):
        chart = TrainingChart(one_line(text), one_line(text), "mark_score")
        qtbot.addWidget(chart)
        chart.show()
        chart.take_curve([1, 2], [0.5, 0.4])
        chart.draw_curve()
        settle(chart)
        assert problems(chart) == []
        for suffix in ("svg", "png"):
            save_chart(chart.picture(), tmp_path / f"{place}.{suffix}")
        tree = ElementTree.parse(tmp_path / f"{place}.svg")
        tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
        assert not tags & {"script", "a", "foreignObject", "iframe", "b", "h1"}
        pictures = [value for element in tree.iter() for value in element.attrib.values() if str(bird.path) in value]
        assert pictures == []
    assert not bird.opened()
