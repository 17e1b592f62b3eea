"""Where converted models are kept: made once, complete or not there, with the hashes of what they came from."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from safetensors.torch import load_file
from support.families import internvl2

from engine.contract import artifacts
from engine.contract import hub_cache as hub
from engine.contract.context import CancelledError, StageError
from engine.contract.specs import ModelSpec
from engine.families import load
from engine.families.internvl2 import is_converted, native_folder, store, weights
from engine.families.loading import base_folder

ROOT = Path(__file__).resolve().parents[3]
_CONVERT = """
import sys, time
from pathlib import Path
from engine.families.internvl2 import native_folder, weights

written = weights.save_file
def slowly(*args, **options):
    written(*args, **options)
    print("written", flush=True)
    time.sleep(600)

weights.save_file = slowly
native_folder(Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of converted models, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "score-studio" / "converted"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return internvl2.make(tmp_path / "model")


def test_that_a_model_is_converted_once(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_converted(source)
    made = native_folder(source)
    assert is_converted(source)
    monkeypatch.setattr(store, "_make", lambda *_: pytest.fail("converted again"))
    assert native_folder(source) == made


def test_that_a_folder_in_transformers_form_is_left_as_it_is(source: Path, kept: Path) -> None:
    made = native_folder(source)
    assert native_folder(made) == made
    assert [path.name for path in kept.iterdir()] == [made.name]


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json", "model.safetensors", "added_tokens.json"])
def test_that_a_changed_source_file_is_converted_anew(name: str, source: Path) -> None:
    before = native_folder(source)
    if name == "model.safetensors":
        internvl2.save(source, {key: tensor * 2 for key, tensor in load_file(source / name).items()})
    else:
        settings = json.loads((source / name).read_text())
        (source / name).write_text(json.dumps(settings, indent=2))
    after = native_folder(source)
    assert after != before
    assert artifacts.verify(before) == []  # another project may be using it


def test_that_the_hashes_of_the_source_and_of_the_result_are_recorded(tmp_path: Path) -> None:
    source = internvl2.make(tmp_path / "sharded", shards=2)
    made = native_folder(source)
    assert artifacts.verify(made) == []
    recorded = json.loads((made / store.RECORD).read_text())["source"]
    read = [path for path in source.iterdir() if path.suffix != ".py" and path.name != "preprocessor_config.json"]
    assert recorded == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in read}


def test_that_a_killed_conversion_leaves_nothing_half_done(source: Path, kept: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CONVERT, str(source)], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    [part] = kept.iterdir()
    assert part.name.endswith(".part")
    assert not is_converted(source)
    made = native_folder(source)
    assert [path.name for path in kept.iterdir()] == [made.name]
    assert artifacts.verify(made) == []


def test_that_a_conversion_that_is_stopped_removes_what_it_wrote(
    source: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise CancelledError

    monkeypatch.setattr(weights, "save_file", stop)
    with pytest.raises(CancelledError):
        native_folder(source)
    assert list(kept.iterdir()) == []


def test_that_the_part_of_a_process_that_lives_is_left_alone(source: Path, kept: Path) -> None:
    kept.mkdir(parents=True)
    living, dead = kept / f"a.{os.getppid()}@{platform.node()}.part", kept / f"b.999999999@{platform.node()}.part"
    elsewhere = kept / "c.999999999@another.machine.part"
    for part in (living, dead, elsewhere):
        part.mkdir()
    native_folder(source)
    assert living.is_dir()
    assert elsewhere.is_dir()
    assert not dead.exists()


def test_that_a_process_that_comes_second_takes_what_the_first_made(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = native_folder(source)
    written = time.time_ns()
    answers = iter([False, True])  # not there when it is asked for, there when it is to be put in its place
    monkeypatch.setattr(artifacts, "is_sealed", lambda _: next(answers))
    assert native_folder(source) == first
    assert (first / artifacts.MANIFEST).stat().st_mtime_ns < written
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_that_a_place_that_cannot_be_written_is_named(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(StageError, match=r"cannot be stored in .*file") as caught:
        native_folder(source)
    assert "XDG_CACHE_HOME" in caught.value.remedy


def test_that_a_model_in_the_hubs_cache_is_converted_through_its_links(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    commit = "a" * 40
    snapshot = hub.repository("owner/internvl2") / "snapshots" / commit
    blobs = snapshot.parents[1] / "blobs"
    blobs.mkdir(parents=True)
    snapshot.mkdir(parents=True)
    for file in source.iterdir():
        blob = blobs / hashlib.sha256(file.read_bytes()).hexdigest()
        file.rename(blob)
        (snapshot / file.name).symlink_to(blob)
    model = ModelSpec("owner/internvl2", revision=commit, dtype="float32", device="cpu", threads=1)
    made = base_folder(model)
    assert artifacts.verify(made) == []
    assert load(model).model.config.model_type == "internvl"
    assert is_converted(snapshot)


def test_that_damaged_weights_are_named(source: Path, kept: Path) -> None:
    weights_file = source / "model.safetensors"
    weights_file.write_bytes(weights_file.read_bytes()[:1000])
    with pytest.raises(StageError, match=r"model\.safetensors are damaged"):
        native_folder(source)
    assert list(kept.iterdir()) == []
