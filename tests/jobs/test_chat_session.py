"""A chat's thread and its process: answers, stops, deaths, and room for jobs. The first half pretends, the rest loads a
tiny model of the true architecture."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.chat.fake_chat import FIRST, fake_chat
from support.reviewed import make_reviewed_project
from support.tiny import PROMPT, make_images, make_tiny_llava

from db.models import Image
from engine.contract.chat.requests import ChatRequest, StopAnswer
from engine.contract.events import Answered, AnswerPiece, Event, Loaded
from engine.contract.specs import ChatSpec, ModelSpec
from studio.jobs.chat_child import ChatChild
from studio.jobs.chat_session import JOB_RUNS, ChatSession, ModelState, News, NotAsked, TextCame, TurnChanged
from studio.services.chatting.conversations import opened, subject
from studio.services.chatting.left_over import chat_home
from studio.services.chatting.partners import partner
from studio.services.chatting.types import Turn
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

SECONDS = 60.0


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project whose versions have predicted the test images."""
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    found = create_and_open.open_project(root, exclusive=True)
    yield found
    found.close()


class Chat:
    """A session about one image with a version, and what it tells."""

    def __init__(self, project: Project, split: str = "test") -> None:
        self.project, self.told = project, queue.Queue[News]()
        with project.reader() as session:
            image_id = session.query(Image).filter_by(split=split).order_by(Image.id).first().id
        self.about, self.whom = subject(project, image_id), partner(project)
        self.session = ChatSession(project, self.told.put, fake_chat)
        self.conversation: int | None = None
        self.news: list[News] = []

    def ask(self, question: str) -> None:
        self.session.ask(self.about, self.whom, question, self.conversation)

    def until(self, wanted: Callable[[News], object]) -> News:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            news = self.told.get(timeout=SECONDS)
            self.news.append(news)
            if isinstance(news, TurnChanged):
                self.conversation = news.turn.conversation_id
            if wanted(news):
                return news
        raise TimeoutError

    def ended(self, question: str) -> Turn:
        """Ask, and wait for the end of the turn."""
        self.ask(question)
        return self.end_of_turn()

    def end_of_turn(self) -> Turn:
        news = self.until(lambda one: isinstance(one, TurnChanged) and one.turn.question and one.turn.state != "open")
        assert isinstance(news, TurnChanged)
        return news.turn

    def stored(self) -> list[tuple[str, str, str]]:
        turns = opened(self.project, self.about, self.whom.version).turns
        return [(turn.question, turn.answer, turn.state) for turn in turns]


@pytest.fixture
def chat(project: Project) -> Iterator[Chat]:
    found = Chat(project)
    yield found
    found.session.close()
    assert found.session.join(SECONDS)
    assert not any(chat_home(project).iterdir())


def alive(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return False
    return True


def test_that_one_process_answers_all_questions_and_every_turn_is_stored(chat: Chat) -> None:
    first = chat.ended("one")
    pid = chat.session.pid
    second = chat.ended("two & <three>")
    assert (first.answer, second.answer) == ("You asked: one", "You asked: two & <three>")
    assert chat.session.pid == pid
    states = [news.state for news in chat.news if isinstance(news, ModelState)]
    assert states == ["loading", "ready"]
    texts = [news.text for news in chat.news if isinstance(news, TextCame) and news.turn_id == first.id]
    assert texts == ["You ", "You asked: ", "You asked: one"]
    assert [row[0] for row in chat.stored()] == ["", "one", "two & <three>"]


def test_that_an_image_without_a_prediction_gets_score_and_explanation_first(project: Project) -> None:
    chat = Chat(project, "train")
    chat.ask("")
    news = chat.until(lambda one: isinstance(one, TurnChanged) and one.turn.state == "complete")
    assert isinstance(news, TurnChanged) and news.turn.answer == FIRST and news.turn.label == 3
    assert chat.ended("why").answer == "You asked: why"
    chat.session.close()
    assert chat.session.join(SECONDS)
    assert [row[0] for row in chat.stored()] == ["", "why"]


def test_that_a_stopped_answer_is_kept_and_the_chat_goes_on(chat: Chat) -> None:
    chat.ask("slow")
    chat.until(lambda one: isinstance(one, TextCame) and "word3" in one.text)
    chat.session.stop()
    turn = chat.end_of_turn()
    assert turn.state == "stopped" and turn.answer.startswith("word0 word1 word2 word3")
    assert chat.ended("next").answer == "You asked: next"


def test_that_a_stop_does_not_wait_for_the_model_to_load(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.chat.fake_chat.LOADING_SECONDS", 50.0)
    chat.ask("one")
    chat.until(lambda one: isinstance(one, ModelState))
    since = time.monotonic()
    chat.session.stop()
    assert chat.end_of_turn().state == "stopped"
    assert time.monotonic() - since < 20


@pytest.mark.parametrize(("question", "reason"), [("die", "SIGKILL"), ("spent", "Not enough memory")])
def test_that_a_death_ends_in_a_sentence_and_the_next_question_is_answered(
    chat: Chat, question: str, reason: str
) -> None:
    turn = chat.ended(question)
    assert (turn.state, turn.answer) == ("failed", "I was about")
    assert reason in turn.reason and "sk again" in turn.reason
    assert chat.ended("next").answer == "You asked: next"
    assert [row[2] for row in chat.stored()][1:] == ["failed", "complete"]


def test_that_what_cannot_be_answered_has_its_reason(chat: Chat) -> None:
    turn = chat.ended("refuse this")
    assert (turn.state, turn.reason) == ("failed", "This is too long. Be brief.")


def test_that_jobs_get_the_memory_at_once_and_no_chat_starts_beside_them(chat: Chat) -> None:
    chat.ask("slow")
    chat.until(lambda one: isinstance(one, TextCame))
    pid = chat.session.pid
    chat.session.give_way(to_jobs=True)
    assert chat.end_of_turn().state == "stopped"
    chat.until(lambda one: isinstance(one, ModelState) and one.state == "unloaded")
    assert not alive(pid)
    chat.ask("now")
    assert chat.until(lambda one: isinstance(one, NotAsked)) == NotAsked(JOB_RUNS)
    chat.session.give_way(to_jobs=False)
    assert chat.ended("later").answer == "You asked: later"


def test_that_closing_stops_the_answer_and_keeps_what_there_is(chat: Chat) -> None:
    chat.ask("slow")
    chat.until(lambda one: isinstance(one, TextCame) and "word5" in one.text)
    pid = chat.session.pid
    chat.session.close()
    assert chat.session.join(SECONDS) and not alive(pid)
    question, answer, state = chat.stored()[-1]
    assert (question, state) == ("slow", "stopped") and "word5" in answer


def test_that_another_program_leaves_a_living_chat_alone(chat: Chat) -> None:
    chat.ask("slow")
    chat.until(lambda one: isinstance(one, TextCame))
    other = (
        "import sys; from pathlib import Path; from studio.services.projects import create_and_open as c;"
        "from studio.services.chatting.left_over import recover; print(recover(c.open_project(Path(sys.argv[1]))))"
    )
    command = [sys.executable, "-c", other, str(chat.project.root)]
    assert subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2]).stdout == b"0\n"
    chat.session.stop()
    assert chat.end_of_turn().state == "stopped"


