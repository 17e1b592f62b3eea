"""The settings of a project in ``studio.toml``: types, ranges and descriptions. No Qt, no torch.

Each description becomes a comment in the file. The whole tree is frozen as JSON into every job when it is queued.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine.contract.degradations.kinds import PROBED, DegradationName

MergeMethod = Literal[
    "ties", "ties_svd", "linear", "svd", "cat", "dare_linear", "dare_linear_svd", "dare_ties", "dare_ties_svd",
    "magnitude_prune", "magnitude_prune_svd",
]  # fmt: skip
Scheduler = Literal["linear", "cosine", "constant", "constant_with_warmup"]
SplitName = Literal["train", "val", "test"]
Fraction = Annotated[float, Field(gt=0, le=1)]
MergeWeight = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
LearningRate = Annotated[float, Field(gt=0, le=1)]
Beta = Annotated[float, Field(gt=0, le=10)]
Epochs = Annotated[float, Field(gt=0, le=1000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


def _one_refusal(what: str) -> WrapValidator:
    """Return one error for a word besides numbers or a switch, where pydantic would report several."""

    def validate(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
        try:
            return inner(value)
        except ValidationError:
            raise PydanticCustomError("auto_or", 'it must be "auto" or {what}', {"what": what}) from None

    return WrapValidator(validate)


AutoCount = Annotated[Literal["auto"] | Count, _one_refusal("a whole number from 1 to 1,000,000")]
AutoSwitch = Annotated[Literal["auto"] | bool, _one_refusal("true or false")]
Text = Annotated[str, Field(min_length=1)]
OPENAI_URL = "https://api.openai.com/v1"


def server_address(value: str) -> str:
    """Return a server's address in one form, without a slash at its end.

    Raises:
        ValueError: it is none; one with a password is refused too, since settings are no place for it.
    """
    text = value.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of the port
        usable = False
    if not usable or "@" in text or not text.isprintable() or " " in text:
        raise PydanticCustomError("address", "it must be an address such as http://localhost:8000/v1")
    return text


ServerAddress = Annotated[str, AfterValidator(server_address)]
Value = TypeVar("Value", int, bool)


def none_if_auto(value: Literal["auto"] | Value) -> Value | None:
    """Return the number or the switch; None for ``auto``, if the stage chooses."""
    return None if value == "auto" else value


class Section(BaseModel):
    """One section of the file: immutable, no unknown keys, finite numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class ProjectSettings(Section):
    """[project]"""

    name: Text = Field(description="shown in the window's title")
    seed: int = Field(0, ge=0, le=2**31 - 1, description="determines every random choice")


class ModelSettings(Section):
    """[model]"""

    base: Text = Field(description='folder or hub id of the base model; "demo" is the built-in demo model')
    revision: Text | None = Field(None, description="branch, tag or commit of a hub model; its commit is kept")
    offline: bool = Field(False, description="true: never connect to the hub, use only files on this machine")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field("auto", description="auto: bfloat16 on a GPU")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto, cpu or cuda")
    threads: int = Field(0, ge=0, le=1024, description="CPU threads; 0: chosen by torch")
    attention: Text = Field("auto", description="attention backend of transformers, or auto")
    quantization: Literal["none", "4bit"] = Field("none", description="4bit: less GPU memory; needs the extra 4bit")


class PromptSettings(Section):
    """[prompt]"""

    resource: Text | None = Field("aesthetics", description="a prompt that comes with the program")
    template: Text | None = Field(None, description="your own prompt, with {fields}; it takes precedence over resource")
    fields: dict[str, str] = Field(default_factory=dict, description="values of the prompt's {fields}")

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if self.resource is None and self.template is None:
            raise ValueError("neither resource nor template is set; give one of them")
        return self


class ImageSettings(Section):
    """[images]"""

    root: Text = Field(description="folder of the images, absolute or relative to the project")
    longest_side: int = Field(448, ge=16, le=16384, description="pixels; larger images are scaled down")


class ImportSettings(Section):
    """[import]: how the scores are read; used once, by ``new``."""

    image: Text = Field("image", description="column of the image's path below the images folder")
    score: Text = Field("score", description="column of the mean score")
    split: Text = Field("split", description="optional column: train, val or test")
    group: Text = Field("group", description="optional column; rows of one group are kept in one split")
    sd: Text = Field("sd", description="optional column: standard deviation of the votes")
    votes: Text = Field("votes", description="optional column: number of votes")
    lower_is_better: bool | None = Field(
        None, description="true: lower scores are better, as for DMOS; by the names of column and file if not set"
    )
    importer: Text | None = Field(None, description="format of the scores by name; chosen by their files if not set")
    outside: Text | None = Field(None, description="additional image folder that paths may lead into")
    ratings: Text | None = Field(None, description="table image,rater,score; ratings.csv beside the scores if not set")
    lists: Text | None = Field(None, description="folder of AVA's lists of ids by split; beside AVA.txt if not set")
    dataset: Text | None = Field(
        None, description="data set of the hub that images and scores come from, at its commit"
    )


