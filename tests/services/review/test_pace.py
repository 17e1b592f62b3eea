"""The pace of a review: of the last verdicts, without breaks."""

from __future__ import annotations

import pytest

from studio.services.review.pace import BREAK_S, REMEMBERED, ReviewPace


def test_that_a_pace_needs_some_verdicts_and_tells_the_time_left() -> None:
    pace = ReviewPace()
    for at in (0, 10, 20, 30):
        pace.note(at)
    assert pace.a_minute is None and pace.seconds_for(5) is None
    pace.note(40)
    assert pace.a_minute == pytest.approx(6)
    assert pace.seconds_for(30) == pytest.approx(300)


def test_that_breaks_do_not_count_and_old_verdicts_are_forgotten() -> None:
    pace = ReviewPace()
    at = 0.0
    for _ in range(10):
        at += 60
        pace.note(at)
    at += BREAK_S + 1
    pace.note(at)
    assert pace.a_minute == pytest.approx(1)
    for _ in range(REMEMBERED):
        at += 6
        pace.note(at)
    assert pace.a_minute == pytest.approx(10)
