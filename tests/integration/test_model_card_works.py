"""An exported adapter names no folder of this machine, and the code of its card loads it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.fake_engine import run_fake_jobs_until
from support.projects import ENVIRONMENT, command, write_photos

from engine.contract.artifacts import seal
from engine.contract.resources import resource_path
from studio.services import exports
from studio.services.errors import StudioError
from studio.services.exports.standalone import exported_predictor
from studio.services.projects import create_and_open
from studio.services.versions import version_list

MAKE_ADAPTER = """
import sys
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageTextToText
base = AutoModelForImageTextToText.from_pretrained(sys.argv[1])
get_peft_model(base, LoraConfig(r=2, target_modules=["q_proj"])).save_pretrained(sys.argv[2])
"""
USE = """
picture = __import__("PIL.Image").Image.new("RGB", (64, 48))
inputs = processor(images=[picture], text=["USER: <image>\\nRate. ASSISTANT:"], return_tensors="pt")
print(type(model).__name__, tuple(model(**inputs).logits.shape[:1]), len(model.peft_config))
"""


def python(code: str, *arguments: object, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, as a reader of the card would."""
    words = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, cwd=folder, env=ENVIRONMENT, check=False)


def exported(base: str, place: Path, tmp_path: Path) -> Path:
    """A version of a project on this base, with an adapter that peft has written, exported."""
    scores = write_photos(tmp_path / "data")
    root = tmp_path / "project"
    create_and_open.create_project(root, images=scores.parent / "images", scores=scores, model=base, preset="demo")
    project = create_and_open.open_project(root, exclusive=True)
    run_fake_jobs_until(project, 1)
    adapter = version_list.version(project, "iter1/score").adapter
    assert adapter is not None
    for file in adapter.iterdir():
        file.unlink()
    made = python(MAKE_ADAPTER, place, adapter)
    assert made.returncode == 0, made.stderr
    assert str(place) in (adapter / "adapter_config.json").read_text()
    seal(adapter)
    folder = exports.export_adapter(project, "iter1/score", tmp_path / "out")
    project.close()
    return folder


@pytest.mark.parametrize("base", [pytest.param("demo", marks=pytest.mark.slow), "folder"])
def test_that_the_code_of_the_card_loads_the_adapter(base: str, tiny_model: Path, tmp_path: Path) -> None:
    place = resource_path("demo", "model") if base == "demo" else tiny_model
    folder = exported("demo" if base == "demo" else str(tiny_model), Path(str(place)), tmp_path)
    for file in folder.iterdir():
        for local in (str(tmp_path), str(place), str(Path.home())):
            assert os.fsencode(local) not in file.read_bytes(), file.name
    found = re.search(r"```python\n(.*?)```", (folder / "README.md").read_text("utf-8"), re.DOTALL)
    assert found is not None
    code = found[1].replace(f"FOLDER/{tiny_model.name}", str(tiny_model))
    assert (code == found[1]) is (base == "demo")
    ran = python(code + USE, folder=folder)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["PeftModel", "(1,)", "1"]


def test_that_this_machine_remembers_the_base_of_an_export(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exported(str(tiny_model), tiny_model, tmp_path)
    moved = folder.rename(tmp_path / "moved")
    assert exported_predictor(moved).spec.model.base == str(tiny_model)
    another = str(tmp_path / "another machine")
    monkeypatch.setenv("XDG_DATA_HOME", another)
    with pytest.raises(StudioError, match=rf"base model {tiny_model.name} is not known .*--base FOLDER"):
        exported_predictor(moved)
    assert exported_predictor(moved, str(tiny_model)).spec.model.base == str(tiny_model)
    refused = command("predict", tmp_path / "data/images", "--model", moved, XDG_DATA_HOME=another)
    assert refused.returncode == 2 and "--base FOLDER" in refused.stderr
