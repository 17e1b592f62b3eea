"""A data set of the hub becomes a project: its own bytes, its commit, resumed where it was, refused with reasons."""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from support.corpus import HEIC, encoded, picture
from support.hubs.dataset_hub import COMMIT, DatasetHub, serving_datasets

from studio.cli.app import run_command
from studio.jobs import hub_dataset
from studio.services.errors import OperationCancelled, StudioError
from studio.services.imports.hub_source import HubSource

PHOTOS = HubSource("owner/photos")
STRUCT = arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])


def content(number: int) -> bytes:
    """One image in three forms; the last is one that no library here would write again as it is."""
    if number % 3 == 2:
        return HEIC + bytes(number)
    return encoded(picture(size=(20, 10 + number)), "PNG" if number % 3 else "JPEG")


def table(numbers: range, **more: list[Any]) -> bytes:
    """Parquet as the hub has it: the images inside, in groups of five rows, with a class that stands for a grade."""
    images = [{"bytes": content(number), "path": f"../p{number}.bin"} for number in numbers]
    features = {
        "photo": {"_type": "Image"},
        "mos": {"dtype": "float64", "_type": "Value"},
        "grade": {"names": ["3", "7"], "_type": "ClassLabel"},
    }
    columns: dict[str, Any] = {
        "photo": arrow.array(images, STRUCT),
        "mos": [number / 4 for number in numbers],
        "grade": [number % 2 for number in numbers],
        **more,
    }
    made = arrow.table(columns).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    out = io.BytesIO()
    parquet.write_table(made, out, row_group_size=5)
    return out.getvalue()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DatasetHub]:
    with serving_datasets() as made:
        for name, value in made.environment(tmp_path / "home").items():
            monkeypatch.setenv(name, value)
        made.repositories["owner/photos"] = {
            "README.md": b"---\nlicense: cc-by-4.0\n---\n",
            "data/train-00000-of-00002.parquet": table(range(24)),
            "data/train-00001-of-00002.parquet": table(range(24, 40)),
            "data/test-00000-of-00001.parquet": table(range(40, 60)),
        }
        made.cards["owner/photos"] = {"license": "cc-by-4.0"}
        yield made


def test_that_columns_splits_and_first_rows_are_seen_before_anything_is_fetched(hub: DatasetHub) -> None:
    found = hub_dataset.look(PHOTOS)
    assert (found.commit, found.licence, found.splits) == (COMMIT, "cc-by-4.0", ("train", "test"))
    assert found.kinds == {"photo": "image", "mos": "number", "grade": "text"}
    assert found.rows[1]["grade"] == "7" and "bytes" in found.rows[0]["photo"]
    assert found.image_column(None) == "photo"
    with pytest.raises(StudioError, match=r"no images in a column 'mos'.*photo \(image\)"):
        found.image_column("mos")


