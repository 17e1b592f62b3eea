"""``python -m bench COMMAND [--json]``: one benchmark per call; ``--help`` lists them."""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import tempfile
from pathlib import Path


def main() -> int:
    """Run the requested benchmark and print its result as Markdown or as one JSON object."""
    arguments = _parser().parse_args()
    return {
        "window": _window, "grid": _grid, "gpu": _gpu, "import-ava": _import_ava, "heartbeat": _heartbeat,
        "loop": _loop, "photos": _loop, "dpo": _dpo, "generate": _generate,
        "trainings": _iteration, "iteration": _iteration, "vision-passes": _vision_passes, "demo": _demo,
        "readout": _readout, "explanations": _explanations, "review": _review,
        "review-texts": _review_texts,
        "estimates": _estimates,
    }[arguments.command](arguments)  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("loop", help="the demo with several seeds")
    demo.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    once = commands.add_parser("demo", help="the time of the demo, a seed after the other")
    once.add_argument("--seeds", type=int, nargs="+", default=[0])
    once.add_argument("--iterations", type=int, default=2)
    once.add_argument("--json", action="store_true")
    photos = commands.add_parser("photos", help="real photographs: a folder with images/ and scores.csv")
    photos.add_argument("source", type=Path)
    for command in (demo, photos):
        command.add_argument("--dir", type=Path, required=True, help="folder for the projects")
        command.add_argument("--iterations", type=int, default=2)
        command.add_argument("--json", action="store_true")
    pulse = commands.add_parser("heartbeat", help="responsiveness of the window while a job generates and trains")
    pulse.add_argument("--minutes", type=float, default=10.0)
    pulse.add_argument("--json", action="store_true", help="one JSON object (always printed)")
    _add_sizes(commands)
    return parser


def _add_sizes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    first = commands.add_parser("window", help="time from process start to the first painted window")
    first.add_argument("--runs", type=int, default=5, help="number of warm starts")
    grid = commands.add_parser("grid", help="the Images page, or a collection, with very many images")
    grid.add_argument("--page", choices=("images", "score"), default="images")
    grid.add_argument("--images", type=int, default=250_000)
    grid.add_argument("--seconds", type=float, default=60.0, help="duration of scrolling")
    grid.add_argument(
        "--dir", type=Path, help="folder for the project, which is kept; without it, a temporary one is used"
    )
    review = commands.add_parser("review", help="how long each key of a review takes")
    review.add_argument("--pairs", type=int, default=200)
    review.add_argument("--words", type=int, default=150, help="words of a text")
    review.add_argument("--side", type=int, default=2000, help="pixels of an image's longer side")
    words = commands.add_parser("review-texts", help="similar pairs, and the order learned from verdicts")
    words.add_argument("--pairs", type=int, default=8000)
    words.add_argument("--words", type=int, default=150, help="words of a text")
    words.add_argument("--reviewed", type=int, default=400, help="verdicts to learn from")
    review.add_argument("--reading", type=float, default=0.5, help="seconds of reading before each key")
    rows = commands.add_parser("import-ava", help="an import of AVA's size, without opening images")
    rows.add_argument("--rows", type=int, default=255_530)
    gpu = commands.add_parser("gpu", help="peak memory on a GPU against the estimate")
    gpu.add_argument("models", nargs="*", help="llava-1.5-7b, llava-next-7b, internvl2-2b; default: all of them")
    gpu.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    gpu.add_argument("--tiny", action="store_true", help="narrow models, to check that everything runs")
    dpo = commands.add_parser("dpo", help="a DPO step with a shared prefix against stock trl, on the CPU")
    dpo.add_argument("--pairs", type=int, default=2, help="pairs a step")
    generate = commands.add_parser("generate", help="the pairs of a batch against plain generate, on the CPU")
    generate.add_argument("--images", type=int, default=4, help="images at a time")
    generate.add_argument("--tokens", type=int, default=47, help="tokens of an answer")
    trainings = commands.add_parser("trainings", help="both trainings of an iteration against trl, on the CPU")
    whole = commands.add_parser("iteration", help="a whole iteration against a straightforward script, on the CPU")
    for command in (trainings, whole):
        command.add_argument("--pairs", type=int, default=8)
        command.add_argument("--epochs", type=int, default=1)
        command.add_argument("--tokens", type=int, default=47, help="tokens of an answer")
    passes = commands.add_parser("vision-passes", help="how often the vision tower processes an image")
    passes.add_argument("--iterations", type=int, default=4)
    texts = commands.add_parser("explanations", help="the explanations of finished demo projects, version by version")
    texts.add_argument("projects", type=Path, nargs="+")
    texts.add_argument("--no-reading", action="store_true", help="without the score read from the text alone")
    texts.add_argument("--json", action="store_true")
    times = commands.add_parser("estimates", help="estimates of time against what the jobs of a finished project took")
    times.add_argument("project", type=Path)
    times.add_argument("--others", type=Path, nargs="*", default=[], help="other projects, whose speed was known then")
    values = commands.add_parser("readout", help="the ways to read out a score, on a project's own predictions")
    values.add_argument("project", type=Path)
    values.add_argument("--images", type=int, nargs="+", default=[20, 256], help="images that are fitted to")
    values.add_argument("--resplits", type=int, default=200)
    for command in (dpo, generate, trainings, whole):
        command.add_argument("--sides", type=int, nargs="+", default=[432, 704], help="pixels of an image")
        command.add_argument("--rounds", type=int, default=5)
        command.add_argument("--threads", type=int, default=1)
    for command in (first, grid, review, words, rows, gpu, dpo, generate, trainings, whole, passes, values, times):
        command.add_argument("--json", action="store_true")


