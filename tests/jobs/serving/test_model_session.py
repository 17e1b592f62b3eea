"""A model that answers when it is asked: in order, after deaths, after failed starts, and never when it is closed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.serving.fake_model import fake_model

from engine.contract.specs import ModelSpec, PromptSpec, ServeSpec
from studio.jobs.serving import model_session
from studio.jobs.serving.model_session import ModelSession
from studio.jobs.serving.types import ImageRefused, ModelUnavailable, ServedAnswer, SessionState

pytestmark = pytest.mark.child
SECONDS = 30.0
SPEC = ServeSpec(ModelSpec("none"), PromptSpec("Rate."))


class Running:
    """A session with a pretended model, and the files that it is asked about."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.states: list[SessionState] = []
        self.session = ModelSession(SPEC, self.states.append, fake_model(home))

    def ask(self, text: str, *, explain: bool = True) -> ServedAnswer:
        return self.asked(text, explain=explain).result(SECONDS)

    def asked(self, text: str, *, explain: bool = True):  # type: ignore[no-untyped-def]
        path = self.home / f"{len(list(self.home.iterdir()))}.jpg"
        path.write_text(text)
        return self.session.predict(path, explain=explain)

    @property
    def starts(self) -> int:
        file = self.home / "starts"
        return len(file.read_text()) if file.exists() else 0


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    one = Running(tmp_path)
    yield one
    one.session.close()
    assert one.session.join(SECONDS)


def until(wanted: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_that_one_process_answers_all(running: Running) -> None:
    futures = [running.asked(f"score {number}", explain=number != 3) for number in range(5)]
    answers = [one.result(SECONDS) for one in futures]
    assert [one.label for one in answers] == [0, 1, 2, 3, 4]
    assert [one.explanation for one in answers[2:4]] == ["It is a 2.", ""]
    assert answers[1].logprobs[1] == 0.0
    assert running.starts == 1
    assert running.session.waiting == 0
    assert running.session.state == SessionState("ready", device="cpu", dtype="float32")
    assert [one.status for one in running.states] == ["ready"]


def test_that_bad_images_and_missing_memory_end_one_request(running: Running) -> None:
    with pytest.raises(ImageRefused, match="not a readable image"):
        running.ask("refuse")
    with pytest.raises(ModelUnavailable, match="Not enough memory"):
        running.ask("tired")
    assert running.ask("score 7").label == 7
    assert running.starts == 1


def test_that_a_killed_process_is_started_again_and_nothing_is_lost(running: Running) -> None:
    assert running.ask("score 1").label == 1
    first = running.session.pid
    assert first is not None
    waiting, later = running.asked("wait"), running.asked("score 6")
    os.kill(first, signal.SIGKILL)
    until(lambda: running.session.pid not in (None, first))
    (running.home / "go").touch()
    assert waiting.result(SECONDS).label == 0
    assert later.result(SECONDS).label == 6
    assert running.starts == 2


def test_that_an_image_that_ends_the_process_once_is_answered_by_the_next(running: Running) -> None:
    assert running.ask("die once").label == 4
    assert running.starts == 2


def test_that_an_image_that_ends_every_process_is_given_up_and_the_next_is_answered(running: Running) -> None:
    with pytest.raises(ModelUnavailable, match="The model's process") as found:
        running.ask("die")
    assert found.value.remedy == "Try again: the model is loaded anew."
    assert running.starts == 2
    assert running.ask("score 5").label == 5
    until(lambda: running.session.state.status == "ready")
    assert running.starts == 3


def test_that_an_idle_process_that_dies_is_started_again(running: Running) -> None:
    running.session.start()
    until(lambda: running.session.state.status == "ready")
    pid = running.session.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: running.starts == 2 and running.session.state.status == "ready")
    assert running.session.pid != pid
    assert [one.status for one in running.states] == ["ready", "loading", "ready"]
    assert "SIGKILL" in running.states[1].message


def test_that_a_model_that_cannot_be_loaded_is_told_and_tried_again_later(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_session, "AGAIN_SECONDS", 0.5)
    (running.home / "broken").touch()
    with pytest.raises(ModelUnavailable) as found:
        running.ask("score 1")
    assert (found.value.message, found.value.remedy) == ("The model is broken.", "Mend it.")
    assert running.session.state == SessionState("failed", "The model is broken.", "Mend it.")
    with pytest.raises(ModelUnavailable, match="The model is broken"):
        running.ask("score 1")
    assert running.starts == 1, "not tried again at once"
    (running.home / "broken").unlink()
    time.sleep(0.6)
    assert running.starts == 1, "not tried again before somebody asks"
    assert running.ask("score 2").label == 2


def test_that_closing_ends_what_waits_and_the_process_even_while_it_loads(running: Running) -> None:
    (running.home / "loading").touch()
    future = running.asked("score 1")
    until(lambda: running.starts == 1 and running.session.pid is not None)
    pid = running.session.pid
    assert pid is not None
    running.session.close()
    assert running.session.join(SECONDS)
    with pytest.raises(ModelUnavailable, match="closed"):
        future.result(SECONDS)
    with pytest.raises(ModelUnavailable, match="closed"):
        running.ask("score 1")
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert running.session.state.status == "closed"


def test_that_a_request_that_nobody_waits_for_any_more_disturbs_nobody(running: Running) -> None:
    first, second = running.asked("wait"), running.asked("score 2")
    assert first.cancel()
    (running.home / "go").touch()
    assert second.result(SECONDS).label == 2
    until(lambda: running.session.waiting == 0)
