"""Pairs that were edited in another program and come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.pair_rows import list_pairs
from support.projects import rows as table_rows
from support.reviewed import make_reviewed_project

from studio.services import exports
from studio.services.errors import StudioError
from studio.services.exports.pair_import import PairsRead, import_pairs
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import pair_list, review_steps
from studio.services.review.types import PairFilter, PairRow

Row = dict[str, Any]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return create_and_open.open_project(make_reviewed_project(tmp_path / "project", tmp_path / "data"))


def edited(project: Project, file: Path, change: Callable[[list[Row]], object]) -> Path:
    """The pairs as JSON lines, with a change made by hand."""
    exports.export_pairs(project, file)
    found = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    change(found)
    file.write_text("".join(json.dumps(row) + "\n" for row in found), "utf-8")
    return file


def set_text(row: Row, name: str, text: str) -> None:
    row[name][0]["content"][0]["text"] = text


def text_of(row: Row, name: str) -> str:
    return str(row[name][0]["content"][0]["text"])


def listed(project: Project) -> list[PairRow]:
    return list_pairs(project, PairFilter())


def test_that_a_file_nobody_edited_changes_nothing(project: Project, tmp_path: Path) -> None:
    for name in ("pairs.jsonl", "pairs.parquet"):
        exports.export_pairs(project, tmp_path / name)
        assert import_pairs(project, tmp_path / name) == PairsRead(24, 0, 24, (), 0, 0, 0)
    assert table_rows(project.root, "SELECT count(*) FROM review_step") == [(0,)]


def test_that_changed_texts_become_edits_of_one_step_that_an_undo_takes_back(project: Project, tmp_path: Path) -> None:
    before = listed(project)

    def change(found: list[Row]) -> None:
        for row in found[:2]:
            set_text(row, "chosen", f"{text_of(row, 'chosen').splitlines()[0]}\n#Explain: Better said.")

    told = import_pairs(project, edited(project, tmp_path / "pairs.jsonl", change))
    assert (told.read, told.changed, told.unchanged, told.refused) == (24, 2, 22, ())
    after = listed(project)
    assert [row.chosen_text for row in after[:2]] == ["Better said."] * 2
    assert [row.generated_chosen for row in after] == [row.chosen_text for row in before]
    ((who, kind, count),) = table_rows(project.root, "SELECT who, kind, pairs FROM review_step")
    assert who.endswith(", from pairs.jsonl") and (kind, count) == ("edit", 2)
    review_steps.undo(project)
    assert listed(project) == before


def test_that_a_verdict_and_a_note_survive_an_edit(project: Project, tmp_path: Path) -> None:
    first = listed(project)[0]
    review_steps.decide(project, first.id, "keep", note="fine")

    def change(found: list[Row]) -> None:
        set_text(found[0], "rejected", f"#Score: {first.rejected_score}\n#Explain: Worse said.")

    import_pairs(project, edited(project, tmp_path / "pairs.jsonl", change))
    now = pair_list.pair(project, first.id)
    assert (now.verdict, now.note, now.rejected_text, now.edited) == ("keep", "fine", "Worse said.", True)


def test_that_parquet_edited_with_pandas_comes_back(project: Project, tmp_path: Path) -> None:
    exports.export_pairs(project, tmp_path / "pairs.parquet")
    table = pd.read_parquet(tmp_path / "pairs.parquet")
    first = listed(project)[0]
    block = {"type": "text", "text": f"#Score: {first.chosen_score}\n#Explain: From pandas."}
    table.at[0, "chosen"] = [{"role": "assistant", "content": [block]}]
    table.iloc[:5].to_parquet(tmp_path / "edited.parquet")
    told = import_pairs(project, tmp_path / "edited.parquet")
    assert (told.read, told.changed, told.unchanged, told.missing, told.vetoed) == (5, 1, 4, 19, 0)
    assert pair_list.pair(project, first.id).chosen_text == "From pandas."


def test_that_labels_form_and_strangers_are_refused_with_a_reason(project: Project, tmp_path: Path) -> None:
    label = listed(project)[0].chosen_score

    def change(found: list[Row]) -> None:
        set_text(found[0], "chosen", f"#Score: {(label + 1) % 10}\n#Explain: Another label.")
        set_text(found[1], "rejected", "Just a text.")
        found[2]["image_path"] = "nowhere.png"
        found[3]["chosen"] = 7
        found[4]["draw"] = "zero"
        found.append(found[5])

    file = edited(project, tmp_path / "pairs.jsonl", change)
    with file.open("a", encoding="utf-8") as out:
        out.write("no json\n[]\n")
    told = import_pairs(project, file)
    reasons = {refusal.line: refusal.reason for refusal in told.refused}
    assert (
        told.read == 27
        and told.changed == 0
        and told.unchanged == 19
        and sorted(reasons) == [1, 2, 3, 4, 5, 25, 26, 27]
    )
    assert "scores cannot be changed" in reasons[1] and "does not have the form" in reasons[2]
    assert "no such pair" in reasons[3] and "chosen is missing" in reasons[4] and "whole number" in reasons[5]
    assert (
        reasons[25] == "line 6 has the same pair" and "not JSON" in reasons[26] and "not a JSON object" in reasons[27]
    )
    assert told.read == told.changed + told.unchanged + len(told.refused)


def test_that_removed_rows_are_vetoed_only_when_asked(project: Project, tmp_path: Path) -> None:
    file = edited(project, tmp_path / "pairs.jsonl", lambda found: found.pop(3))
    assert (import_pairs(project, file).missing, pair_list.counts(project).vetoed) == (1, 0)
    assert import_pairs(project, file, veto_missing=True).vetoed == 1
    (gone,) = (row for row in listed(project) if row.verdict == "veto")
    assert gone == listed(project)[3]
    review_steps.undo(project)
    assert pair_list.counts(project).vetoed == 0


def test_that_a_damaged_row_is_not_taken_for_a_removed_one(project: Project, tmp_path: Path) -> None:
    file = edited(project, tmp_path / "pairs.jsonl", lambda found: found.pop(3))
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([lines[0][:-3], *lines[1:]]) + "\n", "utf-8")
    told = import_pairs(project, file, veto_missing=True)
    assert (told.missing, told.vetoed, told.unknown, pair_list.counts(project).vetoed) == (2, 0, 1, 0)


def test_that_a_row_with_a_wrong_label_still_names_its_pair(project: Project, tmp_path: Path) -> None:
    def change(found: list[Row]) -> None:
        set_text(found[0], "chosen", "No form.")
        found.pop(3)

    told = import_pairs(project, edited(project, tmp_path / "pairs.jsonl", change), veto_missing=True)
    assert (len(told.refused), told.missing, told.vetoed, told.unknown) == (1, 1, 1, 0)


def test_that_a_file_without_key_columns_is_matched_by_image_and_an_answer(project: Project, tmp_path: Path) -> None:
    def change(found: list[Row]) -> None:
        for row in found:
            for name in ("iteration", "image_path", "draw"):
                del row[name]
        head = text_of(found[0], "chosen").splitlines()[0]
        set_text(found[0], "chosen", f"{head}\n#Explain: Found again.")
        for name in ("chosen", "rejected"):
            set_text(found[1], name, text_of(found[1], name) + " And more.")
        found[2]["images"] = ["elsewhere.png"]

    told = import_pairs(project, edited(project, tmp_path / "pairs.jsonl", change))
    assert (told.changed, told.unchanged, len(told.refused)) == (1, 21, 2)
    assert listed(project)[0].chosen_text == "Found again."
    assert (
        "both answers differ" in told.refused[0].reason
        and "no pair of this project has this image" in told.refused[1].reason
    )


def test_that_a_file_that_cannot_be_read_changes_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "pairs.parquet").write_bytes(b"PAR1 no")
    for name, said in (
        ("pairs.parquet", "cannot be read"),
        ("none.jsonl", "does not exist"),
        ("pairs.csv", "is not a .jsonl"),
    ):
        with pytest.raises(StudioError, match=said):
            import_pairs(project, tmp_path / name)


def test_that_keys_as_a_table_program_writes_them_are_matched(project: Project, tmp_path: Path) -> None:
    def change(found: list[Row]) -> None:
        for row in found:  # a column of pandas with an empty cell
            row["iteration"], row["draw"] = float(row["iteration"]), float(row["draw"])
        found[0]["draw"] = None
        found[1]["draw"] = float("nan")
        found[2]["iteration"], found[2]["draw"] = "1", "0.0"
        found[3]["iteration"] = None
        for row in found[:4]:
            for name in ("chosen", "rejected"):
                set_text(row, name, text_of(row, name) + " More.")
        found[4]["draw"], found[5]["draw"], found[6]["draw"] = 0.5, True, 7.0

    told = import_pairs(project, edited(project, tmp_path / "pairs.jsonl", change))
    assert (told.changed, told.unchanged) == (4, 17)
    assert [row.chosen_text.endswith(" More.") for row in listed(project)[:5]] == [True, True, True, True, False]
    reasons = [refusal.reason for refusal in told.refused]
    assert reasons[0] == "the column draw has '0.5', which is not a whole number" and "'True'" in reasons[1]
    assert "no such pair" in reasons[2]


def test_that_a_missing_draw_of_a_regenerated_pair_needs_one_of_its_answers(project: Project, tmp_path: Path) -> None:
    with project.session() as session:
        session.connection().exec_driver_sql("UPDATE pair SET draw = 1 WHERE id IN (SELECT min(id) FROM pair)")

    def change(found: list[Row]) -> None:
        found[0]["draw"] = None
        for name in ("chosen", "rejected"):
            set_text(found[0], name, text_of(found[0], name) + " Of another draw.")

    told = import_pairs(project, edited(project, tmp_path / "pairs.jsonl", change))
    assert told.changed == 0 and [one.reason for one in told.refused] == [
        "both answers differ from the image's pairs, and the row has no draw"
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_that_pairs_in_any_unicode_encoding_come_back(project: Project, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "pairs.jsonl"
    exports.export_pairs(project, file)
    file.write_bytes(file.read_text("utf-8").replace("\n", "\r\n").encode(encoding))
    assert import_pairs(project, file) == PairsRead(24, 0, 24, (), 0, 0, 0)