def test_that_a_data_set_becomes_a_project_with_its_own_bytes_and_its_commit(
    hub: DatasetHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "p"
    assert run_command(["new", str(root), "--images", "hf:owner/photos", "--model", "demo"]) == 0
    told = capsys.readouterr().out
    assert f"owner/photos at {COMMIT}: image from 'photo', score from 'mos'" in told
    assert "60 of 60 rows imported (40 train, 0 val, 20 test)" in told
    rows = [json.loads(line) for line in (root / "dataset/rows.jsonl").read_text().splitlines()]
    for number, row in enumerate(rows):
        assert (root / "dataset/images" / row["photo"]).read_bytes() == content(number)
        assert (row["mos"], row["grade"], row["published_as"]) == (number / 4, "37"[number % 2], f"p{number}.bin")
    settings = tomllib.loads((root / "studio.toml").read_text())
    assert settings["import"]["dataset"] == f"hf:owner/photos@{COMMIT}"
    assert settings["images"]["root"] == "dataset/images", "the project can be moved with its images"
    assert json.loads((root / "dataset/source.json").read_text())["licence"] == "cc-by-4.0"


def test_that_a_fetch_that_was_stopped_goes_on_where_it_was_at_the_same_commit(
    hub: DatasetHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    folder = tmp_path / "d"
    command = hub_dataset.python_command
    small = "import engine.hub.dataset_command as m; m.STATE_ROWS = 7; m.main()"
    monkeypatch.setattr(hub_dataset, "python_command", lambda _module, *more: [*command("x")[:1], "-c", small, *more])
    seen: list[int] = []
    source = PHOTOS.at(COMMIT)
    with pytest.raises(OperationCancelled):
        hub_dataset.fetch(source, folder, "photo", lambda: len(seen) >= 2, lambda done, _total: seen.append(done))
    state = json.loads((folder / ".state.json").read_text())
    assert seen[:2] == [1, 8] and 8 <= state["count"] < 60
    with (folder / "rows.jsonl").open("a") as rows:
        rows.write('{"photo": "half a row')
    hub.asked.clear()
    assert hub_dataset.fetch(source, folder, "photo") == 60
    kept = [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]
    assert [row["mos"] for row in kept] == [number / 4 for number in range(60)]
    assert all((folder / "images" / row["photo"]).read_bytes() == content(n) for n, row in enumerate(kept))
    hub.asked.clear()
    assert hub_dataset.fetch(source, folder, "photo") == 60
    assert not [asked for asked in hub.asked if ".parquet" in asked], "what is there is not asked for again"


def test_that_images_in_a_folder_of_the_hub_come_with_their_own_bytes(hub: DatasetHub, tmp_path: Path) -> None:
    files = {f"train/{n}.jpg": encoded(picture(size=(9, 9 + n)), "JPEG") for n in range(12)}
    lines = "".join(f"{n}.jpg,{n}\n" for n in range(12))
    hub.repositories["owner/folder"] = {**files, "train/metadata.csv": f"file_name,score\n{lines}".encode()}
    assert hub_dataset.fetch(HubSource("owner/folder", COMMIT), tmp_path / "d", "image") == 12
    rows = [json.loads(line) for line in (tmp_path / "d/rows.jsonl").read_text().splitlines()]
    for row in rows:
        assert (tmp_path / "d/images" / row["image"]).read_bytes() == files[f"train/{row['score']}.jpg"]
        assert row["published_as"] == f"{row['score']}.jpg"


def test_that_rows_without_an_image_or_a_score_are_refused_and_counted(
    hub: DatasetHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = 30
    images = [None if n == 4 else {"bytes": content(n), "path": None} for n in range(rows)]
    made = arrow.table(
        {"image": arrow.array(images, STRUCT), "score": [None if n == 5 else float(n) for n in range(rows)]}
    )
    out = io.BytesIO()
    parquet.write_table(made, out)
    hub.repositories["owner/holes"] = {"train.parquet": out.getvalue()}
    refusals = tmp_path / "left-out.csv"
    arguments = ["new", str(tmp_path / "p"), "--scores", "hf:owner/holes@main", "--model", "demo"]
    assert run_command([*arguments, "--refusals", str(refusals)]) == 0
    assert "28 of 30 rows imported" in capsys.readouterr().out
    assert refusals.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [line.rpartition(",")[2] for line in refusals.read_text("utf-8-sig").splitlines()[1:]] == [
        "the image name is missing",
        "the score is not a number",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--images", "hf:owner/nothing"], ("owner/nothing", "Check the id")),
        (["--images", "hf:owner/photos@v9"], ("no revision 'v9'",)),
        (["--images", "hf:owner/secret"], ("gated", "Sign in")),
        (["--images", "hf:owner/program"], ("owner/program",)),
        (["--images", "hf:owner/photos", "--columns", "score=photo"], ("cannot be detected", "mos (number)")),
        (["--images", "hf:owner/photos", "--columns", "image=mos"], ("no images in a column 'mos'",)),
        (["--images", "hf:owner/photos", "--scores", "t.csv"], ("has its own images and scores", "t.csv")),
        (["--images", "hf:owner"], ("is not a Hugging Face data set", "hf:owner/name@revision")),
        (["--images", "hf:owner/photos", "--columns", "scores=mos"], ("'scores=mos'", "image=NAME")),
    ],
)
def test_that_what_cannot_be_fetched_is_refused_with_its_reason_and_makes_nothing(
    hub: DatasetHub, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: tuple[str, ...]
) -> None:
    hub.repositories["owner/secret"] = dict(hub.repositories["owner/photos"])
    hub.repositories["owner/program"] = {"program.py": b"raise SystemExit", "README.md": b""}
    hub.gated.add("owner/secret")
    assert run_command(["new", str(tmp_path / "p"), "--model", "demo", *arguments]) == 2
    told = capsys.readouterr().err
    assert all(word in told for word in words), told
    assert "Traceback" not in told and not (tmp_path / "p" / "project.sqlite").exists()


def test_that_no_network_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(StudioError, match="HF_HUB_OFFLINE"):
        hub_dataset.look(PHOTOS)
