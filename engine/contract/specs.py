"""Frozen stage specs and their JSON: the complete input of a child process. Standard library only.

A spec is written once, as ``spec.json`` in the run folder, when a job is queued; it never changes after that. The rows
that a stage works on are beside it in ``input.jsonl`` (one JSON object per line, in processing order), because there
can be 250,000 of them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

SPEC_VERSION = 1
LABELS = tuple(range(10))
"""The ten score labels (arXiv 2506.02708, section 3.1)."""

TrainKind = Literal["score", "consistency"]
Objective = Literal["preference", "score", "answer"]
"""What a training learns: to prefer the chosen answer, or, supervised, the chosen answer's score or all of it."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """Which weights to load, and how.

    Attributes:
        base: folder or hub id of the base model.
        revision: commit of a hub model (for a download also a branch or tag; None: the main branch); None for a folder.
        adapter: folder of a peft adapter, or None for the base alone.
        dtype: "auto" (bf16 on a GPU, fp32 on a CPU), "float32", "bfloat16" or "float16".
        device: "auto", "cpu" or "cuda".
        threads: torch threads on a CPU; 0 keeps torch's default.
        attention: "auto" or an attention backend that transformers knows.
        quantization: "none", or "4bit" for the language model's frozen linears (bitsandbytes, nf4; GPU only).
    """

    base: str
    revision: str | None = None
    adapter: str | None = None
    dtype: str = "auto"
    device: str = "auto"
    threads: int = 0
    attention: str = "auto"
    quantization: str = "none"


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """The rendered user prompt and the fixed parts of the answer (arXiv 2506.02708, section A.2).

    The answer is ``{score_tag}{label}\\n{explain_tag} {text}``, so ``#Score: 7\\n#Explain: ...``.
    """

    text: str
    score_tag: str = "#Score: "
    explain_tag: str = "#Explain:"


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """Resizing of an image before the model's own processing (arXiv 2506.02708, section A.1: longest side 448)."""

    longest_side: int = 448


@dataclass(frozen=True, slots=True)
class VisionCache:
    """Where the vision tower's output is kept, since it never changes. Does not change results.

    Attributes:
        folder: for all models; None keeps nothing.
        limit: bytes that it may take.
        images: how many images the project has.
    """

    folder: str | None = None
    limit: int = 0
    images: int = 0


class _Spec:
    """JSON serialisation of the frozen specs below; ``kind`` identifies the class."""

    kind: ClassVar[str]

    def to_json(self) -> str:
        """Return the spec as JSON text with sorted keys: equal specs give equal text."""
        body = dataclasses.asdict(self)  # type: ignore[call-overload]
        return json.dumps({"kind": self.kind, "spec_version": SPEC_VERSION, **body}, sort_keys=True, indent=1)

    def digest(self) -> str:
        """Return the SHA-256 of the JSON text in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the spec of a parsed JSON object.

        Raises:
            ValueError: an unknown key, which the message names.
        """
        known = {f.name: f for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(data) - set(known) - {"kind", "spec_version"})
        if unknown:
            raise ValueError(f"{cls.__name__}: unknown keys {unknown}; this spec was written by another version")
        values = {name: _revive(name, data[name]) for name in known if name in data}
        return cls(**values)


def _revive(name: str, value: Any) -> Any:
    nested: dict[str, Any] = {
        "model": ModelSpec,
        "prompt": PromptSpec,
        "image": ImageLimits,
        "vision": VisionCache,
        "lora": LoraSpec,
    }
    if name in nested and isinstance(value, dict):
        return nested[name](**value)
    return _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class LoraSpec:
    """LoRA on the language model's linear layers (arXiv 2506.02708, A.1; alpha is twice the rank in the paper)."""

    rank: int = 64
    alpha: int = 128


@dataclass(frozen=True, slots=True)
class DownloadSpec(_Spec):
    """Download of a hub model at the commit that ``model.revision`` currently means; the result names it."""

    kind: ClassVar[str] = "download"
    model: ModelSpec
    offline: bool = False


