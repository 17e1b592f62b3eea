"""InternVL2 in its authors' layout, converted: the same logits as an implementation of that layout of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from support.families import internvl2, internvl2_reference
from support.tiny import make_images
from support.training import model_spec
from transformers import AutoTokenizer

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits, PromptSpec
from engine.families import internvl2 as conversion
from engine.families import load
from engine.families.internvl2 import settings, tokenizer, weights
from engine.families.vlm import VisionLanguageModel
from engine.merged_model import in_stored_dtype

BEFORE = (
    "<s><|im_start|>system\n你是由上海人工智能实验室联合商汤科技开发的书生多模态大模型，英文名叫InternVL, "
    "是一个有用无害的人工智能助手。<|im_end|><|im_start|>user\n<IMG_CONTEXT>\n"
)
AFTER = "<|im_end|><|im_start|>assistant\n"
QWEN = {"llm__architectures": ["Qwen2ForCausalLM"]}


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def _both(folder: Path, own: dict[str, Any], size: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of one prompt with an image, by transformers and by the reference."""
    vlm = load(model_spec(folder))
    [picture] = make_images(folder.parent / f"pictures-{size[0]}", 1, size)
    inputs = vlm.encode([images.load(picture, ImageLimits())], [vlm.chat_text("Rate the photo.", "#Score: 3")])
    with torch.no_grad():
        found = vlm.model(**inputs).logits[0]
    tensors = {name: tensor for file in folder.glob("*.safetensors") for name, tensor in load_file(file).items()}
    image_id = vlm.tokenizer.convert_tokens_to_ids("<IMG_CONTEXT>")
    return found, internvl2_reference.logits(tensors, own, inputs["input_ids"][0], inputs["pixel_values"], image_id)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"llm__num_key_value_heads": 1},
        {"llm__num_attention_heads": 8, "llm__num_key_value_heads": 2, "llm__bias": True},
        {"llm__num_key_value_heads": 4, "llm__rope_scaling": None, "vision__qkv_bias": False},
        {"vision__norm_type": "rms_norm", "vision__qk_normalization": True, "vision__qkv_bias": False},
        {"llm__max_position_embeddings": 64},  # shorter than the prompt: the rotary base is stretched
        {"downsample_ratio": 0.25, "shards": 3},
        {"shards": 2, "seed": 1},
        {"llm__tie_word_embeddings": True},
    ],
    ids=str,
)
def test_that_the_converted_model_gives_the_logits_of_the_authors_layout(
    changes: dict[str, Any], tmp_path: Path
) -> None:
    folder = internvl2.make(tmp_path / "model", **changes)
    own = json.loads((folder / "config.json").read_text())
    found, wanted = _both(folder, own, (60, 40))
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)
    assert float(wanted.std()) > 0.1


def test_that_an_image_that_is_one_tile_has_no_second_view(tmp_path: Path) -> None:
    folder = internvl2.make(tmp_path / "model")
    found, wanted = _both(folder, internvl2.config(), (32, 32))
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)


def test_that_the_reference_sees_every_tensor_and_the_image() -> None:
    """The comparison above can fail: each tensor, and the picture, changes the reference's logits."""
    own = internvl2.config()
    tensors = internvl2.draw(own)
    ids = torch.tensor([1, 9, *[438] * 4, 11, 12])
    pixels = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    before = internvl2_reference.logits(tensors, own, ids, pixels, 438)
    for name, tensor in tensors.items():
        changed = internvl2_reference.logits({**tensors, name: tensor.flip(0) * 1.5 + 0.1}, own, ids, pixels, 438)
        assert float((changed - before).abs().max()) > 1e-4, name
    assert float((internvl2_reference.logits(tensors, own, ids, pixels * 2, 438) - before).abs().max()) > 1e-3


def test_that_every_tensor_keeps_its_dtype_and_no_other_code_is_run(tmp_path: Path) -> None:
    folder = internvl2.make(tmp_path / "model", dtype=torch.bfloat16, torch_dtype="bfloat16")
    made = conversion.native_folder(folder)
    with safe_open(made / "model.safetensors", "pt") as file:
        assert {file.get_slice(name).get_dtype() for name in file.keys()} == {"BF16"}  # noqa: SIM118
    assert not list(made.glob("*.py"))
    assert in_stored_dtype(model_spec(folder)).dtype == "bfloat16"
    assert "auto_map" not in (made / "config.json").read_text() + (made / "tokenizer_config.json").read_text()


