"""What a line of versions shows, in words: whether the vetoes, or later decisions, helped."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.models.version_verdict_text import chance_text, verdict_sentence
from studio.services.recipes.registry import RECIPES
from studio.services.versions.types import MetricValue, OverviewRows
from studio.text import number

translate = QCoreApplication.translate


def line_sentence(rows: OverviewRows, version: str) -> str:
    """Answer the question of the line whose last version this is; "" where it is not measured yet.

    ``Without my vetoes (iteration 1): SRCC 0.614 vs. 0.584 with them, difference +0.030 [+0.010, +0.050]. Your vetoes
    made the model worse (unlikely to be due to chance, p = 0.012).``
    """
    verdict = rows.verdicts.get(version)
    if verdict is None:
        return ""
    made = {row.name: row for row in rows.versions}
    recipe = next((one for one in RECIPES if one.name == rows.recipes.get(version)), None)
    own, main = (made[name].metrics.get("srcc") if name in made else None for name in (version, verdict.other))
    if recipe is None or own is None or main is None:  # from a newer release, or from another version than the main one
        return verdict_sentence(version, verdict)
    row = made[version]
    place = translate("LineVerdicts", "iteration {0}").format(row.iteration)
    if row.line != recipe.name:  # a second line by the same recipe
        place = f"{place}, {row.line}"
    figures = translate("LineVerdicts", "{0} ({1}): SRCC {2} vs. {3} {4}, difference {5}.").format(
        translate("Recipes", recipe.title),
        place,
        number(own.value),
        number(main.value),
        translate("Recipes", recipe.baseline),
        _difference(verdict.delta),
    )
    chance = chance_text(verdict.p)
    answer = translate("Recipes", recipe.answers[verdict.word]) + (f" ({chance})" if chance else "")
    return f"{figures} {answer}."


def _difference(delta: MetricValue) -> str:
    """``+0.030 [+0.010, +0.050]``."""
    if delta.value is None or delta.lo is None or delta.hi is None:
        return number(delta.value) if delta.value is None else f"{delta.value:+.3f}"
    return f"{delta.value:+.3f} [{delta.lo:+.3f}, {delta.hi:+.3f}]"
