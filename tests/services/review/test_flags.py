"""Why a pair should be looked at."""

from __future__ import annotations

from typing import Any

import pytest
from support.pair_rows import list_pairs

from db.models import Pair
from studio.services.projects.project import Project
from studio.services.review import pair_list
from studio.services.review.flags import is_low, pair_flags
from studio.services.review.types import PairFilter

PRAISE = "A superb photo with stunning light and an excellent composition."
BLAME = "A terrible photo, blurred and badly lit, with a poor composition."


def row(chosen: str = PRAISE, rejected: str = BLAME, **changes: Any) -> dict[str, Any]:
    return {
        "chosen_score": 8,
        "chosen_text": chosen,
        "chosen_truncated": False,
        "rejected_score": 2,
        "rejected_text": rejected,
        "rejected_truncated": False,
    } | changes


@pytest.mark.parametrize(
    ("suspect", "flags"),
    [
        (row(), []),
        (row(rejected=PRAISE), ["identical", "rejected_praises"]),
        (row(rejected=PRAISE.replace("superb", "fine")), ["rejected_praises"]),
        (row(chosen=BLAME.replace("poor", "dull")), ["chosen_criticises"]),
        (row(chosen=BLAME, rejected=PRAISE, chosen_score=2, rejected_score=8), []),
        (row(chosen="a b c d e f g h i j", rejected="j i h g f e d c b a"), ["near_identical"]),
        (row(chosen=PRAISE * 3), ["length"]),
        (row(rejected=" \n"), ["format"]),
        (row(chosen=f"{PRAISE} #Score: 4"), ["format"]),
        (row(rejected=f"#explain: {BLAME}"), ["format"]),
        (row(rejected_truncated=True), ["truncated"]),
    ],
)
def test_that_a_pair_is_flagged_for_what_is_odd_about_it(suspect: dict[str, Any], flags: list[str]) -> None:
    assert pair_flags(suspect) == flags


def test_that_a_margin_is_low_by_itself_or_beside_the_others() -> None:
    assert [is_low(margin, 2.0) for margin in (None, -0.1, 0.0, 0.1, 0.3)] == [False, True, True, True, False]
    assert not is_low(0.1, None)


def test_that_suspicion_sorts_and_filters_with_its_reason(finished: Project) -> None:
    with finished.session() as session:
        first = session.query(Pair).filter_by(iteration=1).order_by(Pair.id).limit(3).all()
        first[1].flags, first[2].flags = ["length"], ["identical", "length"]
        for pair in session.query(Pair).filter_by(iteration=1):
            pair.margin_score = 2.0
        first[0].margin_score = -1.0
        ids = [pair.id for pair in first]
    found = list_pairs(finished, PairFilter(iteration=1), order="suspicion")
    assert [row.id for row in found[:3]] == [ids[2], ids[0], ids[1]]
    assert found[1].flags == ("low_margin",) and found[0].suspicion > found[1].suspicion > 0 == found[3].suspicion
    assert {row.id for row in list_pairs(finished, PairFilter(iteration=1, state="suspicious"))} == set(ids)
    assert [row.id for row in list_pairs(finished, PairFilter(1, flag="low_margin"))] == [ids[0]]
    assert pair_list.renew_flags(finished) == 2
    assert pair_list.renew_flags(finished) == 0
    assert [row.id for row in list_pairs(finished, PairFilter(1, "suspicious"))] == [ids[0]]
