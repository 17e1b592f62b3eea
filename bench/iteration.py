"""Time both trainings of an iteration, or a whole iteration, against the straightforward script, turn by turn.

Models of the demo's architecture with random weights, float32; the same pairs, batch, steps, type and threads. An
iteration is: pairs, score training, consistency training, merge, and the predictions of three versions. With random
weights both explanations of an image are the same text, from which nothing can be learned, so that the trainings take
other texts. Void unless the explanations are the same and the label probabilities of the trained versions agree.
"""

from __future__ import annotations

import dataclasses
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch

from bench import demo_family, straightforward
from bench.machine import machine
from bench.turns import Figure, Way, figure, results, take_turns
from engine import families
from engine.contract.context import ListContext, read_jsonl, write_jsonl
from engine.contract.specs import (
    GenerateSpec,
    ImageLimits,
    LoraSpec,
    MergeSpec,
    ModelSpec,
    PredictSpec,
    RunFolder,
    TrainSpec,
    VisionCache,
)  # fmt: skip
from engine.generation.answers import Answerer
from engine.generation.wrong_score import wrong_score
from engine.stages import generate, merge, predict, train
from engine.training.preference_rows import preference_rows

SIDES = (432, 704)
RANK = 64
RATE = 2e-4
Found = dict[str, list[list[float]]]
"""The ten labels' probabilities of each image, by version."""
Options = dict[str, Any]
"""Arguments of trl's configuration."""


@dataclass(frozen=True, slots=True)
class IterationTask:
    """What both ways have to do.

    Attributes:
        spec: the base.
        pairs: input rows of a training.
        side: pixels of an image.
        tokens: of an answer.
        batch: pairs a step, and images at a time.
        epochs: of each training.
        predicted: images that each version predicts.
    """

    spec: ModelSpec
    pairs: list[dict[str, Any]]
    side: int
    tokens: int
    batch: int
    epochs: int
    predicted: list[str]

    @property
    def limits(self) -> ImageLimits:
        """No resizing."""
        return ImageLimits(self.side)

    def cache(self, folder: Path) -> VisionCache:
        """Return where ours keeps features."""
        return VisionCache(str(folder / "vision"), 10**10, len(self.pairs) + len(self.predicted))


