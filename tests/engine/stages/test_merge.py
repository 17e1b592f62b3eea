"""Merging gives what peft's own functions give on the same tensors."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from peft.utils.merge_utils import task_arithmetic, ties
from safetensors.torch import load_file, save_file
from support.tiny import make_tiny_llava
from support.training import model_spec
from transformers import AutoModelForImageTextToText

from engine import families
from engine.contract import artifacts, merge_methods
from engine.contract.context import CancelledError, ListContext, StageError
from engine.contract.events import Note, Progress, Started
from engine.contract.specs import MergeSpec, RunFolder
from engine.stages import merge
from engine.training.adapter import save_adapter


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("merge") / "base")


def make_adapter(base: Path, folder: Path, *, seed: int, rank: int = 4, alpha: int = 8) -> Path:
    """An adapter of random weights, neither factor zero."""
    vlm = families.load(model_spec(base))
    model = get_peft_model(vlm.model, LoraConfig(r=rank, lora_alpha=alpha, target_modules=vlm.lora_targets()))
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        if "lora" in name:
            weight.data = torch.randn(weight.shape, generator=generator) * 0.1
    save_adapter(model, model_spec(base), folder)
    return folder


@pytest.fixture(scope="module")
def parents(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("parents")
    return make_adapter(base, root / "one", seed=1), make_adapter(base, root / "two", seed=2)


def merged(base: Path, parents: tuple[Path, ...], folder: Path, **changes: Any) -> dict[str, torch.Tensor]:
    run(base, parents, folder, **changes)
    return load_file(folder / "adapter" / "adapter_model.safetensors")


def run(base: Path, parents: tuple[Path, ...], folder: Path, **changes: Any) -> tuple[dict[str, Any], ListContext]:
    folder.mkdir(exist_ok=True)
    context = ListContext(RunFolder(folder), [])
    method = merge_methods.MERGE_METHODS.get(changes.get("method", "ties"), merge_methods.MERGE_METHODS["ties"])
    own: dict[str, Any] = {"weights": (method.weight,) * 2, "density": method.density or 0.5}
    spec = MergeSpec(**({"model": model_spec(base), "adapters": tuple(map(str, parents))} | own | changes))
    return merge.run(spec, context), context


def test_that_ties_equals_pefts_function_on_the_factors(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = (load_file(path / "adapter_model.safetensors") for path in parents)
    ours = merged(base, parents, tmp_path / "run")
    scale = 8 / 4  # alpha / rank, which peft shares out to both factors
    weights = torch.tensor([math.sqrt(scale)] * 2)
    assert set(ours) == set(one)
    for name, tensor in ours.items():
        expected = ties([one[name], two[name]], weights, 0.5, "frequency")
        assert torch.equal(tensor, expected), name
        assert not torch.allclose(tensor, (one[name] + two[name]) * math.sqrt(scale))


def test_that_ties_svd_merges_the_products(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = (load_file(path / "adapter_model.safetensors") for path in parents)
    ours = merged(base, parents, tmp_path / "run", method="ties_svd")
    for name in (name for name in ours if "lora_A" in name):
        other = name.replace("lora_A", "lora_B")
        deltas = [2.0 * tensors[other] @ tensors[name] for tensors in (one, two)]
        wanted = ties(deltas, torch.tensor([1.0, 1.0]), 0.5, "frequency")
        left, values, right = torch.linalg.svd(wanted)
        best = left[:, :4] @ torch.diag(values[:4]) @ right[:4]
        assert torch.allclose(ours[other] @ ours[name], best, atol=1e-5), name


def test_that_weights_and_method_are_settings(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = (load_file(path / "adapter_model.safetensors") for path in parents)
    ours = merged(base, parents, tmp_path / "run", method="linear", weights=(0.5, 2.0), force=True)
    factors = torch.tensor([math.sqrt(0.5 * 2), math.sqrt(2.0 * 2)])
    for name, tensor in ours.items():
        assert torch.equal(tensor, task_arithmetic([one[name], two[name]], factors))


@pytest.mark.parametrize("method", ["svd", "cat", "dare_linear", "dare_ties", "dare_ties_svd", "magnitude_prune"])
def test_that_every_method_merges_the_same_each_time(
    base: Path, parents: tuple[Path, Path], tmp_path: Path, method: str
) -> None:
    first, _ = run(base, parents, tmp_path / "one", method=method)
    torch.manual_seed(99)
    second, _ = run(base, parents, tmp_path / "two", method=method)
    assert first == second
    assert first["rank"] == (8 if method == "cat" else 4)


def sizes_of(folder: Path) -> float:
    tensors = load_file(folder / "adapter_model.safetensors")
    config = json.loads((folder / "adapter_config.json").read_text())
    products = [
        tensors[name.replace("lora_A", "lora_B")] @ tensors[name] * config["lora_alpha"] / config["r"]
        for name in tensors
        if "lora_A" in name
    ]
    return math.sqrt(sum(float(product.square().sum()) for product in products))


def test_that_the_size_of_a_merged_adapter_is_measured(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    result, _ = run(base, parents, tmp_path / "run")
    mean = sum(map(sizes_of, parents)) / 2
    assert result["size_ratio"] == pytest.approx(sizes_of(tmp_path / "run" / "adapter") / mean, abs=1e-3)


def related(base: Path, parents: tuple[Path, Path], folder: Path) -> tuple[Path, Path]:
    """Two adapters that start from the same one: a copy of the first parent, and one with small changes."""
    shutil.copytree(parents[0], folder / "near")
    file = folder / "near" / "adapter_model.safetensors"
    generator = torch.Generator().manual_seed(5)
    changed = {k: v + 0.01 * torch.randn(v.shape, generator=generator) for k, v in load_file(file).items()}
    save_file(changed, file, metadata={"format": "pt"})
    artifacts.seal(folder / "near")
    return parents[0], folder / "near"


@pytest.mark.parametrize("method", merge_methods.MERGE_METHODS)
def test_that_each_methods_own_weights_keep_the_size(
    base: Path, parents: tuple[Path, Path], tmp_path: Path, method: str
) -> None:
    """Of two adapters that start from the same one, as those of an iteration do."""
    result, context = run(base, related(base, parents, tmp_path), tmp_path / "run", method=method)
    assert 0.8 <= result["size_ratio"] <= 1.25
    assert not [event for event in context.events if isinstance(event, Note)]


@pytest.mark.parametrize("method", ["linear", "svd", "cat", "magnitude_prune", "dare_linear"])
def test_that_a_merged_adapter_of_another_size_is_refused_unless_forced(
    base: Path, parents: tuple[Path, Path], tmp_path: Path, method: str
) -> None:
    near = related(base, parents, tmp_path)
    with pytest.raises(StageError, match="times as large as its parents") as caught:
        run(base, near, tmp_path / "run", method=method, weights=(1.0, 1.0))
    assert "own weights" in caught.value.remedy and "merge.force" in caught.value.remedy
    assert not (tmp_path / "run" / "adapter").exists()
    result, context = run(base, near, tmp_path / "run", method=method, weights=(1.0, 1.0), force=True)
    assert result["size_ratio"] > 1.6
    assert [event.code for event in context.events if isinstance(event, Note)] == ["merge_size"]


def test_that_an_adapter_of_weight_zero_is_left_out(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    ours = merged(base, parents, tmp_path / "run", weights=(1.0, 0.0), density=1.0)
    one = load_file(parents[0] / "adapter_model.safetensors")
    for name in (name for name in ours if "lora_A" in name):
        other = name.replace("lora_A", "lora_B")
        assert torch.allclose(ours[other] @ ours[name], 2.0 * one[other] @ one[name], rtol=1e-5, atol=1e-7), name


def test_that_merging_on_the_bare_layers_equals_merging_on_the_base(
    base: Path, parents: tuple[Path, Path], tmp_path: Path
) -> None:
    ours = merged(base, parents, tmp_path / "run")
    model = PeftModel.from_pretrained(AutoModelForImageTextToText.from_pretrained(base), str(parents[0]))
    model.load_adapter(str(parents[1]), "other")
    model.add_weighted_adapter(
        ["default", "other"], [1.0, 1.0], "both", combination_type="ties", density=0.5, majority_sign_method="frequency"
    )
    theirs = get_peft_model_state_dict(model, adapter_name="both")
    assert set(ours) == set(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_that_only_the_first_process_merges(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    context = ListContext(RunFolder(tmp_path), [], rank=1, world_size=2)
    assert merge.run(MergeSpec(model_spec(base), tuple(map(str, parents))), context) == {}
    assert list(tmp_path.iterdir()) == [] and context.events == []


def test_that_adapters_of_other_layers_are_refused(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(parents[1], tmp_path / "fewer")
    file = tmp_path / "fewer" / "adapter_model.safetensors"
    tensors = load_file(file)
    layer = next(iter(tensors)).split(".lora_")[0]
    save_file({k: v for k, v in tensors.items() if not k.startswith(layer)}, file, metadata={"format": "pt"})
    artifacts.seal(tmp_path / "fewer")
    with pytest.raises(StageError, match="they change different layers"):
        run(base, (parents[0], tmp_path / "fewer"), tmp_path / "run")


def test_that_stock_peft_loads_the_merged_adapter(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    tensors = merged(base, parents, tmp_path / "run")
    folder = tmp_path / "run" / "adapter"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["adapter_config.json", "adapter_model.safetensors", "manifest.json"]
    assert artifacts.verify(folder) == []
    model = PeftModel.from_pretrained(AutoModelForImageTextToText.from_pretrained(base), str(folder))
    assert model.active_adapter == "default"
    loaded = {k.replace(".default", ""): v for k, v in model.named_parameters() if "lora" in k}
    assert {k: torch.equal(v, tensors[k]) for k, v in loaded.items()} == dict.fromkeys(tensors, True)


def test_that_merging_again_and_again_does_not_lengthen_the_target_pattern(
    base: Path, parents: tuple[Path, Path], tmp_path: Path
) -> None:
    def pattern(folder: Path) -> str:
        return str(json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))["target_modules"])

    run(base, parents, tmp_path / "once")
    run(base, (tmp_path / "once" / "adapter", parents[1]), tmp_path / "twice")
    assert pattern(tmp_path / "twice" / "adapter") == pattern(parents[0])


def test_that_a_finished_merge_is_left_alone(
    base: Path, parents: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, context = run(base, parents, tmp_path / "run")
    assert [type(event) for event in context.events] == [Started, Progress]
    monkeypatch.delattr(merge, "merge")
    second, _ = run(base, parents, tmp_path / "run")
    assert first == second == {**first, "adapter_digest": artifacts.digest(tmp_path / "run" / "adapter")}


def test_that_a_cancel_leaves_no_adapter(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    context = ListContext(RunFolder(tmp_path), [], cancel_after=1)
    with pytest.raises(CancelledError):
        merge.run(MergeSpec(model_spec(base), tuple(map(str, parents))), context)
    assert list(tmp_path.iterdir()) == []


def test_that_unequal_ranks_are_refused_by_ties_and_taken_by_ties_svd(
    base: Path, parents: tuple[Path, Path], tmp_path: Path
) -> None:
    wide = make_adapter(base, tmp_path / "wide", seed=3, rank=6, alpha=12)
    with pytest.raises(StageError, match=r"needs adapters of equal rank, but their ranks are \[4, 6\]") as caught:
        run(base, (parents[0], wide), tmp_path / "run")
    assert "ties_svd" in caught.value.remedy
    result, _ = run(base, (parents[0], wide), tmp_path / "run", method="ties_svd")
    assert result["rank"] == 6


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "tie"}, "'tie' is unknown"),
        ({"sign_method": "vote"}, "'vote' is unknown"),
        ({"density": 0.0}, "density 0.0"),
        ({"density": 1.5}, "density 1.5"),
        ({"weights": (1.0,)}, "1 weights for 2 adapters"),
        ({"weights": (0.0, 0.0)}, "not all 0"),
        ({"weights": (1.0, -0.5)}, "0 or more"),
    ],
)
def test_that_wrong_settings_are_named(
    base: Path, parents: tuple[Path, Path], tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(StageError, match=message):
        run(base, parents, tmp_path / "run", **changes)


def test_that_adapters_that_cannot_be_merged_are_named(base: Path, parents: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(StageError, match="has no adapter_config"):
        run(base, (parents[0], tmp_path / "nothing"), tmp_path / "run")
    broken = tmp_path / "broken"
    shutil.copytree(parents[1], broken)
    (broken / "adapter_model.safetensors").write_bytes(b"torn")
    with pytest.raises(StageError, match=r"broken has been damaged.*adapter_model\.safetensors has changed"):
        run(base, (parents[0], broken), tmp_path / "run")
    artifacts.seal(broken)
    with pytest.raises(StageError, match="broken cannot be merged"):
        run(base, (parents[0], broken), tmp_path / "run")
    with pytest.raises(StageError, match="weights for 1 adapters"):
        run(base, (parents[0],), tmp_path / "run", weights=(1.0,))
