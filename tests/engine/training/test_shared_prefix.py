"""A pair as one row behind one prefix: the numbers of stock trl, with image and prompt computed once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from support.families.table import ALL, UNLISTED
from support.tiny import PROMPT
from support.training import pair_rows, run_folder, train_spec

from engine import families
from engine.contract.context import ListContext
from engine.contract.events import Note
from engine.contract.specs import VisionCache
from engine.model_loading import keep_vision
from engine.training import prefix_check, shared_prefix
from engine.training.collator import PreferenceCollator
from engine.training.preference_rows import preference_rows
from engine.training.step_trainer import StepTrainer
from engine.training.trainer import make_trainer

Made = Callable[..., tuple[StepTrainer, PreferenceCollator, ListContext]]
SIZES = ((60, 40), (24, 90), (100, 30))
SHARED = {
    *("llava-1.5", "llava-interleave", "llava-next", "llava-onevision", "internvl3", "smolvlm2"),
    *("qwen2-vl", "qwen2.5-vl", "qwen3-vl"),
}
"""Families whose pairs share their prefix; others may, if the numbers agree."""


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def base(name: str) -> Path:
        if name not in made:
            made[name] = ALL[name].make(tmp_path_factory.mktemp(name) / "base")
        return made[name]

    return base


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Pictures of several shapes, so that prompts differ in length where a family keeps an image's shape."""
    paths = [tmp_path / f"{index}.png" for index in range(len(SIZES))]
    for index, (path, size) in enumerate(zip(paths, SIZES, strict=True)):
        Image.effect_noise(size, 60 + 20 * index).convert("RGB").save(path)
    return paths


@pytest.fixture
def made(pictures: list[Path], tmp_path: Path) -> Made:
    """Makes a trainer as the stage does, with an adapter of fixed random weights."""

    def make(base: Path, **changes: Any) -> tuple[StepTrainer, PreferenceCollator, ListContext]:
        spec = train_spec(base, batch_size=3, micro_batch=3, **changes)
        context = ListContext(run_folder(tmp_path / f"run{len(list(tmp_path.iterdir()))}", []), [])
        vlm = families.load(spec.model)
        keep_vision(vlm, spec.vision, spec.image, context)
        rows = preference_rows(pair_rows(pictures), "score", PROMPT)
        collator = PreferenceCollator(vlm, PROMPT.text, lambda path: Image.open(path).convert("RGB"))
        prefix_check.prepare(spec, vlm, collator, context)
        trainer = make_trainer(spec, vlm, rows, collator, context.folder.checkpoints)
        torch.manual_seed(1)
        for name, weight in trainer.model.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight, std=0.2)
        prefix_check.confirm(trainer, collator, context)
        return trainer, collator, context

    return make


def step(trainer: StepTrainer, collator: PreferenceCollator) -> tuple[float, dict[str, torch.Tensor]]:
    """Loss and gradients of one batch, as in a training."""
    trainer.model.train()
    trainer.model.zero_grad()
    trainer.current_gradient_accumulation_steps = 1  # set by a whole training
    batch = collator(list(trainer.train_dataset))
    loss = trainer.training_step(trainer.model, batch, torch.tensor(3))
    weights = trainer.model.named_parameters()
    return float(loss), {name: weight.grad.clone() for name, weight in weights if weight.grad is not None}


@pytest.mark.parametrize("name", sorted(ALL))
def test_that_loss_and_gradients_are_those_of_stock_trl(bases: Callable[[str], Path], made: Made, name: str) -> None:
    loss, gradients = step(*made(bases(name), share_prefix=False)[:2])
    trainer, collator, context = made(bases(name))
    notes = [event for event in context.events if isinstance(event, Note)]
    assert collator.share_prefix is (not notes)
    assert collator.share_prefix or name not in SHARED, notes
    shared_loss, shared_gradients = step(trainer, collator)
    assert shared_loss == pytest.approx(loss, rel=1e-4)
    assert set(shared_gradients) == set(gradients) and len(gradients) > 8
    size = torch.cat([value.flatten() for value in gradients.values()]).norm()
    apart = torch.cat([(shared_gradients[name] - value).flatten() for name, value in gradients.items()]).norm()
    assert float(size) > 0 and float(apart / size) < 1e-4


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("share_prefix", [True, False])
def test_that_kept_features_train_like_pixels(
    bases: Callable[[str], Path], made: Made, tmp_path: Path, name: str, share_prefix: bool
) -> None:
    loss, gradients = step(*made(bases(name), share_prefix=share_prefix)[:2])
    cache = VisionCache(str(tmp_path / "cache"), 10**8, 3)
    compared = name in UNLISTED  # an unknown family's first image, with its pixels
    for passes in (3 + compared, compared):
        trainer, collator, _ = made(bases(name), share_prefix=share_prefix, vision=cache)
        again, same = step(trainer, collator)
        assert again == pytest.approx(loss, rel=1e-4)
        size = torch.cat([value.flatten() for value in gradients.values()]).norm()
        apart = torch.cat([(same[name] - value).flatten() for name, value in gradients.items()]).norm()
        assert float(size) > 0 and float(apart / size) < 1e-4
        assert collator.vlm.vision is not None and collator.vlm.vision.passes == passes


