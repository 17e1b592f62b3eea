"""A user's mistake: exit code 2, value, reason and remedy on stderr, never a traceback; and nothing is left behind."""

from __future__ import annotations

import fcntl
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support.projects import new_arguments

from studio.cli.app import run_command

Edit = Callable[[Path], None]


@pytest.fixture
def data(tmp_path: Path, photos: Path) -> Path:
    """A copy of the photos that a test may damage."""
    return Path(shutil.copytree(photos, tmp_path / "data"))


@pytest.fixture
def model(tmp_path: Path, tiny_model: Path) -> Path:
    """A copy of the model that a test may damage."""
    return Path(shutil.copytree(tiny_model, tmp_path / "model"))


@pytest.fixture
def root(tmp_path: Path, data: Path, model: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A new project."""
    assert run_command(new_arguments(tmp_path / "project", data, model)) == 0
    capsys.readouterr()
    return tmp_path / "project"


def refused(capsys: pytest.CaptureFixture[str], arguments: list[str], *words: str) -> str:
    """Run, and hold that it is refused with these words; returns stderr."""
    code = run_command(arguments)
    told = capsys.readouterr()
    assert code == 2, told.out + told.err
    assert "Traceback" not in told.out + told.err
    for word in words:
        assert word in told.err
    return told.err


def in_scores(old: str, new: str) -> Edit:
    def edit(data: Path) -> None:
        file = data / "scores.csv"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return edit


def distinct_scores(count: int) -> Edit:
    def edit(data: Path) -> None:
        lines = (data / "scores.csv").read_text().splitlines()
        kept = [f"{line.split(',')[0]},{index % count},{line.split(',')[2]}" for index, line in enumerate(lines[1:])]
        (data / "scores.csv").write_text("\n".join([lines[0], *kept]))

    return edit


def without(file: str, key: str | None = None) -> Edit:
    def edit(model: Path) -> None:
        if key is None:
            (model / file).unlink()
            return
        body = json.loads((model / file).read_text())
        body.pop(key)
        (model / file).write_text(json.dumps(body))

    return edit


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (in_scores("image,score", "picture,score"), ("image", "picture")),
        (in_scores("image,score", "image,mark"), ("score", "mark")),
        (distinct_scores(1), ("2 distinct",)),
        (lambda data: (data / "scores.csv").unlink(), ("scores.csv", "does not exist")),
        (lambda data: (data / "scores.csv").write_bytes(b"\xff\xfe\x00\x01"), ("scores.csv",)),
        (lambda data: (data / "scores.csv").write_text(""), ("scores.csv",)),
        (lambda data: shutil.rmtree(data / "images"), ("images",)),
    ],
    ids=["no-image-column", "no-score-column", "one-score", "no-csv", "binary-csv", "empty-csv", "no-images"],
)
def test_that_a_score_table_that_cannot_be_used_is_refused(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], edit: Edit, words: tuple[str, ...]
) -> None:
    edit(data)
    refused(capsys, new_arguments(tmp_path / "project", data, model), *words)
    assert not (tmp_path / "project" / "project.sqlite").exists()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda model: shutil.rmtree(model), ("does not exist",)),
        (without("chat_template.jinja"), ("chat template",)),
        (without("config.json", "image_token_index"), ("image token",)),
        (without("config.json"), ("config.json",)),
        (without("model.safetensors"), ("weights",)),
    ],
    ids=["missing", "no-template", "no-image-token", "no-config", "no-weights"],
)
def test_that_a_model_that_cannot_be_used_is_refused_before_anything_is_made(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], edit: Edit, words: tuple[str, ...]
) -> None:
    edit(model)
    refused(capsys, new_arguments(tmp_path / "project", data, model), *words)
    assert not (tmp_path / "project" / "project.sqlite").exists()


def test_that_rows_that_can_be_skipped_are_skipped_counted_and_named(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_scores("train_03.png,2.11", "train_03.png,good")(data)
    (data / "images/train_05.png").unlink()
    assert run_command(new_arguments(tmp_path / "project", data, model)) == 0
    told = capsys.readouterr().out
    assert "46 of 48 rows imported" in told
    assert "'good'" in told and "train_05.png" in told


def test_that_fewer_than_ten_distinct_scores_are_told_with_what_was_done_about_it(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    distinct_scores(9)(data)
    assert run_command(new_arguments(tmp_path / "project", data, model)) == 0
    assert "Warning: The training scores have only 9 distinct values" in capsys.readouterr().out


def test_that_a_folder_that_is_no_project_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("run", "status", "check", "open"):
        refused(capsys, [command, str(tmp_path)], str(tmp_path))
    refused(capsys, ["status", str(tmp_path / "nowhere")], "nowhere")


def test_that_an_empty_or_damaged_database_is_refused_with_its_name(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = root / "project.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'model_version'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = bytearray(file.read_bytes())
    data[(page - 1) * size : page * size] = b"Z" * size
    file.write_bytes(data)
    assert run_command(["status", str(root)]) == 1, "a fault of the disk, not of what was asked"
    told = capsys.readouterr()
    assert str(file) in told.err and "malformed" in told.err and "backup" in told.err
    assert [run_command([command, str(root)]) for command in ("run", "check")] == [1, 1]
    told = capsys.readouterr()
    assert "malformed" in told.err and "backup" in told.err and "project.sqlite" in told.out
    file.write_bytes(b"")
    for command in ("status", "run", "check"):
        refused(capsys, [command, str(root)], str(file), "is empty")
    assert file.read_bytes() == b""


def test_that_rows_without_a_known_split_are_told_when_no_image_is_left_to_train_on(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_scores(",train", ",production")(data)
    arguments = new_arguments(tmp_path / "project", data, model)
    refused(capsys, arguments, "None of the 24 images", "'train'", "24 more rows were rejected", "line 2, 'production'")


def test_that_a_table_with_semicolons_is_read_as_one_with_commas(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_scores(",", ";")(data)
    assert run_command(new_arguments(tmp_path / "project", data, model)) == 0
    assert "48 of 48 rows imported (24 train, 12 val, 12 test)" in capsys.readouterr().out


def test_that_the_next_command_can_be_copied_whatever_the_folder_is_called(
    data: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "my project; ls"
    assert run_command(new_arguments(root, data, model)) == 0
    assert f"Next: score-studio run '{root}'" in capsys.readouterr().out


def test_that_an_existing_project_is_not_overwritten(
    root: Path, data: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (root / "project.sqlite").read_bytes()
    refused(capsys, new_arguments(root, data, model), str(root))
    assert (root / "project.sqlite").read_bytes() == before


def test_that_settings_out_of_range_are_refused_with_the_key(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = root / "studio.toml"
    text = file.read_text()
    assert "\nbeta = 0.1" in text
    file.write_text(text.replace("\nbeta = 0.1", "\nbeta = -3", 1))
    refused(capsys, ["run", str(root)], "beta", "studio.toml")
    file.write_text(text + "\n[nonsense]\nx = 1\n")
    refused(capsys, ["run", str(root)], "nonsense")


def test_that_a_second_process_on_the_project_is_refused_with_the_first_ones_id(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (root / ".lock").open("w") as lock:
        lock.write("4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused(capsys, ["run", str(root)], "4711")
        assert run_command(["status", str(root)]) == 0, "looking is allowed"


def test_that_an_unknown_version_is_refused(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, ["export", str(root), "--version", "iter9/merged", "--to", str(tmp_path / "out")], "iter9/merged")
    refused(capsys, ["predict", str(root), "x.png", "--version", "iter9/merged"], "iter9/merged")
    assert not (tmp_path / "out").exists()


def test_that_pairs_are_not_written_over_a_folder(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    refused(capsys, ["pairs", str(root), "--export", str(tmp_path / "out")], "out is a folder", "pairs.jsonl")
    assert not (tmp_path / ".out.part").exists()


def test_that_predicting_before_anything_was_measured_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(capsys, ["predict", str(root), "x.png"], "measured", "score-studio run")


def test_that_a_demo_with_another_seed_than_the_folders_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused(capsys, ["demo", "--headless", "--dir", str(root), "--seed", "7"], "seed 0, not 7", "--dir")


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["run"], ["run", "x", "--iterations", "0"], ["run", "x", "--iterations", "many"], ["new", "x"]],
)
def test_that_a_wrong_command_line_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, arguments, "Usage: score-studio")


def test_that_the_window_without_a_display_says_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    refused(capsys, [], "display", "--headless")
