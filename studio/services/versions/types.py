"""Model versions, their metrics, verdicts and side-by-side comparisons. Frozen rows, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from studio.services.loop.types import NextAction
from studio.services.settings.types import SettingChange

VersionKind = Literal["base", "score", "consistency", "merged"]


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One metric with its 95% bootstrap interval, if it has one, over ``n`` images. ``value`` None: undefined."""

    value: float | None
    lo: float | None
    hi: float | None
    n: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One model version with its test metrics. ``adapter`` is absolute, None for the base.

    Attributes:
        metrics: including the grades by ``judge``: the same judge for all versions of a list.
        judge: who gave them, as stored; None if this version has none by that judge.
        judged: means of grades, coverage and differences by every judge of this version.
        validation: metrics on the validation split, on which choices are based; empty if an old program measured it.
    """

    id: int
    name: str
    iteration: int
    kind: VersionKind
    parents: tuple[str, ...]
    metrics: dict[str, MetricValue]
    judge: str | None
    adapter: Path | None
    digest: str
    created_at: datetime
    hyperparameters: dict[str, object] = field(default_factory=dict)
    line: str = "main"
    validation: dict[str, MetricValue] = field(default_factory=dict)
    judged: dict[str, dict[str, MetricValue]] = field(default_factory=dict)

    def graded_by(self, judge: str) -> VersionRow:
        """Return the version with this judge's grades among its metrics, and no other judge's."""
        shown = self.judged.get(self.judge or "", {})
        rest = {name: metric for name, metric in self.metrics.items() if name not in shown}
        found = self.judged.get(judge, {})
        return replace(self, metrics=rest | found, judge=judge if found else None)


ComparisonOrder = Literal["improved", "worsened", "change", "error", "disagreement", "name"]


@dataclass(frozen=True, slots=True)
class ColumnOrder:
    """Compared images sorted by what a column shows.

    Attributes:
        column: "name", "truth", "gain" (how much smaller the error became), or a version's name.
        descending: whether the highest value comes first.
    """

    column: str
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Scored:
    """A version's answer for one image, without its text. ``score`` is in the original scale, ``grade`` 0..4."""

    score: float | None
    label: int | None
    parse_ok: bool
    truncated: bool
    grade: float | None


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One test image; ``scored`` is in the order of the versions, None if a version did not predict the image."""

    image_id: int
    image_path: Path
    image_name: str
    truth: float
    bin: int
    scored: tuple[Scored | None, ...]


@dataclass(frozen=True, slots=True)
class VersionColumn:
    """One version's answers by image; None if it did not predict the image (``parse_ok`` too)."""

    score: tuple[float | None, ...]
    label: tuple[int | None, ...]
    parse_ok: tuple[bool | None, ...]
    truncated: tuple[bool | None, ...]
    grade: tuple[float | None, ...]

    def at(self, place: int) -> Scored | None:
        """Return the version's answer for the image in this position."""
        asked, truncated = self.parse_ok[place], self.truncated[place]
        if asked is None or truncated is None:
            return None
        return Scored(self.score[place], self.label[place], asked, truncated, self.grade[place])


