"""A conversation from the command line: stored in a project, or with an exported model and kept nowhere. No Qt."""

from __future__ import annotations

import dataclasses
import queue
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from engine.contract.chat.requests import ChatRequest, StopAnswer
from engine.contract.events import Answered, AnswerPiece, Event, Unanswered
from studio.jobs.chat_child import ChatChild, explain_end
from studio.jobs.chat_session import ChatSession, News, NotAsked, TextCame, TurnChanged
from studio.services.chatting import conversations
from studio.services.chatting.types import Partner, Subject, Turn, TurnState
from studio.services.errors import StudioError
from studio.services.projects.project import Project

OnText = Callable[[str], object]
"""The answer as far as it has come."""
WAIT_SECONDS = 0.2


class Talk(Protocol):
    """A conversation about one image."""

    def ask(self, question: str, on_text: OnText) -> Turn:
        """Return the turn once it has ended; "" asks for score and explanation. Ctrl-C stops the answer."""

    def close(self) -> None:
        """End the model's process."""


class StoredTalk:
    """A new conversation of a project; it is stored turn by turn."""

    def __init__(self, project: Project, about: Subject, whom: Partner) -> None:
        self._news = queue.Queue[News]()
        self._session = ChatSession(project, self._news.put)
        self._about, self._whom = about, whom
        self._number: int | None = None

    def ask(self, question: str, on_text: OnText) -> Turn:
        """Return the turn once it has ended."""
        self._session.ask(self._about, self._whom, question, self._number)
        while True:
            try:
                ended = self._heard(self._news.get(timeout=WAIT_SECONDS), question, on_text)
            except queue.Empty:
                continue
            except KeyboardInterrupt:
                self._session.stop()
                continue
            if ended is not None:
                return ended

    def close(self) -> None:
        """End the model's process, once all is stored."""
        self._session.close()
        self._session.join()

    def _heard(self, news: News, question: str, on_text: OnText) -> Turn | None:
        match news:
            case TextCame(_, text):
                on_text(text)
            case NotAsked(message):
                raise StudioError(message)
            case TurnChanged(turn):
                self._number = turn.conversation_id
                if turn.state != "open" and turn.question == question.strip():
                    return turn
        return None


class UnstoredTalk:
    """A conversation with an exported model."""

    def __init__(self, about: Subject, whom: Partner) -> None:
        self._about, self._whom = about, whom
        self._turns: list[Turn] = []
        self._child: ChatChild | None = None

    def ask(self, question: str, on_text: OnText) -> Turn:
        """Return the turn once it has ended."""
        number = len(self._turns) + 1
        turn = Turn(number, 0, question.strip(), "", "open", "", datetime.now(UTC))
        said = conversations.history([*self._turns, turn])
        request = ChatRequest(number, str(self._about.path), self._whom.adapter, said.answers, said.questions, number)
        turn = self._answered(turn, request, on_text)
        self._turns.append(turn)
        return turn

    def close(self) -> None:
        """End the model's process."""
        if self._child is not None:
            self._child.close()

    def _answered(self, turn: Turn, request: ChatRequest, on_text: OnText) -> Turn:
        child, text = self._running(), ""
        child.send(request)
        waiting: deque[Event] = deque()
        while waiting or child.outcome is None:
            try:
                waiting.extend(() if waiting else child.poll(WAIT_SECONDS))
                event = waiting.popleft() if waiting else None
                if isinstance(event, AnswerPiece):
                    text = text[: event.start] + event.text
                    on_text(text)
                elif event is not None and (ended := self._ended(turn, event)) is not None:
                    return ended
            except KeyboardInterrupt:
                child.send(StopAnswer(turn.id))
        return _with(turn, text, "failed", " ".join(explain_end(child.outcome)))

    def _ended(self, turn: Turn, event: Event) -> Turn | None:
        match event:
            case Answered(_, text, how, _, _, logprobs):
                done = _with(turn, text, how, "")
                return conversations.first_turn(done, self._whom, logprobs) if turn.is_first else done
            case Unanswered(_, message, remedy):
                return _with(turn, "", "failed", f"{message} {remedy}".strip())
        return None

    def _running(self) -> ChatChild:
        if self._child is None or self._child.outcome is not None:
            self.close()
            self._child = ChatChild(self._whom.spec)
            self._child.start()
        return self._child


def _with(turn: Turn, answer: str, state: TurnState, reason: str) -> Turn:
    return dataclasses.replace(turn, answer=answer, state=state, reason=reason)