class SplitSettings(Section):
    """[split]: shares for tables without a split column."""

    train: Fraction = Field(0.8, description="share of images to train on")
    val: Share = Field(0.1, description="share to calibrate the read-out on")
    test: Share = Field(0.1, description="share to measure on")

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.train + self.val + self.test
        if abs(total - 1) > 1e-6:
            raise ValueError(f"train + val + test is {total:g}; the three shares must sum to 1")
        return self


class PairSettings(Section):
    """[pairs]: pair generation."""

    exclusion_radius: int = Field(2, ge=0, le=4, description="wrong scores are further than this from the truth")
    max_new_tokens: int = Field(256, ge=1, le=8192, description="length of an explanation")
    temperature: float = Field(0.0, ge=0, le=5, description="0: greedy")
    batch_size: AutoCount = Field("auto", description="images at a time; auto: as many as memory allows")
    train_fraction: Fraction = Field(1.0, description="share of the training images used in each iteration")
    server: ServerAddress | None = Field(
        None, description="vLLM server that writes the texts, such as http://localhost:8000/v1"
    )


class ConsistencySettings(Section):
    """[training.consistency]: where it differs from score training."""

    fraction: Fraction = Field(1.0, description="share of the pairs of score training")
    learning_rate: LearningRate | None = Field(None, description="as score training if not set")
    beta: Beta | None = Field(None, description="as score training if not set")
    epochs: Epochs | None = Field(None, description="as score training if not set")


class TrainingSettings(Section):
    """[training]"""

    learning_rate: LearningRate = Field(5e-5, description="of iteration 1")
    decay: float = Field(0.8, gt=0, le=1, description="the learning rate's factor from one iteration to the next")
    beta: Beta = Field(0.1, description="DPO's beta")
    rank: int = Field(64, ge=1, le=4096, description="of LoRA")
    alpha: int | None = Field(None, ge=1, le=8192, description="of LoRA; twice the rank if not set")
    epochs: Epochs = Field(1.0, description="passes over the pairs")
    batch_size: Count = Field(128, description="pairs per optimiser step")
    micro_batch: AutoCount = Field(
        "auto", description="pairs at a time; divides batch_size; auto: as many as memory allows"
    )
    scheduler: Scheduler = Field("linear", description="linear, cosine, constant or constant_with_warmup")
    warmup_steps: int = Field(0, ge=0, le=1_000_000, description="optimiser steps")
    max_grad_norm: float = Field(1.0, gt=0, le=1000, description="gradients are clipped to this norm")
    start_from: Literal["previous", "fresh"] = Field("previous", description="previous merged adapter, or fresh")
    checkpoint_steps: Count = Field(10, description="optimiser steps between checkpoints")
    gradient_checkpointing: AutoSwitch = Field(
        "auto", description="less memory, more time; auto: only if no pair fits otherwise"
    )
    on_collapse: Literal["stop", "warn"] = Field(
        "stop", description="when answers sampled at a checkpoint are broken and both log-probabilities fall"
    )
    consistency: ConsistencySettings = ConsistencySettings()

    @model_validator(mode="after")
    def _micro_batch_divides(self) -> Self:
        if self.micro_batch != "auto" and self.batch_size % self.micro_batch:
            raise ValueError(
                f"batch_size {self.batch_size} is not a multiple of micro_batch {self.micro_batch}; "
                "gradient accumulation needs whole micro batches: change one of them"
            )
        return self


class MergeSettings(Section):
    """[merge]"""

    method: MergeMethod = Field("ties", description="peft's combination type; ties_svd merges the products")
    density: Fraction | None = Field(None, description="share of values kept; the method's own if not set")
    weights: tuple[MergeWeight, MergeWeight] | None = Field(
        None, description="of the score and the consistency adapter; the method's own if not set"
    )
    sign_method: Literal["frequency", "total"] = Field("frequency", description="majority sign method")
    force: bool = Field(False, description="true: accept a merged adapter much larger or smaller than its parents")

    @field_validator("weights")
    @classmethod
    def _some_weight(cls, weights: tuple[float, float] | None) -> tuple[float, float] | None:
        if weights is not None and not any(weights):
            raise ValueError("the weights are all 0; use 0 to leave one adapter out, not both")
        return weights


class PredictSettings(Section):
    """[predict]"""

    max_new_tokens: int = Field(256, ge=1, le=8192, description="length of an explanation")
    batch_size: AutoCount = Field("auto", description="images at a time; auto: as many as memory allows")
    explain_splits: tuple[SplitName, ...] = Field(("test",), description="splits whose images get an explanation")
    explain: Literal["judged", "all"] = Field(
        "judged", description="test images that get an explanation: those that are judged (judge.sample), or all"
    )


