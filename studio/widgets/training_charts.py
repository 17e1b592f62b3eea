"""The curves of a training. Import this module late, as ``charts``."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from studio.services.rows import TrainPoint
from studio.widgets.charts import TrainingChart


class CurveCharts(QWidget):
    """Loss, reward margin, accuracy and learning rate of one training: every step, thinned by the drawing only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = TrainingChart(self.tr("Loss"), self.tr("DPO loss"), "mark_consistency")
        self.margin = TrainingChart(self.tr("Reward margin"), self.tr("Chosen − rejected"), "mark_score")
        self.accuracy = TrainingChart(self.tr("Accuracy"), self.tr("Chosen preferred"), "mark_merged")
        self.rate = TrainingChart(self.tr("Learning rate"), self.tr("Rate"), "mark_base", smooth=False)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for place, chart in enumerate((self.loss, self.margin, self.accuracy, self.rate)):
            layout.addWidget(chart, place // 2, place % 2)
            if place:  # one step is one step in all four
                chart.plot.setXLink(self.loss.plot)

    def set_history(self, points: Sequence[TrainPoint]) -> None:
        """Draws all curves of one history, in step order."""
        steps = [point.step for point in points]
        self.loss.set_curve(steps, [point.loss for point in points])
        self.margin.set_curve(steps, [point.margin for point in points])
        self.accuracy.set_curve(steps, [point.accuracy for point in points])
        self.rate.set_curve(steps, [point.learning_rate for point in points])
