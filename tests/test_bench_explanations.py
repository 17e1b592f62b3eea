"""The benchmark of the explanations: claims that are true and false of known scenes, repeated clauses, paired gains."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.projects import SPLITS
from support.reviewed import make_reviewed_project

from bench.demo import explanations
from db.models import Image, ModelVersion, Pair, Prediction
from engine.demo.language import critique, sight_of_scene
from engine.demo.scenes import levels, sample_scene
from studio.services.projects import create_and_open

SCENES = [sample_scene(seed) for seed in range(60)]
SIGHTS = [sight_of_scene(scene) for scene in SCENES]
TESTS = 40
ATTRIBUTES = tuple(levels(SCENES[0]))


def test_that_every_claim_of_the_corpus_is_understood_and_true() -> None:
    rng = random.Random(0)
    texts = [critique(sight, rng.randint(0, 9), rng.gauss(0, 1), rng) for sight in SIGHTS]
    about = explanations.claims(texts, SIGHTS, ATTRIBUTES)
    assert about.made == about.true > len(texts)
    assert about.unknown == 0
    content = explanations.claims(texts, SIGHTS, ("subject", "hue", "place", "time", "sky", "distance"))
    assert content.made == content.true > 2 * len(texts)


def test_that_false_claims_and_unknown_clauses_are_counted() -> None:
    sight = sight_of_scene(sample_scene(1))
    right = sight.levels["focus"]
    said = {"sharp": "the crisp focus is impressive", "blurry": "the blurry focus spoils the frame"}
    for level, clause in said.items():
        found = explanations.claims([f"We see nothing: {clause}, but no sense at all."], [sight], ("focus",))
        assert (found.made, found.true, found.unknown) == (1, int(level == right), 2)


def test_that_a_clause_said_twice_is_found() -> None:
    once = "We see a boat: the framing is elegant, and the rendering is pleasing."
    assert not explanations.repeats_a_clause(once)
    assert explanations.repeats_a_clause(once.replace("the rendering is pleasing", "the framing is elegant"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The base's texts are the same for every label; those of iteration 1 praise the upper half of the labels."""
    monkeypatch.setitem(SPLITS, "test", TESTS)
    monkeypatch.setattr(explanations, "_sight", lambda seed, path: SIGHTS[0])
    root = make_reviewed_project(tmp_path / "project", tmp_path / "data")
    opened = create_and_open.open_project(root)
    with opened.session() as session:
        images = session.query(Image).filter_by(split="test").order_by(Image.mean_score).all()
        for version in session.query(ModelVersion):
            for place, image in enumerate(images):
                label = place * 10 // TESTS
                good = label > 4 if version.name != "base" else place % 2 == 0
                values: dict[str, Any] = {
                    "label": label,
                    "score": image.mean_score,
                    "explained": True,
                    "text": f"Here it is: the framing is {'elegant' if good else 'awkward'}.",
                }
                session.query(Prediction).filter_by(image_id=image.id, model_version_id=version.id).update(values)
    opened.close()
    return root


def test_that_consistency_and_its_gain_are_measured(project: Path) -> None:
    found = explanations.run([project], reading=False, resamples=200)
    base, score = found["results"]
    assert abs(base["tone_label"]["value"]) < 0.2
    assert score["tone_label"]["value"] == pytest.approx(0.87, abs=0.02)
    assert (score["n"], score["distinct"], score["repeats"], score["text_only"]) == (TESTS, 2, 0.0, None)
    assert score["srcc"]["value"] == pytest.approx(1.0)
    (gain,) = found["pooled"]
    assert (gain["better"], gain["worse"], gain["text_only"]) == ("iter1/score", "base", None)
    assert gain["tone_label"]["lo"] > 0.5 < gain["tone_label"]["value"] < gain["tone_label"]["hi"]
    assert gain["srcc"]["value"] == 0.0
    assert "| iter1/score - base |" in explanations.markdown(found)


@pytest.mark.parametrize("sign", [1, -1])
def test_that_pairs_whose_tone_follows_or_opposes_the_score_are_told_apart(project: Path, sign: int) -> None:
    opened = create_and_open.open_project(project)
    with opened.session() as session:
        for pair in session.query(Pair):
            good = (pair.chosen_score > pair.rejected_score) == (sign > 0)
            pair.chosen_text, pair.rejected_text = ("A superb frame.", "An awful frame.")[:: 1 if good else -1]
    opened.close()
    (row,) = explanations.run([project], reading=False, resamples=50)["pairs"]
    assert (row["iteration"], row["equal"]) == (1, 0.0)
    assert row["tone_score"]["value"] * sign > 0.5


def test_that_nothing_is_measured_of_a_version_without_texts(project: Path) -> None:
    opened = create_and_open.open_project(project)
    with opened.session() as session:
        base = session.query(ModelVersion).filter_by(name="base").one()
        session.query(Prediction).filter_by(model_version_id=base.id).update({"explained": False, "text": ""})
    opened.close()
    found = explanations.run([project], reading=False, resamples=50)
    assert [row["version"] for row in found["results"]] == ["iter1/score"]
    assert found["pooled"] == []


def test_that_answers_without_a_label_are_left_out(project: Path) -> None:
    opened = create_and_open.open_project(project)
    with opened.session() as session:
        rows = session.query(Prediction).filter(Prediction.explained).limit(5).all()
        for row in rows:
            row.label = None
    opened.close()
    counts = [row["n"] for row in explanations.run([project], reading=False, resamples=50)["results"]]
    assert sum(counts) == 2 * TESTS - 5
    assert all(np.isfinite(counts))
