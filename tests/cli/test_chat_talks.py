"""A conversation on the terminal that is interrupted: Ctrl-C stops the answer, and the next one comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.chat.fake_chat import fake_chat
from support.reviewed import make_reviewed_project

from studio.cli.chatting import talks
from studio.cli.chatting.talks import StoredTalk, Talk, UnstoredTalk
from studio.services.chatting.conversations import subject_at
from studio.services.chatting.partners import partner
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

pytestmark = pytest.mark.child


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))


def interrupt_at(word: str) -> Callable[[str], None]:
    pressed: list[str] = []

    def on_text(text: str) -> None:
        if word in text and not pressed:
            pressed.append(text)
            raise KeyboardInterrupt

    return on_text


@pytest.mark.parametrize("kind", ["stored", "exported"])
def test_that_ctrl_c_stops_the_answer_and_keeps_it(
    project: Project, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    about, whom = subject_at(project, Path("test_00.png")), partner(project)
    talk: Talk
    if kind == "stored":
        stored = StoredTalk(project, about, whom)
        stored._session.make_child = fake_chat
        talk = stored
    else:
        monkeypatch.setattr(talks, "ChatChild", lambda spec: fake_chat(spec, project))
        talk = UnstoredTalk(about, whom)
    first = talk.ask("", lambda _text: None)
    assert first.is_first and first.state == "complete"
    turn = talk.ask("slow", interrupt_at("word3"))
    assert turn.state == "stopped" and "word3" in turn.answer
    texts: list[str] = []
    assert talk.ask("next", texts.append).answer == "You asked: next"
    assert texts == ["You ", "You asked: ", "You asked: next"]
    assert talk.ask("die", lambda _text: None).state == "failed"
    assert talk.ask("again", lambda _text: None).answer == "You asked: again"
    talk.close()
    project.close()
