"""Dtype, attention and 4-bit: what is chosen, what is refused, and that only the language model is made smaller."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from support.tiny import make_images, make_tiny_llava
from support.training import model_spec, pair_rows, run_folder, train_spec
from torch import nn
from transformers import AutoConfig, AutoModelForImageTextToText

from engine import families
from engine.contract.context import ListContext, StageError
from engine.contract.specs import MergeSpec, ModelSpec
from engine.families import precision
from engine.merged_model import export_merged
from engine.stages import merge, train

FAMILIES = ("llava-1.5", "internvl3", "qwen2-vl", "gemma-3")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_llava(tmp_path_factory.mktemp("precision") / "base")


@pytest.fixture
def on_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "device_of", lambda model: torch.device("cuda", 0))


@pytest.fixture
def four_bit_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """4-bit on the CPU, which bitsandbytes can do and the program does not offer.

    Without its own form of the weights for processors with bfloat16, which layers as narrow as these do not have.
    """
    pytest.importorskip("bitsandbytes")
    monkeypatch.setattr("bitsandbytes.nn.modules.has_avx512bf16", lambda: False)
    monkeypatch.setattr(
        precision,
        "quantization_of",
        lambda model, config: precision.four_bit(config, torch.float32) if model.quantization == "4bit" else None,
    )


def config_of(folder: Path) -> object:
    return AutoConfig.from_pretrained(str(folder))


def test_that_the_dtype_follows_the_device_unless_it_is_set(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert precision.dtype_of(ModelSpec(str(base), device="cpu")) == torch.float32
    assert precision.dtype_of(ModelSpec(str(base), device="cpu", dtype="bfloat16")) == torch.bfloat16
    monkeypatch.setattr(precision, "device_of", lambda model: torch.device("cuda", 0))
    assert precision.dtype_of(ModelSpec(str(base))) == torch.bfloat16
    with pytest.raises(StageError, match="'int8' is unknown"):
        precision.dtype_of(ModelSpec(str(base), dtype="int8"))


@pytest.mark.parametrize(("asked", "used"), [("auto", "sdpa"), ("eager", "eager"), ("sdpa", "sdpa")])
def test_that_the_attention_in_use_is_known(base: Path, asked: str, used: str) -> None:
    spec = replace(model_spec(base), attention=asked)
    vlm = families.load(spec)
    assert precision.loaded_as(vlm.model, spec) == precision.LoadedWeights("float32", used, "none")


@pytest.mark.usefixtures("on_gpu")
def test_that_flash_attention_is_chosen_where_it_is_and_fits(
    base: Path, family_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, config = ModelSpec(str(base)), config_of(base)
    monkeypatch.setattr(precision, "is_flash_attn_2_available", lambda: False)
    assert precision.attention_of(spec, config) is None
    monkeypatch.setattr(precision, "is_flash_attn_2_available", lambda: True)
    assert precision.attention_of(spec, config) == "flash_attention_2"
    assert precision.attention_of(replace(spec, dtype="float32"), config) is None
    assert precision.attention_of(replace(spec, attention="sdpa"), config) == "sdpa"
    assert precision.attention_of(spec, config_of(family_folder("gemma-3"))) is None


def test_that_flash_attention_that_cannot_be_is_refused_with_a_remedy(base: Path) -> None:
    with pytest.raises(StageError, match="flash_attention_2 needs a GPU") as caught:
        families.load(replace(model_spec(base), attention="flash_attention_2"))
    assert "auto" in caught.value.remedy


def test_that_4_bit_without_a_gpu_is_refused_with_a_remedy(base: Path) -> None:
    with pytest.raises(StageError, match="4-bit weights need a GPU") as caught:
        families.load(replace(model_spec(base), quantization="4bit"))
    assert "none" in caught.value.remedy
    with pytest.raises(StageError, match="'3bit' is unknown"):
        families.load(replace(model_spec(base), quantization="3bit"))


@pytest.mark.usefixtures("on_gpu")
def test_that_4_bit_without_its_package_names_the_extra(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StageError, match="bitsandbytes") as caught:
        precision.quantization_of(ModelSpec(str(base), quantization="4bit"), config_of(base))
    assert "score-studio[4bit]" in caught.value.remedy


@pytest.mark.usefixtures("on_gpu")
def test_that_4_bit_is_nf4_with_double_quantisation_in_the_models_dtype(base: Path) -> None:
    pytest.importorskip("bitsandbytes")
    made = precision.quantization_of(ModelSpec(str(base), quantization="4bit"), config_of(base))
    assert made is not None and made.load_in_4bit and made.bnb_4bit_use_double_quant
    assert (made.bnb_4bit_quant_type, made.bnb_4bit_compute_dtype) == ("nf4", torch.bfloat16)


@pytest.mark.parametrize("name", FAMILIES)
def test_that_the_linears_left_alone_are_those_without_adapters(
    name: str, family_folder: Callable[[str], Path]
) -> None:
    folder = family_folder(name)
    vlm = families.load(model_spec(folder))
    linears = {path for path, module in vlm.model.named_modules() if isinstance(module, nn.Linear)}
    left = set(precision.linears_outside_language_model(config_of(folder)))
    assert linears - left == {path for path in linears if re.fullmatch(vlm.lora_targets(), path)}
    assert left < linears and linears - left


@pytest.mark.usefixtures("four_bit_here")
def test_that_4_bit_touches_the_language_model_only_and_trains_adapters_in_full(base: Path, tmp_path: Path) -> None:
    import bitsandbytes

    spec = replace(model_spec(base), quantization="4bit")
    vlm, plain = families.load(spec), families.load(model_spec(base))
    small = {path for path, module in vlm.model.named_modules() if isinstance(module, bitsandbytes.nn.Linear4bit)}
    assert small == {
        path
        for path, module in plain.model.named_modules()
        if isinstance(module, nn.Linear) and re.fullmatch(plain.lora_targets(), path)
    }
    assert vlm.lora_targets() == plain.lora_targets()
    assert not any(parameter.requires_grad for parameter in vlm.model.parameters())
    folder = run_folder(tmp_path / "run", pair_rows(make_images(tmp_path / "images", 6)))
    result = train.run(train_spec(base, model=spec, epochs=1.0), ListContext(folder, []))
    assert result["steps"] == 1
    adapter = AutoModelForImageTextToText.from_pretrained(str(base))
    trained = PeftModel.from_pretrained(adapter, str(folder.adapter)).state_dict()
    lora = {name: tensor for name, tensor in trained.items() if "lora_B" in name}
    assert lora and all(tensor.dtype == torch.float32 for tensor in lora.values())
    assert any(tensor.abs().max() > 0 for tensor in lora.values())


@pytest.mark.usefixtures("four_bit_here")
def test_that_adapters_are_merged_and_exported_on_the_full_weights(base: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    vlm = families.load(model_spec(base))
    lora = LoraConfig(r=2, lora_alpha=4, target_modules=vlm.lora_targets(), init_lora_weights=False)
    adapted = get_peft_model(vlm.model, lora)
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        adapted.save_pretrained(str(folder))
    spec = replace(model_spec(base), quantization="4bit")
    run = run_folder(tmp_path / "merge", [])
    merge.run(MergeSpec(spec, tuple(map(str, folders))), ListContext(run, []))
    assert (run.adapter / "adapter_model.safetensors").is_file()
    adapter = str(folders[0])
    for place, quantization in (("full", "none"), ("small", "4bit")):
        export_merged(replace(spec, adapter=adapter, quantization=quantization), tmp_path / place)
    full, small = (AutoModelForImageTextToText.from_pretrained(str(tmp_path / place)) for place in ("full", "small"))
    for name, tensor in full.state_dict().items():
        assert torch.equal(tensor, small.state_dict()[name]), name


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_that_4_bit_loads_and_trains_on_a_gpu(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    spec = ModelSpec(str(base), device="cuda", quantization="4bit")
    vlm = families.load(spec)
    assert precision.loaded_as(vlm.model, spec).dtype == "bfloat16"
    assert {parameter.device.type for parameter in vlm.model.parameters()} == {"cuda"}
    folder = run_folder(tmp_path / "run", pair_rows(make_images(tmp_path / "images", 6)))
    result = train.run(train_spec(base, model=spec, epochs=1.0), ListContext(folder, []))
    assert result["steps"] == 1 and result["final_loss"] == pytest.approx(result["final_loss"])
