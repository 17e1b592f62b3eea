"""Wrong scores: far enough, seeded, never the same one again until all were asked for."""

import collections
import subprocess
import sys

import pytest

from engine.generation.wrong_score import wrong_score


@pytest.mark.parametrize("radius", range(5))
def test_that_a_wrong_score_is_never_within_the_exclusion_radius(radius: int) -> None:
    for truth in range(10):
        drawn = {wrong_score(1, 1, image, 0, truth, radius) for image in range(300)}
        assert drawn == {label for label in range(10) if abs(label - truth) > radius}


def test_that_every_label_far_enough_is_about_equally_likely() -> None:
    counts = collections.Counter(wrong_score(0, 1, image, 0, 0, 2) for image in range(7000))
    assert set(counts) == set(range(3, 10))
    assert all(850 < count < 1150 for count in counts.values())


@pytest.mark.child
def test_that_another_process_draws_the_same() -> None:
    code = (
        "from engine.generation.wrong_score import wrong_score; "
        "print([wrong_score(5, 2, i, 0, 4, 2) for i in range(40)])"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str([wrong_score(5, 2, image, 0, 4, 2) for image in range(40)])


@pytest.mark.parametrize("change", [{"seed": 6}, {"iteration": 3}])
def test_that_seed_and_iteration_change_the_draws(change: dict[str, int]) -> None:
    one = {"seed": 5, "iteration": 2, "draw": 0, "truth": 4, "radius": 2}
    assert [wrong_score(image_id=i, **one) for i in range(40)] != [
        wrong_score(image_id=i, **{**one, **change}) for i in range(40)
    ]


def test_that_another_draw_asks_for_another_score_until_all_were_asked_for() -> None:
    draws = [wrong_score(0, 1, 7, draw, 9, 2) for draw in range(8)]
    assert set(draws[:7]) == set(range(7))
    assert draws[7] == draws[0]


@pytest.mark.parametrize(("truth", "radius"), [(4, 5), (5, 5), (0, 9), (3, 10)])
def test_that_a_radius_that_leaves_no_score_is_refused(truth: int, radius: int) -> None:
    with pytest.raises(ValueError, match=f"farther than {radius} from the true label {truth}"):
        wrong_score(0, 1, 1, 0, truth, radius)


def test_that_a_truth_outside_the_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="10 of image 3"):
        wrong_score(0, 1, 3, 0, 10, 2)