@dataclass(frozen=True, slots=True)
class GenerateSpec(_Spec):
    """Pair generation (arXiv 2506.02708, section 3.1).

    Input rows: ``{"image_id": int, "path": str, "bin": int, "draw": int}``; ``draw`` counts how often another wrong
    score was requested (0 at first); optionally ``"size"``, width and height of the upright image in pixels, so that
    batches are of equal length. Journal rows: see ``engine.stages.generate``. ``batch_size`` None: as many images at a
    time as fit into memory. ``server``: address of a vLLM server that writes the texts; None: this process.
    """

    kind: ClassVar[str] = "generate"
    model: ModelSpec
    prompt: PromptSpec
    seed: int
    iteration: int
    exclusion_radius: int = 2
    max_new_tokens: int = 256
    temperature: float = 0.0
    batch_size: int | None = 16
    image: ImageLimits = ImageLimits()
    vision: VisionCache = VisionCache()
    server: str | None = None


@dataclass(frozen=True, slots=True)
class TrainSpec(_Spec):
    """One training (arXiv 2506.02708, sections 3.2 and A.1). The reference is always the base without adapter.

    Input rows: ``{"pair_id": int, "path": str, "chosen_score": int, "chosen_text": str, "rejected_score": int,
    "rejected_text": str}``. For ``train_kind="consistency"`` the engine itself replaces the rejected score by the true
    one. ``model.adapter`` must be None; ``start_adapter`` is the adapter that training starts from (None: fresh LoRA).
    ``learning_rate`` is final: decay over iterations has been applied. ``micro_batch`` and ``gradient_checkpointing``
    are chosen by the available memory if they are None. ``share_prefix``: image and prompt of a pair are computed once
    for both answers where the model allows it; the results differ only by rounding. ``reference_folder``: where the
    project keeps the reference's log-probabilities of all trainings; None: beside the checkpoints.
    ``reference_of_both``: also compute what the consistency training on these pairs will need. ``objective``: DPO, or
    supervised training on the chosen answers alone (section 5.2), which has no reference and ignores ``beta``.
    ``watched``: path and score of validation images whose SRCC is computed at each checkpoint; ``stop_below``: by step,
    the SRCC below which the training ends early, as the median of other trainings of a search.
    """

    kind: ClassVar[str] = "train"
    model: ModelSpec
    prompt: PromptSpec
    train_kind: TrainKind
    iteration: int
    seed: int
    start_adapter: str | None
    lora: LoraSpec
    learning_rate: float
    beta: float
    epochs: float = 1.0
    batch_size: int = 128
    micro_batch: int | None = 4
    scheduler: str = "linear"
    warmup_steps: int = 0
    max_grad_norm: float = 1.0
    max_length: int | None = None
    gradient_checkpointing: bool | None = False
    checkpoint_steps: int = 10
    image: ImageLimits = ImageLimits()
    on_collapse: Literal["stop", "warn"] = "stop"
    share_prefix: bool = True
    reference_folder: str | None = None
    reference_of_both: bool = False
    vision: VisionCache = VisionCache()
    objective: Objective = "preference"
    watched: tuple[tuple[str, float], ...] = ()
    stop_below: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class MergeSpec(_Spec):
    """Merging of adapters through peft (arXiv 2506.02708, 3.2: TIES, weights (1, 1), density 0.5, "frequency").

    ``force``: also accept a merged adapter that is much larger or smaller than its parents.
    """

    kind: ClassVar[str] = "merge"
    model: ModelSpec
    adapters: tuple[str, ...]
    weights: tuple[float, ...] = (1.0, 1.0)
    density: float = 0.5
    method: str = "ties"
    sign_method: str = "frequency"
    force: bool = False


@dataclass(frozen=True, slots=True)
class ExportSpec(_Spec):
    """Export of a standalone merged model into the new folder ``folder``. Not part of the loop: no input rows."""

    kind: ClassVar[str] = "export"
    model: ModelSpec
    folder: str