@dataclass(frozen=True, slots=True)
class Comparison:
    """Versions in columns, images in rows. ``lowest`` and ``highest`` bound all true and predicted scores.

    ``judge`` is whose grades of consistency these are; "": estimates from words of how the tone fits.
    ``better`` and ``worse`` count the images whose error the last version made smaller or larger than the first one.
    Stored by column: tens of thousands of row objects would slow down every garbage collection.
    """

    known: tuple[str, ...]
    versions: tuple[str, ...]
    order: ComparisonOrder | ColumnOrder
    root: Path
    image_ids: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    truths: tuple[float, ...] = ()
    bins: tuple[int, ...] = ()
    columns: tuple[VersionColumn, ...] = ()
    lowest: float = 0.0
    highest: float = 1.0
    judge: str = ""
    better: int = 0
    worse: int = 0

    @property
    def count(self) -> int:
        """Return the number of images."""
        return len(self.image_ids)

    def row(self, place: int) -> ComparisonRow:
        """Return the image in this position."""
        return ComparisonRow(
            image_id=self.image_ids[place],
            image_path=self.root / self.paths[place],
            image_name=self.names[place],
            truth=self.truths[place],
            bin=self.bins[place],
            scored=tuple(column.at(place) for column in self.columns),
        )

    @property
    def rows(self) -> tuple[ComparisonRow, ...]:
        """Return all rows."""
        return tuple(self.row(place) for place in range(self.count))


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model version with its dependencies.

    Attributes:
        version: its names, parents, metrics and hyperparameters.
        pinned: whether it may never be deleted.
        pairs: the number of training pairs; None for the base and merged versions.
        bytes: disk space that deleting it would free: adapter and run folders.
        holders: reasons why it cannot be deleted; empty if it can.
    """

    version: VersionRow
    pinned: bool
    pairs: int | None
    bytes: int
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trashed:
    """A version that was deleted since the project was opened and can be restored. ``number`` identifies it."""

    number: int
    name: str
    bytes: int


VerdictWord = Literal["better", "worse", "unclear"]


@dataclass(frozen=True, slots=True)
class VersionVerdict:
    """A version against the previous main version on the same test images: paired difference of SRCC.

    ``word`` is "better" or "worse" only if both the 95% interval and p < 0.05 show it. On the main line p is corrected
    for all comparisons of the version's ``MainVerdict``.
    """

    other: str
    word: VerdictWord
    delta: MetricValue
    p: float | None


VerdictMeasure = Literal["srcc", "consistency", "format_failures"]
"""What a verdict is about: score, consistency as graded by a judge, and the share of answers that break the format."""
VERDICT_MEASURES: tuple[VerdictMeasure, ...] = ("srcc", "consistency", "format_failures")


@dataclass(frozen=True, slots=True)
class NeededImages:
    """Test images that would tell a difference from chance: in total, and beyond those there are.

    ``is_more``: more than these.
    """

    total: int
    more: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class MeasureChange:
    """One measure of a version against another's, on the same test images.

    Attributes:
        word: better, worse or unclear; None if it was not measured in both versions.
        delta: the difference with its 95% interval. More format failures are a positive difference.
        p: corrected for all comparisons of the verdict; None without an interval.
        needed: how many test images would tell, where it is unclear.
    """

    measure: VerdictMeasure
    word: VerdictWord | None
    delta: MetricValue | None
    p: float | None
    needed: NeededImages | None


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A version against another one, in every one of ``VERDICT_MEASURES``.

    ``tone``: the difference of the tone of words, an estimate made without a judge; it takes no part in the verdict.
    """

    other: str
    measures: tuple[MeasureChange, ...]
    tone: MetricValue | None = None

    @property
    def word(self) -> VerdictWord | None:
        """Return worse if anything is worse, else better if anything is; None if nothing was measured."""
        words = {change.word for change in self.measures}
        order: tuple[VerdictWord, ...] = ("worse", "better", "unclear")
        return next((word for word in order if word in words), None)

    def measure(self, name: VerdictMeasure) -> MeasureChange:
        """Return what is said about one measure."""
        return next(change for change in self.measures if change.measure == name)


@dataclass(frozen=True, slots=True)
class MainVerdict:
    """A main version against the previous one and, from iteration 2 on, the base.

    ``tests``: the number of comparisons that p is corrected for.
    """

    version: str
    against: tuple[VersionChange, ...]
    tests: int


AdviceKind = Literal["worse", "trains_consistency", "plateau", "unclear", "gained"]


@dataclass(frozen=True, slots=True)
class IterationAdvice:
    """Whether one more iteration is likely to help (``stop_rule.advice`` explains the kinds).

    Attributes:
        version, other: the last main version and the previous one.
        iteration: the last one.
        lost: what is clearly worse; for "worse" and "trains_consistency".
        gain: the difference of SRCC to the previous version.
        upper: the upper end of its corrected interval.
        useful_gain: the setting ``loop.useful_gain``.
        needed: how many test images would tell; for "unclear", None if that is unknown.
        best: the main version to use, chosen on validation; None if none is trained.
    """

    kind: AdviceKind
    version: str
    other: str
    iteration: int
    lost: tuple[VerdictMeasure, ...]
    gain: MetricValue | None
    upper: float | None
    useful_gain: float
    needed: NeededImages | None
    best: str | None

    @property
    def stops(self) -> bool:
        """Return whether another iteration is unlikely to help."""
        return self.kind in ("worse", "plateau")


@dataclass(frozen=True, slots=True)
class Distribution:
    """The frequency of each predicted label 0..9 on the test images.

    Attributes:
        greedy: by the label that the model wrote.
        expected: by the mean of its ten label probabilities, rounded.
        stuck: the label of at least nine of ten answers; None if there is none.
        unlabelled: answers without a label.
    """

    version: str
    n: int
    greedy: tuple[int, ...]
    expected: tuple[int, ...]
    stuck: int | None
    unlabelled: int


@dataclass(frozen=True, slots=True)
class OverviewRows:
    """Everything on the page. ``main``: the final versions of the main line's iterations, in order.

    ``lines``: the final versions of the other lines. Their verdicts are against the main line's version of the
    same iteration.
    ``truth`` counts the test images by true label.
    """

    versions: tuple[VersionRow, ...]
    main: tuple[str, ...]
    verdicts: dict[str, VersionVerdict]
    distributions: tuple[Distribution, ...]
    truth: tuple[int, ...]
    changes: tuple[SettingChange, ...]
    action: NextAction
    finished: int | None
    """The last iteration if all planned ones are done, else None."""
    review: bool
    """Whether an iteration pauses for review after pair generation."""
    lines: tuple[str, ...] = ()
    recipes: Mapping[str, str] = field(default_factory=dict)
    """The recipe of each of ``lines`` that started from the same version as the main line's iteration."""
    verdict: MainVerdict | None = None
    """On the latest main version that was compared."""
    advice: IterationAdvice | None = None
    planned: int = 0
    """The iterations that the settings ask for."""
    warnings: tuple[str, ...] = ()
    """What the stages of the latest measured iteration warned of."""
