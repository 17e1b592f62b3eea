"""The chats of an open project for the window: the session's news as signals, in the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from studio.jobs.chat_session import ChatSession, ModelState, News, NotAsked, TextCame, TurnChanged
from studio.services.chatting.types import Partner, Subject
from studio.services.projects.project import Project
from studio.window_queue import WindowQueue


class ChatLink(QObject):
    """Window's thread only.

    Signals:
        turn_changed(TurnChanged): a turn was asked, or has ended; it is stored.
        text_came(int, str): the answer to an open turn, as far as it has come.
        model_changed(): see ``model``.
        not_asked(str): a question was not taken, and why.
    """

    turn_changed = Signal(object)
    text_came = Signal(int, str)
    model_changed = Signal()
    not_asked = Signal(str)

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = WindowQueue[News](self._deliver, self)
        self.session = ChatSession(project, self._queue.outbox.post)
        self.model = "unloaded"
        """Whether the model is "loading", "ready" or "unloaded"."""

    def ask(self, about: Subject, whom: Partner, question: str, conversation_id: int | None) -> None:
        """Ask a version about an image; "" asks for its score and explanation, None begins a conversation."""
        self.session.ask(about, whom, question, conversation_id)

    def stop(self) -> None:
        """Stop the answer under way, and keep what there is of it."""
        self.session.stop()

    def release(self) -> None:
        """Unload the model."""
        self.session.release()

    def give_way(self, *, to_jobs: bool) -> None:
        """Unload the model and load none while jobs run."""
        self.session.give_way(to_jobs)

    def close(self) -> None:
        """End everything; no signals follow. The session can be joined off the window's thread."""
        self.session.close()
        self._queue.close()

    def _deliver(self, news: News) -> None:
        match news:
            case TurnChanged():
                self.turn_changed.emit(news)
            case TextCame(turn_id, text):
                self.text_came.emit(turn_id, text)
            case ModelState(state):
                self.model = state
                self.model_changed.emit()
            case NotAsked(message):
                self.not_asked.emit(message)