@dataclass(frozen=True, slots=True)
class PredictSpec(_Spec):
    """Scores and explanations of one model version.

    Input rows: ``{"image_id": int, "path": str, "explain": bool}``; with ``explain`` false only the label
    log-probabilities are read. Journal rows: see ``engine.stages.predict``. ``batch_size`` and the rows' ``"size"`` as
    in ``GenerateSpec``.
    """

    kind: ClassVar[str] = "predict"
    model: ModelSpec
    prompt: PromptSpec
    max_new_tokens: int = 256
    batch_size: int | None = 16
    image: ImageLimits = ImageLimits()
    vision: VisionCache = VisionCache()


@dataclass(frozen=True, slots=True)
class ScoreSpec(PredictSpec):
    """Scores and explanations of images outside the project; rows as in :class:`PredictSpec`."""

    kind: ClassVar[str] = "score"


@dataclass(frozen=True, slots=True)
class ServeSpec(PredictSpec):
    """Scores and explanations on request. Not part of the loop: no input rows, no journal.

    Requests come while it runs, see ``engine.contract.serving.requests``.
    """

    kind: ClassVar[str] = "serve"


@dataclass(frozen=True, slots=True)
class RereadSpec(_Spec):
    """Scores that the model reads from its own explanations, alone and beside another image's picture.

    Input rows: ``{"prediction_id": int, "path": str, "text": str, "swapped_id": int | null, "swapped_text": str}``:
    the image and explanation of a prediction, and the explanation of another image, if there is one. Journal rows: see
    ``engine.stages.reread``.
    """

    kind: ClassVar[str] = "reread"
    model: ModelSpec
    prompt: PromptSpec
    max_new_tokens: int = 256
    batch_size: int | None = 8
    image: ImageLimits = ImageLimits()
    vision: VisionCache = VisionCache()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingSpec(_Spec):
    """What all specs share in which a language model on a server is asked. The judge never feeds training.

    Attributes:
        base_url: where it is, through OpenAI's chat API.
        max_tokens: of an answer.
        attempts: how often an explanation is tried before it has no grade.
        parallel: the most requests at a time.
        timeout: seconds for an answer.
        price_prompt, price_answer: USD per million tokens; None: the server costs nothing.
        max_cost: USD that all requests in ``ledger`` may cost; None: no limit.
        ledger: file of what this judge has cost for this version so far, in all its jobs; None: of this job alone.
        kept_folder: where the project keeps a judge's answers, so that nothing is judged twice; None keeps none.
        batch: ask by the server's batches first: half the price, within a day.
    """

    base_url: str = ""
    max_tokens: int = 256
    attempts: int = 4
    parallel: int = 16
    timeout: float = 120.0
    price_prompt: float | None = None
    price_answer: float | None = None
    max_cost: float | None = None
    kept_folder: str | None = None
    ledger: str | None = None
    batch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSpec(JudgingSpec):
    """Grades explanations against their scores.

    Input rows: ``{"prediction_id": int, "label": int | null, "text": str, "parse_ok": bool}``; a language model needs a
    label in every row.

    Attributes:
        judge: the name of a judge of the engine, or "model" for a language model on a server.
        model: the language model's name on its server.
    """

    kind: ClassVar[str] = "judge"
    judge: str = "offline"
    model: str = ""


