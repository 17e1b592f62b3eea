"""No label is changed in silence: every accepted score is what an independent reading of its cell gives, or is refused.

And the table's odd forms, one by one: what is read, what is refused, and that nothing is lost.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.services.errors import StudioError
from studio.services.imports.score_source import ScoreTable, read_scores
from studio.services.settings.schema import ImportSettings

NAMES = ["007.png", "7.png", "a b.png", "é.png", "x/y.png", "NA.png", "1e3.png"]
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
COMMA = re.compile(r"([+-]?\d+),(\d+)")
DIGITS = st.integers(0, 99_999).map(str)
SCORES = st.one_of(
    st.floats(-1e6, 1e6, allow_nan=False).map(repr),
    st.builds("{}{}{}{}".format, st.sampled_from(["", "+", "-"]), DIGITS, st.sampled_from([",", "."]), DIGITS),
    st.builds("{}e{}".format, DIGITS, st.integers(-5, 5)),
    st.builds("{},{},{}".format, DIGITS, DIGITS, DIGITS),
    st.builds("{}%".format, DIGITS),
    st.builds("{} {}".format, DIGITS, DIGITS),
    st.builds("{}'{}".format, DIGITS, DIGITS),
    st.builds(" {} ".format, DIGITS),
    st.sampled_from(["nan", "inf", "-Infinity", "1e999", "0x10", "1_000", "٣", "３.５", "½", "", "NA", "None", "true",
                     "1.000,5", "1,000.5", "−3", "3-4", "3/10", "five", "\u200b4", "4\u00a0"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for name in NAMES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(f"the image {name}".encode())
    return folder


def readings(text: str) -> set[float]:
    """Every number that the cell can mean to a person who knows decimal points and commas; digits of any script."""
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in text.strip())
    found = set()
    if PLAIN.fullmatch(plain):
        found.add(float(Decimal(plain)))
    if comma := COMMA.fullmatch(plain):
        found.add(float(Decimal(f"{comma[1]}.{comma[2]}")))
        if len(comma[2]) == 3:
            found.add(float(Decimal(comma[1] + comma[2])))
    return {number for number in found if abs(number) < float("inf")}


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.tuples(st.sampled_from(NAMES), SCORES), min_size=1, max_size=6, unique_by=lambda row: row[0]),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_that_an_accepted_score_is_the_only_number_that_its_cell_can_mean(
    tmp_path_factory: pytest.TempPathFactory, images: Path, rows: list[tuple[str, str]], delimiter: str, encoding: str,
    end: str,
) -> None:  # fmt: skip
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([("image", "score"), *rows])
    file = tmp_path_factory.mktemp("t") / "t.csv"
    file.write_bytes(out.getvalue().encode(encoding))
    table = read_scores(file, images, ImportSettings())
    assert len(table.images) + len(table.refused) == len(rows)
    written = dict(rows)
    pointed = any("." in score for _, score in rows)
    for image in table.images:
        meant = readings(written[image.path])
        assert image.score in meant
        if len(meant) > 1:  # 1,234 counts where semicolons part the cells and nobody writes a point
            assert delimiter == ";" and not pointed and image.score == min(meant, key=abs)
    accepted = {image.path for image in table.images}
    sure = {name for name, score in rows if len(readings(score)) == 1}
    assert sure <= accepted


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(scores=st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=len(NAMES)))
def test_that_typed_cells_keep_their_value_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, images: Path, scores: list[float]
) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    folder, names = tmp_path_factory.mktemp("t"), NAMES[: len(scores)]
    parquet.write_table(arrow.table({"image": names, "score": scores}), folder / "t.parquet")
    lines = (json.dumps({"image": name, "score": score}) for name, score in zip(names, scores, strict=True))
    (folder / "t.jsonl").write_text("\n".join(lines))
    finite = {name: score for name, score in zip(names, scores, strict=True) if abs(score) < float("inf")}
    for file in ("t.parquet", "t.jsonl"):
        table = read_scores(folder / file, images, ImportSettings())
        assert {image.path: image.score for image in table.images} == finite
        assert len(table.refused) == len(scores) - len(finite)


def read(folder: Path, images: Path, content: str | bytes, name: str = "t.csv", **columns: str) -> ScoreTable:
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return read_scores(folder / name, images, ImportSettings(**columns))  # type: ignore[arg-type]


def scores_of(table: ScoreTable) -> dict[str, float]:
    return {image.path: image.score for image in table.images}


def test_that_names_keep_their_leading_zeros_and_words_that_look_like_nothing(tmp_path: Path, images: Path) -> None:
    table = read(tmp_path, images, "image,score\n007.png,1\n7.png,2\nNA.png,3\n1e3.png,4\n")
    assert scores_of(table) == {"007.png": 1.0, "7.png": 2.0, "NA.png": 3.0, "1e3.png": 4.0}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("there", ["NFC", "NFD"])
def test_that_a_name_is_found_in_either_unicode_form_and_once_only(tmp_path: Path, form: str, there: str) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    name = unicodedata.normalize(there, "grün é.png")
    (folder / name).write_bytes(b"x")
    other = unicodedata.normalize("NFD" if form == "NFC" else "NFC", "grün é.png")
    table = read(tmp_path, folder, f"image,score\n{unicodedata.normalize(form, name)},3\n{other},4\n")
    assert scores_of(table) == {name: 3.0}
    assert ["duplicate" in one.reason for one in table.refused] == [True]


def test_that_a_header_that_comes_twice_is_a_refused_row(tmp_path: Path, images: Path) -> None:
    table = read(tmp_path, images, "image,score\n7.png,1\nimage,score\n007.png,2\n")
    assert scores_of(table) == {"7.png": 1.0, "007.png": 2.0}
    assert [(one.line, one.reason) for one in table.refused] == [(3, "the score is not a number")]


def test_that_mixed_line_ends_lose_no_row(tmp_path: Path, images: Path) -> None:
    table = read(tmp_path, images, 'image,score,note\r\n7.png,1,"a\r\nb"\n007.png,2,"c\nd"\rNA.png,3,e')
    assert scores_of(table) == {"7.png": 1.0, "007.png": 2.0, "NA.png": 3.0}


def test_that_null_bytes_are_refused_where_they_stand(tmp_path: Path, images: Path) -> None:
    table = read(tmp_path, images, b"image,score\n7.png,1\n7\0.png,2\n007.png,3\0\nNA.png,4\n")
    assert scores_of(table) == {"7.png": 1.0, "NA.png": 4.0}
    assert len(table.refused) == 2


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n", "image,score", "image,score\n", "\ufeffimage;score\r\n"])
def test_that_a_table_without_rows_is_said_so(tmp_path: Path, images: Path, content: str) -> None:
    try:
        table = read(tmp_path, images, content)
    except StudioError as error:
        assert "t.csv" in error.message and error.remedy
    else:
        assert (table.images, table.refused) == ([], [])


@pytest.mark.parametrize("score", ["50%", "1.234.567", "1,234,567", "1 234", "1'234", "5/10", "4 stars"])
def test_that_a_score_with_a_unit_or_parted_thousands_is_refused(tmp_path: Path, images: Path, score: str) -> None:
    table = read(tmp_path, images, f'image,score\n7.png,"{score}"\n')
    assert [one.value for one in table.refused] == [score] and not table.images


@pytest.mark.parametrize(("text", "value"), [("1e2", 100.0), ("2.5E-1", 0.25), ("+3", 3.0), (".5", 0.5), ("5.", 5.0)])
def test_that_scientific_notation_is_a_number(tmp_path: Path, images: Path, text: str, value: float) -> None:
    assert scores_of(read(tmp_path, images, f"image,score\n7.png,{text}\n")) == {"7.png": value}


def test_that_links_that_go_round_end_in_a_reason(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.png").symlink_to("b.png")
    (folder / "b.png").symlink_to("a.png")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "c.png").write_bytes(b"x")
    rows = "a.png,1\nround/round/c.png,2\nround/a.png,3\nc.png,4\n"
    table = read(tmp_path, folder, f"image,score\n{rows}", outside=str(tmp_path))
    assert scores_of(table) == {"round/round/c.png": 2.0, "c.png": 4.0}
    assert [one.reason for one in table.refused] == ["the file does not exist in the images folder"] * 2


def test_that_half_a_character_is_no_text(tmp_path: Path, images: Path) -> None:
    lines = '{"image": "7.png", "score": 1, "note": "\\ud800"}\n{"image": "007.png", "score": 2}\n'
    table = read(tmp_path, images, lines, "t.jsonl")
    assert scores_of(table) == {"007.png": 2.0} and len(table.refused) == 1


def test_that_rows_without_a_split_are_refused_where_others_have_one(tmp_path: Path, images: Path) -> None:
    rows = [{"image": "007.png", "score": 1, "split": "test"}, {"image": "7.png", "score": 2}]
    table = read(tmp_path, images, "".join(json.dumps(row) + "\n" for row in rows), "t.jsonl")
    assert [(image.path, image.split) for image in table.images] == [("007.png", "test")]
    assert [(one.line, one.value, one.file) for one in table.refused] == [(2, "7.png", "t.jsonl")]
    assert table.refused[0].reason == "the row has no split, but others have one"
    none_has = "".join(json.dumps({**row, "split": None}) + "\n" for row in rows)
    assert not read(tmp_path, images, none_has, "n.jsonl").images  # an empty cell is a split that means none