def _estimates(arguments: argparse.Namespace) -> int:
    from bench.times import estimates

    found = estimates.measure(arguments.project, arguments.others)
    print(json.dumps(found) if arguments.json else estimates.markdown(found))
    return 0


def _loop(arguments: argparse.Namespace) -> int:
    from bench import loop

    if arguments.command == "loop":
        results = [loop.demo(arguments.dir, seed, arguments.iterations) for seed in arguments.seeds]
    else:
        results = [loop.photos(arguments.dir, arguments.source, arguments.iterations)]
    if arguments.json:
        print(json.dumps({"results": [dataclasses.asdict(result) for result in results]}))
    else:
        print("\n\n".join(loop.markdown(result) for result in results))
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    from bench import loop
    from bench.machine import machine

    with tempfile.TemporaryDirectory() as folder:
        found = [loop.demo(Path(folder), seed, arguments.iterations) for seed in arguments.seeds]
    rows = [{"seed": seed, "seconds": one.seconds} for seed, one in zip(arguments.seeds, found, strict=True)]
    median = statistics.median(one.seconds for one in found)
    if arguments.json:
        print(json.dumps({"results": rows, "median_seconds": median, "machine": machine(1)}))
    else:
        print("\n".join(f"seed {row['seed']}: {row['seconds']:.0f} s" for row in rows))
    return 0


def _gpu(arguments: argparse.Namespace) -> int:
    from bench.gpu import run

    return run(arguments.models, arguments.device, tiny=arguments.tiny, as_json=arguments.json)


def _dpo(arguments: argparse.Namespace) -> int:
    from bench import dpo

    found = dpo.run(arguments.sides, rounds=arguments.rounds, pairs=arguments.pairs, threads=arguments.threads)
    print(json.dumps(found) if arguments.json else dpo.markdown(found))
    return 0


def _generate(arguments: argparse.Namespace) -> int:
    from bench import generate, turns

    found = generate.run(
        arguments.sides, rounds=arguments.rounds, images=arguments.images, tokens=arguments.tokens,
        threads=arguments.threads,
    )  # fmt: skip
    print(json.dumps(found) if arguments.json else turns.table(found["results"]))
    return 0


def _iteration(arguments: argparse.Namespace) -> int:
    from bench import iteration, turns

    found = iteration.run(
        arguments.sides, whole=arguments.command == "iteration", rounds=arguments.rounds, pairs=arguments.pairs,
        epochs=arguments.epochs, tokens=arguments.tokens, threads=arguments.threads,
    )  # fmt: skip
    print(json.dumps(found) if arguments.json else turns.table(found["results"]))
    return 0


def _vision_passes(arguments: argparse.Namespace) -> int:
    from bench import vision_passes

    found = vision_passes.run(arguments.iterations)
    print(json.dumps(found) if arguments.json else vision_passes.markdown(found))
    return 0


def _readout(arguments: argparse.Namespace) -> int:
    from bench import readout

    found = readout.run(arguments.project, arguments.images, arguments.resplits)
    print(json.dumps(found) if arguments.json else readout.markdown(found))
    return 0


def _explanations(arguments: argparse.Namespace) -> int:
    from bench.demo import explanations

    found = explanations.run(arguments.projects, reading=not arguments.no_reading)
    print(json.dumps(found) if arguments.json else explanations.markdown(found))
    return 0


def _import_ava(arguments: argparse.Namespace) -> int:
    from bench import ava

    found = ava.measure(arguments.rows)
    print(json.dumps(found) if arguments.json else ava.markdown(found))
    return 0


def _heartbeat(arguments: argparse.Namespace) -> int:
    from bench.heartbeat import heartbeat

    print(json.dumps(heartbeat(arguments.minutes)))
    return 0


def _window(arguments: argparse.Namespace) -> int:
    from bench import window

    result = window.run(arguments.runs)
    print(json.dumps(dataclasses.asdict(result)) if arguments.json else window.markdown(result))
    return 0


def _review(arguments: argparse.Namespace) -> int:
    from bench.review import measure

    found = measure.run(arguments.pairs, arguments.words, arguments.side, arguments.reading)
    print(json.dumps(found) if arguments.json else measure.markdown(found))
    return 0


def _review_texts(arguments: argparse.Namespace) -> int:
    from bench.review import texts

    found = texts.measure(arguments.pairs, arguments.words, arguments.reviewed)
    print(json.dumps(found) if arguments.json else texts.markdown(found))
    return 0


def _grid(arguments: argparse.Namespace) -> int:
    from bench import grid

    result, details = grid.run(arguments.images, arguments.seconds, arguments.dir, arguments.page)
    print(json.dumps(dataclasses.asdict(result)) if arguments.json else grid.markdown(result, details))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
