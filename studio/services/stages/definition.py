"""The definition of a stage: all facts for planning, queue, database, estimates and window.

No Qt, no torch. A definition is data and small functions; no other module depends on a stage's name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from db.engine import Session
from db.models import Job
from engine.contract.specs import StageSpec
from studio.services.settings.schema import Settings
from studio.services.stages.context import StageContext

Row = dict[str, Any]
Result = Literal[
    "base_model", "pairs", "version", "predictions", "judgements", "metrics", "probe", "rereads",
    "judge_readings", "suggestions", "suggestion_grades", "collection_scores",
]  # fmt: skip


class StageKey(Protocol):
    """The identity of a job's work, common to rows of the queue, of the database and planned stages."""

    @property
    def stage(self) -> str:
        """Return its kind of stage."""
        ...

    @property
    def line(self) -> str:
        """Return its line of versions."""
        ...

    @property
    def iteration(self) -> int:
        """Return its iteration."""
        ...

    @property
    def version_name(self) -> str | None:
        """Return the version that it makes or evaluates."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Return the recipe's choices; see :class:`studio.services.recipes.stage_options.StageOptions`."""
        ...


@dataclass(frozen=True, slots=True)
class Product:
    """The result of a stage for others. ``version`` is None if it does not concern one."""

    what: Result
    line: str
    iteration: int
    version: str | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """The number of a project's images, by split."""

    train: int
    val: int
    test: int


@dataclass(frozen=True, slots=True)
class RowPaths:
    """The column of the input rows with an image file's path, and the images' current paths in their folder."""

    key: str
    paths: Callable[[Session], Mapping[int, str]]


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return the text; the window translates it in this context."""
    return text


def no_rows(context: StageContext) -> list[Row]:
    """Return no input rows: the stage needs only its spec."""
    return []


def keep_spec(kept: Any, new: Any) -> Any:
    """Return the kept spec: it contains no path."""
    return kept


def move_model(kept: Any, new: Any) -> Any:
    """Return the kept spec with the current paths of base model and adapter, and the current cache, if it has one."""
    model = dataclasses.replace(kept.model, base=new.model.base, adapter=new.model.adapter)
    cache = {"vision": new.vision} if hasattr(kept, "vision") else {}
    return dataclasses.replace(kept, model=model, **cache)


@dataclass(frozen=True, slots=True)
class StageDefinition:
    """One stage.

    Attributes:
        kind: its name in the database, in specs and in ``engine.stages``.
        label: short English name for a row of steps; the window translates it.
        title: English title of its jobs, with ``{iteration}``, ``{version}``, ``{subject}`` (of its options).
        unit: the unit of its progress, as the child reports it.
        sections: sections of the settings, or single settings (``model.base``), that affect its result.
        build_spec: returns the frozen spec. Raises StudioError if a version that it needs is missing.
        product: returns its result for others.
        needs: whether it uses such a product, so that it comes later in the queue.
        requires: whether it cannot run without such a product; all needed ones if not set.
        input_rows: returns its input rows, in order.
        no_input: message and remedy if there are no rows; None: it may run without rows.
        relocate: returns a kept spec with the paths of a new one, for a moved project or model.
        row_paths: how its rows refer to image files.
        store: writes journal rows to the database, in the caller's transaction; None: it has no journal.
        finish: writes a finished job's result to the database, in the caller's transaction.
        makes_version: whether its result is an adapter that becomes a version.
        parents: the versions whose weights it used; only if it makes a version.
        uses_seed: whether the project's seed affects its result.
        checkpoints: whether it stops for a pause after writing a checkpoint.
        has_curve: whether it reports training steps, which the window shows as a curve.
        batch_setting: the setting of its batch size; None: it has none.
        loads_model: whether its child loads the libraries for models, which takes seconds.
        needs_key: whether its child is given the key of the spec's ``base_url``; it then runs on this machine alone.
        step_labels: short English names by kind of version, if a row of steps needs more than one label.
        units: the work of one job, by the kind of its version ("": without one); None: its time is not estimated.
        rate_unit: unit of ``units``, as in Throughput events; "" if it is the unit of the progress, "jobs" if all jobs
            are alike.
    """

    kind: str
    label: str
    title: str
    unit: str
    sections: tuple[str, ...]
    build_spec: Callable[[StageContext], StageSpec]
    product: Callable[[StageKey], Product]
    needs: Callable[[StageKey, Product], bool]
    requires: Callable[[StageKey, Product], bool] | None = None
    input_rows: Callable[[StageContext], list[Row]] = no_rows
    no_input: Callable[[StageContext], tuple[str, str]] | None = None
    relocate: Callable[[Any, Any], StageSpec] = move_model
    row_paths: RowPaths | None = None
    store: Callable[[Session, Job, Sequence[Row]], None] | None = None
    finish: Callable[[Session, Job, Settings, Mapping[str, Any]], None] | None = None
    makes_version: bool = False
    parents: Callable[[StageKey, Any], list[str]] | None = None
    uses_seed: bool = True
    checkpoints: bool = False
    has_curve: bool = False
    batch_setting: str | None = None
    loads_model: bool = True
    needs_key: bool = False
    step_labels: Mapping[str, str] = field(default_factory=dict)
    units: Callable[[Settings, Amounts, str], float] | None = None
    rate_unit: str = ""
