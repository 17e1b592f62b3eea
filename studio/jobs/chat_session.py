"""Chats of an open project: a thread that owns the model's process and stores every turn. No Qt, no torch.

The process is started with the first question, answers all that follow as long as they need the same model, and is
ended with the chat's window (``release``) or as soon as the queue runs, whose jobs need the memory (``give_way``).
Whatever becomes of it, the chat goes on with the next question, for which it is started again.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from engine.contract.chat.requests import StopAnswer
from engine.contract.events import Answered, AnswerPiece, Event, Loaded, Unanswered
from engine.contract.specs import ChatSpec
from studio.jobs.chat_child import ChatChild, explain_end
from studio.services.chatting import conversations
from studio.services.chatting.left_over import chat_home, recover
from studio.services.chatting.types import Partner, Subject, Turn, TurnState
from studio.services.errors import StudioError
from studio.services.projects.project import Project

logger = logging.getLogger(__name__)
POLL_SECONDS = 0.1
JOB_RUNS = "A job is running, which needs the memory. Ask when it has ended, or stop it."


@dataclass(frozen=True, slots=True)
class TurnChanged:
    """A turn with a version about an image has been stored: asked, or ended."""

    turn: Turn
    about: Subject
    version: str


@dataclass(frozen=True, slots=True)
class TextCame:
    """The answer to an open turn, as far as it has come."""

    turn_id: int
    text: str


@dataclass(frozen=True, slots=True)
class ModelState:
    """What becomes of the model: it is being loaded, is ready for questions, or has been unloaded."""

    state: Literal["loading", "ready", "unloaded"]


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A question could not be stored or sent, for a reason that the user can read."""

    message: str


News = TurnChanged | TextCame | ModelState | NotAsked
MakeChild = Callable[[ChatSpec, Project], ChatChild]


@dataclass(frozen=True, slots=True)
class _Ask:
    about: Subject
    whom: Partner
    question: str
    conversation_id: int | None


@dataclass(slots=True)
class _Open:
    """A turn whose answer is to come."""

    asked: _Ask
    text: str = ""


_Command = _Ask | Literal["stop", "release", "close"]


def _child(spec: ChatSpec, project: Project) -> ChatChild:
    return ChatChild(spec, chat_home(project))


