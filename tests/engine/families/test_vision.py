"""The vision tower's output: computed once for each image, then passed instead of pixels, in every family."""

from __future__ import annotations

import functools
import os
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import save
from support.families.table import ALL, UNLISTED
from support.tiny import PROMPT

from engine import families
from engine.contract.specs import ModelSpec
from engine.families import VisionLanguageModel, vision, vision_store
from engine.families.vision import VisionFeatures, fingerprint
from engine.families.vision_store import VisionStore
from engine.generation.answers import Answerer

SIZES = ((60, 40), (24, 90), (100, 30), (60, 40))
PLENTY = 10**9


def opened() -> list[Image.Image]:
    """Pictures of several shapes, the last one equal to the first."""
    noise = random.Random(7)
    made = [Image.frombytes("RGB", (w, h), noise.randbytes(w * h * 3)) for w, h in SIZES[:-1]]
    return [*made, made[0].copy()]


def keeping(
    vlm: VisionLanguageModel,
    folder: Path,
    limit: int = PLENTY,
    images: int = 3,
    notes: list[str] | None = None,
    share: float = 1.0,
) -> VisionFeatures:
    """Let the model keep features in ``folder``, as a new process would."""
    store = VisionStore(folder, fingerprint(vlm), limit, share)
    kept = [] if notes is None else notes
    vlm.vision = VisionFeatures(vlm, store, images, lambda code, text: kept.append(f"{code}: {text}"))
    return vlm.vision


def last_state(vlm: VisionLanguageModel, inputs: dict[str, Any]) -> torch.Tensor:
    with torch.no_grad():
        return vlm.model.base_model(**inputs).last_hidden_state


@pytest.fixture(scope="module")
def loaded(family_folder: Callable[[str], Path]) -> Callable[[str], VisionLanguageModel]:
    models: dict[str, VisionLanguageModel] = {}

    def load(name: str) -> VisionLanguageModel:
        if name not in models:
            models[name] = families.load(ModelSpec(str(family_folder(name))))
        models[name].vision = None
        return models[name]

    return load


def texts(vlm: VisionLanguageModel) -> list[str]:
    answers = [None, "#Score: 3\n#Explain:", "#Score: 7\n#Explain: The photo is sharp.", None]
    return [vlm.chat_text(PROMPT.text, answer) for answer in answers]