PARENT = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from support.chat.fake_chat import fake_chat
from studio.jobs.chat_session import ChatSession, TextCame
from studio.services.chatting.conversations import subject
from studio.services.chatting.partners import partner
from studio.services.projects import create_and_open
project = create_and_open.open_project(Path(sys.argv[1]))
def tell(news):
    if isinstance(news, TextCame) and "word9" in news.text:
        print("came", flush=True)
session = ChatSession(project, tell, fake_chat)
session.ask(subject(project, int(sys.argv[3])), partner(project), "slow", None)
time.sleep(100)
"""


def test_that_a_killed_program_loses_nothing_that_was_said(project: Project) -> None:
    chat = Chat(project)
    tests = str(Path(__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(project.root), tests, str(chat.about.image_id)],
        stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
    ) as parent:  # fmt: skip
        assert parent.stdout is not None and parent.stdout.readline() == b"came\n"
        parent.send_signal(signal.SIGKILL)
    (folder,) = chat_home(project).iterdir()
    end = time.monotonic() + SECONDS
    while not (folder / "journal.0.jsonl").exists() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.3)
    chat.conversation = opened(project, chat.about, chat.whom.version).conversation_id
    assert chat.ended("and now").answer == "You asked: and now"
    chat.session.close()
    assert chat.session.join(SECONDS)
    question, answer, state = chat.stored()[1]
    assert (question, state) == ("slow", "stopped") and "word9" in answer


def events_until(child: ChatChild, number: int) -> list[Event]:
    events: list[Event] = []
    while not any(isinstance(event, Answered) and event.number == number for event in events):
        events += child.poll(0.2)
        assert child.outcome is None
    return events


@pytest.mark.slow
def test_that_a_real_model_answers_twice_in_one_process_stops_and_dies(tmp_path: Path) -> None:
    base, (image,) = make_tiny_llava(tmp_path / "base"), make_images(tmp_path / "images", 1)
    spec = ChatSpec(ModelSpec(str(base), device="cpu", dtype="float32", threads=1), PROMPT, max_new_tokens=200)
    child = ChatChild(spec, tmp_path / "home")
    child.start()
    child.send(ChatRequest(1, str(image)))
    events = events_until(child, 1)
    assert sum(isinstance(event, Loaded) for event in events) == 1
    child.send(ChatRequest(2, str(image), None, ("#Score: 3\n#Explain: Sharp.",), ("Is it?",)))
    events = events_until(child, 2)
    assert not any(isinstance(event, Loaded) for event in events)
    answer = next(event for event in events if isinstance(event, Answered))
    shown = ""
    for piece in (event for event in events if isinstance(event, AnswerPiece)):
        shown = shown[: piece.start] + piece.text
    assert shown == answer.text and answer.text
    child.send(ChatRequest(3, str(image), None, ("#Score: 3\n#Explain: Sharp.",), ("And now?",)))
    child.send(StopAnswer(3))
    stopped = next(event for event in events_until(child, 3) if isinstance(event, Answered))
    assert stopped.ended == "stopped"
    child.kill()
    while child.outcome is None:
        child.poll(0.2)
    child.close()
    assert not any((tmp_path / "home").iterdir())
