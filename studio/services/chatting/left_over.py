"""Answers of a chat whose program was ended before it could store them. No Qt, no torch."""

from __future__ import annotations

import shutil
from pathlib import Path

from db.queries import conversations as queries
from engine.contract.context import complete_rows
from engine.contract.locks import holder
from engine.contract.specs import RunFolder
from studio.services.projects.project import Project

OWNER_LOCK, WORKER_LOCK = ".owner.lock", ".worker.lock"
"""In a chat's run folder: held by the program, and by the model's process, which may live a little longer."""
NOT_ANSWERED = "Score Studio ended before the answer had come."


def chat_home(project: Project) -> Path:
    """Return the folder in which each chat process has a run folder of its own, for as long as it lives."""
    return project.root / "cache" / "chat"


def recover(project: Project) -> int:
    """Store what dead chats have left; questions that nobody answers any more are marked. Returns how many turns.

    A chat that is alive, in another process, keeps its folder, and then no question is marked.
    """
    home = chat_home(project)
    folders = sorted(home.iterdir()) if home.is_dir() else []
    alive = [folder for folder in folders if _is_alive(folder)]
    dead = [RunFolder(folder) for folder in folders if folder not in alive]
    count = 0
    with project.session() as session:
        for row in (row for folder in dead for journal in folder.journals() for row in complete_rows(journal)):
            values = {"answer": row["text"], "state": row["ended"], "logprobs": row["logprobs"]}
            count += queries.end_turn(session, row["number"], values)
        if not alive:
            count += queries.end_open_turns(session, {"state": "failed", "reason": NOT_ANSWERED})
    for folder in dead:
        shutil.rmtree(folder.path, ignore_errors=True)
    return count


def _is_alive(folder: Path) -> bool:
    return any(holder(folder / name) is not None for name in (OWNER_LOCK, WORKER_LOCK))
