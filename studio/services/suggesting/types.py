"""Suggestions and their grades. Frozen rows, standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field

from studio.services.versions.types import MetricValue


@dataclass(frozen=True, slots=True)
class SuggestionEstimate:
    """What judging suggestions is about to do.

    Attributes:
        judge: as grades are stored.
        versions: whose suggestions are judged, in order.
        asked: those of them that are asked for suggestions first; the others have been, with these settings.
        suggestions: of all versions together.
        usd: about; None where no prices are known.
    """

    judge: str
    versions: tuple[str, ...]
    asked: tuple[str, ...]
    suggestions: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One judge's figures for one version, by name: usefulness, concreteness, relevance, each also ``_vs_base``, and
    ``coverage``."""

    version: str
    judge: str
    figures: dict[str, MetricValue] = field(default_factory=dict)
