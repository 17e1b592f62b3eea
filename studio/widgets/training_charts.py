"""The curves of a training. Import this module late, as ``charts``."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from studio.services.loop.types import TrainPoint
from studio.widgets.charts import TrainingChart, TwoCurvesChart
from studio.widgets.flow_layout import EvenLayout

COLUMNS = 3
CHART = (130, 110)
"""Least width and height of a chart in pixels at 100%."""
BETWEEN_MS = 15
"""Milliseconds between curves: drawn at once, all would block the window for over two frames."""


class CurveCharts(QWidget):
    """The curves of one training: every step, thinned by the drawing only.

    The rewards are beta times the change of the log-probabilities from the base model. If both fall far below 0, the
    model loses its language, although loss and margin look better and better.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = TrainingChart(self.tr("Loss"), self.tr("DPO loss"), "mark_consistency")
        self.rewards = TwoCurvesChart(
            self.tr("Rewards"),
            self.tr("Reward"),
            ("mark_score", "mark_base"),
            (self.tr("chosen"), self.tr("rejected")),
        )
        self.margin = TrainingChart(self.tr("Reward margin"), self.tr("Margin"), "mark_score")
        self.accuracy = TrainingChart(self.tr("Accuracy"), self.tr("Share"), "mark_merged")
        self.rate = TrainingChart(self.tr("Learning rate"), self.tr("Learning rate"), "mark_base", smooth=False)
        self.gradient = TrainingChart(self.tr("Gradient norm"), self.tr("Before clipping"), "mark_consistency")
        self._charts = (self.loss, self.rewards, self.margin, self.accuracy, self.gradient, self.rate)
        terms = ("loss", "rewards", "margin", "accuracy", "gradient_norm", "learning_rate")
        for chart, term in zip(self._charts, terms, strict=True):
            chart.explain(term)
        self._undrawn: list[TrainingChart] = []
        self._timer = QTimer(self)
        self._timer.setInterval(BETWEEN_MS)
        self._timer.timeout.connect(self._draw_next)
        layout = EvenLayout(self, spacing=0, least_width=CHART[0], least_height=CHART[1], most_columns=COLUMNS)
        for chart in self._charts:
            layout.addWidget(chart)
            chart.moved.connect(self._follow)

    def set_history(self, points: Sequence[TrainPoint]) -> None:
        """Take all curves of one history, in step order, and draws them one after the other."""
        steps = [point.step for point in points]
        self.loss.take_curve(steps, [point.loss for point in points])
        chosen, rejected = [point.reward_chosen for point in points], [point.reward_rejected for point in points]
        self.rewards.take_curves(steps, chosen, rejected)
        self.gradient.take_curve(steps, [point.grad_norm for point in points])
        self.margin.take_curve(steps, [point.margin for point in points])
        self.accuracy.take_curve(steps, [point.accuracy for point in points])
        self.rate.take_curve(steps, [point.learning_rate for point in points])
        self._undrawn += [chart for chart in self._charts if chart not in self._undrawn]
        if not self._timer.isActive():  # steps that come faster must not put it off for ever
            self._timer.start()

    def _draw_next(self) -> None:
        if self._undrawn:
            self._undrawn.pop(0).draw_curve()
        if not self._undrawn:
            self._timer.stop()

    def _follow(self, first: float, last: float) -> None:
        """Show the same steps in all charts once the user has moved one; initially all show all steps."""
        for chart in self._charts:
            chart.show_steps(first, last)