def run(
    sides: Sequence[int] = SIDES, *, whole: bool, rounds: int = 3, pairs: int = 8, epochs: int = 1, tokens: int = 47,
    threads: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """Measure at each size of the images; returns {"results": [...], "machine": {...}}."""
    torch.set_num_threads(threads)
    figures: list[Figure] = []
    for side in sides:
        with tempfile.TemporaryDirectory() as folder:
            task = _task(Path(folder), side, pairs, epochs, tokens, threads)
            figures += _whole(Path(folder), task, rounds) if whole else _trainings(Path(folder), task, rounds)
    return results(figures, machine(threads))


def _task(folder: Path, side: int, count: int, epochs: int, tokens: int, threads: int) -> IterationTask:
    spec = demo_family.make(folder / "model", side, threads)
    made = demo_family.make_rows(folder / "images", side, count)
    rows = [
        {
            "pair_id": row.pair_id, "path": row.path,
            **{f"{kind}_score": at for kind, at in (("chosen", row.pair_id % 5), ("rejected", 5 + row.pair_id % 5))},
            **{f"{kind}_text": getattr(row, kind).split("Explain: ")[1] for kind in ("chosen", "rejected")},
        }
        for row in made
    ]  # fmt: skip
    predicted = [row.path for row in demo_family.make_rows(folder / "predicted", side, count)]
    return IterationTask(spec, rows, side, tokens, min(4, count), epochs, predicted)


def _trainings(folder: Path, task: IterationTask, rounds: int) -> list[Figure]:
    ways = _ways(folder, lambda own: _our_trainings(own, task), lambda own, trl: _their_trainings(own, task, trl))
    mine, *others = [_label_probabilities(task, adapters) for adapters in take_turns(ways, rounds)]
    return _figures(task, ways, [_error(task, mine, theirs) for theirs in others])


def _whole(folder: Path, task: IterationTask, rounds: int) -> list[Figure]:
    ways = _ways(folder, lambda own: _our_iteration(own, task), lambda own, trl: _their_iteration(own, task, trl))
    mine, *others = take_turns(ways, rounds)
    errors = [
        _error(task, mine[1], predicted) if mine[0] == texts else math.inf for texts, predicted in others
    ]  # pairs, then probabilities
    return _figures(task, ways, errors)


def _ways(folder: Path, ours: Callable[[Path], Any], script: Callable[[Path, Options], Any]) -> list[Way]:
    """Return ours and the script with trl as tuned as it can be and with its defaults, each in a folder of its own."""
    own = folder / "ours"
    ways = [Way("ours", lambda: ours(own), lambda: _empty(own))]
    for name, options in (
        ("script, trl tuned", {"gradient_checkpointing": False}),
        ("script, trl's defaults", {"gradient_checkpointing": True}),
    ):
        its = folder / name.replace(" ", "-")
        ways.append(Way(name, partial(script, its, options), partial(_empty, its)))
    return ways


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _figures(task: IterationTask, ways: Sequence[Way], errors: Sequence[float]) -> list[Figure]:
    vlm = families.load(task.spec)
    question = vlm.chat_text(demo_family.PROMPT.text)
    c = vlm.encode([straightforward.opened(task.predicted[0])], [question])["input_ids"].shape[1]
    return [
        figure(ways[0], way, c, task.tokens, "cold", None, error) for way, error in zip(ways[1:], errors, strict=True)
    ]


def _error(task: IterationTask, mine: Found, theirs: Found) -> float:
    """Return the largest difference of a label's probability, relative to the largest change that training made."""
    (base,) = _label_probabilities(task, {"base": None}).values()
    apart, changed = 0.0, 0.0
    for name in mine:
        for ours, other, before in zip(mine[name], theirs[name], base, strict=True):
            apart = max(apart, *(abs(a - b) for a, b in zip(ours, other, strict=True)))
            changed = max(changed, *(abs(a - b) for a, b in zip(other, before, strict=True)))
    return apart / changed if changed else math.inf


def _label_probabilities(task: IterationTask, adapters: Mapping[str, Path | None]) -> Found:
    found: Found = {}
    for name, adapter in adapters.items():
        vlm = families.load(task.spec) if adapter is None else straightforward.with_adapter(task.spec, adapter)
        answerer = Answerer.make(vlm, demo_family.PROMPT, 1)
        rows = answerer.label_logprobs([straightforward.opened(path) for path in task.predicted])
        found[name] = [[math.exp(value) for value in row] for row in rows]
    return found


def _context(folder: Path, rows: Sequence[dict[str, Any]]) -> ListContext:
    folder.mkdir(parents=True)
    write_jsonl(RunFolder(folder).input, rows)
    return ListContext(RunFolder(folder), [])


def _our_trainings(folder: Path, task: IterationTask) -> dict[str, Path]:
    """Train on the pairs as the studio does; returns the adapters' folders by name."""
    made: dict[str, Path] = {}
    for kind in ("score", "consistency"):
        context = _context(folder / kind, task.pairs)
        spec = TrainSpec(
            task.spec, demo_family.PROMPT, kind, 2, 0, None, LoraSpec(RANK, 2 * RANK), RATE, 0.1, epochs=task.epochs,
            batch_size=task.batch, micro_batch=task.batch, checkpoint_steps=10**6, image=task.limits,
            reference_folder=str(folder / "reference"), reference_of_both=kind == "score", vision=task.cache(folder),
        )  # fmt: skip
        train.run(spec, context)
        made[kind] = context.folder.adapter
    return made


def _their_trainings(folder: Path, task: IterationTask, options: Options) -> dict[str, Path]:
    made: dict[str, Path] = {}
    for kind in ("score", "consistency"):
        rows = preference_rows(task.pairs, kind, demo_family.PROMPT)
        made[kind] = straightforward.train(
            folder / kind, task.spec, demo_family.PROMPT, rows, RANK, per_device_train_batch_size=task.batch,
            num_train_epochs=task.epochs, learning_rate=RATE, warmup_steps=0, logging_steps=1, **options,
        )  # fmt: skip
    return made


def _our_iteration(folder: Path, task: IterationTask) -> tuple[list[tuple[str, str]], Found]:
    context = _context(folder / "pairs", [_generation_row(row) for row in task.pairs])
    cache = task.cache(folder)
    generate.run(
        GenerateSpec(
            task.spec, demo_family.PROMPT, 0, 1, max_new_tokens=task.tokens, batch_size=task.batch, image=task.limits,
            vision=cache,
        ),
        context,
    )  # fmt: skip
    pairs = sorted(read_jsonl(context.folder.journal(0)), key=lambda row: row["image_id"])
    adapters = _our_trainings(folder, task)
    context = _context(folder / "merged", [])
    merge.run(MergeSpec(task.spec, tuple(str(path) for path in adapters.values()), force=True), context)
    adapters["merged"] = context.folder.adapter
    found: Found = {}
    for name, adapter in adapters.items():
        rows = [{"image_id": at, "path": path, "explain": True} for at, path in enumerate(task.predicted)]
        context = _context(folder / f"predict-{name}", rows)
        predict.run(
            PredictSpec(
                dataclasses.replace(task.spec, adapter=str(adapter)), demo_family.PROMPT, task.tokens, task.batch,
                task.limits, cache,
            ),
            context,
        )  # fmt: skip
        found[name] = [[math.exp(value) for value in row["logprobs"]] for row in read_jsonl(context.folder.journal(0))]
    return [(row["chosen_text"], row["rejected_text"]) for row in pairs], found


def _generation_row(row: dict[str, Any]) -> dict[str, Any]:
    return {"image_id": row["pair_id"], "path": row["path"], "bin": row["chosen_score"], "draw": 0}


def _their_iteration(folder: Path, task: IterationTask, options: Options) -> tuple[list[tuple[str, str]], Found]:
    prompt, paths = demo_family.PROMPT, [row["path"] for row in task.pairs]
    labels = [
        (str(row["chosen_score"]), str(wrong_score(0, 1, row["pair_id"], 0, row["chosen_score"], radius=2)))
        for row in task.pairs
    ]
    vlm = families.load(task.spec)
    texts = straightforward.explain(vlm, prompt, paths, labels, task.batch, task.tokens)
    adapters = _their_trainings(folder, task, options)
    adapters["merged"] = straightforward.merge(task.spec, list(adapters.values()), folder / "merge")
    found: Found = {}
    for name, adapter in adapters.items():
        vlm = straightforward.with_adapter(task.spec, adapter)
        rows = straightforward.predict(vlm, prompt, task.predicted, task.batch, task.tokens)
        found[name] = [[math.exp(value) for value in row] for row in rows]
    return texts, found
