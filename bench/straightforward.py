"""One iteration as a script would do it: transformers' ``generate``, trl's DPOTrainer and peft.

Loading, the texts of chats, their encoding and the layers of the adapter come from ``engine.families``, so that both
ways read the same tokens with the same model; what is computed on them does not. Images are read from their files when
they are needed.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, List
from datasets import Image as ImageFeature
from peft import LoraConfig, PeftModel
from PIL import Image
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.dpo_trainer import DPOTrainer

from engine import families
from engine.contract.prompts import answer_prefix
from engine.contract.specs import LABELS, ModelSpec, PromptSpec
from engine.families.vlm import VisionLanguageModel
from engine.training.collator import close_answer
from engine.training.preference_rows import PreferenceRow

Pair = tuple[str, str]


def opened(path: str) -> Image.Image:
    """Open an image."""
    return Image.open(path).convert("RGB")


def trainer(
    folder: Path, vlm: VisionLanguageModel, prompt: PromptSpec, rows: Sequence[PreferenceRow], rank: int, **options: Any
) -> DPOTrainer:
    """Return trl's trainer with a fresh adapter; ``options`` are DPOConfig's."""
    question = vlm.chat_text(prompt.text)
    data = {
        "images": [[row.path] for row in rows],
        "prompt": [question] * len(rows),
        **{
            side: [_answer(vlm, prompt, question, getattr(row, side)) for row in rows]
            for side in ("chosen", "rejected")
        },
    }
    plain: dict[str, Any] = {
        "max_length": None, "use_cpu": True, "report_to": "none", "disable_tqdm": True, "seed": 0, "beta": 0.1,
        "bf16": False,
    }  # fmt: skip
    return DPOTrainer(
        model=vlm.model,
        args=DPOConfig(output_dir=str(folder), **(plain | options)),
        train_dataset=Dataset.from_dict(data).cast_column("images", List(ImageFeature())),
        processing_class=vlm.processor,
        peft_config=LoraConfig(r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=vlm.lora_targets()),
    )


def _answer(vlm: VisionLanguageModel, prompt: PromptSpec, question: str, answer: str) -> str:
    return close_answer(vlm, prompt.text, answer).text.removeprefix(question)


@torch.inference_mode()
def explain(
    vlm: VisionLanguageModel, prompt: PromptSpec, paths: Sequence[str], labels: Sequence[Pair], batch: int, tokens: int
) -> list[Pair]:
    """Write an explanation for either label of each image: two calls of ``generate``; labels as texts."""
    sides: list[list[str]] = [[], []]
    for start in range(0, len(paths), batch):
        pictures = [opened(path) for path in paths[start : start + batch]]
        for side, found in enumerate(sides):
            prefixes = [
                answer_prefix(int(pair[side]), score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)
                for pair in labels[start : start + batch]
            ]
            inputs = vlm.encode(pictures, [vlm.chat_text(prompt.text, prefix) for prefix in prefixes])
            found += _generated(vlm, inputs, tokens)
    return [(first.strip(), second.strip()) for first, second in zip(*sides, strict=True)]


def _generated(vlm: VisionLanguageModel, inputs: Any, tokens: int) -> list[str]:
    ids = vlm.model.generate(**inputs, max_new_tokens=tokens, do_sample=False)
    found: list[str] = vlm.tokenizer.batch_decode(ids[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    return found


@torch.inference_mode()
def predict(
    vlm: VisionLanguageModel, prompt: PromptSpec, paths: Sequence[str], batch: int, tokens: int
) -> Iterator[list[float]]:
    """Yield log p(label) of each image, and answer it freely."""
    site = vlm.label_site(prompt)
    prefix = answer_prefix(0, score_tag=prompt.score_tag, explain_tag=prompt.explain_tag)
    behind = len(site.tail_ids) + 1
    for start in range(0, len(paths), batch):
        pictures = [opened(path) for path in paths[start : start + batch]]
        _generated(vlm, vlm.encode(pictures, [vlm.chat_text(prompt.text)] * len(pictures)), tokens)
        inputs = vlm.encode(pictures, [vlm.chat_text(prompt.text, prefix)] * len(pictures))
        logits = vlm.model(**inputs, logits_to_keep=behind + 1).logits
        at = logits[:, 0, [site.label_ids[label] for label in LABELS]]
        yield from torch.log_softmax(at.double(), dim=-1).tolist()


def train(
    folder: Path, model: ModelSpec, prompt: PromptSpec, rows: Sequence[PreferenceRow], rank: int, **options: Any
) -> Path:
    """Train an adapter and save it; returns its folder."""
    vlm = families.load(model)
    training = trainer(folder / "run", vlm, prompt, rows, rank, save_strategy="no", weight_decay=0.0, **options)
    training.train()
    adapted: Any = training.model
    adapted.save_pretrained(str(folder / "adapter"))
    gc.collect()
    return folder / "adapter"


def merge(model: ModelSpec, adapters: Sequence[Path], folder: Path) -> Path:
    """Merge adapters as the paper does (TIES, density 0.5), on the loaded base; returns the folder."""
    merged = PeftModel.from_pretrained(families.load(model).model, str(adapters[0]), adapter_name="first")
    merged.load_adapter(str(adapters[1]), adapter_name="second")
    merged.add_weighted_adapter(
        ["first", "second"], [1.0, 1.0], "merged", "ties", density=0.5, majority_sign_method="frequency"
    )
    merged.save_pretrained(str(folder), selected_adapters=["merged"])
    return folder / "merged"


def with_adapter(model: ModelSpec, adapter: Path) -> VisionLanguageModel:
    """Load the base with an adapter."""
    vlm = families.load(model)
    vlm.model = PeftModel.from_pretrained(vlm.model, str(adapter))
    return vlm
