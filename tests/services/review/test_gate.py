"""What the review gate counts is what training would be given, whatever was decided, drawn anew, moved or cut down."""

from __future__ import annotations

import random

from support.fake_engine import set_setting
from support.pair_rows import training_pairs

from db.models import Decision, Image, ModelVersion, Pair, ReviewStep
from studio.services.projects.project import Project
from studio.services.projects.splitting import seeded_subset
from studio.services.stages.training_pairs import count_training_rows

VERDICTS, SCOPES = ("keep", "veto", "veto", "none"), ("both", "score", "consistency")


def _decide_at_random(project: Project, chance: random.Random) -> None:
    """Pairs of two iterations, some drawn anew, some of images of other splits, with up to three decisions each."""
    with project.session() as session:
        base = session.query(ModelVersion).one()
        images = session.query(Image).order_by(Image.id).all()
        step = ReviewStep(kind="bulk", pairs=0)
        session.add(step)
        session.flush()
        for iteration in (1, 2):
            for image in chance.sample(images, 30):
                for draw in range(chance.choice((1, 1, 2))):
                    pair = _pair(base.id, iteration, image, draw)
                    session.add(pair)
                    session.flush()
                    for _ in range(chance.randrange(4)):
                        verdict, scope = chance.choice(VERDICTS), chance.choice(SCOPES)
                        session.add(Decision(step_id=step.id, pair_id=pair.id, verdict=verdict, scope=scope))
                        session.flush()


def _pair(version: int, iteration: int, image: Image, draw: int) -> Pair:
    answers = {
        "chosen_text": "Sharp.",
        "rejected_text": "Dull.",
        "chosen_truncated": False,
        "rejected_truncated": False,
    }
    return Pair(
        iteration=iteration, image_id=image.id, draw=draw, chosen_score=image.bin, rejected_score=9,
        generator_version_id=version, flags=[], **answers,
    )  # fmt: skip


def _expected(project: Project, iteration: int, kind: str) -> set[int]:
    """The rules once more, one by one: newest draw, training images, latest verdict, both fractions."""
    settings = project.settings
    with project.session() as session:
        train = {image.id for image in session.query(Image) if image.split == "train"}
        newest = {
            pair.image_id: pair.id for pair in session.query(Pair).order_by(Pair.draw) if pair.iteration == iteration
        }
        latest = {decision.pair_id: decision for decision in session.query(Decision).order_by(Decision.id)}
        vetoed = {key for key, last in latest.items() if last.verdict == "veto" and last.scope in ("both", kind)}
    seed = settings.project.seed
    used = set(seeded_subset(train, settings.pairs.train_fraction, seed, f"train:{iteration}"))
    left = {image for image, pair_id in newest.items() if pair_id not in vetoed} & used
    if kind == "consistency":
        left = set(seeded_subset(left, settings.training.consistency.fraction, seed, f"consistency:{iteration}"))
    return {newest[image] for image in left}


def test_that_the_gate_counts_the_pairs_that_training_is_given(project: Project) -> None:
    chance = random.Random(5)
    _decide_at_random(project, chance)
    used, shared = 1.0, 1.0
    for _ in range(12):
        before, (used, shared) = (used, shared), (chance.choice((1.0, 0.5, 0.35)), chance.choice((1.0, 0.3, 0.7)))
        set_setting(project, f"train_fraction = {before[0]}", f"train_fraction = {used}")
        set_setting(
            project, f"fraction = {before[1]} # share of the pairs", f"fraction = {shared} # share of the pairs"
        )
        for iteration in (1, 2):
            for kind in ("score", "consistency"):
                given = {row["pair_id"] for row in training_pairs(project, iteration, kind)}
                assert given == _expected(project, iteration, kind)
                with project.reader() as session:
                    assert count_training_rows(session, project.settings, iteration, kind) == len(given)
                assert given or used < 1
