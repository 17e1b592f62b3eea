"""Writing many sidecars and undoing it: progress, cancel, errors by name, crashes, restarts, changes by others."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from support.sidecars.forms import DARKTABLE, FORMS, LIGHTROOM
from support.sidecars.writer import OPTIONS, items

from studio.services.errors import OperationCancelled, StudioError
from studio.services.sidecars.planning import plan
from studio.services.sidecars.properties import Value
from studio.services.sidecars.types import SidecarItem, SidecarOptions
from studio.services.sidecars.undoing import left_to_undo, undo
from studio.services.sidecars.writing import write
from studio.services.sidecars.xmp import edit, read

WRITER = Path(__file__).parents[2] / "support" / "sidecars" / "writer.py"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Ten images, the first five of which have a sidecar of another program."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(10):
        (folder / f"p{number}.jpg").write_bytes(f"image {number}".encode())
    for name, form in zip(("p0.jpg.xmp", "p1.jpg.xmp", "p2.xmp", "p3.jpg.XMP", "p4.xmp"), FORMS.values(), strict=True):
        (folder / name).write_bytes(form)
    return folder


def state(folder: Path) -> dict[str, str]:
    return {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.iterdir() if one.is_file()}


def rating(sidecar: Path) -> str:
    return read(sidecar.read_bytes())["Rating"].text


def test_that_all_are_written_and_an_undo_gives_the_folder_as_it_was(photos: Path, tmp_path: Path) -> None:
    before, seen = state(photos), list[tuple[int, int]]()
    preview = plan(items(photos), OPTIONS)
    assert (preview.new, preview.changed, preview.rated, preview.described) == (5, 5, 4, 2)
    assert preview.counts.stars == (1, 2, 2, 2, 1, 2)
    assert state(photos) == before, "a preview writes nothing"
    done = write(preview, tmp_path / "record", lambda *numbers: seen.append(numbers))
    assert (done.created, done.changed, done.unchanged, done.skipped) == (5, 5, 0, ())
    assert [rating(photos / name) for name in ("p0.jpg.xmp", "p2.xmp", "p9.jpg.xmp")] == ["0", "1", "5"]
    assert seen == [(number, 10) for number in range(10)]
    images = {name: text for name, text in before.items() if name.endswith("jpg")}
    assert {name: text for name, text in state(photos).items() if name in images} == images
    undone = undo(tmp_path / "record")
    assert (undone.deleted, undone.restored, undone.cleaned, undone.gone, undone.skipped) == (5, 5, 0, 0, ())
    assert state(photos) == before
    assert left_to_undo(tmp_path / "record") == 0
    again = undo(tmp_path / "record")
    assert (again.deleted, again.restored) == (0, 0)


def test_that_writing_again_writes_nothing_and_that_runs_are_undone_one_by_one(photos: Path, tmp_path: Path) -> None:
    before = state(photos)
    write(plan(items(photos), OPTIONS), tmp_path / "first")
    between = state(photos)
    assert write(plan(items(photos), OPTIONS), tmp_path / "same").unchanged == 10
    better = [replace(one, score=9.5) for one in items(photos)]
    assert write(plan(better, OPTIONS), tmp_path / "second").changed == 10
    undo(tmp_path / "second")
    assert state(photos) == between
    undo(tmp_path / "first")
    assert state(photos) == before


def test_that_what_others_wrote_since_stays(photos: Path, tmp_path: Path) -> None:
    write(plan(items(photos), OPTIONS), tmp_path / "record")
    kept, rated, new, deleted = (photos / name for name in ("p0.jpg.xmp", "p2.xmp", "p9.jpg.xmp", "p8.jpg.xmp"))
    kept.write_bytes(kept.read_bytes().replace(b'history_end="2"', b'history_end="1"'))
    rated.write_bytes(rated.read_bytes().replace(b'xmp:Rating="1"', b'xmp:Rating="3"'))
    new.write_bytes(new.read_bytes().replace(b"<xmp:Rating>", b"<xmp:Label>Red</xmp:Label><xmp:Rating>"))
    deleted.unlink()
    (photos / "p7.jpg.xmp").write_text("no longer XMP")
    done = undo(tmp_path / "record")
    assert (done.deleted, done.restored, done.cleaned, done.gone) == (2, 3, 3, 1)
    assert [(one.path.name, one.reason) for one in done.skipped] == [
        ("p7.jpg", "p7.jpg.xmp is left as it is: it is not well-formed XML: syntax error: line 1, column 0.")
    ]
    assert kept.read_text("utf-8") == DARKTABLE.replace('history_end="2"', 'history_end="1"')
    assert rated.read_text("utf-8") == LIGHTROOM.replace('xmp:Rating="4"', 'xmp:Rating="3"')
    assert "<xmp:Label>Red</xmp:Label>" in new.read_text()
    assert "scorestudio" not in new.read_text()
    assert read(new.read_bytes()) == {}
    (photos / "p7.jpg.xmp").write_bytes(edit(None, {}))
    assert left_to_undo(tmp_path / "record") == 1
    assert undo(tmp_path / "record").skipped == ()


def test_that_ratings_and_captions_can_be_kept(photos: Path, tmp_path: Path) -> None:
    write(plan(items(photos), replace(OPTIONS, keep_ratings=True)), tmp_path / "record")
    lightroom = {one: value.text for one, value in read((photos / "p2.xmp").read_bytes()).items()}
    assert (lightroom["Rating"], lightroom["Description"]) == ("4", "At the weir")
    assert (lightroom["Score"], lightroom["Explanation"]) == ("3", "Picture 2 is calm.")
    assert rating(photos / "p9.jpg.xmp") == "5"


def test_that_without_stars_the_rating_is_not_touched(photos: Path, tmp_path: Path) -> None:
    rejected = [replace(one, pick=-1 if one.image.name == "p1.jpg" else 0) for one in items(photos)]
    write(plan(rejected, SidecarOptions(OPTIONS.origin)), tmp_path / "record")
    assert rating(photos / "p0.jpg.xmp") == "2"
    assert rating(photos / "p1.jpg.xmp") == "-1"
    assert "Rating" not in read((photos / "p9.jpg.xmp").read_bytes())


def test_that_what_cannot_be_written_is_named_and_the_others_are_written(photos: Path, tmp_path: Path) -> None:
    preview = plan(items(photos), OPTIONS)
    (photos / "p5.jpg").unlink()
    (photos / "p6.jpg.xmp").mkdir()
    (photos / "p0.jpg.xmp").write_text("<html>")
    (photos / ".p9.jpg.xmp.part").mkdir()  # where the new content would be written
    done = write(preview, tmp_path / "record")
    assert (done.created, done.changed) == (2, 4)
    assert {one.path.name: one.reason for one in done.skipped} == {
        "p0.jpg": "p0.jpg.xmp is left as it is: it is not well-formed XML: no element found: line 1, column 6.",
        "p5.jpg": "The image is missing.",
        "p6.jpg": "p6.jpg.xmp is left as it is: it is a folder.",
        "p9.jpg": "p9.jpg.xmp cannot be read or written: Is a directory.",
    }
    assert (photos / "p0.jpg.xmp").read_text() == "<html>"
    skipped = plan(items(photos), OPTIONS).skipped
    assert [one.path.name for one in skipped] == ["p0.jpg", "p6.jpg"]


def test_that_items_without_use_are_named(photos: Path) -> None:
    one = items(photos)[0]
    rows = [one, one, replace(one, score=None, image=photos / "p1.jpg"), replace(one, image=photos / "no.jpg")]
    preview = plan(rows, OPTIONS)
    assert len(preview.planned) == 1
    assert [row.reason for row in preview.skipped] == [
        "p0.jpg.xmp is already used by p0.jpg.", "It has no score.", "The image is missing.",
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["asking", "raising"])
def test_that_a_cancelled_run_keeps_what_is_written_and_can_be_undone(by: str, photos: Path, tmp_path: Path) -> None:
    before = state(photos)

    def progress(done: int, total: int) -> None:
        if by == "raising" and done == 4:
            raise OperationCancelled

    calls = iter(range(100))
    done = write(
        plan(items(photos), OPTIONS), tmp_path / "record", progress, lambda: by == "asking" and next(calls) == 4
    )
    assert done.cancelled
    assert done.created + done.changed == 4
    assert len(state(photos)) == len(before)
    half = undo(tmp_path / "record", cancelled=lambda: len(state(photos)) and rating(photos / "p1.jpg.xmp") == "3")
    assert half.cancelled
    assert left_to_undo(tmp_path / "record") == 8
    assert undo(tmp_path / "record").restored == 2
    assert state(photos) == before


def test_that_a_link_stays_a_link_and_permissions_stay(photos: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.xmp"
    store.write_bytes(FORMS["darktable"])
    store.chmod(0o640)
    (photos / "p9.jpg.xmp").symlink_to(store)
    (photos / "p8.jpg.xmp").symlink_to(tmp_path / "missing.xmp")
    done = write(plan(items(photos), OPTIONS), tmp_path / "record")
    assert done.created == 3
    assert (photos / "p9.jpg.xmp").is_symlink()
    assert rating(store) == "5"
    assert store.stat().st_mode & 0o777 == 0o640
    undo(tmp_path / "record")
    assert store.read_bytes() == FORMS["darktable"]


def test_that_an_undo_finds_the_sidecars_from_another_working_folder(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(photos)
    monkeypatch.chdir(photos)
    write(plan([SidecarItem(Path("p9.jpg"), 7.0)], OPTIONS), tmp_path / "record")
    assert state(photos) != before
    monkeypatch.chdir(tmp_path)
    assert undo(tmp_path / "record").deleted == 1
    assert state(photos) == before


def test_that_a_record_is_never_used_twice(photos: Path, tmp_path: Path) -> None:
    preview = plan(items(photos), OPTIONS)
    write(preview, tmp_path / "record")
    with pytest.raises(StudioError, match="already holds the record"):
        write(preview, tmp_path / "record")
    with pytest.raises(StudioError, match="cannot be read"):
        undo(tmp_path / "other")


def writer(*arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(WRITER), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)


@pytest.mark.child
@pytest.mark.parametrize("torn", [False, True])
def test_that_a_killed_run_is_undone_after_a_restart(torn: bool, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(1500):
        (photos / f"p{number}.jpg").touch()
        if number % 2:
            (photos / f"p{number}.jpg.xmp").write_bytes(FORMS["digikam"])
    before = state(photos)
    with writer(photos, tmp_path / "record") as child:
        limit = time.monotonic() + 60
        while len(list(photos.glob("[!.]*"))) < len(before) + 60 and time.monotonic() < limit:
            time.sleep(0.002)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert 60 <= len(list(photos.glob("[!.]*"))) - len(before) < 750, "it was killed in the middle"
    (photos / ".p0.jpg.xmp.part").write_bytes(b"<x:xmpm")  # as a kill at another moment leaves it
    if torn:
        with (tmp_path / "record" / "sidecars.jsonl").open("ab") as record:
            record.write(b'{"kind": "row", "number": 1499, "ima')
    done = undo(tmp_path / "record")
    assert done.skipped == ()
    assert done.deleted >= 60
    assert state(photos) == before
    assert left_to_undo(tmp_path / "record") == 0


@pytest.mark.child
def test_that_a_run_stops_when_the_record_no_longer_fits(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(200):
        (photos / f"p{number}.jpg").touch()
        (photos / f"p{number}.jpg.xmp").write_bytes(FORMS["darktable"])
    before = state(photos)
    with writer(photos, tmp_path / "record", 100_000) as child:
        out, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    created, changed, skipped, *stopped = out.split()
    assert (created, skipped) == ("0", "0")
    assert 0 < int(changed) < 200
    assert "cannot be written to" in " ".join(stopped)
    assert undo(tmp_path / "record").restored == int(changed)
    assert state(photos) == before


def test_that_scored_items_are_what_the_writer_writes(photos: Path) -> None:
    assert items(photos)[3] == SidecarItem(photos / "p3.jpg", 4, "Picture 3 is calm.")


def test_that_keeping_ratings_keeps_those_from_elsewhere_and_not_ours(photos: Path, tmp_path: Path) -> None:
    """Somebody who chooses other stars a day later gets them; a rating changed in another program stays."""
    keeping = replace(OPTIONS, keep_ratings=True, describe=True)
    write(plan(items(photos), keeping), tmp_path / "first")
    assert [rating(photos / name) for name in ("p0.jpg.xmp", "p9.jpg.xmp")] == ["2", "5"]  # darktable's, ours
    better = [replace(one, score=0.5, explanation=f"{one.explanation} Again.") for one in items(photos)]
    preview = plan(better, keeping)
    assert (preview.rated, preview.described) == (4, 2)
    by_hand = photos / "p8.jpg.xmp"
    assert rating(by_hand) not in ("0", "3")
    by_hand.write_bytes(edit(by_hand.read_bytes(), {"Rating": Value("3")}))
    write(plan(better, keeping), tmp_path / "second")
    assert [rating(photos / name) for name in ("p0.jpg.xmp", "p9.jpg.xmp", "p8.jpg.xmp")] == ["2", "0", "3"]
    assert read((photos / "p9.jpg.xmp").read_bytes())["Description"].text.endswith("Again.")


def test_that_a_run_without_stars_leaves_ours_known_as_ours(photos: Path, tmp_path: Path) -> None:
    write(plan(items(photos), OPTIONS), tmp_path / "first")
    write(plan(items(photos), replace(OPTIONS, stars=None, reject=False)), tmp_path / "second")
    assert rating(photos / "p9.jpg.xmp") == "5"
    assert plan(items(photos), OPTIONS).rated == 0
