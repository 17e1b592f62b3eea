"""Conversations about images, and their turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import ChatTurn, StoredConversation


def add_conversation(
    session: Session, image_id: int | None, path: str, version: str, digest: str
) -> StoredConversation:
    """Store a new conversation."""
    row = StoredConversation(image_id=image_id, path=path, version=version, digest=digest)
    session.add(row)
    session.flush()
    return row


def add_turn(session: Session, conversation_id: int, **values: Any) -> ChatTurn:
    """Store a turn at the end of a conversation; what is not given is empty."""
    empty: dict[str, Any] = {"question": "", "answer": "", "state": "open", "reason": "", "logprobs": None}
    row = ChatTurn(conversation_id=conversation_id, **{**empty, **values})
    session.add(row)
    session.flush()
    return row


def end_turn(session: Session, turn_id: int, values: Mapping[str, Any]) -> bool:
    """Store how an open turn ended; False, without effect, if it has ended before."""
    statement = update(ChatTurn).where(ChatTurn.id == turn_id, ChatTurn.state == "open").values(**values)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def end_open_turns(session: Session, values: Mapping[str, Any]) -> int:
    """Store how all open turns ended; returns how many there were."""
    statement = update(ChatTurn).where(ChatTurn.state == "open").values(**values)
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def of_image(session: Session, image_id: int, version: str) -> Sequence[tuple[StoredConversation, int]]:
    """Return the conversations with a version about an image, newest first, each with its number of questions."""
    return _with_questions(session, StoredConversation.image_id == image_id, StoredConversation.version == version)


def of_path(session: Session, path: str, version: str) -> Sequence[tuple[StoredConversation, int]]:
    """Return those about a file outside the project."""
    return _with_questions(session, StoredConversation.path == path, StoredConversation.version == version)


def _with_questions(session: Session, *where: Any) -> Sequence[tuple[StoredConversation, int]]:
    asked = func.count(ChatTurn.id).filter(ChatTurn.question != "")
    statement = (
        select(StoredConversation, asked)
        .outerjoin(ChatTurn, ChatTurn.conversation_id == StoredConversation.id)
        .where(*where)
        .group_by(StoredConversation.id)
        .order_by(StoredConversation.id.desc())
    )
    return [(row, count) for row, count in session.execute(statement)]


def conversation(session: Session, conversation_id: int) -> StoredConversation | None:
    """Return one conversation."""
    return session.get(StoredConversation, conversation_id)


def turns(session: Session, conversation_id: int) -> Sequence[ChatTurn]:
    """Return a conversation's turns in order."""
    statement = select(ChatTurn).where(ChatTurn.conversation_id == conversation_id).order_by(ChatTurn.id)
    return session.scalars(statement).all()


def turn(session: Session, turn_id: int) -> ChatTurn | None:
    """Return one turn."""
    return session.get(ChatTurn, turn_id)
