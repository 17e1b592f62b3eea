"""The audit trail: every decision of every reviewer with what it was before, undone or not."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from support.review.many_pairs import draw_pairs

from db.queries import reviews
from db.queries.reviewing import review_log
from studio.services import exports
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_that_every_decision_is_there_with_who_when_and_what(project: Project, tmp_path: Path) -> None:
    first, second = draw_pairs(project, 1)[:2]
    review_steps.decide(project, first, "veto", scope="score", reason="=generic", note="look")
    review_steps.decide(project, first, "keep", reviewer="Ann")
    review_steps.decide_all(project, [first, second], "keep")
    review_steps.edit(project, second, "Other.", "Texts.")
    review_steps.undo(project)
    review_steps.undo(project)
    review_steps.redo(project)
    with project.session() as session:
        reviews.reset(session, [second], "other texts")
    assert exports.export_review_log(project, tmp_path / "log.csv") == 11
    rows = read(tmp_path / "log.csv")
    seen = [tuple(row[name] for name in ("action", "reviewer", "from", "to", "undone")) for row in rows]
    assert seen == [
        ("decide", "", "none", "veto", "false"),
        ("decide", "Ann", "none", "keep", "false"),
        ("bulk", "", "veto", "keep", "false"),
        ("bulk", "", "none", "keep", "false"),
        ("edit", "", "keep", "keep", "true"),
        ("undo", "", "keep", "keep", "false"),
        ("undo", "", "keep", "veto", "true"),
        ("undo", "", "keep", "none", "true"),
        ("redo", "", "veto", "keep", "false"),
        ("redo", "", "none", "keep", "false"),
        ("reset", "", "keep", "none", "false"),
    ]
    assert (rows[0]["scope"], rows[0]["note"]) == ("score", "look")
    assert rows[0]["reason"] == "'=generic", "no spreadsheet executes it"
    assert (project.images_root() / rows[0]["image"]) == pair_list.pair(project, first).image_path
    assert rows[4]["chosen_edited"] == rows[4]["rejected_edited"] == "true"
    assert all(row["at"].endswith("+00:00") and row["iteration"] == "1" and row["line"] == "main" for row in rows)


def test_that_a_log_without_decisions_says_so(project: Project, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no decisions"):
        exports.export_review_log(project, tmp_path / "log.csv")
    assert not (tmp_path / "log.csv").exists()


@pytest.mark.parametrize("seed", range(3))
def test_that_the_log_replayed_is_the_present_state(
    project: Project, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.services.exports.review_log.PART", 7)
    monkeypatch.setattr(review_log.logged_decisions, "__defaults__", (7,))
    chance, ids = random.Random(seed), draw_pairs(project, seed)
    for _ in range(60):
        reviewer = chance.choice(("", "Ann"))
        match chance.randrange(4):
            case 0:
                review_steps.undo(project, reviewer)
            case 1:
                review_steps.redo(project, reviewer)
            case 2:
                review_steps.decide_all(project, chance.sample(ids, 3), "keep", reviewer=reviewer)
            case _:
                review_steps.decide(project, chance.choice(ids), "veto", reviewer=reviewer)
    exports.export_review_log(project, tmp_path / "log.csv")
    state: dict[tuple[str, str], str] = {}
    in_effect: dict[tuple[str, str], str] = {}
    for row in read(tmp_path / "log.csv"):
        key = row["reviewer"], row["image"]
        assert row["from"] == state.get(key, "none")
        state[key] = row["to"]
        if row["action"] in ("decide", "bulk") and row["undone"] == "false":
            in_effect[key] = row["to"]
    for pair_id in ids:
        for reviewer in ("", "Ann"):
            found = pair_list.pair(project, pair_id, reviewer)
            with project.reader() as session:
                path = session.connection().exec_driver_sql(
                    "SELECT path FROM image WHERE id = ?", (found.image_id,)
                ).scalar_one()  # fmt: skip
            assert state.get((reviewer, path), "none") == in_effect.get((reviewer, path), "none") == found.verdict
