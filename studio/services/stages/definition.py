"""What one stage is: everything that planning, queue, database, estimates and window need to know of it.

No Qt, no torch. A definition is data and small functions; nothing outside its module knows the stage by name.
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
Result = Literal["base_model", "pairs", "version", "predictions", "judgements", "metrics"]


class StageKey(Protocol):
    """What identifies the work of a job: rows of the queue, of the database and planned stages have it."""

    @property
    def stage(self) -> str:
        """Its kind of stage."""
        ...

    @property
    def line(self) -> str:
        """Its line of versions."""
        ...

    @property
    def iteration(self) -> int:
        """Its iteration."""
        ...

    @property
    def version_name(self) -> str | None:
        """Return the version that it makes or examines."""
        ...

    @property
    def options(self) -> Mapping[str, Any]:
        """Return what the recipe fixed for it; see :class:`studio.services.recipes.stage_options.StageOptions`."""
        ...


@dataclass(frozen=True, slots=True)
class Product:
    """What a stage leaves for others. ``version`` is None where it does not concern one."""

    what: Result
    line: str
    iteration: int
    version: str | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many images a project has, by split."""

    train: int
    val: int
    test: int


@dataclass(frozen=True, slots=True)
class Work:
    """How much a stage has to do in a whole run: ``jobs`` starts of a child, ``units`` of its rate's unit in all."""

    jobs: int
    units: float


@dataclass(frozen=True, slots=True)
class RowPaths:
    """Which column of the input rows names an image file, and where the images are now, relative to their folder."""

    key: str
    paths: Callable[[Session], Mapping[int, str]]


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Return the text; the window translates it in this context."""
    return text


def no_rows(context: StageContext) -> list[Row]:
    """Return no input rows: the stage works on its spec alone."""
    return []


def keep_spec(kept: Any, new: Any) -> Any:
    """Return the kept spec: it names no path."""
    return kept


def move_model(kept: Any, new: Any) -> Any:
    """Return the kept spec with the base model and the adapter where they are now."""
    model = dataclasses.replace(kept.model, base=new.model.base, adapter=new.model.adapter)
    return dataclasses.replace(kept, model=model)


@dataclass(frozen=True, slots=True)
class StageDefinition:
    """One stage.

    Attributes:
        kind: its name in the database, in specs and in ``engine.stages``.
        label: short English name for a row of steps; the window translates it.
        title: English title of its jobs, with ``{iteration}`` and ``{version}``.
        unit: what its progress counts, as the child reports it.
        sections: sections of the settings, or single settings (``model.base``), that decide what it makes.
        build_spec: the frozen spec. Raises StudioError where a version that it needs is missing.
        product: what it leaves for others.
        needs: whether it works on such a product, so that it comes later in the queue.
        requires: whether it cannot run at all without such a product; every needed one where not given.
        input_rows: the rows that it works on, in their order.
        no_input: message and remedy where there are no rows; None: it may run without rows.
        relocate: a kept spec with the paths of a new one, for a project or a model that was moved.
        row_paths: where its rows name image files.
        store: writes journal rows into the database, in the caller's transaction; None: it has no journal.
        finish: writes a finished job's result into the database, in the caller's transaction.
        makes_version: whether it leaves an adapter that becomes a version.
        parents: the versions whose weights went in; only where it makes a version.
        uses_seed: whether the project's seed decides what it makes.
        checkpoints: whether it stops for a pause after writing a checkpoint.
        has_curve: whether it reports training steps, of which the window draws a curve.
        batch_setting: the setting of how much goes through the model at once; None: it has none.
        step_labels: short English names by kind of version, where one label is not enough for a row of steps.
        work: how much it has to do in a run of the loop; None: its time is not estimated.
        rate_unit: unit of ``work``, as Throughput events name it; "" where it is the unit of the progress.
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
    step_labels: Mapping[str, str] = field(default_factory=dict)
    work: Callable[[Settings, Amounts], Work] | None = None
    rate_unit: str = ""
