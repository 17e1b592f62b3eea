"""Which column of a table is taken for the image and which for the score."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.services.imports.preview import read_columns

A, B, C = "a.jpg", "b.jpg", "c.jpg"


@pytest.mark.parametrize(
    ("lines", "image", "score"),
    [
        (["file;mark", f"{A};3,5", f"{B};4"], "file", "mark"),
        (["photo,nice", f"{A},3", f"{B},7"], "photo", "nice"),
        (["image,label,points", f"{A},good,3", f"{B},bad,7"], "image", "points"),
        (["id,file,beauty", f"1,{A},3.5", f"2,{B},2.5", f"3,{C},1"], "file", "beauty"),
        (["nr,picture,stars", f"7,{A},3", f"9,{B},5"], "picture", "stars"),
        (["name,pic,width,quality", f"Sea,{A},800,3", f"Sky,{B},640,5"], "pic", "quality"),
        (["image,score,mos", f"{A},3,1", f"{B},4,2"], "image", "score"),
        (["image,n_votes,subset,x", f"{A},31,1,2.5", f"{B},42,2,4.5"], "image", "x"),
        (["image,value", f"{A},", f"{B},", f"{C},4"], "image", "value"),
        (["image,note", f"{A},good", f"{B},bad"], "image", ""),
        (["image_id,mean", "1001,5.5", "1002,4.5"], "", "mean"),
    ],
)
def test_that_the_score_is_a_column_of_numbers_and_the_image_one_of_files(
    tmp_path: Path, lines: list[str], image: str, score: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("\n".join(lines) + "\n", "utf-8")
    found = read_columns(table)
    assert (found.image, found.score) == (image, score)
