"""The wizard's line about a hub model: what it says, that it asks once and holds nothing up, and the token's way."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from studio.services.base_models import hub_account
from studio.services.base_models.hub_account import Availability
from studio.services.errors import StudioError
from studio.views.tasks.task_runner import TaskRunner
from studio.views.window.main_window import MainWindow
from studio.views.wizard import hub_model
from studio.views.wizard.model_page import ModelStep

pytestmark = pytest.mark.gui
COMMIT = "c0ffee" + "0" * 34


@pytest.fixture
def step(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(hub_model, "ASK_MS", 10)
    background = TaskRunner()
    made = ModelStep(background)
    qtbot.addWidget(made)
    made.show()
    made.hub.setChecked(True)
    yield made
    background.close()


def says(qtbot: QtBot, step: ModelStep, text: str) -> None:
    qtbot.waitUntil(lambda: text in step.hub_status.text.text())


def test_that_a_model_that_is_not_here_is_told_with_its_size_and_asked_for_once(
    qtbot: QtBot, step: ModelStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def availability(repo: str, revision: str | None, *, offline: bool) -> Availability:
        asked.append((repo, revision, offline))
        return Availability(False, COMMIT, 14_130_000_000)

    monkeypatch.setattr(hub_account, "availability", availability)
    step.hub_id.setText("owner/tiny")
    says(qtbot, step, "14.13 GB, commit c0ffee000000")
    assert asked == [("owner/tiny", None, False)]
    assert step.problem == "", "nothing keeps a person from going on"


def test_that_a_model_that_is_here_is_told_without_asking(qtbot: QtBot, step: ModelStep) -> None:
    step.hub_id.setText("some/model")
    says(qtbot, step, "Already downloaded: commit 555555555555")


def test_that_a_refusal_is_shown_and_a_gated_model_asks_to_sign_in(
    qtbot: QtBot, step: ModelStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(repo: str, revision: str | None, *, offline: bool) -> Availability:
        raise StudioError("The hub cannot be reached to fetch owner/tiny.", "Check the network.")

    monkeypatch.setattr(hub_account, "availability", refuse)
    step.hub_id.setText("owner/tiny")
    says(qtbot, step, "cannot be reached to fetch owner/tiny. Check the network.")
    monkeypatch.setattr(hub_account, "availability", lambda *_, **__: Availability(False, COMMIT, 1, needs_token=True))
    step.hub_id.setText("owner/gated")
    says(qtbot, step, "sign in below")


def test_that_a_token_is_hidden_handed_on_and_gone_from_the_field(
    qtbot: QtBot, step: ModelStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []

    def sign_in(token: str) -> str:
        given.append(token)
        return "somebody"

    monkeypatch.setattr(hub_account, "sign_in", sign_in)
    line = step.hub_status
    assert line.token.echoMode() is QLineEdit.EchoMode.Password and not line.sign_in.isEnabled()
    qtbot.keyClicks(line.token, "hf_secret")
    qtbot.mouseClick(line.sign_in, Qt.MouseButton.LeftButton)
    says(qtbot, step, "Signed in as somebody")
    assert given == ["hf_secret"] and line.token.text() == ""


def test_that_the_line_is_there_for_hub_models_only(step: ModelStep) -> None:
    assert step.hub_status.isVisible()
    step.demo.setChecked(True)
    assert not step.hub_status.isVisible()


def test_that_an_answer_for_a_wizard_that_was_left_is_delivered_to_nobody(
    qtbot: QtBot, empty_window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, gate = threading.Event(), threading.Event()

    def availability(*_: object, **__: object) -> Availability:
        asked.set()
        gate.wait(10)
        return Availability(False, COMMIT, 1)

    monkeypatch.setattr(hub_model, "ASK_MS", 10)
    monkeypatch.setattr(hub_account, "availability", availability)
    empty_window.new_project()
    qtbot.waitUntil(lambda: empty_window.wizard is not None)
    assert empty_window.wizard is not None
    model = empty_window.wizard.model
    model.hub.setChecked(True)
    model.hub_id.setText("owner/tiny")
    qtbot.waitUntil(asked.is_set)
    with capture_exceptions() as raised:
        empty_window.wizard.cancel_button.click()
        qtbot.waitUntil(lambda: empty_window.wizard is None)
        qtbot.wait(50)  # the wizard's widgets are deleted now
        gate.set()
        qtbot.wait(200)
    assert raised == []
