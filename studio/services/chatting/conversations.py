"""What was said about an image, stored turn by turn. No Qt, no torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from db.engine import Session
from db.models import ChatTurn, Image, ModelVersion, Prediction, StoredConversation, utc_now
from db.queries import conversations as queries
from db.queries import versions as version_queries
from engine.contract.chat.requests import ChatRequest
from engine.contract.prompts import parse_answer
from studio.services.chatting.partners import partner
from studio.services.chatting.types import ConversationRow, History, OpenedChat, Partner, Subject, Turn, TurnState
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.versions.prediction import probabilities


def subject(project: Project, image_id: int) -> Subject:
    """Return an image of the project.

    Raises:
        StudioError: there is none of that id.
    """
    with project.reader() as session:
        row = session.get(Image, image_id)
        if row is None:
            raise StudioError(f"The project has no image {image_id}.")
        return Subject(row.id, project.images_root() / row.path, row.path)


def subject_at(project: Project, file: Path) -> Subject:
    """Return an image by its file, or by its path in the project's images folder; it need not be of the project.

    Raises:
        StudioError: there is no such file.
    """
    root = project.images_root()
    whole = file.expanduser().absolute()
    candidates = [root / file] if not whole.exists() and not file.is_absolute() else [whole]
    for path in candidates:
        resolved = path.resolve()
        inside = resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else None
        with project.reader() as session:
            found = None if inside is None else session.scalar(select(Image.id).where(Image.path == inside))
        if found is not None:
            return subject(project, found)
        if path.is_file():
            return Subject(None, path, path.name)
    raise StudioError(f"The image {file} does not exist.", "Give an image file, or a path in the project's images.")


def opened(project: Project, about: Subject, version: str | None = None, shown: int | None = None) -> OpenedChat:
    """Return what was said with a version about an image.

    Args:
        project: an open project.
        about: the image.
        version: None is the newest final one.
        shown: the conversation to show; None is the newest with the version as it is now, if there is one; 0 a new one.

    Raises:
        StudioError: no such version, or no such conversation with it.
    """
    whom = partner(project, version)
    with project.reader() as session:
        names = tuple(row.name for row in version_queries.all_versions(session))
        rows = _conversations(session, about, whom)
        if shown is None:
            shown = next((row.id for row in rows if row.is_current), 0)
        chosen = next((row for row in rows if row.id == shown), None)
        if shown and chosen is None:
            raise StudioError(f"There is no conversation {shown} with {whom.version} about {about.name}.")
        turns = [_turn(row, whom) for row in queries.turns(session, shown)] if shown else _known(session, about, whom)
    goes_on = chosen is None or chosen.is_current
    return OpenedChat(about, names, whom, tuple(rows), shown or None, tuple(turns), goes_on)


def begin(project: Project, about: Subject, whom: Partner) -> tuple[Turn, ...]:
    """Store a new conversation with its first turn: the stored score and explanation, or one that is still open."""
    with project.session() as session:
        row = queries.add_conversation(
            session, about.image_id, "" if about.image_id is not None else str(about.path), whom.version, whom.digest
        )
        known = _prediction(session, about, whom)
        if known is None:
            first = queries.add_turn(session, row.id)
        else:
            state = "length" if known.truncated else "complete"
            first = queries.add_turn(session, row.id, answer=known.raw, state=state, logprobs=list(known.logprobs))
        return (_turn(first, whom),)


def ask(project: Project, conversation_id: int, question: str, whom: Partner) -> Turn:
    """Store a question, whose answer is to come.

    Raises:
        StudioError: it is empty, or the conversation has no first answer that it could follow.
    """
    if not question.strip():
        raise StudioError("The question is empty.", "Enter a question.")
    with project.session() as session:
        before = queries.turns(session, conversation_id)
        if not before or not _turn(before[0], whom).was_answered:
            raise StudioError("This conversation has no score and explanation.", "Start a new conversation.")
        return _turn(queries.add_turn(session, conversation_id, question=question.strip()), whom)


def request(project: Project, turn: Turn, about: Subject, whom: Partner) -> ChatRequest:
    """Return the request for a turn's answer: complete in itself, with all that was said before."""
    with project.reader() as session:
        turns = [_turn(row, whom) for row in queries.turns(session, turn.conversation_id)]
    said = history([*(one for one in turns if one.id < turn.id), turn])
    return ChatRequest(turn.id, str(about.path), whom.adapter, said.answers, said.questions, turn.id)


def history(turns: Sequence[Turn]) -> History:
    """Return what the model is reminded of when it answers the last of these turns.

    Questions that it did not answer are left out.
    """
    *before, last = turns
    answered = [turn for turn in before if turn.was_answered]
    questions = [turn.question for turn in answered[1:]] + ([] if last.is_first else [last.question])
    return History(tuple(turn.answer for turn in answered), tuple(questions))


def end(
    project: Project,
    turn_id: int,
    whom: Partner,
    answer: str,
    state: TurnState,
    *,
    reason: str = "",
    logprobs: Sequence[float] | None = None,
) -> Turn:
    """Store how a turn ended, unless it has ended before; returns it as stored."""
    values = {"answer": answer, "state": state, "reason": reason, "logprobs": list(logprobs) if logprobs else None}
    with project.session() as session:
        queries.end_turn(session, turn_id, values)
        row = queries.turn(session, turn_id)
        assert row is not None, "turns are never deleted"
        return _turn(row, whom)


def _conversations(session: Session, about: Subject, whom: Partner) -> list[ConversationRow]:
    found = (
        queries.of_path(session, str(about.path), whom.version)
        if about.image_id is None
        else queries.of_image(session, about.image_id, whom.version)
    )
    return [_conversation(row, questions, whom) for row, questions in found]


def _conversation(row: StoredConversation, questions: int, whom: Partner) -> ConversationRow:
    return ConversationRow(row.id, row.version, row.created_at, questions, row.digest == whom.digest)


def _known(session: Session, about: Subject, whom: Partner) -> list[Turn]:
    """Return the stored score and explanation as the first turn of a conversation that is not stored yet."""
    row = _prediction(session, about, whom)
    if row is None:
        return []
    state = "length" if row.truncated else "complete"
    turn = ChatTurn(id=0, conversation_id=0, question="", answer=row.raw, state=state, reason="")
    turn.logprobs, turn.asked_at = list(row.logprobs), utc_now()
    return [_turn(turn, whom)]


def _prediction(session: Session, about: Subject, whom: Partner) -> Prediction | None:
    """Return the version's stored answer about the image, if it has an explanation."""
    if about.image_id is None:
        return None
    return session.scalar(
        select(Prediction)
        .join(ModelVersion, ModelVersion.id == Prediction.model_version_id)
        .where(ModelVersion.name == whom.version, Prediction.image_id == about.image_id, Prediction.explained.is_(True))
    )


def _turn(row: ChatTurn, whom: Partner) -> Turn:
    turn = Turn(row.id, row.conversation_id, row.question, row.answer, row.state, row.reason, row.asked_at)  # type: ignore[arg-type]
    return turn if row.question else first_turn(turn, whom, row.logprobs)


def first_turn(turn: Turn, whom: Partner, logprobs: Sequence[float] | None) -> Turn:
    """Return a first turn with what its answer says."""
    parsed, score = parse_answer(turn.answer), None
    if logprobs and whom.reference is not None:
        weights = probabilities(logprobs)
        score = sum(weight * value for weight, value in zip(weights, whom.reference, strict=True))
    return dataclasses.replace(turn, label=parsed.label, score=score, explanation=parsed.text, keeps_format=parsed.ok)
