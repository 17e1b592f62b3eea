"""The chat's window on a real process that pretends to be a model: what one types, sees, stops, and finds again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot
from support.chat import fake_chat as fake
from support.chat.fake_chat import FIRST, fake_chat
from support.hostile import MARK
from support.literal import problems, settle
from support.window import let_it_read, open_in

from db.models import Image, Prediction
from engine.contract.chat.requests import suggestion_prompt
from studio.text import printable
from studio.views.chat.chat_window import ChatWindow
from studio.views.chat.transcript import TurnView
from studio.views.image_window import ImageWindow
from studio.views.window.main_window import MainWindow

pytestmark = pytest.mark.child
RAW = "#Score: 6\n#Explain: Soft <b>light</b> on the pier."


@pytest.fixture
def window(qtbot: QtBot, empty_window: MainWindow, reviewed: Path) -> MainWindow:
    """The window, with answers to talk about and no model to load."""
    from studio.services.projects import create_and_open

    project = create_and_open.open_project(reviewed)
    with project.session() as session:
        for row in session.query(Prediction).all():
            row.raw, row.label, row.parse_ok, row.truncated = RAW, 6, True, False
    project.close()
    open_in(qtbot, empty_window, reviewed)
    assert empty_window.workspace is not None
    empty_window.workspace.chat.session.make_child = fake_chat
    return empty_window


def image_of(window: MainWindow, split: str, place: int = 0) -> int:
    assert window.workspace is not None
    with window.workspace.project.reader() as session:
        return session.query(Image.id).filter_by(split=split).order_by(Image.id).offset(place).first()[0]


def talk(qtbot: QtBot, window: MainWindow, image_id: int | None = None, version: str | None = None) -> ChatWindow:
    assert window.workspace is not None and window.shell is not None
    number = image_of(window, "test") if image_id is None else image_id
    chat = ChatWindow.show_for(window.workspace, window.shell.images, number, version)
    qtbot.waitUntil(lambda: chat.opened is not None and chat.opened.subject.image_id == number)
    return chat


@pytest.fixture
def chat(qtbot: QtBot, window: MainWindow) -> ChatWindow:
    return talk(qtbot, window)


def last(chat: ChatWindow) -> TurnView:
    return chat.transcript.turns[-1]


def said(chat: ChatWindow) -> list[str]:
    return [view.question.text() for view in chat.transcript.turns]


def type_and_send(qtbot: QtBot, chat: ChatWindow, text: str) -> None:
    qtbot.keyClicks(chat.message, text)
    qtbot.keyClick(chat.message, Qt.Key.Key_Return)


def wait_for_answer(qtbot: QtBot, chat: ChatWindow) -> None:
    qtbot.waitUntil(lambda: not chat.answering)


def pick(combo: QComboBox, data: object) -> None:
    place = combo.findData(data)
    assert place >= 0, data
    combo.setCurrentIndex(place)
    combo.activated.emit(place)


def test_that_it_begins_with_the_stored_score_and_explanation_and_loads_nothing(chat: ChatWindow) -> None:
    first = last(chat)
    assert first.answer.text() == "Soft <b>light</b> on the pier."
    assert "label 6" in first.facts.text() and first.who.text() == "iter1/score"
    assert chat.versions.currentData() == "iter1/score" and chat.earlier.currentText() == "New conversation"
    assert chat._chat.session.pid is None and chat.state.text() == ""
    assert chat.suggest_button.isEnabled() and not chat.stop_button.isEnabled() and not chat.send_button.isEnabled()


def test_that_enter_sends_and_shift_enter_begins_a_line(qtbot: QtBot, chat: ChatWindow) -> None:
    qtbot.keyClicks(chat.message, "What")
    qtbot.keyClick(chat.message, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    type_and_send(qtbot, chat, "helps?")
    assert chat.message.toPlainText() == "" and chat.answering
    wait_for_answer(qtbot, chat)
    assert said(chat) == ["", "What\nhelps?"]
    assert last(chat).answer.text() == "You asked: What\nhelps?"
    qtbot.waitUntil(lambda: "1 question" in chat.earlier.currentText())


def test_that_the_papers_question_is_a_button(qtbot: QtBot, chat: ChatWindow) -> None:
    qtbot.mouseClick(chat.suggest_button, Qt.MouseButton.LeftButton)
    wait_for_answer(qtbot, chat)
    assert said(chat)[-1] == suggestion_prompt()


def test_that_text_is_shown_as_it_comes_and_a_stopped_answer_stays(qtbot: QtBot, chat: ChatWindow) -> None:
    type_and_send(qtbot, chat, "slow")
    qtbot.waitUntil(lambda: "word3" in last(chat).answer.text())
    assert chat.state.text() == "Answering…" and not chat.send_button.isEnabled()
    shorter = last(chat).answer.text()
    qtbot.waitUntil(lambda: len(last(chat).answer.text()) > len(shorter))
    qtbot.keyClick(chat, Qt.Key.Key_Escape)
    wait_for_answer(qtbot, chat)
    assert chat.isVisible() and last(chat).facts.text() == "stopped"
    assert last(chat).answer.text().startswith(shorter)
    type_and_send(qtbot, chat, "next")
    wait_for_answer(qtbot, chat)
    assert last(chat).answer.text() == "You asked: next"


def test_that_a_dead_process_is_a_sentence_and_the_chat_goes_on(qtbot: QtBot, chat: ChatWindow) -> None:
    type_and_send(qtbot, chat, "die")
    wait_for_answer(qtbot, chat)
    view = last(chat)
    assert "SIGKILL" in view.reason.text() and "Ask again" in view.reason.text()
    assert view.facts.text() == "answer broken off" and view.answer.text() == "I was about"
    type_and_send(qtbot, chat, "still there?")
    wait_for_answer(qtbot, chat)
    assert last(chat).answer.text() == "You asked: still there?"


def test_that_each_version_has_its_own_history_that_is_found_again(
    qtbot: QtBot, window: MainWindow, chat: ChatWindow
) -> None:
    type_and_send(qtbot, chat, "to the trained one")
    wait_for_answer(qtbot, chat)
    pid = chat._chat.session.pid
    pick(chat.versions, "base")
    qtbot.waitUntil(lambda: chat.opened is not None and chat.opened.partner.version == "base")
    assert said(chat) == [""]
    type_and_send(qtbot, chat, "to the base")
    wait_for_answer(qtbot, chat)
    assert chat._chat.session.pid == pid, "all versions share one loaded base"
    pick(chat.versions, "iter1/score")
    qtbot.waitUntil(lambda: said(chat) == ["", "to the trained one"])
    chat.close()
    qtbot.waitUntil(lambda: window.workspace is not None and window.workspace.chat.session.pid is None)
    again = talk(qtbot, window, version="base")
    qtbot.waitUntil(lambda: said(again) == ["", "to the base"])


def test_that_a_new_conversation_keeps_the_old_one_in_the_list(qtbot: QtBot, chat: ChatWindow) -> None:
    type_and_send(qtbot, chat, "old")
    wait_for_answer(qtbot, chat)
    assert chat.opened is not None
    old = chat.opened.conversation_id
    chat.new_button.click()
    qtbot.waitUntil(lambda: said(chat) == [""])
    type_and_send(qtbot, chat, "new")
    wait_for_answer(qtbot, chat)
    qtbot.waitUntil(lambda: chat.earlier.count() == 2)
    pick(chat.earlier, old)
    qtbot.waitUntil(lambda: said(chat) == ["", "old"])


def test_that_switching_stops_the_answer_under_way_and_keeps_it(qtbot: QtBot, chat: ChatWindow) -> None:
    type_and_send(qtbot, chat, "slow")
    qtbot.waitUntil(lambda: "word3" in last(chat).answer.text())
    pick(chat.versions, "base")
    qtbot.waitUntil(lambda: said(chat) == [""])
    assert not chat.answering
    type_and_send(qtbot, chat, "quick")
    wait_for_answer(qtbot, chat)
    pick(chat.versions, "iter1/score")
    qtbot.waitUntil(lambda: said(chat) == ["", "slow"])
    assert last(chat).facts.text() == "stopped" and "word3" in last(chat).answer.text()


def test_that_an_image_without_a_prediction_is_scored_first(qtbot: QtBot, window: MainWindow) -> None:
    chat = talk(qtbot, window, image_of(window, "train"))
    qtbot.waitUntil(lambda: said(chat) == [""])
    wait_for_answer(qtbot, chat)
    assert last(chat).answer.text() == FIRST.partition("#Explain: ")[2] and "label 3" in last(chat).facts.text()
    type_and_send(qtbot, chat, "why?")
    wait_for_answer(qtbot, chat)
    assert said(chat) == ["", "why?"]


def test_that_a_job_unloads_the_model_and_the_chat_waits(
    qtbot: QtBot, window: MainWindow, chat: ChatWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = window.workspace
    assert workspace is not None
    type_and_send(qtbot, chat, "slow")
    qtbot.waitUntil(lambda: "word3" in last(chat).answer.text())
    pid = workspace.chat.session.pid
    monkeypatch.setattr(type(workspace), "running", property(lambda _self: True))
    workspace.chat.give_way(to_jobs=True)
    workspace.jobs_changed.emit()
    wait_for_answer(qtbot, chat)
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)
    assert last(chat).facts.text() == "stopped" and "A job is running" in chat.state.text()
    type_and_send(qtbot, chat, "kept")
    assert chat.message.toPlainText() == "kept" and said(chat) == ["", "slow"]
    monkeypatch.setattr(type(workspace), "running", property(lambda _self: False))
    workspace.chat.give_way(to_jobs=False)
    workspace.jobs_changed.emit()
    chat.send()
    wait_for_answer(qtbot, chat)
    assert last(chat).answer.text() == "You asked: kept"


def test_that_loading_can_be_stopped(qtbot: QtBot, chat: ChatWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fake, "LOADING_SECONDS", 60.0)
    type_and_send(qtbot, chat, "one")
    qtbot.waitUntil(lambda: len(chat.transcript.turns) == 2 and chat.state.text() == "Loading the model…")
    chat.stop_button.click()
    wait_for_answer(qtbot, chat)
    assert last(chat).facts.text() == "stopped" and not last(chat).answer.isVisible()


def test_that_the_transcript_is_copied_as_text(qtbot: QtBot, chat: ChatWindow) -> None:
    type_and_send(qtbot, chat, "why?")
    wait_for_answer(qtbot, chat)
    chat.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert "You: why?" in text and "iter1/score: You asked: why?" in text
    assert chat.opened is not None and text.startswith(f"Image: {chat.opened.subject.name}")


def test_that_hostile_text_is_shown_literally(qtbot: QtBot, chat: ChatWindow) -> None:
    text = f"<b>{MARK}</b> <img src='file:///etc/passwd'> \u202egnp"
    chat.message.setPlainText(text)
    chat.send()
    wait_for_answer(qtbot, chat)
    settle(chat)
    assert not problems(chat)
    assert last(chat).question.text() == printable(text)
    assert last(chat).answer.text() == printable(f"You asked: {text}")


def test_that_it_opens_from_the_pages_and_the_large_image(qtbot: QtBot, window: MainWindow) -> None:
    shell, workspace = window.shell, window.workspace
    assert shell is not None and workspace is not None

    def shown() -> ChatWindow:
        qtbot.waitUntil(lambda: ChatWindow.of(workspace, shell) is not None)
        chat = ChatWindow.of(workspace, shell)
        assert chat is not None
        qtbot.waitUntil(lambda: chat.opened is not None)
        return chat

    shell.show_page("compare")
    qtbot.waitUntil(lambda: shell.compare.current is not None)
    qtbot.keyClick(shell.compare, Qt.Key.Key_T)
    assert shown().versions.currentData() == "iter1/score"
    shown().close()
    shell.compare.cards.cards[0].chat_button.click()
    chat = shown()
    assert chat.versions.currentData() == "base"
    assert chat.opened is not None and shell.compare.current is not None
    assert chat.opened.subject.image_id == shell.compare.current.image_id
    chat.close()
    shell.compare.open_image()
    large = ImageWindow.of(shell.compare)
    assert large is not None
    large.chat.click()
    assert shown().versions.currentData() == "iter1/score"
    shown().close()
    large.close()
    shell.show_page("images")
    qtbot.waitUntil(lambda: shell.images.can_chat)
    shell.images.commands["images.chat"].trigger()
    chat = shown()
    assert chat.opened is not None and chat.opened.subject.image_id == shell.images.current_id
    let_it_read(qtbot, window)
    chat.close()


def test_that_closing_the_project_closes_the_chat_and_its_process(
    qtbot: QtBot, window: MainWindow, chat: ChatWindow
) -> None:
    assert window.workspace is not None
    type_and_send(qtbot, chat, "slow")
    qtbot.waitUntil(lambda: "word3" in last(chat).answer.text())
    pid = window.workspace.chat.session.pid
    window.leave_at_once(lambda: None)
    qtbot.waitUntil(lambda: window.shell is None)

    def gone() -> bool:
        try:
            os.kill(pid or 0, 0)
        except ProcessLookupError:
            return True
        return False

    qtbot.waitUntil(gone)


def test_that_the_base_can_be_talked_to_before_anything_has_run(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path
) -> None:
    from support.projects import write_photos
    from support.reviewed import MODEL

    from studio.services.projects.create_and_open import create_project

    scores = write_photos(tmp_path / "photos")
    create_project(tmp_path / "new", images=scores.parent / "images", scores=scores, model=MODEL)
    open_in(qtbot, empty_window, tmp_path / "new")
    assert empty_window.workspace is not None and empty_window.shell is not None
    empty_window.workspace.chat.session.make_child = fake_chat
    page = empty_window.shell.images
    empty_window.shell.show_page("images")
    qtbot.waitUntil(lambda: page.can_chat)
    page.chat()
    chat = ChatWindow.of(empty_window.workspace, page)
    assert chat is not None
    qtbot.waitUntil(lambda: said(chat) == [""])
    wait_for_answer(qtbot, chat)
    assert chat.versions.currentData() == "base" and last(chat).facts.text() == "label 3 (0 to 9)"
