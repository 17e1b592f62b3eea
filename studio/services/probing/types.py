"""The faithfulness probe's estimate, figures and examples. Frozen rows, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.services.estimating.types import EstimateRange
from studio.services.versions.types import MetricValue

ALL_DEGRADATIONS = "all"
"""The degradation of a mean over all of them."""


@dataclass(frozen=True, slots=True)
class ProbeEstimate:
    """What a probe is about to do.

    Attributes:
        versions: the ones that will answer, in order.
        known: the ones that have been probed with these settings; they do not answer again.
        images: in the sample.
        copies: of each image, with the image itself.
        seconds: how long, by the project's own probes or predictions; None if it has none that were timed.
    """

    versions: tuple[str, ...]
    known: tuple[str, ...]
    images: int
    copies: int
    seconds: EstimateRange | None = None

    @property
    def answers(self) -> int:
        """Return how many answers will be generated."""
        return len(self.versions) * self.images * self.copies


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """One version's figures for one degradation and strength (0: for the degradation as a whole), by name.

    The names are those of ``engine.measuring.probe_figures``.
    """

    version: str
    degradation: str
    strength: float
    figures: Mapping[str, MetricValue] = field(default_factory=dict)

    @property
    def images(self) -> str:
        """Return of how many images the figures are; "50 / 48" where two have no explanation of one of the copies."""
        counts = [self.figures[name].n for name in ("score_change", "naming_gain") if name in self.figures]
        return " / ".join(str(count) for count in dict.fromkeys(counts))


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """All probes: versions in creation order, degradations in the order of the list, then strengths."""

    versions: tuple[str, ...] = ()
    degradations: tuple[str, ...] = ()
    rows: tuple[ProbeRow, ...] = ()

    def of(self, version: str) -> tuple[ProbeRow, ...]:
        """Return the rows of one version."""
        return tuple(row for row in self.rows if row.version == version)


@dataclass(frozen=True, slots=True)
class ProbeTexts:
    """What one version says about an image and its degraded copy; scores in the original scale.

    ``named`` and ``named_before`` are the words by which each explanation names what was changed; None: it does not.
    """

    version: str
    score_before: float
    score: float
    text_before: str
    text: str
    named_before: str | None
    named: str | None


@dataclass(frozen=True, slots=True)
class ProbeExample:
    """One image, its degraded copy and what versions say. ``copy`` None: its picture is not kept."""

    image_id: int
    name: str
    path: Path
    copy: Path | None
    texts: tuple[ProbeTexts, ...]
