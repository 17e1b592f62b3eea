"""Status of a hub model in the wizard: downloaded or not, download size, and sign-in."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from engine.contract.hub_cache import HUB_ID
from studio.services.base_models import hub_account
from studio.services.base_models.hub_account import Availability
from studio.text import printable
from studio.views.tasks.task_runner import TaskRunner
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel

ASK_MS = 700
"""Delay after the last key before the hub is queried."""
_KEY = "hub availability"


class HubModelStatus(QWidget):
    """Queries the hub in the background; the result is informative only."""

    def __init__(self, background: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._asked: tuple[str, str | None, bool] | None = None
        self.text = PlainLabel(role="muted", wrap=True)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(self.tr("Hugging Face access token (for gated models)"))
        self.token.setAccessibleName(self.tr("Hugging Face access token"))
        self.sign_in = QPushButton(self.tr("Sign in"))
        self.sign_in.setEnabled(False)
        row = FlowLayout()
        row.addWidget(self.token, 1)
        row.addWidget(self.sign_in)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        column.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_MS)
        self._timer.timeout.connect(self._ask)
        self.token.textChanged.connect(lambda text: self.sign_in.setEnabled(bool(text.strip())))
        self.token.returnPressed.connect(self._sign_in)
        self.sign_in.clicked.connect(self._sign_in)

    def show_model(self, repo: str, revision: str, *, offline: bool) -> None:
        """Query the hub soon about this model, once for each."""
        asked = (repo, revision.strip() or None, offline)
        if asked == self._asked:
            return
        self._asked = asked
        self.text.setText("")
        if HUB_ID.fullmatch(repo):
            self._timer.start()
        else:
            self._timer.stop()

    def _ask(self) -> None:
        if self._asked is None:
            return
        asked = self._asked
        repo, revision, offline = asked
        self.text.setText(self.tr("Checking Hugging Face…"))

        def show(found: Availability) -> None:
            if self._asked == asked:
                self.text.setText(printable(self._description(found)))

        def refuse(text: str) -> None:
            if self._asked == asked:
                self.text.setText(printable(text))

        self._background.read(_KEY, lambda: hub_account.availability(repo, revision, offline=offline), show, refuse)

    def _description(self, found: Availability) -> str:
        commit, size = found.commit[:12], f"{found.bytes / 1e9:.2f}"
        if found.here:
            return self.tr("Already downloaded: commit {0}, {1} GB.").format(commit, size)
        if found.needs_token:
            text = self.tr("Gated model: request access on Hugging Face, then sign in below. Commit {0}, {1} GB.")
            return text.format(commit, size)
        return self.tr("Will be downloaded before the first job: {1} GB, commit {0}.").format(commit, size)

    def _sign_in(self) -> None:
        token = self.token.text()
        if not token.strip():
            return
        self.token.clear()
        self.text.setText(self.tr("Checking Hugging Face…"))
        self._background.write(lambda: hub_account.sign_in(token), self._signed_in, self._refused)

    def _signed_in(self, account: str) -> None:
        text = self.tr("Signed in as {0}. The token is used for all projects and is not stored in any of them.")
        self.text.setText(printable(text.format(account)))
        self._timer.start()

    def _refused(self, text: str) -> None:
        self.text.setText(printable(text))