def test_that_an_image_is_opened_once_if_its_features_are_kept(
    bases: Callable[[str], Path], made: Made, tmp_path: Path
) -> None:
    trainer, collator, _ = made(bases("internvl3"), vision=VisionCache(str(tmp_path / "cache"), 10**8, 3))
    opened: list[str] = []
    read = collator.open_image
    collator.open_image = lambda path: (opened.append(path), read(path))[1]
    for _ in range(3):
        collator(list(trainer.train_dataset))
    assert len(opened) == 2, "the check of the prefix has opened the first one"


@pytest.mark.parametrize("share_prefix", [True, False])
def test_that_checkpointing_with_kept_features_does_not_run_the_tower(
    bases: Callable[[str], Path], made: Made, tmp_path: Path, share_prefix: bool
) -> None:
    base = bases("llava-next")
    loss, gradients = step(*made(base, share_prefix=share_prefix)[:2])
    cache = VisionCache(str(tmp_path / "cache"), 10**8, 3)
    trainer, collator, _ = made(base, share_prefix=share_prefix, gradient_checkpointing=True, vision=cache)
    collator(list(trainer.train_dataset))  # keeps all three
    ran: list[int] = []
    tower = trainer.model.get_base_model().base_model.vision_tower
    tower.register_forward_hook(lambda *_: ran.append(1))
    again, same = step(trainer, collator)
    assert again == pytest.approx(loss, rel=1e-4) and not ran
    size = torch.cat([value.flatten() for value in gradients.values()]).norm()
    apart = torch.cat([(same[name] - value).flatten() for name, value in gradients.items()]).norm()
    assert float(apart / size) < 1e-4


def test_that_checkpointed_layers_are_computed_again_with_the_same_layout(
    bases: Callable[[str], Path], made: Made
) -> None:
    base = bases("llava-next")
    loss, gradients = step(*made(base)[:2])
    again, same = step(*made(base, gradient_checkpointing=True)[:2])
    assert again == pytest.approx(loss, rel=1e-6)
    for name, value in gradients.items():
        torch.testing.assert_close(same[name], value)


def test_that_image_and_prompt_are_counted_and_encoded_once(bases: Callable[[str], Path], made: Made) -> None:
    batches, tiles = [], []
    for shared in (True, False):
        trainer, collator, _ = made(bases("llava-next"), share_prefix=shared)
        seen: list[int] = []
        tower = trainer.model.get_base_model().base_model.vision_tower
        tower.register_forward_hook(lambda _module, inputs, _output, seen=seen: seen.append(len(inputs[0])))
        collator.tokens = 0
        batches.append(collator(list(trainer.train_dataset)))
        trainer.answer_log_probs(batches[-1])
        tiles.append(sum(seen))
        prefixes = int(batches[0]["prefix_mask"].sum())
        answers = int(batches[0]["attention_mask"].sum())  # each with the prompt's last token
        assert collator.tokens == prefixes * (1 if shared else 2) + answers
    assert tiles == [11, 22]
    assert int(batches[1]["attention_mask"].sum()) == 2 * prefixes + answers


@pytest.mark.parametrize("name", ["llava-1.5", "qwen2.5-vl"])
def test_that_a_model_whose_numbers_differ_is_trained_on_stock_rows(
    bases: Callable[[str], Path], made: Made, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    loss, gradients = step(*made(bases(name), share_prefix=False)[:2])
    right = shared_prefix._continue
    monkeypatch.setattr(shared_prefix, "_continue", lambda *given: right(*given) // 2)
    trainer, collator, context = made(bases(name))
    (note,) = [event for event in context.events if isinstance(event, Note)]
    assert note.code == "prefix_not_shared" and "log-probabilities would differ by" in note.text
    assert not collator.share_prefix
    again, same = step(trainer, collator)
    assert again == loss
    assert all(torch.equal(same[name], value) for name, value in gradients.items())


def test_that_a_model_that_masks_in_its_own_way_is_told_beforehand(bases: Callable[[str], Path], made: Made) -> None:
    _, collator, context = made(bases("gemma-3"))
    (note,) = [event for event in context.events if isinstance(event, Note)]
    assert not collator.share_prefix and note.code == "prefix_not_shared"
    assert "computed for each of its answers anew" in note.text