@dataclass(frozen=True, slots=True)
class MeasureSpec(_Spec):
    """Calibration on validation, then metrics on the test split with bootstrap intervals (arXiv 2506.02708, 4.3).

    Input rows: ``{"image_id": int, "split": "val" | "test", "truth": float, "bin": int, "group": str | null,
    "logprobs": [10 floats], "label": int | null, "text": str, "parse_ok": bool | null, "truncated": bool,
    "judged": {judge: {"consistency": int | null, ...}}, "compare": {version name: [10 floats]},
    "compare_answers": {version name: {"label": int | null, "text": str, "parse_ok": bool}},
    "compare_judged": {version name: {judge: {"consistency": int | null, ...}}},
    "reread": {"logprobs": [10 floats], "swapped_logprobs": [10 floats] | null, "swapped_label": int | null} | null,
    "compare_reread": {version name: the same}, "judge_read": {judge: int | null},
    "compare_judge_read": {version name: {judge: int | null}}}``; ``compare`` contains the
    log-probabilities of other versions on the same image for paired tests, ``compare_answers`` the answers of those
    of them that ``against`` names, ``compare_judged`` the grades that the same judges gave them.
    ``parse_ok`` is null if no explanation was requested. ``bin_means`` are the training scores' means by bin, towards
    which ``readout="shrinkage"`` shrinks; they fall where lower scores are better. Rows of one ``group`` are resampled
    together. ``against``: the versions that are compared in everything, not in SRCC and grades alone: the base and the
    previous one. ``splits`` without "test": only the validation rows are measured.
    """

    kind: ClassVar[str] = "measure"
    version: str
    bin_means: tuple[float, ...]
    bootstrap: int = 1000
    seed: int = 0
    readout: Literal["shrinkage", "least_squares"] = "shrinkage"
    against: tuple[str, ...] = ()
    splits: tuple[str, ...] = ("val", "test")

    @property
    def lower_is_better(self) -> bool:
        """Return whether the true scores fall with the label, of which 9 is always the best."""
        return self.bin_means[0] > self.bin_means[-1]


@dataclass(frozen=True, slots=True)
class ProbeSpec(_Spec):
    """Scores and explanations of degraded copies of images: does a version see, and say, what is wrong?

    Input rows: ``{"image_id": int, "path": str, "degradation": str, "strength": float, "group": str | null,
    "base": {"logprobs": [10 floats], "text": str} | null}``; the degradation is "none" (at strength 0) for the image
    itself, ``base`` the base model's answer about the same copy, for paired intervals. Journal rows: see
    ``engine.stages.probe``. ``batch_size`` and the rows' ``"size"`` as in ``GenerateSpec``; nothing is kept of the
    vision tower's output, since every copy is used once.

    Attributes:
        seed: of the degradations and the intervals.
        reference, base_reference: the ten values by which the version's and the base's scores are read out.
        bootstrap: resamples for the intervals.
        lower_is_better: whether lower scores are better in the original scale.
        examples_folder: where degraded copies of the first ``examples`` images are kept for people; None keeps none.
    """

    kind: ClassVar[str] = "probe"
    model: ModelSpec
    prompt: PromptSpec
    version: str
    seed: int
    reference: tuple[float, ...]
    base_reference: tuple[float, ...] | None = None
    bootstrap: int = 1000
    max_new_tokens: int = 256
    batch_size: int | None = 16
    image: ImageLimits = ImageLimits()
    examples_folder: str | None = None
    examples: int = 0
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class SuggestSpec(_Spec):
    """What a version suggests for improving images, asked after its score and explanation (arXiv 2506.02708, B.3).

    Input rows: ``{"image_id": int, "path": str, "answer": str}``, the answer being the version's own, as it wrote it.
    Journal rows: see ``engine.stages.suggest``.
    """

    kind: ClassVar[str] = "suggest"
    model: ModelSpec
    prompt: PromptSpec
    question: str
    max_new_tokens: int = 256
    batch_size: int | None = 1
    image: ImageLimits = ImageLimits()
    vision: VisionCache = VisionCache()


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeSuggestionsSpec(JudgingSpec):
    """Grades of suggestions by a language model that sees the image, and their means with intervals.

    Input rows: ``{"suggestion_id": int, "image_id": int, "path": str, "text": str, "group": str | null,
    "base": {"usefulness": int, "concreteness": int, "relevance": int} | null}``; ``base`` has the same judge's grades
    of what the base suggests for the same image, for paired intervals.

    Attributes:
        instruction: what the version was asked, as the judge is told.
        model_name: the judge's name on its server.
        image: how images are resized before they are sent.
        bootstrap, seed: of the intervals.
    """

    kind: ClassVar[str] = "judge_suggestions"
    instruction: str
    model_name: str
    image: ImageLimits = ImageLimits()
    bootstrap: int = 1000
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeReadingSpec(JudgingSpec):
    """Scores that a language model, ``model_name`` on its server, reads from explanations alone.

    Input rows: ``{"prediction_id": int, "text": str}``.
    """

    kind: ClassVar[str] = "judge_reading"
    model_name: str