def test_that_the_result_is_written_in_shards_that_transformers_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = internvl2.make(tmp_path / "model")
    whole = {name: tensor.clone() for name, tensor in load(model_spec(folder)).model.state_dict().items()}
    monkeypatch.setattr(weights, "SHARD_BYTES", 60_000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    made = conversion.native_folder(folder)
    assert len(list(made.glob("model-*-of-*.safetensors"))) > 2
    again = load(model_spec(folder)).model.state_dict()
    assert all(torch.equal(again[name], tensor) for name, tensor in whole.items())


@pytest.fixture
def vlm(tmp_path: Path) -> VisionLanguageModel:
    return load(model_spec(internvl2.make(tmp_path / "model")))


def test_that_the_prompt_is_the_published_conversation(vlm: VisionLanguageModel) -> None:
    assert vlm.chat_text("Rate.") == BEFORE + "Rate." + AFTER
    assert vlm.chat_text("Rate.", "#Score: 3") == BEFORE + "Rate." + AFTER + "#Score: 3"
    site = vlm.label_site(PromptSpec("Rate."))
    assert [vlm.tokenizer.decode(token) for token in site.label_ids] == [str(label) for label in range(10)]


def test_that_an_image_takes_the_tokens_of_its_tiles_between_its_marks(
    vlm: VisionLanguageModel, tmp_path: Path
) -> None:
    [picture] = make_images(tmp_path / "pictures", 1, (60, 40))
    inputs = vlm.encode([images.load(picture, ImageLimits())], [vlm.chat_text("Rate.")])
    tokens = vlm.tokenizer.convert_ids_to_tokens(inputs["input_ids"][0].tolist())
    first, last = tokens.index("<img>"), tokens.index("</img>")
    assert tokens[first + 1 : last] == ["<IMG_CONTEXT>"] * 28  # 3 x 2 tiles and the whole, 4 tokens each
    assert tokens.count("<s>") == 1


def test_that_an_answer_ends_with_its_turn_or_the_text(vlm: VisionLanguageModel) -> None:
    ends = {vlm.tokenizer.decode(token) for token in vlm.end_ids()}
    assert ends == {"<|im_end|>", "</s>"}


@pytest.mark.parametrize(
    "training",
    [{}, {"add_dummy_prefix": True}, {"add_dummy_prefix": True, "remove_extra_whitespaces": True}],
    ids=["as published", "with a blank before", "with blanks joined"],
)
@pytest.mark.parametrize(
    "text",
    [
        "#Score: 7\n#Explain: The photo",
        "  sharp  photo 1024 ",
        "Überbelichtet, 照片 🙂\t!",
        "<0x0A> literally",
        "a\n\n\nb    c\n [UNUSED",
    ],
)
def test_that_the_tokenizer_gives_sentencepieces_own_ids(training: dict[str, Any], text: str, tmp_path: Path) -> None:
    internvl2.make_tokenizer(tmp_path, **training)
    original = sentencepiece.SentencePieceProcessor(model_file=str(tmp_path / "tokenizer.model"))
    tokenizer.convert(tmp_path).save_pretrained(tmp_path / "saved")
    found = AutoTokenizer.from_pretrained(tmp_path / "saved")
    turns = found.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
    wanted = [1, turns[0], *original.encode(text), turns[1], *original.encode(text)]
    assert found(f"<|im_start|>{text}<|im_end|>{text}")["input_ids"] == wanted
    assert found.decode(found(text)["input_ids"], skip_special_tokens=True) == original.decode(original.encode(text))


def test_that_added_tokens_keep_their_published_ids(tmp_path: Path) -> None:
    internvl2.make_tokenizer(tmp_path)
    published = json.loads((tmp_path / "added_tokens.json").read_text())
    found = tokenizer.convert(tmp_path)
    assert {name: found.convert_tokens_to_ids(name) for name in published} == published
    assert len(found) == internvl2.PIECES + len(internvl2.BEHIND)
    (tmp_path / "added_tokens.json").write_text(json.dumps({**published, "<far>": 9999}))
    with pytest.raises(StageError, match="'<far>' has the id 9999"):
        tokenizer.convert(tmp_path)


def test_that_a_tokenizer_that_is_no_bpe_is_refused(tmp_path: Path) -> None:
    internvl2.make_tokenizer(tmp_path, model_type="unigram", hard_vocab_limit=False)
    with pytest.raises(StageError, match="not a BPE model"):
        tokenizer.convert(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda tensors: tensors.update({"vision_model.head.weight": torch.ones(2)}), r"vision_model\.head\.weight"),
        (lambda tensors: tensors.pop("mlp1.3.bias"), r"1 tensors are missing, .*projector\.linear_2\.bias"),
        (
            lambda tensors: tensors.update({"language_model.model.layers.0.attention.wqkv.weight": torch.ones(60, 32)}),
            r"layers\.0\.attention\.wqkv\.weight has the shape \(60, 32\)",
        ),
        (
            lambda tensors: tensors.update({"language_model.model.norm.bias": torch.ones(32)}),
            r"language_model\.model\.norm\.bias",
        ),
    ],
)
def test_that_tensors_that_do_not_fit_are_refused_by_name(change: Any, named: str, tmp_path: Path) -> None:
    folder = internvl2.make(tmp_path / "model")
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    internvl2.save(folder, tensors)
    with pytest.raises(StageError, match=named):
        load(model_spec(folder))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        (QWEN, "Qwen2ForCausalLM: only InternLM2ForCausalLM can be converted, and the authors' code is never run"),
        ({"ps_version": "v1"}, "ps_version = 'v1'"),
        ({"select_layer": -4}, "select_layer = -4"),
        ({"template": "Hermes-2"}, "template = 'Hermes-2'"),
        ({"force_image_size": 448}, "force_image_size = 448"),
        ({"use_thumbnail": False}, "use_thumbnail = False"),
        ({"llm__rope_scaling": {"type": "yarn", "factor": 2.0}}, "rope_scaling = {'type': 'yarn'"),
        ({"vision__qk_normalization": True, "vision__layer_norm_eps": 1e-5}, "layer_norm_eps = 1e-05"),
    ],
)
def test_that_what_transformers_would_compute_otherwise_is_refused_by_name(
    changes: dict[str, Any], named: str, tmp_path: Path
) -> None:
    folder = internvl2.make(tmp_path / "model", **changes)
    with pytest.raises(StageError, match=named.replace("(", r"\(").replace("{", r"\{")) as caught:
        load(model_spec(folder))
    assert "-hf" in caught.value.remedy


def test_that_a_setting_that_is_not_there_is_named() -> None:
    own = internvl2.config()
    del own["vision_config"]["qkv_bias"]
    with pytest.raises(StageError, match="'qkv_bias'"):
        settings.translate(own, 5, [2])