@dataclass(slots=True)
class ChatSession:
    """One thread, one process at a time. Every method but ``join`` returns at once, on any thread.

    Args:
        project: an open project.
        tell: receives the news, on the session's thread.
        make_child: makes a process that has not been started (for tests).
    """

    project: Project
    tell: Callable[[News], object]
    make_child: MakeChild = _child
    _commands: queue.Queue[_Command] = field(default_factory=queue.Queue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _recovering: threading.Lock = field(default_factory=threading.Lock)
    _child: ChatChild | None = None
    _loaded: bool = False
    _let_go: bool = False
    _giving_way: bool = False
    _closed: bool = False
    _open: dict[int, _Open] = field(default_factory=dict)
    _thread: threading.Thread | None = None
    _recovered: bool = False

    @property
    def pid(self) -> int | None:
        """Return the process id of the model's process; None if there is none."""
        with self._lock:
            return self._child.pid if self._child is not None else None

    def ask(self, about: Subject, whom: Partner, question: str, conversation_id: int | None) -> None:
        """Ask a version about an image.

        Args:
            about: the image.
            whom: the version.
            question: "" for its score and explanation.
            conversation_id: None begins one.
        """
        self._do(_Ask(about, whom, question, conversation_id))

    def recover(self) -> None:
        """Store what a chat of a program that was killed has left; once, before anything is asked or read. Blocks.

        Raises:
            StudioError: the database cannot be written.
        """
        with self._recovering:
            if not self._recovered:
                recover(self.project)
                self._recovered = True

    def stop(self) -> None:
        """Stop the answer under way; what there is of it is kept."""
        self._do("stop")

    def release(self) -> None:
        """End the model's process at once, which frees its memory; the answer under way counts as stopped."""
        with self._lock:
            if self._child is not None:
                self._let_go = True
                self._child.kill()
        if self._thread is not None:
            self._commands.put("release")  # also for what was asked a moment ago

    def give_way(self, to_jobs: bool) -> None:
        """Release the model and start none as long as jobs run; ``to_jobs`` False: they have ended."""
        with self._lock:
            self._giving_way = to_jobs
        if to_jobs:
            self.release()

    def close(self) -> None:
        """Stop everything; nothing is told any more. Wait for the end with ``join``."""
        self.tell = _nobody
        self._closed = True
        self.give_way(to_jobs=True)
        if self._thread is not None:
            self._commands.put("close")

    def join(self, seconds: float | None = None) -> bool:
        """Wait until all is stored and the process has ended; False where that takes longer."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _do(self, command: _Command) -> None:
        self._commands.put(command)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="chat", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            while (command := self._next()) != "close":
                if isinstance(command, _Ask):
                    self._ask(command)
                elif command == "stop":
                    self._stop()
                elif command == "release":
                    self._end_child()
                self._listen()
        except Exception:  # the thread's last line of defence; what was said is stored
            logger.exception("the chat stopped")
        finally:
            self._end_child()

    def _next(self) -> _Command | None:
        """Return the next command; None while a process has to be listened to."""
        try:
            return self._commands.get(block=self._child is None)
        except queue.Empty:
            return None

    def _ask(self, wanted: _Ask) -> None:
        try:
            if self._giving_way and not self._closed:
                raise StudioError(JOB_RUNS)
            self.recover()
            turn = self._stored(wanted)
        except StudioError as error:
            self.tell(NotAsked(str(error)))
            return
        self._tell_turn(turn, wanted)
        if turn.state != "open":
            return
        self._open[turn.id] = _Open(wanted)
        try:
            request = conversations.request(self.project, turn, wanted.about, wanted.whom)
            self._start(wanted.whom.spec).send(request)
        except (StudioError, OSError) as error:
            self._ended(turn.id, "", "failed", str(error))

    def _stored(self, wanted: _Ask) -> Turn:
        """Return the turn to be answered: in a new conversation score and explanation, unless they are known."""
        number = wanted.conversation_id
        if number is None:
            (first,) = conversations.begin(self.project, wanted.about, wanted.whom)
            if not wanted.question or first.state == "open":
                return first
            self._tell_turn(first, wanted)
            number = first.conversation_id
        return conversations.ask(self.project, number, wanted.question, wanted.whom)

    def _start(self, spec: ChatSpec) -> ChatChild:
        """Return the process of this model; one of another model is ended first."""
        if self._child is not None and self._child.spec == spec and self._child.outcome is None:
            return self._child
        self._end_child()
        child = self.make_child(spec, self.project)
        with self._lock:
            if self._giving_way:
                child.discard()
                raise StudioError(JOB_RUNS)
            try:
                child.start()
            except OSError:
                child.discard()
                raise
            self._child, self._loaded, self._let_go = child, False, False
        self.tell(ModelState("loading"))
        return child

    def _stop(self) -> None:
        if self._child is None:
            return
        if not self._loaded:  # loading is not worth waiting for
            self.release()
            return
        for turn_id in self._open:
            self._child.send(StopAnswer(turn_id))

    def _listen(self) -> None:
        child = self._child
        if child is None:
            return
        for event in child.poll(POLL_SECONDS):
            self._take(event)
        if child.outcome is not None:
            self._end_child()

    def _take(self, event: Event) -> None:
        match event:
            case Loaded():
                self._loaded = True
                self.tell(ModelState("ready"))
            case AnswerPiece(number, start, text) if number in self._open:
                turn = self._open[number]
                turn.text = turn.text[:start] + text
                self.tell(TextCame(number, turn.text))
            case Answered(number, text, ended, _, _, logprobs) if number in self._open:
                self._ended(number, text, ended, logprobs=logprobs)
            case Unanswered(number, message, remedy) if number in self._open:
                self._ended(number, "", "failed", f"{message} {remedy}".strip())

    def _ended(
        self, number: int, text: str, state: TurnState, reason: str = "", logprobs: list[float] | None = None
    ) -> None:
        asked = self._open.pop(number).asked
        try:
            turn = conversations.end(self.project, number, asked.whom, text, state, reason=reason, logprobs=logprobs)
        except StudioError as error:
            self.tell(NotAsked(str(error)))
            return
        self._tell_turn(turn, asked)

    def _tell_turn(self, turn: Turn, asked: _Ask) -> None:
        self.tell(TurnChanged(turn, asked.about, asked.whom.version))

    def _end_child(self) -> None:
        """End the process, if there is one; what it has not answered is stored as stopped, or as failed if it died."""
        with self._lock:
            child, self._child = self._child, None
            by_request = self._let_go or (child is not None and child.outcome is None)
            self._let_go = False
        if child is None:
            return
        child.close()
        message, remedy = explain_end(child.outcome)
        for number, turn in list(self._open.items()):
            if by_request:
                self._ended(number, turn.text, "stopped")
            else:
                self._ended(number, turn.text, "failed", f"{message} {remedy}".strip())
        self.tell(ModelState("unloaded"))


def _nobody(_news: News) -> None:
    """Whom a closed session tells."""
