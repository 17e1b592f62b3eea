"""What was said is stored turn by turn, shown again, and outlives versions and programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.reviewed import make_reviewed_project

from db.models import ChatTurn, Image, ModelVersion, Prediction
from engine.contract.specs import RunFolder
from studio.services.chatting import conversations
from studio.services.chatting.conversations import begin, opened, subject, subject_at
from studio.services.chatting.left_over import NOT_ANSWERED, chat_home, recover
from studio.services.chatting.partners import partner
from studio.services.chatting.types import Partner, Subject
from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.projects.project import Project

RAW = "#Score: 6\n#Explain: Soft light."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    found = create_and_open.open_project(root, exclusive=True)
    with found.session() as session:
        for row in session.query(Prediction).all():
            row.raw, row.text, row.label, row.truncated = RAW, "Soft light.", 6, False
        version = session.query(ModelVersion).filter_by(name="iter1/score").one()
        version.calibration, version.digest = {"reference": [float(label) for label in range(10)]}, "d1"
    yield found
    found.close()


def image_of(project: Project, split: str) -> Subject:
    with project.reader() as session:
        first = session.query(Image).filter_by(split=split).order_by(Image.id).first().id
    return subject(project, first)


@pytest.fixture
def about(project: Project) -> Subject:
    return image_of(project, "test")


@pytest.fixture
def whom(project: Project) -> Partner:
    return partner(project)


def test_that_the_newest_final_version_is_the_one_to_talk_to(project: Project, whom: Partner) -> None:
    assert (whom.version, whom.digest) == ("iter1/score", "d1")
    assert whom.spec.model.adapter is None and whom.spec.max_new_tokens == 256 and whom.spec.temperature == 0
    assert partner(project, "base").spec == whom.spec, "all versions of a base share one process"
    with pytest.raises(StudioError, match="no version 'other'"):
        partner(project, "other")


def test_that_a_chat_begins_with_the_stored_answer_and_stores_nothing_before_a_question(
    project: Project, about: Subject
) -> None:
    found = opened(project, about)
    (first,) = found.turns
    assert (first.answer, first.label, first.explanation, first.state) == (RAW, 6, "Soft light.", "complete")
    assert first.score is not None and found.conversation_id is None and found.conversations == ()
    with project.reader() as session:
        assert session.query(ChatTurn).count() == 0
    assert opened(project, about, "base").turns[0].score is None, "the base is not calibrated here"


def test_that_an_image_without_a_stored_answer_waits_for_one(project: Project, whom: Partner) -> None:
    training = image_of(project, "train")
    assert opened(project, training).turns == ()
    (first,) = begin(project, training, whom)
    assert first.state == "open" and first.is_first
    request = conversations.request(project, first, training, whom)
    assert (request.answers, request.questions, request.path) == ((), (), str(training.path))
    ended = conversations.end(project, first.id, whom, RAW, "complete", logprobs=[-2.0] * 10)
    assert ended.label == 6 and ended.score == pytest.approx(4.5)
    assert opened(project, training).turns == (ended,)


def test_that_a_request_has_all_that_was_said_and_answered(project: Project, about: Subject, whom: Partner) -> None:
    (first,) = begin(project, about, whom)
    number = first.conversation_id
    said = [("one", "A one.", "complete"), ("two", "", "failed"), ("three", "A th", "stopped")]
    said.append(("four", " ", "stopped"))
    for question, answer, state in said:
        turn = conversations.ask(project, number, question, whom)
        conversations.end(project, turn.id, whom, answer, state, reason="why")  # type: ignore[arg-type]
    last = conversations.ask(project, number, "  last ", whom)
    request = conversations.request(project, last, about, whom)
    assert request.answers == (RAW, "A one.", "A th")
    assert request.questions == ("one", "three", "last")
    with pytest.raises(StudioError, match="empty"):
        conversations.ask(project, number, " \n", whom)


def test_that_an_answer_ends_once(project: Project, about: Subject, whom: Partner) -> None:
    (first,) = begin(project, about, whom)
    turn = conversations.ask(project, first.conversation_id, "?", whom)
    conversations.end(project, turn.id, whom, "Yes.", "complete")
    assert conversations.end(project, turn.id, whom, "No.", "stopped").answer == "Yes."


def test_that_each_version_has_conversations_of_its_own_the_newest_is_shown(
    project: Project, about: Subject, whom: Partner
) -> None:
    (old,) = begin(project, about, whom)
    conversations.ask(project, old.conversation_id, "old", whom)
    (new,) = begin(project, about, whom)
    found = opened(project, about)
    assert [row.id for row in found.conversations] == [new.conversation_id, old.conversation_id]
    assert [row.questions for row in found.conversations] == [0, 1]
    assert found.conversation_id == new.conversation_id
    assert [turn.question for turn in opened(project, about, shown=old.conversation_id).turns] == ["", "old"]
    assert opened(project, about, shown=0).conversation_id is None
    assert opened(project, about, "base").conversations == ()
    with pytest.raises(StudioError, match="no conversation 77"):
        opened(project, about, shown=77)


def test_that_a_conversation_with_an_earlier_version_of_the_name_is_kept_and_not_continued(
    project: Project, about: Subject, whom: Partner
) -> None:
    (turn,) = begin(project, about, dataclasses.replace(whom, digest="before"))
    found = opened(project, about)
    assert found.conversation_id is None and found.goes_on
    assert [row.is_current for row in found.conversations] == [False]
    assert not opened(project, about, shown=turn.conversation_id).goes_on


def left(project: Project, rows: list[dict[str, object]], name: str = "chat-x") -> RunFolder:
    folder = RunFolder(chat_home(project) / name)
    folder.path.mkdir(parents=True)
    whole = "".join(json.dumps(row) + "\n" for row in rows)
    folder.journal().write_text(whole + '{"number": 1, "te')
    return folder


def test_that_an_answer_that_was_not_stored_before_a_kill_is_found_again(
    project: Project, about: Subject, whom: Partner
) -> None:
    (first,) = begin(project, about, whom)
    done, lost = (conversations.ask(project, first.conversation_id, text, whom) for text in ("done", "lost"))
    row = {"number": done.id, "text": "Yes.", "ended": "stopped", "tokens": 2, "logprobs": None}
    folder = left(project, [row, {**row, "number": first.id, "text": "other"}])
    assert recover(project) == 2
    turns = {turn.id: turn for turn in opened(project, about).turns}
    assert (turns[done.id].answer, turns[done.id].state) == ("Yes.", "stopped")
    assert (turns[lost.id].state, turns[lost.id].reason) == ("failed", NOT_ANSWERED)
    assert turns[first.id].answer == RAW and not folder.path.exists()
    assert recover(project) == 0


def test_that_the_chat_of_another_process_is_left_alone(project: Project, about: Subject, whom: Partner) -> None:
    from engine.contract.locks import LockFile

    (first,) = begin(project, about, whom)
    conversations.ask(project, first.conversation_id, "?", whom)
    folder = left(project, [])
    lock = LockFile(folder.path / ".worker.lock")
    assert lock.take()
    assert recover(project) == 0 and folder.path.exists()
    lock.release()
    assert recover(project) == 1


def test_that_files_are_found_by_path_in_the_project_and_outside(
    project: Project, about: Subject, whom: Partner, tmp_path: Path
) -> None:
    assert subject_at(project, about.path) == about
    assert subject_at(project, Path(about.name)) == about
    outside = tmp_path / "outside.png"
    outside.write_bytes(about.path.read_bytes())
    other = subject_at(project, outside)
    assert (other.image_id, other.path) == (None, outside)
    assert opened(project, other).turns == ()
    (turn,) = begin(project, other, whom)
    assert opened(project, other).conversation_id == turn.conversation_id
    with pytest.raises(StudioError, match=r"nowhere\.png does not exist"):
        subject_at(project, Path("nowhere.png"))


def test_that_what_was_said_outlives_its_version(project: Project, about: Subject, whom: Partner) -> None:
    from studio.services.versions import version_lifecycle

    (first,) = begin(project, about, whom)
    with project.session() as session:
        rows = session.query(ModelVersion).filter_by(name="iter1/score").one()
        assert rows.name == whom.version
    version_lifecycle.delete(project, whom.version)
    with project.reader() as session:
        assert session.query(ChatTurn).filter_by(id=first.id).count() == 1
