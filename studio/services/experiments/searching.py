"""A search for learning rate, beta and rank on validation, by Optuna. No Qt, no torch; the test split is never read.

Optuna's storage is a SQLite file of its own in the project. One trial runs at a time: its training, prediction and
measurement are jobs on the search's line. ``advance`` carries results to Optuna and queues the next trial; it may be
killed anywhere and called again, since a trial has the same number in Optuna and in its version (``score-t3``).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from db.queries import jobs as job_queries
from db.queries import lines as line_queries
from db.queries import pairs as pair_queries
from engine.contract.events import ValidationScore
from studio.services.errors import StudioError
from studio.services.experiments.results import experiments
from studio.services.experiments.types import ExperimentRow, SearchSpace, SearchState
from studio.services.loop import queue
from studio.services.projects.project import Project
from studio.services.recipes import lines
from studio.services.recipes.variations import SEARCH
from studio.services.recipes.version_names import MAIN
from studio.services.settings.schema import Settings

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

FOLDER = "search"
"""The project's folder of Optuna's storage."""
NAMES = ("learning_rate", "beta", "rank")
_UNFINISHED = ("queued", "running", "interrupted", "paused", "cancelled")
_PROPOSALS = 5
"""How often the sampler may propose what was tried before one of the rest is drawn."""
_Key = tuple[float, ...]


def begin(project: Project, space: SearchSpace, trials: int) -> str:
    """Start a search on the pairs of iteration 1, or continue the one with the same space; returns its line.

    Nothing is queued yet: see :func:`advance`.

    Args:
        project: has the pairs of iteration 1.
        space: the values to try.
        trials: how many combinations; at most all of them.

    Raises:
        StudioError: nothing to choose from, or no pairs.
    """
    count = min(trials, space.size)
    if count < 1:
        raise StudioError("The search has nothing to try.", "Give at least one value of each setting, and one trial.")
    with project.session() as session:
        if not pair_queries.of_line(session, MAIN, 1):
            raise StudioError("Iteration 1 has no pairs to train on.", "Run the loop until its pairs are generated.")
        for line in line_queries.all_lines(session):
            if line.recipe == SEARCH.name and line.options["space"] == space.to_dict():
                line.options = {**line.options, "trials": max(count, int(line.options["trials"]))}
                return line.name
    options = {"variants": [], "space": space.to_dict(), "trials": count}
    return lines.start_line(project, SEARCH.name, 1, options=options)


def latest(project: Project) -> str | None:
    """Return the line of the latest search; None if there is none."""
    with project.reader() as session:
        found = [line.name for line in line_queries.all_lines(session) if line.recipe == SEARCH.name]
    return found[-1] if found else None


def advance(project: Project, name: str) -> SearchState:
    """Carry finished trials to Optuna, queue the next one if none is running, and return the state.

    Raises:
        StudioError: there is no such search.
    """
    with project.reader() as session:
        options = lines.find_line(session, name).options
    space, wanted = SearchSpace.from_dict(options["space"]), int(options["trials"])
    rows = {row.name: row for row in experiments(project) if row.line == name}
    if not any(row.state in _UNFINISHED for row in rows.values()):
        study = _study(project, name)
        _settle(project, study, rows)
        trial = next((one for one in study.get_trials(deepcopy=False) if not one.state.is_finished()), None)
        if trial is None and len(rows) < wanted:
            trial = _ask(study, space, project.settings.project.seed + len(rows))
        if trial is not None:
            lines.extend_line(project, name, [_variant(trial, project.settings)])
    return state(project, name)


def next_trial(project: Project, name: str) -> bool:
    """Queue the next trial of a search if the one before has ended; returns whether one was queued.

    Quick if there is nothing to do: Optuna is not loaded then.
    """
    known = state(project, name)
    return not known.waiting and known.ended < known.trials and bool(advance(project, name).waiting)


def state(project: Project, name: str) -> SearchState:
    """Return how far a search is.

    Raises:
        StudioError: there is no such search.
    """
    with project.reader() as session:
        wanted = int(lines.find_line(session, name).options["trials"])
    rows = [row for row in experiments(project) if row.line == name]
    running = {row.version for row in rows if row.state in _UNFINISHED}
    jobs = [job for job in queue.list_jobs(project) if job.line == name and job.version_name in running]
    waiting = tuple(job.id for job in jobs if job.state != "done")
    return SearchState(name, max(wanted, len(rows)), len(rows) - len(running), waiting)


def resume(project: Project, name: str) -> SearchState:
    """Queue the stopped jobs of the present trial again; see :func:`advance`."""
    stopped = {row.version for row in experiments(project) if row.line == name and row.state in _UNFINISHED}
    if stopped:
        lines.resume_line(project, name, stopped)
    return advance(project, name)


def best(rows: Sequence[ExperimentRow], name: str) -> ExperimentRow | None:
    """Return the trial with the highest SRCC on validation; trials that ended early do not count."""
    ended = [row for row in rows if row.line == name and row.state == "done" and not row.stopped_early]
    scored = [(value, row) for row in ended if (value := _value(row)) is not None]
    return max(scored, key=lambda one: one[0])[1] if scored else None


def _study(project: Project, name: str) -> Study:
    """Return the search in Optuna; its sampler does not depend on what an earlier process has drawn."""
    import optuna
    from optuna.storages import RDBStorage

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder = project.root / FOLDER
    folder.mkdir(exist_ok=True)
    storage = RDBStorage(f"sqlite:///{(folder / f'{name}.sqlite').as_posix()}")
    sampler = optuna.samplers.TPESampler(seed=project.settings.project.seed)
    return optuna.create_study(
        study_name=name, storage=storage, sampler=sampler, direction="maximize", load_if_exists=True
    )


def _settle(project: Project, study: Study, rows: Mapping[str, ExperimentRow]) -> None:
    """Tell Optuna what has become of its trials."""
    from optuna.trial import TrialState

    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        row = rows.get(_label(trial.number))
        if row is None:
            if not set(NAMES) <= set(trial.params):  # the program was killed while it asked for the trial
                study.tell(trial.number, state=TrialState.FAIL)
            continue
        value = _value(row)
        if row.state == "failed" or value is None:
            _drop_rest(project, row.version)
            study.tell(trial.number, state=TrialState.FAIL)
            continue
        curve = _curve(project, row.version)
        for step, score in curve.items():
            study._storage.set_trial_intermediate_value(trial._trial_id, step, score)
        if row.stopped_early and curve:
            study.tell(trial.number, state=TrialState.PRUNED)
        else:
            study.tell(trial.number, value)


def _drop_rest(project: Project, version: str) -> None:
    """Take the jobs that wait for a failed training out of the queue."""
    for job in queue.list_jobs(project):
        if job.version_name == version and job.state == "queued":
            queue.cancel_queued(project, job.id)


def _curve(project: Project, version: str) -> dict[int, float]:
    """Return SRCC by step on the validation images that the training looked at."""
    with project.reader() as session:
        jobs = [job for job in job_queries.all_jobs(session) if (job.stage, job.version_name) == ("train", version)]
        events = [event for job in jobs for event in job_queries.events(session, job.id, ValidationScore.__name__)]
        found = [event.body for event in events]
    return {int(body["step"]): float(body["srcc"]) for body in found if body["srcc"] is not None}


def _ask(study: Study, space: SearchSpace, seed: int) -> FrozenTrial | None:
    """Return a new trial with values that none has had; None if all were tried."""
    from optuna.distributions import CategoricalDistribution
    from optuna.trial import TrialState

    known = {_key(trial.params): trial for trial in study.get_trials(deepcopy=False) if set(NAMES) <= set(trial.params)}
    free = [values for values in space.combinations() if _key(values) not in known]
    if not free:
        return None
    distributions = {name: CategoricalDistribution(tuple(values)) for name, values in space.to_dict().items()}
    for proposal in range(_PROPOSALS + 1):
        if proposal == _PROPOSALS:
            study.enqueue_trial(random.Random(seed).choice(free))
        asked = study.ask(dict(distributions))
        same = known.get(_key(asked.params))
        if same is None:
            return study.get_trials(deepcopy=False)[asked.number]
        if same.state == TrialState.COMPLETE:
            study.tell(asked, same.value)  # the same values have the same result
        else:
            study.tell(asked, state=TrialState.FAIL)
    return None


def _variant(trial: FrozenTrial, settings: Settings) -> dict[str, Any]:
    """Return the trial as a variant of the search's line; the scale alpha / rank stays what it is."""
    values: dict[str, Any] = {name: trial.params[name] for name in NAMES}
    if settings.training.alpha is not None:
        values["alpha"] = max(1, round(settings.training.alpha * values["rank"] / settings.training.rank))
    return {"label": _label(trial.number), "settings": {"training": values}}


def _label(number: int) -> str:
    return f"t{number}"


def _key(values: Mapping[str, Any]) -> _Key:
    return tuple(float(values[name]) for name in NAMES)


def _value(row: ExperimentRow) -> float | None:
    metric = row.validation.get("srcc")
    return None if metric is None else metric.value
