"""The model card: what it tells, and that no text in it is obeyed."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from markdown_it import MarkdownIt
from sqlalchemy import select
from support.fake_engine import run_fake_jobs_until, set_setting
from support.pair_rows import list_pairs
from support.projects import write_photos

from db.models import ModelVersion
from engine.contract import artifacts
from studio.services import exports
from studio.services.errors import StudioError
from studio.services.exports.model_card import escape, fenced
from studio.services.exports.scoring_recipe import read_recipe
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.types import PairFilter

BAD = "x](http://bad) <img src=file:///etc/passwd> | **b** `c` {{head}} www.bad.org"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "project"
    create_and_open.create_project(
        root, images=scores.parent / "images", scores=scores, model="some/model", preset="demo"
    )
    opened = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(opened, 1, "train")
    ids = [row.id for row in list_pairs(opened, PairFilter())]
    review_steps.decide_all(opened, ids[:3], "veto")
    review_steps.edit(opened, ids[4], "Other words.", "And others.")
    run_fake_jobs_until(opened, 2)
    yield opened
    opened.close()


def test_that_the_card_tells_what_the_model_was_made_of(project: Project, tmp_path: Path) -> None:
    folder = exports.export_adapter(project, "iter2/merged", tmp_path / "out", licence="cc-by-4.0")
    card = ModelCard.load(folder / "README.md")
    head = card.data.to_dict()
    assert (head["base_model"], head["license"], head["library_name"]) == ("some/model", "cc-by-4.0", "peft")
    assert "48 images (24 train, 12 val, 12 test)" in card.text and "scores.csv" in card.text
    assert "| srcc | 0.500 | 0.400 to 0.600 | 12 |" in card.text
    for version in ("iter1/score", "iter2/score", "iter2/consistency", "iter2/merged"):
        assert f"| {version} | " in card.text
    assert "| 1 | base | 24 | 3 | 1 |" in card.text and "| 2 | iter1/score | 24 | 0 | 0 |" in card.text
    assert "PeftModel.from_pretrained(base, '.')" in card.text
    assert "Score the aesthetic quality" in card.text  # the prompt
    assert artifacts.verify(folder) == []


def test_that_the_card_tells_the_batch_that_was_used_and_nothing_that_was_left_open(
    project: Project, tmp_path: Path
) -> None:
    with project.session() as session:
        version = session.scalar(select(ModelVersion).where(ModelVersion.name == "iter1/score"))
        assert version is not None
        made = {**version.hyperparameters, "micro_batch": None, "gradient_checkpointing": None, "max_length": None}
        version.hyperparameters = {**made, "result": {"pairs": 24, "micro_batch": 4, "gradient_checkpointing": True}}
    card = (exports.export_adapter(project, "iter1/score", tmp_path / "out") / "README.md").read_text("utf-8")
    assert "| iter1/score | micro\\_batch | 4 |" in card
    assert "| iter1/score | gradient\\_checkpointing | True |" in card
    assert "max\\_length" not in card and "| None |" not in card


def test_that_a_licence_is_never_guessed(project: Project, tmp_path: Path) -> None:
    folder = exports.export_adapter(project, "iter1/score", tmp_path / "out")
    card = ModelCard.load(folder / "README.md")
    assert card.data.to_dict()["license"] == "unknown" and "does not guess one" in card.text
    with pytest.raises(StudioError, match="not a licence identifier"):
        exports.export_adapter(project, "iter1/score", tmp_path / "other", licence="a\nb: c")


def test_that_names_and_prompts_cannot_format_link_or_load(project: Project, tmp_path: Path) -> None:
    text = (project.root / "studio.toml").read_text("utf-8")
    line = next(row for row in text.splitlines() if row.startswith("name"))
    set_setting(project, line, f'name = "{BAD}"')
    text = (exports.export_adapter(project, "iter1/score", tmp_path / "out") / "README.md").read_text("utf-8")
    body = text.split("---\n", 2)[2]
    assert "{{head}}".replace("{", "\\{").replace("}", "\\}") in body  # a name is no field of the frame
    page = MarkdownIt("gfm-like", {"linkify": False}).render(body)
    for tag in ("<img", "<a ", "<strong", "<em>"):
        assert tag not in page, tag
    assert html.escape(BAD, quote=False) in page and escape(BAD) in body


def test_that_a_prompt_cannot_end_its_own_block(project: Project, tmp_path: Path) -> None:
    folder = exports.export_adapter(project, "iter1/score", tmp_path / "out")
    recipe = read_recipe(folder)
    assert recipe.version == "iter1/score" and len(recipe.reference) == 10 and len(recipe.edges) == 9
    assert fenced("a\n```\n# no title", "text").startswith("````text\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"format": 1', '"format": 2', "another version"),
        ('"form": "adapter"', '"form": "odd"', "form is 'odd'"),
        ('"longest_side": ', '"longest_side": "x", "y": ', "damaged"),
        ('"reference": [', '"reference": [1.0, ', "10 finite numbers"),
        ("{", "", "cannot be read"),
    ],
)
def test_that_a_damaged_recipe_is_refused(project: Project, tmp_path: Path, old: str, new: str, said: str) -> None:
    file = exports.export_adapter(project, "iter1/score", tmp_path / "out") / "score_studio.json"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(StudioError, match=said):
        read_recipe(file.parent)


def test_that_a_version_that_was_not_measured_scores_by_its_bins(project: Project, tmp_path: Path) -> None:
    with project.session() as session:
        session.connection().exec_driver_sql("UPDATE model_version SET calibration = NULL")
    recipe = read_recipe(exports.export_adapter(project, "iter1/score", tmp_path / "out"))
    assert "had not been measured" in recipe.calibration and recipe.reference[0] < recipe.reference[9]
