"""``ablate``, ``sweep`` and ``tune``: experiments beside the main line. No Qt, no torch."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from studio.cli._experiment_table import experiments_as_json, print_experiments, print_trials
from studio.cli._output import CANCELLED, DONE, FAILED, console, plain, shown_command
from studio.cli.run import report_cancel, report_failure, run_in_foreground
from studio.jobs.runner import reclaim
from studio.services.errors import StudioError
from studio.services.experiments import catalogue, merging, searching
from studio.services.experiments.applying import apply_values
from studio.services.experiments.results import experiments
from studio.services.experiments.types import ExperimentRow, SearchSpace
from studio.services.loop import queue
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.recipes.ablations import ABLATIONS
from studio.services.recipes.version_names import kind_of


def run_ablate(root: Path, names: Sequence[str], iteration: int | None, *, as_json: bool) -> int:
    """Run experiments and print them beside the main line; finished ones are not repeated. Returns the exit code."""
    screen = console(sys.stderr if as_json else sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        wanted = list(names) or [one.name for one in ABLATIONS]
        for name in wanted:
            catalogue.experiment(name)  # all names are checked before the first job
        for name in wanted:
            line = catalogue.start(project, name, iteration)
            code = _run(project, screen, [line], shown_command("ablate", root))
            if code != DONE:
                return code
        rows = [row for row in experiments(project) if row.group in ("main", "ablation", "variation")]
        _print(screen, rows, "Experiments on the test split, with 95% intervals", as_json=as_json)
        return DONE
    finally:
        project.close()


def run_sweep(
    root: Path,
    iteration: int,
    methods: Sequence[str],
    densities: Sequence[float],
    weights: Sequence[tuple[float, float]],
    *,
    apply: bool,
    as_json: bool,
) -> int:
    """Merge finished adapters in several ways, measure and print them; returns the exit code.

    Args:
        root: the project's folder.
        iteration: whose adapters are merged.
        methods: merge methods; empty: all.
        densities: empty: 0.3, 0.5 and 0.7.
        weights: of the score and the consistency adapter; empty: each method's own.
        apply: write the best merge by validation into the settings.
        as_json: print JSON instead of text.
    """
    screen = console(sys.stderr if as_json else sys.stdout)
    wanted = merging.variants(methods or merging.METHODS, densities or merging.DENSITIES, list(weights) or [None])
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        line = merging.start(project, iteration, wanted)
        code = _run(project, screen, [line], shown_command("sweep", root, "--iteration", iteration))
        if code != DONE:
            return code
        found = experiments(project)
        own = [
            row
            for row in found
            if row.group == "main" and (row.iteration, kind_of(row.version)) == (iteration, "merged")
        ]
        rows = [*own, *(row for row in found if row.group == "merge" and row.iteration == iteration)]
        _print(screen, rows, f"Merges of iteration {iteration}, with 95% intervals", as_json=as_json, merges=True)
        best = merging.best(rows, iteration)
        if best is not None:
            screen.print(Text(plain(f"Highest SRCC on validation: {best.version}")))
            _use(project, screen, best, apply=apply)
        return DONE
    finally:
        project.close()


def _use(project: Project, screen: Console, best: ExperimentRow, *, apply: bool) -> None:
    if apply:
        apply_values(project, dict(best.changes))
        screen.print(Text(plain("[merge] in the settings now has its values; the next merge uses them.")))
        return
    following = shown_command("run", project.root, "--recipe", "continued", "--iteration", best.iteration + 1)
    screen.print(
        Text(plain(f"To use it for the next merges, add --apply. To go on from it: {following} --from {best.version}"))
    )


def _run(project: Project, screen: Console, lines: Sequence[str], again: str) -> int:
    """Run the queued jobs of these lines."""
    own = [job.id for job in queue.list_jobs(project) if job.line in lines and job.state == "queued"]
    if not own:
        return DONE
    end = run_in_foreground(project, screen, own)
    if end.state == "failed":
        return report_failure(project, end, again)
    if end.state in ("cancelled", "paused"):
        report_cancel(project, again)
        return CANCELLED
    return DONE


def _print(screen: Console, rows: Sequence[ExperimentRow], title: str, *, as_json: bool, merges: bool = False) -> None:
    if as_json:
        print(experiments_as_json(rows))
    else:
        print_experiments(screen, rows, title, merges=merges)


def run_tune(root: Path, space: SearchSpace | None, trials: int, *, apply: bool, as_json: bool) -> int:
    """Search, or continue a search, and print its trials; returns the exit code.

    Args:
        root: the project's folder.
        space: the values to try; None: only show, or apply, what the latest search has found.
        trials: how many combinations.
        apply: write the best values into the settings.
        as_json: print JSON instead of text.
    """
    screen = console(sys.stderr if as_json else sys.stdout)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        reclaim(project)
        name = searching.latest(project) if space is None else searching.begin(project, space, trials)
        if name is None:
            raise StudioError("This project has no search yet.", "Start one: score-studio tune DIR --trials 12")
        if space is not None and not _run_trials(project, screen, name):
            report_cancel(project, shown_command("tune", root, "..."))
            return CANCELLED
        rows = [row for row in experiments(project) if row.line == name]
        best = searching.best(rows, name)
        print_trials(screen, rows, best, as_json=as_json)
        if best is None:
            screen.print(Text("No trial has finished, so there is nothing to apply."))
            return FAILED
        if apply:
            changed = apply_values(project, dict(best.changes))
            text = ", ".join(changed) if changed else "nothing, they are the same"
            screen.print(Text(plain(f"Written to the settings: {text}. The next training uses them.")))
        else:
            screen.print(Text(plain(f"To use the best values: {shown_command('tune', root, '--apply')}")))
        return DONE
    finally:
        project.close()


def _run_trials(project: Project, screen: Console, name: str) -> bool:
    """Run one trial after the other; returns False if it was stopped. A failed trial is one without a result."""
    state = searching.resume(project, name)
    while state.waiting:
        screen.print(Text(f"Trial {state.ended + 1} of {state.trials}"))
        end = run_in_foreground(project, screen, list(state.waiting))
        if end.state in ("cancelled", "paused"):
            return False
        if end.state == "failed":
            print(f"This trial failed: {plain(end.message)}", file=sys.stderr)
        following = searching.advance(project, name)
        if following == state:
            raise StudioError(f"The search {name} cannot go on: {plain(end.message)}", plain(end.remedy))
        state = following
    return True


def numbers(text: str | None, option: str) -> list[float]:
    """Return the numbers of a list such as ``0.3,0.5``.

    Raises:
        StudioError: names what is no number.
    """
    found = []
    for word in (text or "").split(","):
        if not word.strip():
            continue
        try:
            found.append(float(word))
        except ValueError:
            raise StudioError(
                f"{option}: {word.strip()!r} is not a number.", "Write 0.3,0.5,0.7, for example."
            ) from None
    return found


def search_space(learning_rates: str | None, betas: str | None, ranks: str | None) -> SearchSpace:
    """Return the values to try; the paper's where none are given.

    Raises:
        StudioError: names what is no number.
    """
    paper = SearchSpace()
    whole = numbers(ranks, "--rank")
    if any(value != int(value) for value in whole):
        raise StudioError("--rank: a rank is a whole number.", "Write 16,64, for example.")
    return SearchSpace(
        tuple(numbers(learning_rates, "--lr")) or paper.learning_rate,
        tuple(numbers(betas, "--beta")) or paper.beta,
        tuple(map(int, whole)) or paper.rank,
    )


def weight_pairs(text: str | None) -> list[tuple[float, float]]:
    """Return the weights of a list such as ``1:1,1:0.5``.

    Raises:
        StudioError: names what are no two numbers.
    """
    pairs = []
    for word in (text or "").split(","):
        if not word.strip():
            continue
        parts = numbers(word.replace(":", ","), "--weights")
        if len(parts) != 2:
            raise StudioError(f"--weights: {word.strip()!r} are not two numbers.", "Write 1:1,1:0.5, for example.")
        pairs.append((parts[0], parts[1]))
    return pairs
