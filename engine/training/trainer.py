"""Set up trl's trainers; DPO so that its reference is the base without adapter in every iteration.

Given a ``PeftModel``, trl uses a frozen copy of its adapter as the reference. Therefore trl is given the bare base and
a LoRA configuration, so that the reference is "adapters disabled"; the weights of the adapter that training starts from
are copied into the new one afterwards. A merged adapter has the scale (alpha / rank) 1, since peft folds its parents'
scale into the factors; in training every adapter has the scale of the settings (2 in the paper), or the same learning
rate would mean smaller steps from the third iteration on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import TrainerCallback
from transformers.trainer_callback import PrinterCallback
from trl.trainer.dpo_config import DPOConfig
from trl.trainer.sft_config import SFTConfig

from engine.contract.specs import TrainSpec
from engine.families import VisionLanguageModel
from engine.training.answer_collator import AnswerCollator
from engine.training.collator import PreferenceCollator
from engine.training.preference_rows import AnswerRow, PreferenceRow, TrainingRow
from engine.training.start_adapter import start_config, start_from
from engine.training.step_trainer import EqualSteps, StepTrainer, SupervisedTrainer
from engine.training.steps import micro_batches

Config = TypeVar("Config", DPOConfig, SFTConfig)


def make_trainer(
    spec: TrainSpec,
    vlm: VisionLanguageModel,
    rows: Sequence[PreferenceRow],
    collator: PreferenceCollator,
    output: Path,
    *,
    world_size: int = 1,
    callbacks: Sequence[TrainerCallback] = (),
    on_rank_change: Callable[[str], object] = lambda _note: None,
) -> StepTrainer:
    """Return a trainer whose policy is the base plus a LoRA adapter "default" (fresh, or that of ``start_adapter``).

    ``on_rank_change`` receives a sentence if ``start_adapter`` has another rank than the spec.

    Raises:
        StageError: ``start_adapter`` does not fit the model.
    """
    _check_start(spec)
    trainer = StepTrainer(
        model=vlm.model,
        args=_on_one_device(
            DPOConfig(**_common_arguments(spec, vlm, output, world_size), beta=spec.beta, loss_type=["sigmoid"])
        ),
        data_collator=collator,
        train_dataset=_dataset(
            rows, {"chosen": [row.chosen for row in rows], "rejected": [row.rejected for row in rows]}
        ),
        processing_class=vlm.processor,
        peft_config=_lora(spec, vlm),
        callbacks=list(callbacks),
    )
    _prepare(trainer, spec, collator, on_rank_change)
    return trainer


def make_supervised_trainer(
    spec: TrainSpec,
    vlm: VisionLanguageModel,
    rows: Sequence[AnswerRow],
    collator: AnswerCollator,
    output: Path,
    *,
    world_size: int = 1,
    callbacks: Sequence[TrainerCallback] = (),
    on_rank_change: Callable[[str], object] = lambda _note: None,
) -> SupervisedTrainer:
    """Return a trainer of the same adapter on answers alone; see :func:`make_trainer`."""
    _check_start(spec)
    trainer = SupervisedTrainer(
        model=vlm.model,
        args=_on_one_device(SFTConfig(**_common_arguments(spec, vlm, output, world_size))),
        data_collator=collator,
        train_dataset=_dataset(rows, {"answer": [row.answer for row in rows]}),
        processing_class=vlm.processor,
        peft_config=_lora(spec, vlm),
        callbacks=list(callbacks),
    )
    _prepare(trainer, spec, collator, on_rank_change)
    return trainer


def _check_start(spec: TrainSpec) -> None:
    if spec.start_adapter is not None:
        start_config(spec.start_adapter)


def _prepare(
    trainer: EqualSteps, spec: TrainSpec, collator: PreferenceCollator, on_rank_change: Callable[[str], object]
) -> None:
    """Set what both kinds of training have in common: layout of the rows, precision, start."""
    if collator.share_prefix:
        trainer.share_prefix()
    trainer.remove_callback(PrinterCallback)
    _train_in_full_precision(trainer.model)
    if spec.start_adapter is not None:
        note = start_from(trainer.model, spec.start_adapter)
        if note:
            on_rank_change(note)


def _train_in_full_precision(model: Any) -> None:
    """Cast the adapter's weights to float32, as peft does; on a 4-bit base trl rounds them to bfloat16.

    At the paper's learning rates an optimiser's step is smaller than the resolution of bfloat16.
    """
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.to(torch.float32)


def _common_arguments(spec: TrainSpec, vlm: VisionLanguageModel, output: Path, world_size: int) -> dict[str, Any]:
    """Return the arguments of either of trl's configurations."""
    micro, accumulation = micro_batches(spec.batch_size, spec.micro_batch or 1, world_size)
    return {
        "output_dir": str(output),
        "seed": spec.seed,
        "data_seed": spec.seed,
        "per_device_train_batch_size": micro,
        "gradient_accumulation_steps": accumulation,
        "num_train_epochs": spec.epochs,
        "learning_rate": spec.learning_rate,
        "lr_scheduler_type": spec.scheduler,
        "warmup_steps": spec.warmup_steps,
        "max_grad_norm": spec.max_grad_norm,
        "optim": "adamw_torch",
        "weight_decay": 0.0,
        "max_length": None,  # The collator rejects sequences that are too long; nothing is cut.
        "activation_checkpointing": bool(spec.gradient_checkpointing),
        "bf16": vlm.dtype == torch.bfloat16,
        "fp16": vlm.dtype == torch.float16,
        "use_cpu": vlm.device.type == "cpu",
        "dataloader_pin_memory": False,  # The collator already puts batches on the device.
        "ddp_find_unused_parameters": False,  # each pass uses the whole adapter
        "remove_unused_columns": False,  # The collator needs "images", which is not in the model's signature.
        "save_strategy": "steps",
        "save_steps": spec.checkpoint_steps,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "report_to": "none",
        "disable_tqdm": True,
    }


def _on_one_device(config: Config) -> Config:
    """Return the configuration for one GPU: without a launcher, transformers would use all, which trl refuses."""
    config._n_gpu = min(1, config.n_gpu)
    return config


def _dataset(rows: Sequence[TrainingRow], answers: dict[str, list[str]]) -> Dataset:
    """Build the dataset; a column named "images" marks it as a vision dataset, which trl leaves to the collator."""
    columns: dict[str, list[Any]] = {
        "row": list(range(len(rows))),
        "images": [[row.path] for row in rows],
        **answers,
    }
    return Dataset.from_dict(columns)


def _lora(spec: TrainSpec, vlm: VisionLanguageModel) -> LoraConfig:
    return LoraConfig(
        r=spec.lora.rank,
        lora_alpha=spec.lora.alpha,
        lora_dropout=0.0,
        bias="none",
        target_modules=vlm.lora_targets(),
    )
