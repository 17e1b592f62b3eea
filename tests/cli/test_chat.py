"""The command ``chat``: what it refuses, what it answers, and what a project keeps of it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from support.projects import COMMAND, ENVIRONMENT, command, rows
from support.reviewed import MODEL, make_reviewed_project
from support.tiny import make_tiny_llava

from db.models import Job
from engine.contract.chat.requests import suggestion_prompt
from studio.services.projects import create_and_open

pytestmark = pytest.mark.child
PROMPT = "Rate the photo and explain."
STORED = "SELECT version, question, state FROM chat_turn JOIN conversation ON conversation.id = conversation_id"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_reviewed_project(tmp_path / "project", tmp_path / "data")


def with_model(root: Path, folder: Path) -> Path:
    """Let the project have a model that can be loaded."""
    settings = root / "studio.toml"
    text = settings.read_text("utf-8")
    text = text.replace(MODEL, str(make_tiny_llava(folder))).replace("[prompt]", f"[prompt]\ntemplate = {PROMPT!r}")
    settings.write_text(re.sub(r"(\[chat\]\s+max_new_tokens = )\d+", r"\g<1>16", text), "utf-8")
    assert "max_new_tokens = 16" in settings.read_text("utf-8")
    return root


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nowhere.png",), "nowhere.png does not exist"),
        ((), "1 paths were given"),
        (("test_00.png", "--version", "iter9/score"), "no version 'iter9/score'"),
        (("test_00.png", "--base", "x"), "Omit --base"),
    ],
)
def test_that_what_one_cannot_talk_about_is_named(root: Path, arguments: tuple[str, ...], reason: str) -> None:
    done = command("chat", root, *arguments)
    assert done.returncode == 2 and reason in done.stderr and "Traceback" not in done.stderr
    assert rows(root, STORED) == []


def test_that_no_model_is_loaded_beside_a_running_job(root: Path) -> None:
    project = create_and_open.open_project(root, exclusive=True)
    try:
        with project.session() as session:
            session.add(Job(stage="train", iteration=1, title="Train it", state="running", config={}, position=1))
        done = command("chat", root, "test_00.png", "--ask", "Why?")
    finally:
        project.close()
    assert done.returncode == 2 and "Train it) is running" in done.stderr
    assert rows(root, STORED) == []


@pytest.mark.slow
def test_that_a_model_that_cannot_be_loaded_is_a_sentence_and_the_question_is_kept(root: Path) -> None:
    done = command("chat", root, "test_00.png", "--ask", "Why?")
    assert done.returncode == 1 and "some/model" in done.stdout and "Traceback" not in done.stdout + done.stderr
    assert rows(root, STORED) == [("iter1/score", "", "complete"), ("iter1/score", "Why?", "failed")]
    assert not list((root / "cache" / "chat").iterdir())


@pytest.mark.slow
def test_that_questions_are_answered_and_stored(root: Path, tmp_path: Path) -> None:
    with_model(root, tmp_path / "model")
    done = command("chat", root, "train_00.png", "--suggest", "--ask", "And <b>now</b>?", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert [turn["question"] for turn in said["turns"]] == ["", suggestion_prompt(), "And <b>now</b>?"]
    assert all(turn["state"] in ("complete", "length") for turn in said["turns"])
    assert "label" in said["turns"][0] and said["version"] == "iter1/score"
    assert [row[1] for row in rows(root, STORED)] == ["", suggestion_prompt(), "And <b>now</b>?"]


@pytest.mark.slow
def test_that_standard_input_has_a_question_in_each_line(root: Path, tmp_path: Path) -> None:
    with_model(root, tmp_path / "model")
    done = subprocess.run(
        [*COMMAND, "chat", str(root), "test_00.png", "--version", "base"],
        input="one\n\n two \n", capture_output=True, text=True, env=ENVIRONMENT, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("> ") == 2 and "> one\n" in done.stdout and "> two\n" in done.stdout
    assert [row[:2] for row in rows(root, STORED)] == [("base", ""), ("base", "one"), ("base", "two")]
