"""300 hostile tables by seed: no crash, every row accounted for, and no label that is not what the table says."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from unittest.mock import patch

import pytest

from studio.services.errors import StudioError
from studio.services.imports.formats import tables
from studio.services.imports.score_source import read_scores
from studio.services.settings.schema import ImportSettings

NAMES = [f"{number:02}.png" for number in range(8)] + ["ü.png", "a b.png"]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
BAD_SCORES = ("", "nan", "inf", "-inf", "1e999", "good", "1,2,3", "1.2.3", "0x1F", "1_0", "--3", "3 4", "NA", "null",
              "1,234", "5%", "=1+1", "3;4", "１,２x")  # fmt: skip
BAD_NAMES = ("", "../a.png", "/etc/passwd", "C:\\x.png", "no.png", "x\x00.png", "..\\a.png", "a" * 300, "\udcff", ".")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    for name in NAMES:
        (folder / name).write_bytes(f"the image {name}".encode())
    return folder


def _table(draw: random.Random) -> tuple[bytes, dict[str, float], int]:
    """A table, the labels that it gives by any reading of its good rows, and its number of rows."""
    delimiter, encoding = draw.choice(",;\t|"), draw.choice(ENCODINGS)
    comma = draw.random() < 0.4
    header = ["image", "score", *draw.sample(["note", "camera", "sd2", "größe"], draw.randrange(3))]
    draw.shuffle(header)
    good: dict[str, float] = {}
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter, quoting=draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
                       lineterminator=draw.choice(["\n", "\r\n"]))  # fmt: skip
    table.writerow(header)
    count = draw.randrange(1, 14)
    for _ in range(count):
        name, score = draw.choice(NAMES), f"{draw.uniform(-5, 10):.{draw.choice([1, 2])}f}"
        broken = draw.random()
        if broken < 0.15:
            name = draw.choice(BAD_NAMES)
        elif broken < 0.35:
            score = draw.choice(BAD_SCORES)
        cells = {"image": name, "score": score.replace(".", ",") if comma and broken >= 0.35 else score}
        row = [cells.get(column, draw.choice(["", "NA", "a\nb", 'say "x"', "é", "007"])) for column in header]
        if broken > 0.93:
            row = row[:-1] if draw.random() < 0.5 else [*row, "more"]
        elif broken >= 0.35:
            good.setdefault(name, float(score))
        table.writerow(row)
        if draw.random() < 0.1:
            out.write("\n")
    return out.getvalue().encode(encoding, "replace"), good, count


@pytest.mark.parametrize("block", range(10))
def test_that_hostile_tables_neither_crash_nor_lose_a_row_nor_change_a_label(
    tmp_path: Path, images: Path, block: int
) -> None:
    for number in range(30):
        draw = random.Random(1000 * block + number)
        data, good, count = _table(draw)
        file = tmp_path / f"{number}.csv"
        file.write_bytes(data)
        table = read_scores(file, images, ImportSettings())
        assert len(table.images) + len(table.refused) == count
        assert {image.path: image.score for image in table.images} == good
        assert all(refusal.line > 1 and refusal.reason and refusal.file == file.name for refusal in table.refused)


@pytest.mark.parametrize("block", range(5))
def test_that_damaged_bytes_end_in_a_result_or_in_a_reason(tmp_path: Path, images: Path, block: int) -> None:
    for number in range(30):
        draw = random.Random(77 * block + number)
        data = bytearray(_table(draw)[0])
        for _ in range(draw.randrange(1, 6)):
            place = draw.randrange(len(data))
            data[place : place + draw.randrange(3)] = bytes(draw.choice(b'"\x00\xff\n;,\t\xfe\r') for _ in range(2))
        file = tmp_path / f"{number}.csv"
        file.write_bytes(bytes(data))
        try:
            table = read_scores(file, images, ImportSettings())
        except StudioError as error:
            assert error.message and error.remedy
        else:
            assert len({image.path for image in table.images}) == len(table.images)


@pytest.mark.parametrize(
    ("text", "scores", "refused"),
    [
        ("image;score\n00.png;3,5\n01.png;1,234\n", {"00.png": 3.5, "01.png": 1.234}, []),
        ("image;score\n00.png;3.5\n01.png;1,234\n", {"00.png": 3.5}, ["1.234 or 1234"]),
        ('image,score\n00.png,"3,5"\n01.png,"1,234"\n', {"00.png": 3.5}, ["1.234 or 1234"]),
        ('image,score\n00.png,3\n"01.png"x,4\n02.png,5\n', {"00.png": 3.0, "02.png": 5.0}, ["not CSV"]),
        ("sep=;\nimage;score\n00.png;3\n", {"00.png": 3.0}, []),
    ],
)
def test_that_a_number_that_could_be_two_is_refused(
    tmp_path: Path, images: Path, text: str, scores: dict[str, float], refused: list[str]
) -> None:
    (tmp_path / "t.csv").write_text(text)
    table = read_scores(tmp_path / "t.csv", images, ImportSettings())
    assert {image.path: image.score for image in table.images} == scores
    assert len(table.refused) == len(refused)
    assert all(part in found.reason for part, found in zip(refused, table.refused, strict=True))


def test_that_a_quote_that_is_never_closed_is_named_with_its_line(tmp_path: Path, images: Path) -> None:
    (tmp_path / "t.csv").write_text('image,score\n00.png,3\n01.png,"4\n02.png,5\n')
    with pytest.raises(StudioError, match="a quote opened in line 3 is not closed"):
        read_scores(tmp_path / "t.csv", images, ImportSettings())


def test_that_a_path_out_of_the_folder_needs_a_folder_that_is_allowed(tmp_path: Path, images: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.png").write_bytes(b"an image")
    inside = images / "00.png"
    (tmp_path / "t.csv").write_text(f"image,score\n{other}/x.png,3\n{inside},4\n/etc/hostname,5\n{other}/../t.csv,6\n")
    refused = read_scores(tmp_path / "t.csv", images, ImportSettings())
    assert len(refused.refused) == 4
    table = read_scores(tmp_path / "t.csv", images, ImportSettings(outside=str(other)))
    assert [image.path for image in table.images] == [(other / "x.png").resolve().as_posix(), "00.png"]
    assert [refusal.line for refusal in table.refused] == [4, 5]


def test_that_a_long_table_of_decimal_commas_is_read_in_one_more_pass(tmp_path: Path, images: Path) -> None:
    rows = "".join("00.png;1,234\n" for _ in range(5000))
    (tmp_path / "t.csv").write_text(f"image;score\n{rows}")
    with patch("studio.services.imports.formats.tables._is_decimal_comma", wraps=tables._is_decimal_comma) as asked:
        table = read_scores(tmp_path / "t.csv", images, ImportSettings())
    assert (asked.call_count, len(table.images), len(table.refused)) == (1, 1, 4999)
    assert table.images[0].score == 1.234
