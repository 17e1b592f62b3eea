"""The command ``degrade``: what it writes, what it skips, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageStat
from support.projects import COMMAND, ENVIRONMENT, command

pytestmark = pytest.mark.child


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Six drawn images, one of them in a subfolder."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for index in range(6):
        image = Image.new("RGB", (90, 60), (60 + 20 * index, 140, 180 - 20 * index))
        ImageDraw.Draw(image).ellipse((20 + 4 * index, 15, 50 + 4 * index, 45), fill=(220, 40 + 20 * index, 50))
        image.save(folder / ("more" if index == 5 else ".") / f"{index}.png")
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def size_of(file: Path) -> tuple[int, int]:
    with Image.open(file) as image:
        return image.size


def brightness(file: Path) -> float:
    with Image.open(file) as image:
        return float(ImageStat.Stat(image.convert("L")).mean[0])


def instructions(out: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((out / "instructions.json").read_text("utf-8"))
    return found


def test_that_copies_and_conversations_are_written_the_same_for_the_same_seed(photos: Path, tmp_path: Path) -> None:
    before = contents(photos)
    options = ("--copies", 3, "--at-once", 3, "--untouched", 0.3)
    done = command("degrade", photos, "--out", tmp_path / "one", *options, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["images"], report["used"], report["skipped"]) == (6, 6, [])
    assert (report["files"], report["instructions"]) == (6 * 4, 6 * 3 * 2)
    rows = instructions(tmp_path / "one")
    assert len(rows) == 36 and len({row["id"] for row in rows}) == 36
    for row in rows:
        human, gpt = row["conversations"]
        images = row["image"] if isinstance(row["image"], list) else [row["image"]]
        assert (human["from"], gpt["from"]) == ("human", "gpt")
        assert human["value"].startswith("<image>\n" * len(images)) and human["value"].count("<image>") == len(images)
        assert len(images) == (2 if row["id"].endswith("contrast") else 1)
        assert all(size_of(tmp_path / "one" / image) == (90, 60) for image in images)
        assert (photos / row["source"]).is_file() and len(row["degradations"]) <= 3
    written = {path.name for path in (tmp_path / "one/images").iterdir()}
    assert written == {f"{image:06}-{copy}.jpg" for image in range(6) for copy in range(4)}
    applied = sum(len(row["degradations"]) or 1 for row in rows) // 2
    assert sum(report["applied"].values()) == applied and 0 < report["applied"]["none"] < 18

    again = command("degrade", photos, "--out", tmp_path / "two", *options)
    assert again.returncode == 0 and again.stdout.startswith("6 of 6 images used: 36 conversations in ")
    other = command("degrade", photos, "--out", tmp_path / "three", *options, "--seed", 1)
    assert other.returncode == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two") != contents(tmp_path / "three")
    assert contents(photos) == before, "originals are never touched"


def test_that_only_what_was_asked_for_is_done_and_unreadable_images_are_listed(photos: Path, tmp_path: Path) -> None:
    (photos / "2.png").write_bytes(b"no image")
    out = tmp_path / "out"
    done = command(
        "degrade", photos, "--out", out, "--single", "--degradations", "blur,monochrome", "--strengths", "0.5",
        "--untouched", 0, "--copies", 2,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 of 6 images used: 10 conversations in ")
    assert "2.png skipped: not a readable image" in done.stdout
    rows = instructions(out)
    assert {name for row in rows for name in row["degradations"].items()} <= {("blur", 0.5), ("monochrome", 1.0)}
    assert all(row["id"].endswith("single") and 1 <= len(row["degradations"]) <= 2 for row in rows)
    assert len(list((out / "images").iterdir())) == 10, "no untouched copies, which single conversations do not need"
    record = json.loads((out / "degrade.json").read_text("utf-8"))
    assert record["skipped"] == [{"image": "2.png", "reason": "not a readable image"}]
    assert record["images"] == record["used"] + len(record["skipped"])


def test_that_a_contrast_names_the_image_that_was_degraded(photos: Path, tmp_path: Path) -> None:
    done = command(
        "degrade", photos, "--out", tmp_path / "out", "--contrast", "--degradations", "underexposure", "--strengths", 1,
        "--untouched", 0, "--copies", 4,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    worse = set()
    for row in instructions(tmp_path / "out"):
        light = [brightness(tmp_path / "out" / path) for path in row["image"]]
        dark, bright = ("first", "second") if light[0] < light[1] else ("second", "first")
        answer = row["conversations"][1]["value"]
        subject = re.search("the (first|second)", re.sub("^Compared with the [a-z]+ image, ", "", answer).lower())
        of_worse = any(word in answer for word in ("darker", "more underexposed", "dimmer"))
        assert subject and subject[1] == (dark if of_worse else bright), answer
        worse.add(dark)
    assert worse == {"first", "second"}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--degradations", "fog"), "no degradation 'fog'"),
        (("--degradations", ","), "No degradations were given"),
        (("--degradations", "blur,blur"), "given twice"),
        (("--strengths", "0.5,much"), "'much' is not a number"),
        (("--strengths", "0"), "above 0 and at most 1"),
        (("--strengths", "nan"), "above 0 and at most 1"),
        (("--untouched", "1"), "from 0 to below 1"),
    ],
)
def test_that_wrong_options_are_named(photos: Path, tmp_path: Path, options: tuple[str, ...], reason: str) -> None:
    done = command("degrade", photos, "--out", tmp_path / "out", *options)
    assert done.returncode == 2 and reason in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_that_unsuitable_folders_are_refused(photos: Path, tmp_path: Path) -> None:
    before = contents(photos)
    (tmp_path / "link").symlink_to(photos)
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "mine.txt").write_text("mine")
    for folder, out, reason in (
        (photos, photos / "out", "is inside of"),
        (photos, photos, "is inside of"),
        (photos, tmp_path / "link/out", "is inside of"),
        (photos, taken, "is not an empty folder"),
        (tmp_path / "nothing", tmp_path / "out", "is not a folder"),
    ):
        done = command("degrade", folder, "--out", out)
        assert done.returncode == 2 and reason in done.stderr, done.stderr
    assert contents(photos) == before and contents(taken).keys() == {"mine.txt"}


def test_that_nothing_is_written_where_no_image_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"no image")
    done = command("degrade", folder, "--out", tmp_path / "deep/out")
    assert done.returncode == 2 and "None of the 1 images can be read" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


def test_that_a_stopped_command_leaves_nothing(photos: Path, tmp_path: Path) -> None:
    before = contents(photos)
    arguments = ("degrade", photos, "--out", tmp_path / "out", "--copies", 5000)
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 60
    while not list(tmp_path.glob(".out.part/images/*.jpg")) and time.monotonic() < end:
        time.sleep(0.05)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "Stopped." in errors
    assert [path.name for path in tmp_path.iterdir()] == ["photos"] and contents(photos) == before
