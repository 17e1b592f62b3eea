"""``chat``: talk with a version about an image on the terminal. No Qt, no torch."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.contract.chat.requests import suggestion_prompt
from engine.contract.specs import VisionCache
from studio.cli._output import CANCELLED, DONE, FAILED, plain
from studio.cli.chatting.talks import StoredTalk, Talk, UnstoredTalk
from studio.services.chatting import conversations, partners
from studio.services.chatting.types import Partner, Subject, Turn
from studio.services.errors import StudioError
from studio.services.exports.standalone import find_images
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.projects.locks import holder
from studio.services.projects.project import Project

PROMPT = "> "


def run_chat(
    targets: Sequence[Path],
    version: str | None,
    questions: Sequence[str],
    *,
    suggest: bool = False,
    model: Path | None = None,
    base: str | None = None,
    as_json: bool = False,
) -> int:
    """Talk until there are no more questions; returns 1 if one of them got no answer.

    Args:
        targets: the project and the image; with ``model`` the image alone.
        version: of the project; None is the newest final one.
        questions: to ask, instead of reading them from standard input.
        suggest: ask the paper's question for suggestions first.
        model: an exported model to talk with instead of a project.
        base: where the exported adapter's base model is.
        as_json: print JSON at the end.
    """
    asked = [*([suggestion_prompt()] if suggest else []), *questions]
    if model is not None:
        if version is not None:
            raise StudioError("An exported model has only one version.", "Omit --version.")
        (path,), _notes = find_images(_only(targets, 1, "Give one image."))
        about, whom = Subject(None, path, path.name), partners.exported_partner(model, base)
        return _talk(UnstoredTalk(about, whom), about, whom, asked, as_json=as_json)
    if base is not None:
        raise StudioError("A project has its own base model.", "Omit --base.")
    root, image = _only(targets, 2, "Give the project and one image, or an image and a model with --model.")
    project = create_and_open.open_project(root)
    try:
        _check_no_job_runs(project)
        about, whom = conversations.subject_at(project, image), partners.partner(project, version)
        if about.image_id is None:  # the project keeps features of its own images alone
            whom = dataclasses.replace(whom, spec=dataclasses.replace(whom.spec, vision=VisionCache()))
        return _talk(StoredTalk(project, about, whom), about, whom, asked, as_json=as_json)
    finally:
        project.close()


def _only(targets: Sequence[Path], count: int, remedy: str) -> list[Path]:
    if len(targets) != count:
        raise StudioError(f"{len(targets)} paths were given, not {count}.", remedy)
    return list(targets)


def _check_no_job_runs(project: Project) -> None:
    """Refuse to load a model beside a job, whose memory it could take.

    Raises:
        StudioError: another process runs a job of the project.
    """
    running = next((job for job in queue.list_jobs(project) if job.state == "running"), None)
    if running is not None and holder(project.root) is not None:
        raise StudioError(
            f"Job {running.id} ({running.title}) is running, and its memory comes first.",
            "Chat when it has ended, or stop it.",
        )


def _talk(talk: Talk, about: Subject, whom: Partner, asked: Sequence[str], *, as_json: bool) -> int:
    turns: list[Turn] = []
    code = DONE
    try:
        for question in _questions(asked, as_json=as_json):
            if question and not turns[0].was_answered:
                break
            turns.append(_turn(talk, whom, question, as_json=as_json))
    except KeyboardInterrupt:  # at the prompt
        print(file=sys.stderr)
        code = CANCELLED
    finally:
        talk.close()
    if as_json:
        print(json.dumps({"version": whom.version, "image": str(about.path), "turns": [_json(turn) for turn in turns]}))
    return FAILED if code == DONE and any(turn.state == "failed" for turn in turns) else code


def _questions(asked: Sequence[str], *, as_json: bool) -> Iterator[str]:
    """Yield "" for score and explanation, then what is asked: given, typed, or a line each of standard input."""
    yield ""
    if asked:
        yield from asked
        return
    interactive = sys.stdin.isatty() and not as_json
    while True:
        if interactive:
            print(PROMPT, end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            if interactive:
                print()
            return
        if line.strip():
            yield line.strip()


def _turn(talk: Talk, whom: Partner, question: str, *, as_json: bool) -> Turn:
    if as_json:
        return talk.ask(question, lambda _text: None)
    if question and not sys.stdin.isatty():
        print(f"{PROMPT}{plain(question)}")
    printer = _Printer()
    turn = talk.ask(question, printer.show)
    if turn.is_first:  # as it is stored it may have come at once, without pieces
        printer.show(turn.answer)
    printer.end(_remark(turn))
    return turn


class _Printer:
    """Prints an answer while it comes."""

    def __init__(self) -> None:
        self._text = ""

    def show(self, text: str) -> None:
        """Print what is new; an answer that has changed is printed again."""
        if not text.startswith(self._text):
            print()
            self._text = ""
        new = text[len(self._text) :] if self._text else text.lstrip()
        if new:
            print(plain(new, multiline=True), end="", flush=True)
            self._text = text

    def end(self, remark: str) -> None:
        """End the line; a remark has one of its own."""
        if self._text:
            print()
        if remark:
            print(plain(remark))
        print(flush=True)


def _remark(turn: Turn) -> str:
    parts = []
    if turn.score is not None:
        parts.append(f"score {turn.score:.2f}")
    if turn.state == "length":
        parts.append("cut off at the token limit")
    if turn.state == "stopped":
        parts.append("stopped")
    if turn.state == "failed":
        parts.append(turn.reason)
    return f"({'; '.join(parts)})" if parts else ""


def _json(turn: Turn) -> dict[str, object]:
    found: dict[str, object] = {"question": turn.question, "answer": turn.answer, "state": turn.state}
    if turn.reason:
        found["reason"] = turn.reason
    if turn.is_first:
        found |= {"label": turn.label, "score": turn.score, "explanation": turn.explanation}
    return found
