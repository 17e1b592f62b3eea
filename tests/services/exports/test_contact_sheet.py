"""The contact sheet: everything inside, nothing obeyed, in order, in pages, all files or none."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from studio.services.errors import OperationCancelled, StudioError
from studio.services.exports import contact_sheet
from studio.services.exports.contact_sheet import SIDE, write_contact_sheet
from studio.services.exports.types import ScoredPicture

BAD = '"><script>alert(1)</script> & <b>\u202e'


class Page(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def pictures(tmp_path: Path) -> list[ScoredPicture]:
    """Three pictures and a file that is none; one with texts of an attacker."""
    Image.new("RGB", (1200, 600), "teal").save(tmp_path / "wide.jpg")
    Image.new("RGBA", (30, 60), "#ff000080").save(tmp_path / "small.png")
    Image.new("L", (640, 640), 90).save(tmp_path / "grey.tif")
    (tmp_path / "none.jpg").write_text("no picture")
    return [
        ScoredPicture(tmp_path / "wide.jpg", "wide.jpg", 4.5, "Calm water.", "iter1/merged"),
        ScoredPicture(tmp_path / "small.png", BAD, 8.25, BAD, "iter1/merged"),
        ScoredPicture(tmp_path / "none.jpg", "none.jpg", None, "", "iter1/merged"),
        ScoredPicture(tmp_path / "grey.tif", "A grey.tif", 6.0, "Two\nlines.", "iter1/merged"),
    ]


def test_that_a_sheet_has_everything_inside_and_obeys_no_text(pictures: list[ScoredPicture], tmp_path: Path) -> None:
    sheet = write_contact_sheet(pictures, tmp_path / "sheet.html", BAD)
    assert sheet.files == (tmp_path / "sheet.html",)
    assert [(one.path.name, one.reason) for one in sheet.unreadable] == [
        ("none.jpg", "This image cannot be shown: not a readable image.")
    ]
    page = Page((tmp_path / "sheet.html").read_text("utf-8"))
    assert not page.all("script")
    assert not page.all("b")
    assert not page.all("link")
    sources = [one["src"] or "" for one in page.all("img")]
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    sizes = [Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).size for source in sources]
    assert sizes == [(30, 60), (SIDE, SIDE), (SIDE, 160)], "highest score first; small pictures are not enlarged"
    assert page.text.count("alert(1)") == 4, "title twice, name and explanation"
    assert "\u202e" not in page.text
    assert "4 pictures, scored by iter1/merged" in page.text
    assert page.text.index("8.25") < page.text.index("6.00") < page.text.index("4.50") < page.text.index("–")


def test_that_pictures_are_sorted_by_name_or_kept_in_order(pictures: list[ScoredPicture], tmp_path: Path) -> None:
    write_contact_sheet(pictures, tmp_path / "name.html", "x", order="name")
    write_contact_sheet(pictures, tmp_path / "given.html", "x", order="given")
    names = [
        re.findall(r'class="name">(.)', (tmp_path / file).read_text("utf-8")) for file in ("name.html", "given.html")
    ]
    assert names == [["&", "A", "n", "w"], ["w", "&", "n", "A"]]


def test_that_many_pictures_are_divided_into_pages(
    pictures: list[ScoredPicture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_sheet, "PER_PAGE", 3)
    seen: list[int] = []
    sheet = write_contact_sheet(
        pictures * 2, tmp_path / "my sheet.html", "x", on_progress=lambda done, _total: seen.append(done)
    )
    assert [one.name for one in sheet.files] == ["my sheet.html", "my sheet-2.html", "my sheet-3.html"]
    assert seen == list(range(8))
    pages = [Page(file.read_text("utf-8")) for file in sheet.files]
    assert [len(page.all("figure")) for page in pages] == [3, 3, 2]
    assert [one["href"] for one in pages[1].all("a")] == ["my%20sheet.html", "my%20sheet-3.html"] * 2
    assert "8 pictures, 4 to 6" in pages[1].text
    assert write_contact_sheet(pictures * 2, tmp_path / "my sheet.html", "x").files == sheet.files, (
        "replaced by the same"
    )
    (tmp_path / "my sheet-2.html").write_text("somebody's page")
    with pytest.raises(StudioError, match=r"my sheet-2\.html would be replaced"):
        write_contact_sheet(pictures * 2, tmp_path / "my sheet.html", "x")


def test_that_a_cancelled_sheet_leaves_nothing(
    pictures: list[ScoredPicture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_sheet, "PER_PAGE", 3)
    before = sorted(tmp_path.iterdir())

    def progress(done: int, total: int) -> None:
        if done == 4:
            raise OperationCancelled

    with pytest.raises(OperationCancelled):
        write_contact_sheet(pictures * 2, tmp_path / "sheet.html", "x", on_progress=progress)
    assert sorted(tmp_path.iterdir()) == before


def test_that_a_sheet_of_nothing_or_of_another_kind_is_refused(pictures: list[ScoredPicture], tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no pictures"):
        write_contact_sheet([], tmp_path / "sheet.html", "x")
    with pytest.raises(StudioError, match=r"not an \.html file"):
        write_contact_sheet(pictures, tmp_path / "sheet.pdf", "x")
    with pytest.raises(StudioError, match="cannot be written"):
        write_contact_sheet(pictures, tmp_path / "missing" / "sheet.html", "x")
