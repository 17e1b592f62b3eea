"""The chat stage: requests through a pipe, answers of one loaded model, stops, and what cannot be answered."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.tiny import PROMPT, make_images, make_tiny_llava

from engine.contract.chat.requests import ChatRequest, StopAnswer, decode_request, encode_request, suggestion_prompt
from engine.contract.context import ListContext, read_jsonl
from engine.contract.events import Answered, AnswerPiece, Event, Loaded, Note, Unanswered
from engine.contract.specs import ChatSpec, ModelSpec, RunFolder, spec_from_json
from engine.stages import chat

QUESTION = "Is it sharp?"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("chat") / "base")


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(make_images(tmp_path_factory.mktemp("images"), 1)[0])


class Running:
    """The stage on a thread, with the other end of its input."""

    def __init__(self, spec: ChatSpec, folder: Path) -> None:
        folder.mkdir()
        source, self._sink = os.pipe()
        self.context = ListContext(RunFolder(folder), [])
        self.result: dict[str, object] = {}
        self._source = source
        self._thread = threading.Thread(target=self._run, args=(spec,))
        self._thread.start()

    def send(self, request: ChatRequest | StopAnswer | str) -> None:
        line = request if isinstance(request, str) else encode_request(request)
        os.write(self._sink, line.encode() + b"\n")

    def end(self) -> list[Event]:
        os.close(self._sink)
        self._thread.join(60)
        os.close(self._source)
        return self.context.events

    def _run(self, spec: ChatSpec) -> None:
        self.result = chat.run(spec, self.context, self._source)

    def wait_for(self, number: int) -> None:
        done = threading.Event()
        while not any(isinstance(e, Answered | Unanswered) and e.number == number for e in self.context.events):
            assert self._thread.is_alive()
            done.wait(0.02)


@pytest.fixture
def running(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr("engine.cancellation.called_often", _never)  # signals reach the main thread alone
    yield Running(spec(base), tmp_path / "run")


def _never(*_: object) -> object:
    import contextlib

    return contextlib.nullcontext()


def spec(base: Path) -> ChatSpec:
    return ChatSpec(ModelSpec(str(base), device="cpu", dtype="float32", threads=1), PROMPT, max_new_tokens=20)


def answers(events: list[Event]) -> dict[int, Answered]:
    return {event.number: event for event in events if isinstance(event, Answered)}


def test_that_a_spec_and_requests_survive_their_json(base: Path) -> None:
    assert spec_from_json(spec(base).to_json()) == spec(base)
    for request in (ChatRequest(3, "a.png", None, ("ä",), ("?",), 5), ChatRequest(1, "b", "c"), StopAnswer(3)):
        assert decode_request(encode_request(request)) == request
    for line in ("{}", "[]", "nonsense", '{"kind": "ask", "number": 1}', '{"kind": "ask", "x": 1}'):
        with pytest.raises(ValueError, match="not a request"):
            decode_request(line)
    with pytest.raises(ValueError, match="1 answers"):
        decode_request(encode_request(ChatRequest(1, "a", None, ("x",))))


def test_that_one_loaded_model_answers_one_request_after_the_other(running: Running, image: str) -> None:
    running.send(ChatRequest(7, image))
    running.wait_for(7)
    first = answers(running.context.events)[7]
    assert first.logprobs is not None and len(first.logprobs) == 10
    running.send(ChatRequest(8, image, None, (first.text,), (QUESTION,)))
    running.wait_for(8)
    events = running.end()
    second = answers(events)[8]
    assert second.text and second.logprobs is None
    shown = ""
    for piece in (e for e in events if isinstance(e, AnswerPiece) and e.number == 8):
        shown = shown[: piece.start] + piece.text
    assert shown == second.text
    assert sum(isinstance(event, Loaded) for event in events) == 1
    assert running.result == {"answers": 2}
    rows = list(read_jsonl(running.context.folder.journal()))
    assert [(row["number"], row["text"], row["ended"]) for row in rows] == [
        (7, first.text, first.ended), (8, second.text, second.ended)
    ]  # fmt: skip


def test_that_what_cannot_be_answered_does_not_end_the_chat(running: Running, image: str, tmp_path: Path) -> None:
    running.send("no request at all")
    running.send(ChatRequest(1, str(tmp_path / "nowhere.png")))
    running.send(ChatRequest(2, image, str(tmp_path / "no-adapter")))
    running.send(ChatRequest(3, image, None, ("x",), ("so long " * 400,)))
    running.send(ChatRequest(4, image, None, ("x",), (QUESTION,)))
    running.wait_for(4)
    events = running.end()
    told = {event.number: event.message for event in events if isinstance(event, Unanswered)}
    assert set(told) == {1, 2, 3} and set(answers(events)) == {4}
    assert "nowhere.png" in told[1] and "no-adapter" in told[2] and "too long" in told[3]
    assert [event.code for event in events if isinstance(event, Note)] == ["unreadable_request"]


def test_that_a_stop_reaches_its_answer_alone_and_the_end_of_input_ends_the_chat(running: Running, image: str) -> None:
    running.send(StopAnswer(1))
    running.send(ChatRequest(1, image, None, ("x",), (QUESTION,)))
    running.send(ChatRequest(2, image, None, ("x",), (QUESTION,)))
    running.wait_for(2)
    found = answers(running.end())
    assert found[1].ended == "stopped" and found[2].ended != "stopped"


def test_that_the_question_is_the_papers() -> None:
    assert suggestion_prompt() == "Please provide specific suggestions for improving the photo to increase its score."
