"""The table of experiments: metrics with intervals, beside the main line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt

from studio.models.table import SORT_ROLE, RowTableModel, term_tips
from studio.services.experiments.types import ExperimentRow, TextMetric, text_metric
from studio.services.recipes.registry import RECIPES
from studio.services.versions.types import MetricValue
from studio.text import NOTHING, percent

translate = QCoreApplication.translate
COL_NAME, COL_VALIDATION, COL_SRCC, COL_PLCC, COL_CONSISTENCY, COL_FORMAT, COL_DELTA, COL_CONSISTENCY_DELTA = range(8)
_TEST = {COL_SRCC: "srcc", COL_PLCC: "plcc", COL_FORMAT: "format_failures"}
_TITLES = {one.name: one.title for one in RECIPES}


def experiment_title(row: ExperimentRow) -> str:
    """Return what the experiment is called on the screen."""
    if row.group == "main":
        if not row.iteration:
            return translate("ExperimentTable", "Before training")
        return translate("ExperimentTable", "Main line, iteration {0}").format(row.iteration)
    if row.group in ("merge", "search"):
        return values_text(row)
    title, detail = translate("Recipes", _TITLES.get(row.recipe, row.recipe)), values_text(row)
    if row.group == "variation":
        title, detail = (
            detail[:1].upper() + detail[1:] if detail else title,
            translate("ExperimentTable", "iteration {0}").format(row.iteration),
        )
    return f"{title} ({detail})" if detail else title


def values_text(row: ExperimentRow) -> str:
    """Return the settings that an experiment changes, in short."""
    changes = {path.rpartition(".")[2]: value for path, value in row.changes.items()}
    if "method" in changes:
        density, weights = changes.get("density"), changes.get("weights")
        parts = [str(changes["method"])]
        if density is not None:
            parts.append(translate("ExperimentTable", "density {0}").format(density))
        if isinstance(weights, list | tuple):
            parts.append(translate("ExperimentTable", "weights {0}").format(" : ".join(f"{one:g}" for one in weights)))
        return ", ".join(parts)
    names = {
        "learning_rate": translate("ExperimentTable", "learning rate {0}"),
        "beta": translate("ExperimentTable", "beta {0}"),
        "rank": translate("ExperimentTable", "rank {0}"),
        "exclusion_radius": translate("ExperimentTable", "exclusion radius {0}"),
        "start_from": translate("ExperimentTable", "start: {0}"),
    }
    shown = [
        text.format(f"{value:g}" if isinstance(value := changes[name], float) else value)
        for name, text in names.items()
        if name in changes
    ]
    return ", ".join(shown)


class ExperimentTable(RowTableModel[ExperimentRow]):
    """One row for each version."""

    numeric = frozenset(range(COL_VALIDATION, COL_CONSISTENCY_DELTA + 1))

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.text_metric: TextMetric = "consistency"
        self.columns = (
            self.tr("Experiment"),
            self.tr("Val. SRCC [95% CI]"),
            self.tr("SRCC [95% CI]"),
            self.tr("PLCC [95% CI]"),
            self.tr("Consistency"),
            self.tr("Format"),
            self.tr("SRCC vs. main"),
            self.tr("Consistency vs. main"),
        )
        self.tips = {
            **term_tips(
                {
                    COL_VALIDATION: "val_srcc",
                    COL_SRCC: "srcc",
                    COL_PLCC: "plcc",
                    COL_FORMAT: "format_failures",
                }
            ),
            COL_CONSISTENCY: self.tr(
                "How well the explanations match the scores, 0 to 4: by a judge, or estimated from the tone of words"
            ),
            COL_DELTA: self.tr("Paired difference on the same test images, with its 95% interval"),
            COL_CONSISTENCY_DELTA: self.tr("Paired difference on the same test images, with its 95% interval"),
        }

    def identity(self, row: ExperimentRow) -> object:
        """Return the version."""
        return row.version

    def cell(self, row: ExperimentRow, column: int, role: int) -> Any:
        """Return text and sort value."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == SORT_ROLE:
            metric = self._metric(row, column)
            return row.version if column == COL_NAME else _number(metric)
        if role == Qt.ItemDataRole.ToolTipRole and column == COL_NAME:
            text = f"{row.version}: {self._text(row, column)}"
            if row.outsized:
                text += "\n" + self.tr("The merged adapter is much larger or smaller than its parents; never the best.")
            return text
        if role == Qt.ItemDataRole.ToolTipRole and column in (COL_DELTA, COL_CONSISTENCY_DELTA) and row.verdict:
            return self.tr("Compared with {0}").format(row.verdict.other)
        return None

    def _text(self, row: ExperimentRow, column: int) -> str:
        if column == COL_NAME:
            title = experiment_title(row)
            if row.stopped_early:
                return self.tr("{0}: stopped early").format(title)
            if row.outsized and row.state == "done":
                return self.tr("{0}: size far off").format(title)
            return title if row.state == "done" else f"{title}: {self._state(row.state)}"
        metric = self._metric(row, column)
        if column == COL_FORMAT:
            return percent(metric)
        if column in (COL_DELTA, COL_CONSISTENCY_DELTA):
            places = 2 if column == COL_CONSISTENCY_DELTA else 3
            return self.tr("compared with this") if row.main else _interval(metric, f"+.{places}f")
        return _interval(metric, ".2f" if column == COL_CONSISTENCY else ".3f")

    def _state(self, state: str) -> str:
        return {
            "queued": self.tr("waiting"),
            "running": self.tr("running"),
            "failed": self.tr("failed"),
            "interrupted": self.tr("interrupted"),
            "paused": self.tr("paused"),
            "cancelled": self.tr("cancelled"),
        }.get(state, state)

    def show(self, rows: Sequence[ExperimentRow]) -> None:
        """Show rows; without a judge, the estimate from word tone is in the place of consistency."""
        self.text_metric = text_metric(rows)
        judged = self.text_metric == "consistency"
        self.columns = (
            *self.columns[:COL_CONSISTENCY],
            self.tr("Consistency") if judged else self.tr("Word tone"),
            *self.columns[COL_FORMAT:COL_CONSISTENCY_DELTA],
            self.tr("Consistency vs. main") if judged else self.tr("Word tone vs. main"),
        )
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, COL_CONSISTENCY, COL_CONSISTENCY_DELTA)
        self.set_rows(rows)

    def _metric(self, row: ExperimentRow, column: int) -> MetricValue | None:
        if column == COL_VALIDATION:
            return row.validation.get("srcc")
        if column == COL_DELTA:
            return None if row.verdict is None else row.verdict.delta
        if column == COL_CONSISTENCY_DELTA:
            return row.against_main(self.text_metric)
        return row.test.get(self.text_metric if column == COL_CONSISTENCY else _TEST.get(column, ""))


def _interval(metric: MetricValue | None, form: str) -> str:
    if metric is None or metric.value is None:
        return NOTHING
    if metric.lo is None or metric.hi is None:
        return f"{metric.value:{form}}"
    return f"{metric.value:{form}} [{metric.lo:{form}}, {metric.hi:{form}}]"


def _number(metric: MetricValue | None) -> float:
    return float("-inf") if metric is None or metric.value is None else metric.value


def of_group(rows: Sequence[ExperimentRow], groups: Sequence[str]) -> list[ExperimentRow]:
    """Return the rows of these groups, in their order."""
    return [row for row in rows if row.group in groups]