@dataclass(frozen=True, slots=True)
class ChatSpec(_Spec):
    """Conversations about images with the versions of one base model. Not part of the loop: no input rows.

    Requests come while it runs, see ``engine.contract.chat.requests``; each names its version's adapter, so that
    ``model`` has none. ``temperature`` 0 is greedy. Journal rows: see ``engine.stages.chat``.
    """

    kind: ClassVar[str] = "chat"
    model: ModelSpec
    prompt: PromptSpec
    max_new_tokens: int = 256
    temperature: float = 0.0
    image: ImageLimits = ImageLimits()
    vision: VisionCache = VisionCache()


StageSpec = (
    DownloadSpec
    | GenerateSpec
    | TrainSpec
    | MergeSpec
    | PredictSpec
    | ScoreSpec
    | ServeSpec
    | RereadSpec
    | JudgeSpec
    | MeasureSpec
    | ProbeSpec
    | SuggestSpec
    | JudgeSuggestionsSpec
    | JudgeReadingSpec
    | ChatSpec
    | ExportSpec
)
_KINDS: dict[str, type[StageSpec]] = {
    cls.kind: cls
    for cls in (
        *(DownloadSpec, GenerateSpec, TrainSpec, MergeSpec),
        *(PredictSpec, ScoreSpec, ServeSpec, RereadSpec, JudgeSpec, MeasureSpec, ProbeSpec, ExportSpec),
        *(SuggestSpec, JudgeSuggestionsSpec, JudgeReadingSpec, ChatSpec),
    )
}


def spec_from_json(text: str) -> StageSpec:
    """Return the spec that ``to_json`` wrote.

    Raises:
        ValueError: invalid JSON, an unknown kind, another spec version or an unknown key.
    """
    data = json.loads(text)
    if not isinstance(data, dict) or data.get("kind") not in _KINDS:
        raise ValueError(f"not a stage spec: kind is {data.get('kind') if isinstance(data, dict) else data!r}")
    if data.get("spec_version") != SPEC_VERSION:
        raise ValueError(f"spec version {data.get('spec_version')!r} is not {SPEC_VERSION}; start the job again")
    return _KINDS[data["kind"]].from_dict(data)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of one job: ``runs/<job id>/``. The child writes only here; it never opens the database."""

    path: Path

    @property
    def spec(self) -> Path:
        """The frozen spec."""
        return self.path / "spec.json"

    @property
    def input(self) -> Path:
        """The rows to work on."""
        return self.path / "input.jsonl"

    @property
    def events(self) -> Path:
        """Every event that the child sent, one JSON object per line, for later readers."""
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        """The child's stdout and stderr."""
        return self.path / "log.txt"

    @property
    def cancel(self) -> Path:
        """A file that asks the child to stop at its next batch or step."""
        return self.path / "cancel"

    @property
    def pause(self) -> Path:
        """A file that asks a training to write a checkpoint after its step and then stop."""
        return self.path / "pause"

    @property
    def ranks(self) -> Path:
        """Which of several processes has reached which point."""
        return self.path / "ranks"

    @property
    def adapter(self) -> Path:
        """The adapter of a finished training or merge; complete once it contains ``manifest.json``."""
        return self.path / "adapter"

    @property
    def checkpoints(self) -> Path:
        """The checkpoints of an unfinished training."""
        return self.path / "checkpoints"

    @property
    def result(self) -> Path:
        """The summary of a training whose adapter exists."""
        return self.path / "result.json"

    @property
    def sizing(self) -> Path:
        """The batch size, if it was chosen automatically or had to be reduced."""
        return self.path / "sizing.json"

    def journal(self, rank: int = 0) -> Path:
        """Return the path of one rank's append-only result rows; an incomplete last line is not a row."""
        return self.path / f"journal.{rank}.jsonl"

    def journals(self) -> list[Path]:
        """Return all existing journals, in rank order."""
        return sorted(self.path.glob("journal.*.jsonl"), key=lambda p: int(p.name.split(".")[1]))
