"""Loading refuses what cannot be used, by name and with a remedy; what it loads is ready for work."""

import json
from pathlib import Path

import pytest
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from support.tiny import PROMPT, make_images, make_tiny_llava
from torch import nn

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits, ModelSpec
from engine.families import load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_tiny_llava(tmp_path / "model")


def test_that_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"nowhere does not exist") as caught:
        load(ModelSpec(str(tmp_path / "nowhere")))
    assert "hub id" in caught.value.remedy


def test_that_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"no config\.json"):
        load(ModelSpec(str(tmp_path)))


def test_that_a_hub_id_without_network_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(StageError, match="score-studio-tests/none") as caught:
        load(ModelSpec("score-studio-tests/none"))
    assert "network" in caught.value.remedy


def test_that_a_model_without_a_chat_template_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(StageError, match="no chat template"):
        load(ModelSpec(str(folder)))


@pytest.mark.parametrize("name", ["chat_template.json", "tokenizer_config.json"])
def test_that_a_chat_template_is_found_where_older_folders_keep_it(folder: Path, name: str) -> None:
    wanted = load(ModelSpec(str(folder))).chat_text("x", "y")
    template, file = folder / "chat_template.jinja", folder / name
    kept = json.loads(file.read_text()) if file.is_file() else {}
    file.write_text(json.dumps({**kept, "chat_template": template.read_text()}))
    template.unlink()
    assert load(ModelSpec(str(folder))).chat_text("x", "y") == wanted


def test_that_a_chat_template_without_an_image_is_refused(folder: Path) -> None:
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("<image>", ""))
    with pytest.raises(StageError, match="no image token"):
        load(ModelSpec(str(folder)))


def test_that_a_chat_template_that_cannot_render_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("{{ raise_exception('no images here') }}")
    with pytest.raises(StageError, match="no images here"):
        load(ModelSpec(str(folder)))


def test_that_a_text_model_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(StageError, match="'llama', which does not take images and text"):
        load(ModelSpec(str(folder)))


def test_that_a_model_of_an_unknown_type_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "no-such-model", "auto_map": {"AutoConfig": "x.Y"}}))
    with pytest.raises(StageError, match="configuration of the model"):
        load(ModelSpec(str(folder)))


def test_that_weights_that_are_no_safetensors_are_refused(folder: Path) -> None:
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(StageError, match="weights of the model"):
        load(ModelSpec(str(folder)))