@pytest.mark.parametrize("name", sorted(ALL))
def test_that_every_image_passes_the_tower_once_and_nothing_else_changes(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, pictures = loaded(name), opened()
    stock = dict(vlm.encode(pictures, texts(vlm)))
    notes: list[str] = []
    calls: list[int] = []
    body = type(vlm.model.base_model)
    tower = body.get_image_features
    monkeypatch.setattr(
        body, "get_image_features", functools.wraps(tower)(lambda *a, **k: (calls.append(1), tower(*a, **k))[1])
    )
    first = keeping(vlm, tmp_path, notes=notes)
    made = vlm.inputs(pictures, texts(vlm))
    assert first.passes == 3 + (name in UNLISTED), notes
    second = keeping(vlm, tmp_path)
    again = vlm.inputs(pictures, texts(vlm))
    assert second.passes == (name in UNLISTED), "an unknown family is compared with its pixels in each job"
    assert len(calls) == first.passes + second.passes
    for inputs in (made, again):
        plain = [key for key in stock if not key.startswith("pixel_")]
        assert set(inputs) == {*plain, "mm_encoder_outputs"}
        assert all(torch.equal(inputs[key], stock[key]) for key in plain)
    states = [last_state(vlm, inputs) for inputs in (stock, made, again)]
    assert torch.equal(states[1], states[2])
    torch.testing.assert_close(states[1], states[0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", sorted(ALL))
def test_that_answers_are_those_of_plain_generation(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, name: str
) -> None:
    def answers(vlm: VisionLanguageModel) -> Sequence[Any]:
        answerer = Answerer.make(vlm, PROMPT, 12)
        pictures = opened()[:3]
        return [answerer.justify(pictures, [1, 5, 9], [8, 0, 4]), answerer.answer(pictures)]

    vlm = loaded(name)
    pairs, free = answers(vlm)
    kept = keeping(vlm, tmp_path)
    same_pairs, same_free = answers(vlm)
    assert same_pairs == pairs
    assert [found.answer for found in same_free] == [found.answer for found in free]
    for found, wanted in zip(same_free, free, strict=True):
        assert found.logprobs == pytest.approx(wanted.logprobs, abs=1e-4)
    assert kept.passes == 3 + (name in UNLISTED)


def test_that_features_do_not_depend_on_the_batch(loaded: Callable[[str], VisionLanguageModel], tmp_path: Path) -> None:
    vlm, pictures = loaded("llava-next"), opened()
    keeping(vlm, tmp_path / "together")
    together = vlm.inputs(pictures, texts(vlm))["mm_encoder_outputs"]["image"].pooler_output
    keeping(vlm, tmp_path / "apart")
    for at in (2, 0, 1):
        alone = vlm.inputs([pictures[at]], [texts(vlm)[at]])["mm_encoder_outputs"]["image"].pooler_output
        assert torch.equal(alone[0], together[at])


@pytest.mark.parametrize("harm", ["flipped", "cut", "empty", "renamed", "foreign"])
def test_that_a_damaged_file_is_computed_again(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, harm: str
) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    keeping(vlm, tmp_path)
    wanted = last_state(vlm, vlm.inputs(pictures, texts(vlm)))
    file = sorted(tmp_path.rglob("*.safetensors"))[1]
    data = bytearray(file.read_bytes())
    data[-9] ^= 0x40
    whole = file.read_bytes()
    foreign = save({"plain": torch.zeros(1)})
    renamed = whole.replace(b'"feature.rows"', b'"feature.rowz"')
    harmed = {"flipped": bytes(data), "cut": whole[:-200], "empty": b"", "renamed": renamed, "foreign": foreign}
    assert harmed[harm] != whole
    file.write_bytes(harmed[harm])
    kept = keeping(vlm, tmp_path)
    assert torch.equal(last_state(vlm, vlm.inputs(pictures, texts(vlm))), wanted)
    assert kept.passes == 1
    mended = keeping(vlm, tmp_path)
    vlm.inputs(pictures, texts(vlm))
    assert mended.passes == 0


def test_that_another_tower_processor_or_precision_has_files_of_its_own(
    family_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = family_folder("llava-1.5")
    names = [fingerprint(families.load(ModelSpec(str(folder))))]
    assert fingerprint(families.load(ModelSpec(str(folder)))) == names[0]
    names.append(fingerprint(families.load(ModelSpec(str(folder), dtype="bfloat16"))))
    other = families.load(ModelSpec(str(folder)))
    other.processor.image_processor.do_normalize = False
    names.append(fingerprint(other))
    other = families.load(ModelSpec(str(folder)))
    other.model.config.projector_hidden_act = "relu"
    names.append(fingerprint(other))
    other = families.load(ModelSpec(str(folder)))
    other.model.base_model.vision_tower.register_buffer("mean", torch.ones(3))
    names.append(fingerprint(other))
    for part in ("vision_tower", "multi_modal_projector", "language_model"):
        other = families.load(ModelSpec(str(folder)))
        with torch.no_grad():
            next(other.model.base_model.get_submodule(part).parameters()).add_(0.01)
        names.append(fingerprint(other))
    assert names.pop() == names[0]  # the language model is none of it
    assert len(set(names)) == len(names) == 7


def file_size(vlm: VisionLanguageModel, folder: Path) -> int:
    """Bytes of the file of an image."""
    keeping(vlm, folder)
    vlm.inputs(opened(), texts(vlm))
    size = max(file.stat().st_size for file in folder.rglob("*.safetensors"))
    shutil.rmtree(folder)
    return size


def pretend_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Features of 90 kB and pixels of 20 kB, whatever the files' sizes are."""
    monkeypatch.setattr(vision, "size_of", lambda tensors: 20_000 if "pixel_values" in tensors else 90_000)


def test_that_pixels_are_kept_where_the_features_do_not_fit(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, pictures = loaded("llava-1.5"), opened()
    stock = last_state(vlm, dict(vlm.encode(pictures, texts(vlm))))
    pretend_sizes(monkeypatch)
    notes: list[str] = []
    for limit, passes in ((5 * 90_000, 0), (5 * 89_999, 4), (5 * 20_000, 4), (5 * 19_999, 0)):
        folder = tmp_path / str(limit)
        keeping(vlm, folder, limit=limit, images=5, notes=notes)
        vlm.inputs(pictures, texts(vlm))
        kept = keeping(vlm, folder, limit=limit, images=5)
        found = last_state(vlm, vlm.inputs(pictures, texts(vlm)))
        torch.testing.assert_close(found, stock, rtol=1e-4, atol=1e-5)
        assert kept.passes == passes, limit  # on pixels the tower runs again, the first time to compare
    assert ["instead" in note for note in notes] == [False, True, True, False]
    assert "there is room for 1 MB" in notes[3]


def test_that_pixels_become_features_once_there_is_room(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, pictures = loaded("llava-1.5"), opened()
    pretend_sizes(monkeypatch)
    passes = []
    for limit in (5 * 20_000, PLENTY, PLENTY):
        kept = keeping(vlm, tmp_path, limit=limit, images=5)
        vlm.inputs(pictures, texts(vlm))
        passes.append(kept.passes)
    assert passes == [4, 4, 0], "on pixels the first image passes twice: once to compare"


def test_that_what_an_earlier_job_has_kept_counts_as_kept(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path
) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    size = file_size(vlm, tmp_path / "probe")
    notes: list[str] = []
    for part in (slice(0, 2), slice(2, 4), slice(0, 4)):
        kept = keeping(vlm, tmp_path / "cache", limit=3 * size, notes=notes)
        vlm.inputs(pictures[part], texts(vlm)[part])
    assert kept.passes == 0 and not any("instead" in note for note in notes)


def test_that_several_processes_compare_the_whole_with_the_whole(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path
) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    size = file_size(vlm, tmp_path / "probe")
    (tmp_path / "cache" / "other").mkdir(parents=True)
    (tmp_path / "cache" / "other" / "x.safetensors").write_bytes(bytes(size))
    notes: list[str] = []
    kept = keeping(vlm, tmp_path / "cache", limit=9 * size, images=8, notes=notes, share=0.25)
    vlm.inputs(pictures, texts(vlm))
    assert (tmp_path / "cache" / "other").exists() and "room for" not in notes[0]
    assert len(list((tmp_path / "cache" / fingerprint(vlm)).rglob("*.safetensors"))) == 2, "a quarter of the room"
    assert not kept.keeps


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_that_half_precision_is_kept_to_the_bit(
    family_folder: Callable[[str], Path], tmp_path: Path, dtype: str
) -> None:
    vlm, pictures = families.load(ModelSpec(str(family_folder("internvl3")), dtype=dtype)), opened()
    keeping(vlm, tmp_path)
    made = vlm.inputs(pictures, texts(vlm))["mm_encoder_outputs"]["image"].pooler_output
    kept = keeping(vlm, tmp_path)
    again = vlm.inputs(pictures, texts(vlm))["mm_encoder_outputs"]["image"].pooler_output
    assert again.dtype == vlm.dtype and torch.equal(made, again) and kept.passes == 0


def test_that_nothing_is_kept_where_nothing_can_be_written(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path
) -> None:
    vlm, pictures = loaded("llava-1.5"), opened()
    wanted = last_state(vlm, dict(vlm.encode(pictures, texts(vlm))))
    (tmp_path / "file").write_text("no folder")
    notes: list[str] = []
    kept = keeping(vlm, tmp_path / "file" / "vision", notes=notes)
    inputs = vlm.inputs(pictures, texts(vlm))
    assert torch.equal(last_state(vlm, inputs), wanted) and "pixel_values" in inputs and not kept.keeps
    assert "there is no room" in notes[0]


def test_that_what_a_killed_process_left_half_written_is_deleted(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path
) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    old, new = (tmp_path / "other" / f".{name}.part" for name in ("old", "new"))
    old.parent.mkdir()
    for part in (old, new):
        part.write_bytes(bytes(10))
    os.utime(old, (1, 1))
    keeping(vlm, tmp_path)
    vlm.inputs(pictures, texts(vlm))
    assert not old.exists() and new.exists()


def test_that_the_limit_holds_and_the_work_goes_on_without(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path
) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    wanted = last_state(vlm, dict(vlm.encode(pictures, texts(vlm))))
    limit = 3 * file_size(vlm, tmp_path / "probe") // 2
    for passes in (3, 2):
        kept = keeping(vlm, tmp_path / "cache", limit=limit)
        found = last_state(vlm, vlm.inputs(pictures, texts(vlm)))
        torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-5)
        (file,) = (tmp_path / "cache").rglob("*.safetensors")
        assert file.stat().st_size <= limit and kept.passes == passes and not kept.keeps


def test_that_what_another_model_left_makes_room(loaded: Callable[[str], VisionLanguageModel], tmp_path: Path) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    for name in ("older", "newer"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "used").touch()
        (tmp_path / name / "x.safetensors").write_bytes(bytes(100_000))
    os.utime(tmp_path / "older" / "used", (1, 1))
    keeping(vlm, tmp_path, limit=201_000)
    vlm.inputs(pictures, texts(vlm))
    assert not (tmp_path / "older").exists() and (tmp_path / "newer").exists()
    assert len(list((tmp_path / fingerprint(vlm)).rglob("*.safetensors"))) == 3


def test_that_the_folder_is_looked_through_once_in_a_job(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, pictures = loaded("internvl3"), opened()
    (tmp_path / "other").mkdir()
    looked: list[Path] = []
    size = vision_store._size
    monkeypatch.setattr(vision_store, "_size", lambda folder: (looked.append(folder), size(folder))[1])
    keeping(vlm, tmp_path)
    vlm.inputs(pictures, texts(vlm))
    vlm.inputs(pictures, texts(vlm))
    assert sorted(looked) == sorted([tmp_path / "other", tmp_path / fingerprint(vlm)])


def test_that_a_model_with_other_numbers_keeps_nothing(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, pictures = loaded("llava-1.5"), opened()
    monkeypatch.setattr(vision, "family_of", lambda _name: vision.GENERIC)
    notes: list[str] = []
    kept = keeping(vlm, tmp_path / "right", notes=notes)
    vlm.inputs(pictures, texts(vlm))
    assert [note.split(":")[0] for note in notes] == ["vision_kept"]
    right = vision._flat
    monkeypatch.setattr(vision, "_flat", lambda output: {name: value * 2 for name, value in right(output).items()})
    kept = keeping(vlm, tmp_path / "wrong", notes=notes)
    stock = dict(vlm.encode(pictures, texts(vlm)))
    found = vlm.inputs(pictures, texts(vlm))
    assert "would differ" in notes[-1] and notes[-1].startswith("vision_not_kept")
    assert all(torch.equal(found[key], stock[key]) for key in stock)
    assert kept.passes == 2 + len(pictures) and not list((tmp_path / "wrong").rglob("*.safetensors"))


@pytest.mark.parametrize("error", [AttributeError("no attribute 'visual_indicator_features'"), IndexError("1")])
def test_that_a_model_that_fails_on_features_gets_pixels(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    vlm, pictures = loaded("idefics3"), opened()
    body = type(vlm.model.base_model)
    forward = body.forward

    def fails(self: Any, *given: Any, mm_encoder_outputs: Any = None, **named: Any) -> Any:
        if mm_encoder_outputs:
            raise error
        return forward(self, *given, **named)

    monkeypatch.setattr(body, "forward", fails)
    notes: list[str] = []
    keeping(vlm, tmp_path, notes=notes)
    assert "pixel_values" in vlm.inputs(pictures, texts(vlm))
    (note,) = notes
    assert note.startswith("vision_not_kept") and type(error).__name__ in note


def test_that_exhausted_memory_is_no_misfit(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vlm, pictures = loaded("llava-1.5"), opened()
    body = type(vlm.model.base_model)

    @functools.wraps(body.get_image_features)
    def exhausted(*_given: Any, **_named: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(body, "get_image_features", exhausted)
    keeping(vlm, tmp_path)
    with pytest.raises(torch.OutOfMemoryError):
        vlm.inputs(pictures, texts(vlm))


@pytest.mark.parametrize("lost", ["the argument", "the method"])
def test_that_a_model_that_does_not_take_features_gets_pixels(
    loaded: Callable[[str], VisionLanguageModel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    vlm, pictures = loaded("llava-1.5"), opened()
    if lost == "the argument":
        monkeypatch.setattr(type(vlm.model), "forward", lambda self, input_ids, pixel_values: None)
    else:
        monkeypatch.delattr(type(vlm.model.base_model), "get_image_features")
    notes: list[str] = []
    keeping(vlm, tmp_path, notes=notes)
    assert "pixel_values" in vlm.inputs(pictures, texts(vlm))
    assert notes[0].startswith("vision_not_kept")
