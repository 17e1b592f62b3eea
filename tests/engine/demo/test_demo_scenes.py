"""The drawn scenes: deterministic, graded by what can be seen, and voted on with noise."""

import random
import statistics
from dataclasses import replace

import numpy as np
import pytest

from engine.demo.camera import SIZE
from engine.demo.drawing import draw_scene
from engine.demo.scenes import (
    HUES,
    LEVELS,
    PLACES,
    RATERS,
    SUBJECTS,
    TIMES,
    Camera,
    Scene,
    clear_levels,
    derive_seed,
    levels,
    quality,
    sample_scene,
    votes,
)

FLAWLESS = Scene(
    place="beach",
    subject="boat",
    hue="red",
    time="noon",
    sky="clear",
    distance="near",
    placement="thirds",
    side=1,
    clutter=0,
    camera=Camera(exposure=0.0, blur=0.0, noise=0.0, saturation=1.0, tilt=0.0),
)
WORST = replace(FLAWLESS, placement="edge", clutter=14, camera=Camera(-2.2, 3.5, 45.0, 0.05, 16.0))


def test_that_a_seed_always_gives_the_same_scene_and_the_same_pixels() -> None:
    scene = sample_scene(7)
    assert scene == sample_scene(7)
    assert scene != sample_scene(8)
    assert np.array_equal(np.asarray(draw_scene(scene, 7)), np.asarray(draw_scene(scene, 7)))
    assert not np.array_equal(np.asarray(draw_scene(scene, 7)), np.asarray(draw_scene(scene, 8)))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_that_every_combination_can_be_drawn(place: str, subject: str) -> None:
    for hue, time in zip(HUES, (*TIMES, TIMES[0]), strict=True):
        picture = draw_scene(replace(FLAWLESS, place=place, subject=subject, hue=hue, time=time), 3)
        assert picture.size == (SIZE, SIZE)
        assert picture.mode == "RGB"


@pytest.mark.parametrize(
    "change", [{"sky": "cloudy"}, {"distance": "distant"}, {"hue": "blue"}, {"time": "dusk"}, {"placement": "edge"}]
)
def test_that_what_a_text_may_claim_can_be_seen(change: dict[str, str]) -> None:
    plain, changed = (np.asarray(draw_scene(scene, 3), dtype=int) for scene in (FLAWLESS, replace(FLAWLESS, **change)))
    assert (np.abs(plain - changed).max(axis=-1) > 30).mean() > 0.02


def test_that_levels_near_a_cut_are_not_clear() -> None:
    amount = {"exposure": 0.74, "focus": 2.4, "noise": 0.0, "clutter": 5.0}
    assert clear_levels(amount) == {"focus": "blurry", "noise": "clean"}


def test_that_each_mistake_alone_lowers_the_quality() -> None:
    assert quality(FLAWLESS) == 1.0
    for change in (
        {"exposure": -1.5},
        {"exposure": 1.5},
        {"blur": 2.0},
        {"noise": 20.0},
        {"saturation": 0.2},
        {"tilt": -9.0},
    ):
        assert quality(replace(FLAWLESS, camera=replace(FLAWLESS.camera, **change))) < 0.98, change
    assert quality(replace(FLAWLESS, placement="edge")) < 0.98
    assert quality(replace(FLAWLESS, clutter=10)) < 0.98
    assert quality(WORST) < 0.15


def test_that_content_does_not_change_the_quality() -> None:
    other = replace(
        FLAWLESS, place="city", subject="tree", hue="white", time="dusk", sky="cloudy", distance="distant", side=-1
    )
    assert quality(other) == quality(FLAWLESS)


def test_that_levels_are_those_of_the_table() -> None:
    assert levels(FLAWLESS) == {
        "exposure": "balanced",
        "focus": "sharp",
        "noise": "clean",
        "colour": "natural",
        "horizon": "level",
        "placement": "thirds",
        "clutter": "uncluttered",
    }
    assert levels(WORST)["exposure"] == "dark"
    assert levels(WORST)["focus"] == "blurry"
    for seed in range(200):
        assert all(level in LEVELS[attribute] for attribute, level in levels(sample_scene(seed)).items())


def test_that_raters_disagree_but_their_mean_follows_the_quality() -> None:
    assert votes(FLAWLESS, 1) == votes(FLAWLESS, 1)
    best, worst = votes(FLAWLESS, 1), votes(WORST, 2)
    assert len(best) == RATERS
    assert set(best) <= set(range(10))
    assert len(set(votes(sample_scene(5), 5))) > 1
    assert statistics.fmean(best) > 7.5 > 2.5 > statistics.fmean(worst)


def test_that_scores_spread_over_the_scale() -> None:
    means = [statistics.fmean(votes(sample_scene(seed), seed)) for seed in range(300)]
    assert min(means) < 2.0
    assert max(means) > 7.5
    assert statistics.stdev(means) > 1.5


def test_that_seed_streams_do_not_meet() -> None:
    rng = random.Random(0)
    parts = {("a", index) for index in range(500)} | {("b", rng.randint(0, 10**6), index) for index in range(500)}
    assert len({derive_seed(*part) for part in parts}) == len(parts)
    assert derive_seed("a", 12) != derive_seed("a", 1, 2)