def test_that_damaged_weights_are_refused(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(StageError, match="weights of the model"):
        load(ModelSpec(str(folder)))


def test_that_missing_tensors_are_never_made_up(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    gone = next(name for name in tensors if "q_proj" in name)
    save_file({name: tensor for name, tensor in tensors.items() if name != gone}, folder / "model.safetensors")
    with pytest.raises(StageError, match="1 tensors are missing"):
        load(ModelSpec(str(folder)))


@pytest.mark.parametrize("spec", [{"device": "tpu"}, {"dtype": "int8"}])
def test_that_an_unknown_device_or_dtype_is_refused(folder: Path, spec: dict[str, str]) -> None:
    with pytest.raises(StageError, match=next(iter(spec.values()))):
        load(ModelSpec(str(folder), **spec))


def test_that_adapters_would_sit_on_the_language_models_linears_only(folder: Path) -> None:
    vlm = load(ModelSpec(str(folder)))
    adapted = get_peft_model(vlm.model, LoraConfig(r=2, target_modules=vlm.lora_targets()))
    with_adapter = {name.split(".lora_A")[0] for name, _ in adapted.named_parameters() if ".lora_A" in name}
    decoder = adapted.get_base_model().get_decoder()
    assert len(with_adapter) == 2 * 7
    assert all(".language_model.layers." in name for name in with_adapter)
    plain = [
        n for n, m in decoder.named_modules() if isinstance(m, nn.Linear) and "lora" not in n and "base_layer" not in n
    ]
    assert plain == []


def test_that_an_adapter_is_loaded_under_the_name_default_and_changes_the_answers(folder: Path, tmp_path: Path) -> None:
    vlm = load(ModelSpec(str(folder)))
    torch.manual_seed(0)
    config = LoraConfig(r=2, target_modules=vlm.lora_targets(), init_lora_weights=False)
    get_peft_model(vlm.model, config).save_pretrained(tmp_path / "adapter")
    inputs = load(ModelSpec(str(folder))).encode(_pictures(tmp_path), [vlm.chat_text(PROMPT.text)])
    base, frozen, open_ = (
        load(ModelSpec(str(folder), adapter=adapter), trainable=trainable)
        for adapter, trainable in ((None, False), (str(tmp_path / "adapter"), False), (str(tmp_path / "adapter"), True))
    )
    assert list(frozen.model.peft_config) == ["default"]
    assert not torch.allclose(base.model(**inputs).logits, frozen.model(**inputs).logits)
    assert not any(p.requires_grad for p in frozen.model.parameters())
    trainable = {name for name, p in open_.model.named_parameters() if p.requires_grad}
    assert trainable and all(".lora_" in name for name in trainable)


def test_that_a_folder_without_an_adapter_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StageError, match=r"no adapter_config\.json"):
        load(ModelSpec(str(folder), adapter=str(tmp_path)))


def test_that_an_adapter_of_another_model_is_refused(folder: Path, tmp_path: Path) -> None:
    vlm = load(ModelSpec(str(make_tiny_llava(tmp_path / "wide", layers=3))))
    get_peft_model(vlm.model, LoraConfig(r=2, target_modules=vlm.lora_targets())).save_pretrained(tmp_path / "adapter")
    file = tmp_path / "adapter" / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "target_modules": ["no_such_layer"]}))
    with pytest.raises(StageError, match="does not fit this model"):
        load(ModelSpec(str(folder), adapter=str(tmp_path / "adapter")))


def test_that_the_models_own_sampling_settings_do_not_leak_into_greedy_answers(folder: Path) -> None:
    file = folder / "generation_config.json"
    own = {"repetition_penalty": 3.0, "do_sample": True, "temperature": 0.2, "eos_token_id": [2, 7]}
    file.write_text(json.dumps({**json.loads(file.read_text()), **own}))
    vlm = load(ModelSpec(str(folder)))
    assert vlm.model.generation_config.repetition_penalty in (None, 1.0)
    assert not vlm.model.generation_config.do_sample
    assert vlm.end_ids() == [2, 7]


def test_that_a_begun_answer_is_the_templates_own_rendering(folder: Path) -> None:
    vlm = load(ModelSpec(str(folder)))
    assert vlm.chat_text("Rate it.") == "USER: <image>\nRate it. ASSISTANT:"
    assert (
        vlm.chat_text("Rate it.", "#Score: 7\n#Explain:") == "USER: <image>\nRate it. ASSISTANT: #Score: 7\n#Explain:"
    )


def test_that_shorter_texts_are_padded_on_the_left_and_images_get_all_their_tokens(
    folder: Path, tmp_path: Path
) -> None:
    vlm = load(ModelSpec(str(folder)))
    pictures = _pictures(tmp_path, 2)
    batch = vlm.encode(pictures, [vlm.chat_text("x"), vlm.chat_text("Rate the photo and explain.")])
    assert batch["attention_mask"][0, 0] == 0
    assert batch["attention_mask"][:, -1].tolist() == [1, 1]
    image_id = vlm.tokenizer.convert_tokens_to_ids("<image>")
    assert (batch["input_ids"] == image_id).sum(dim=1).tolist() == [9, 9]


def _pictures(folder: Path, count: int = 1) -> list[images.Image.Image]:
    return [images.load(path, ImageLimits()) for path in make_images(folder / "pictures", count)]