class JudgeSettings(Section):
    """[judge]: it never feeds training."""

    name: Literal["offline", "model"] = Field(
        "offline", description="offline: word tone is estimated, without a judge; model: a language model grades"
    )
    base_url: ServerAddress = Field(
        OPENAI_URL, description="any server with OpenAI's chat API; its key: Project, Judge's key"
    )
    model: Text = Field("gpt-4o-2024-08-06", description="the judge's name on that server; the paper's by default")
    sample: int = Field(0, ge=0, description="test explanations to judge, a random sample (seeded); 0: all")
    max_tokens: int = Field(256, ge=16, le=32768, description="of the judge's answer; more for one that thinks first")
    attempts: int = Field(4, ge=1, le=20, description="tries before an explanation has no grade")
    parallel: int = Field(16, ge=1, le=256, description="requests at a time at most")
    batch: bool = Field(False, description="true: by OpenAI's Batch API, at half the price, within a day")
    max_cost: float = Field(5.0, ge=0, le=1e6, description="USD that judging one version may cost, all in all")
    price_prompt: float | None = Field(
        None, ge=0, description="USD per million tokens of the prompt; not set: as published for the paper's judge"
    )
    price_answer: float | None = Field(None, ge=0, description="USD per million tokens of the answer; as above")

    @model_validator(mode="after")
    def _both_prices(self) -> Self:
        if (self.price_prompt is None) != (self.price_answer is None):
            raise ValueError("set both price_prompt and price_answer, or neither")
        return self


class MeasureSettings(Section):
    """[measure]"""

    bootstrap: int = Field(1000, ge=10, le=1_000_000, description="resamples for the 95% intervals")
    readout: Literal["shrinkage", "least_squares"] = Field(
        "shrinkage", description="fit of the labels' values: shrinkage towards bin means, or plain least_squares"
    )


class ProbeSettings(Section):
    """[probe]: what degrading images does to scores and explanations; no part of a run."""

    sample: int = Field(50, ge=2, description="test images to degrade, a random sample (seeded)")
    degradations: tuple[DegradationName, ...] = Field(PROBED, min_length=1, description="what is done to each image")
    strengths: tuple[Fraction, ...] = Field(
        (0.25, 0.5, 1.0), min_length=1, description="how much, from 0 to 1; monochrome has no grades"
    )

    @field_validator("degradations", "strengths")
    @classmethod
    def _once(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(values)) < len(values):
            raise ValueError("one of them is there twice")
        return values


class ChatSettings(Section):
    """[chat]: talking about an image after its score; no part of a run."""

    max_new_tokens: int = Field(256, ge=1, le=8192, description="length of an answer")
    temperature: float = Field(
        0.0, ge=0, le=10, description="0: the most likely answer, always the same; more: other answers, more varied"
    )
    sample: int = Field(500, ge=2, description="test images whose suggestions are judged, a random sample (seeded)")


class LoopSettings(Section):
    """[loop]"""

    iterations: int = Field(2, ge=1, le=100, description="number of iterations of a run")
    review: bool = Field(False, description="true: pause to review pairs before training")
    useful_gain: float = Field(
        0.01, ge=0, le=1, description="gain in SRCC below which another iteration is not worth its time"
    )


class ComputeSettings(Section):
    """[compute]: where jobs run. Does not change results, except that floats are added in another order."""

    launcher: Literal["local", "processes", "command"] = Field(
        "local", description="local: one process; processes: one for each GPU; command: your own, such as srun or ssh"
    )
    processes: int = Field(
        0, ge=0, le=1024, description="number of processes for generation, training and prediction; 0: as many as GPUs"
    )
    command: Text | None = Field(
        None, description="such as ssh gpu {worker}; {worker} is what has to run there, on a shared project folder"
    )
    vision_cache_gb: float = Field(
        20.0, ge=0, le=1e6, description="disk space for image features, computed once and reused; 0: keep none"
    )

    @model_validator(mode="after")
    def _has_a_command(self) -> Self:
        known = any(word in (self.command or "") for word in ("{worker}", "{run_folder}"))
        if self.launcher == "command" and not known:
            raise ValueError('command has no {worker}: it says where the job goes, as in "srun --gpus=2 {worker}"')
        return self


class Settings(Section):
    """The whole file."""

    project: ProjectSettings
    model: ModelSettings
    images: ImageSettings
    prompt: PromptSettings = PromptSettings()
    import_: ImportSettings = Field(ImportSettings(), alias="import")
    split: SplitSettings = SplitSettings()
    pairs: PairSettings = PairSettings()
    training: TrainingSettings = TrainingSettings()
    merge: MergeSettings = MergeSettings()
    predict: PredictSettings = PredictSettings()
    judge: JudgeSettings = JudgeSettings()
    measure: MeasureSettings = MeasureSettings()
    probe: ProbeSettings = ProbeSettings()
    chat: ChatSettings = ChatSettings()
    loop: LoopSettings = LoopSettings()
    compute: ComputeSettings = ComputeSettings()

    def to_json(self) -> str:
        """Return the frozen form that a job stores."""
        return self.model_dump_json(by_alias=True)
