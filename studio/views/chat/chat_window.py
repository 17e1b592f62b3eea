"""Talk with a version about an image, beginning with its score and explanation (arXiv 2506.02708, B.3)."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from engine.contract.chat.requests import suggestion_prompt
from studio.jobs.chat_session import TurnChanged
from studio.plural import plural
from studio.services.chatting import conversations
from studio.services.chatting.types import ConversationRow, OpenedChat, Subject
from studio.text import clock, one_line, printable, tool_tip, window_title
from studio.views.chat.message_field import MessageField
from studio.views.chat.transcript import Transcript
from studio.views.image_window import ImageWindow
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.studio_dialog import StudioDialog

SIZE = (1000, 660)
IMAGE_WIDTH, TALK_WIDTH = 400, 580
SHOW_MS = 50
"""Interval at which text that has come is shown."""


class ChatWindow(StudioDialog):
    """Non-modal, one for each project. Closing it unloads the model; what was said is stored."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._workspace, self._chat = workspace, workspace.chat
        self._background = workspace.background.for_owner(self)
        self.opened: OpenedChat | None = None
        self._subject: Subject | None = None
        self._asked: str | None = None
        """The question that is on its way to the model; None: there is none."""
        self._open: set[int] = set()
        """The turns that this program waits for."""
        self._stopping = False
        self._came: dict[int, str] = {}
        self.image = ImageView(workspace.images)
        ImageWindow.open_from(self.image, self, workspace.images)
        self.name = ElidedLabel(role="subtitle")
        self.versions, self.earlier = CalmCombo(), CalmCombo()
        self.transcript = Transcript()
        self.state = PlainLabel(role="muted", wrap=True)
        self.problem = PlainLabel(role="reason", wrap=True)
        self.message = MessageField()
        self.send_button, self.stop_button = QPushButton(self.tr("Send")), QPushButton(self.tr("Stop"))
        self.suggest_button = QPushButton(self.tr("Ask for suggestions"))
        self.new_button = QPushButton(self.tr("New conversation"))
        self.copy_button = QPushButton(self.tr("Copy transcript"))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SHOW_MS)
        self._pause.timeout.connect(self._show_text)
        self._lay_out()
        self._connect()
        self.set_size(*SIZE)
        self._update()

    @classmethod
    def of(cls, workspace: Workspace, page: QWidget) -> ChatWindow | None:
        """Return the project's open window."""
        shown = (each for each in page.window().findChildren(cls) if each.isVisible())
        return next((each for each in shown if each._workspace is workspace), None)

    @classmethod
    def show_for(cls, workspace: Workspace, page: QWidget, image: int | Path, version: str | None = None) -> ChatWindow:
        """Show a chat about an image in the project's window, which is made if needed.

        Args:
            workspace: the open project.
            page: the parent of a new window.
            image: an image of the project, or any file.
            version: None is the newest final one.
        """
        window = cls.of(workspace, page) or cls(workspace, page)
        window.show_image(image, version)
        window.show()
        window.raise_()
        window.activateWindow()
        window.message.setFocus()
        return window

    @property
    def answering(self) -> bool:
        """Return whether an answer is on its way."""
        return self._asked is not None or any(view.turn.id in self._open for view in self.transcript.turns)

    def show_image(self, image: int | Path, version: str | None = None) -> None:
        """Show the newest conversation about an image, of the project or a file, with a version."""
        project, session = self._workspace.project, self._chat.session
        if self._subject is not None and image not in (self._subject.image_id, self._subject.path):
            self._leave()

        def work() -> OpenedChat:
            session.recover()
            if isinstance(image, Path):
                return conversations.opened(project, conversations.subject_at(project, image), version)
            return conversations.opened(project, conversations.subject(project, image), version)

        self._background.read("chat", work, self._on_opened, self._on_problem)

    def send(self) -> None:
        """Ask what is in the field."""
        text = self.message.toPlainText()
        if text.strip() and self._ask(text):
            self.message.clear()

    def suggest(self) -> None:
        """Ask for suggestions, as the paper does."""
        self._ask(suggestion_prompt())

    def stop(self) -> None:
        """Stop the answer; what there is of it is kept."""
        if self.answering:
            self._stopping = True
            self._chat.stop()
            self._update()

    def begin_anew(self) -> None:
        """Begin another conversation about the same image with the same version."""
        if self.opened is not None:
            self._show(self.opened.partner.version, 0)
        self.message.setFocus()

    def copy(self) -> None:
        """Copy the conversation as text."""
        if self.opened is None:
            return
        head = self.tr("Image: {0}").format(one_line(self.opened.subject.name))
        QGuiApplication.clipboard().setText(printable(f"{head}\n\n{self.transcript.as_text()}\n"))
        self.state.setText(self.tr("Copied."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape stops an answer; without one it closes."""
        if event.key() == Qt.Key.Key_Escape and self.answering:
            self.stop()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # which would press a button
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Close, in whatever way, and unload the model."""
        self._chat.release()
        super().reject()

    def _ask(self, question: str) -> bool:
        opened = self.opened
        if opened is None or self._workspace.running or self.answering or not opened.goes_on:
            return False
        self.problem.clear()
        self._asked = question.strip()
        self._chat.ask(opened.subject, opened.partner, question, opened.conversation_id)
        self._update()
        return True

    def _show(self, version: str, shown: int | None) -> None:
        """Show another conversation about the same image."""
        project, about = self._workspace.project, self._subject
        if about is None:
            return
        self._leave()
        self._background.read(
            "chat", lambda: conversations.opened(project, about, version, shown), self._on_opened, self._on_problem
        )

    def _leave(self) -> None:
        """Stop the answer under way, if another conversation is going to be shown."""
        if self.answering:
            self._chat.stop()
        self._asked, self._stopping = None, False
        self._came.clear()

    def _on_opened(self, opened: OpenedChat) -> None:
        self.opened, self._subject, about = opened, opened.subject, opened.subject
        self.setWindowTitle(window_title(self.tr("Chat: {0}").format(about.name)))
        self.image.show_path(about.path)
        self.name.setText(about.name)
        self.problem.clear()
        self._offer(opened)
        self.transcript.show_turns(opened.turns, opened.partner.version)
        self._update()
        self._begin()

    def _begin(self) -> None:
        """Ask for score and explanation where no prediction has them, unless a job runs: then when it has ended."""
        if self.opened is not None and not self.transcript.turns:
            self._ask("")

    def _offer(self, opened: OpenedChat) -> None:
        with QSignalBlocker(self.versions), QSignalBlocker(self.earlier):
            self.versions.clear()
            for name in reversed(opened.versions):
                self.versions.addItem(one_line(name), name)
            self.versions.setCurrentIndex(self.versions.findData(opened.partner.version))
            self.earlier.clear()
            if opened.conversation_id is None:
                self.earlier.addItem(self.tr("New conversation"), 0)
            for row in opened.conversations:
                self.earlier.addItem(self._title(row), row.id)
            self.earlier.setCurrentIndex(self.earlier.findData(opened.conversation_id or 0))
        self.versions.setToolTip(tool_tip(opened.partner.version))

    def _title(self, row: ConversationRow) -> str:
        asked = plural("ChatWindow", "{n} questions", "{n} question", row.questions)
        text = self.tr("{0}, {1}") if row.is_current else self.tr("{0}, {1}, with an earlier model of this name")
        return text.format(clock(row.created_at), asked)

    def _on_turn(self, news: TurnChanged) -> None:
        opened, turn = self.opened, news.turn
        (self._open.add if turn.state == "open" else self._open.discard)(turn.id)
        if opened is None or (news.about, news.version) != (opened.subject, opened.partner.version):
            return
        if opened.conversation_id is None and self._asked is not None:
            self._adopt(opened, turn.conversation_id)
        elif opened.conversation_id != turn.conversation_id:
            return
        self._came.pop(turn.id, None)
        if turn.question == self._asked:
            self._asked = None
        self._stopping = self._stopping and turn.state == "open"
        self.transcript.put(turn)
        self._relist()
        self._update()

    def _adopt(self, opened: OpenedChat, conversation_id: int) -> None:
        """Go on in the conversation that the first question has begun."""
        self.opened = dataclasses.replace(opened, conversation_id=conversation_id)

    def _relist(self) -> None:
        """Read the list of conversations again: one of them has another question."""
        project, opened = self._workspace.project, self.opened
        if opened is None:
            return
        about, version, shown = opened.subject, opened.partner.version, opened.conversation_id

        def done(found: OpenedChat) -> None:
            if self.opened is not None and self.opened.conversation_id == shown:
                self._offer(found)

        self._background.read("chat-list", lambda: conversations.opened(project, about, version, shown), done)

    def _on_text(self, turn_id: int, text: str) -> None:
        self._came[turn_id] = text
        if not self._pause.isActive():
            self._pause.start()

    def _show_text(self) -> None:
        for turn_id, text in self._came.items():
            self.transcript.show_text(turn_id, text)

    def _on_not_asked(self, message: str) -> None:
        self._asked, self._stopping = None, False
        self._on_problem(message)

    def _on_problem(self, message: str) -> None:
        self.problem.setText(message)
        self._update()

    def _on_jobs(self) -> None:
        self._update()
        if not self._workspace.running and not self.answering:
            self._begin()

    def _on_version(self, _place: int) -> None:
        self._show(str(self.versions.currentData()), None)

    def _on_earlier(self, _place: int) -> None:
        if self.opened is not None:
            self._show(self.opened.partner.version, int(self.earlier.currentData()))

    def _update(self) -> None:
        """Update what can be done, and the line that says what happens."""
        opened, answering = self.opened, self.answering
        first = self.transcript.turns[0].turn if self.transcript.turns else None
        free = opened is not None and not self._workspace.running and not answering and opened.goes_on
        can_ask = free and first is not None and first.was_answered
        self.send_button.setEnabled(can_ask and bool(self.message.toPlainText().strip()))
        self.suggest_button.setEnabled(can_ask)
        self.stop_button.setEnabled(answering and not self._stopping)
        self.new_button.setEnabled(opened is not None and opened.conversation_id is not None)
        self.copy_button.setEnabled(bool(self.transcript.turns))
        self.state.setText(self._state(opened))
        self.problem.setVisible(bool(self.problem.text()))

    def _state(self, opened: OpenedChat | None) -> str:
        if opened is None:
            return ""
        if self._stopping:
            return self.tr("Stopping…")
        if self.answering and self._chat.model != "ready":
            return self.tr("Loading the model…")
        if self.answering:
            return self.tr("Answering…")
        if self._workspace.running:
            return self.tr("A job is running, and its memory comes first. The chat goes on when it has ended.")
        if not opened.goes_on:
            return self.tr("This was said by an earlier model of this name. Start a new conversation to ask more.")
        first = self.transcript.turns[0].turn if self.transcript.turns else None
        if first is not None and not first.was_answered:
            return self.tr("Without score and explanation there is nothing to go on from. Start a new conversation.")
        if not opened.partner.converses:
            return self.tr("The demo model was not trained to converse: what it says to questions means nothing.")
        return ""

    def _connect(self) -> None:
        self._chat.turn_changed.connect(self._on_turn)
        self._chat.text_came.connect(self._on_text)
        self._chat.model_changed.connect(self._update)
        self._chat.not_asked.connect(self._on_not_asked)
        self._workspace.jobs_changed.connect(self._on_jobs)
        self.versions.activated.connect(self._on_version)
        self.earlier.activated.connect(self._on_earlier)
        self.message.sent.connect(self.send)
        self.message.textChanged.connect(self._update)
        self.send_button.clicked.connect(self.send)
        self.stop_button.clicked.connect(self.stop)
        self.suggest_button.clicked.connect(self.suggest)
        self.new_button.clicked.connect(self.begin_anew)
        self.copy_button.clicked.connect(self.copy)

    def _lay_out(self) -> None:
        for field, name in ((self.versions, self.tr("Version")), (self.earlier, self.tr("Conversation"))):
            field.setAccessibleName(name)
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(14)
        self.send_button.setProperty("role", "primary")
        self.suggest_button.setToolTip(tool_tip(suggestion_prompt()))
        self.stop_button.setToolTip(self.tr("Stop the answer and keep what there is of it (Esc)"))
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        for button in (
            *(self.send_button, self.stop_button, self.suggest_button, self.new_button, self.copy_button, close),
        ):
            button.setAutoDefault(False)
        splitter = FoldingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(14)
        splitter.addWidget(self._picture())
        splitter.addWidget(self._talk())
        splitter.setSizes([IMAGE_WIDTH, TALK_WIDTH])
        splitter.setStretchFactor(1, 1)
        foot = FlowLayout()
        foot.addWidget(self.suggest_button)
        foot.addWidget(self.new_button)
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(splitter, 1)
        column.addLayout(foot)

    def _picture(self) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.name)
        column.addWidget(self.image, 1)
        return widget

    def _talk(self) -> QWidget:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Version"), role="muted"))
        head.addWidget(self.versions, 1)
        head.addSpacing(8)
        head.addWidget(PlainLabel(self.tr("Conversation"), role="muted"))
        head.addWidget(self.earlier, 1)
        doing = FlowLayout()
        doing.addWidget(self.state, 1)
        doing.addWidget(self.stop_button)
        doing.addWidget(self.send_button)
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.transcript, 1)
        column.addWidget(self.problem)
        column.addWidget(self.message)
        column.addLayout(doing)
        return widget
