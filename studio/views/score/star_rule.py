"""How scores become stars: by shares of the images or by scores, with a preview of the counts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.services.sidecars.types import StarCounts, StarRule, StarShares, StarThresholds
from studio.text import number
from studio.widgets.combos import CalmCombo, CalmDoubleSpin
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.text_size import keep_hint_height, keep_size

SHARES = (0.05, 0.15, 0.30, 0.30, 0.15)
"""Of five to one stars, at first."""
STAR = "★"


class StarRuleFields(QWidget):
    """Signal ``changed``. ``rule`` is None while no stars are wanted."""

    changed = Signal()

    def __init__(
        self, low: float, high: float, parent: QWidget | None = None, *, lower_is_better: bool = False
    ) -> None:
        super().__init__(parent)
        self._lower = lower_is_better
        by_score = (
            self.tr("By score: the highest score for each number of stars")
            if lower_is_better
            else self.tr("By score: the lowest score for each number of stars")
        )
        self.kind = CalmCombo()
        for text, kind in (
            (self.tr("By rank: a share of the images for each number of stars"), "shares"),
            (by_score, "thresholds"),
            (self.tr("No stars"), "none"),
        ):
            self.kind.addItem(text, kind)
        self.kind.setAccessibleName(self.tr("Stars"))
        self.shares = [CalmDoubleSpin() for _ in range(5)]
        self.lowest = [CalmDoubleSpin() for _ in range(5)]
        self.counts = [PlainLabel(role="muted") for _ in range(6)]
        self.rest = PlainLabel(role="muted", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        for place in range(5):
            stars = 5 - place
            share, lowest = self.shares[place], self.lowest[place]
            share.setRange(0, 100)
            share.setDecimals(1)
            share.setSuffix(" %")
            share.setValue(100 * SHARES[place])
            lowest.setRange(-1e6, 1e6)
            lowest.setDecimals(2)
            lowest.setValue(low + (high - low) * (6 - stars if lower_is_better else stars) / 6)
            lowest.setSingleStep(max(0.01, (high - low) / 50))
            grid.addWidget(PlainLabel(STAR * stars), 0, place)
            for field, words in (
                (share, self.tr("Share of {0} stars")),
                (lowest, self.tr("Lowest score of {0} stars")),
            ):
                field.setAccessibleName(words.format(stars))
                keep_size(field, least_width=84)
                keep_hint_height(field)
                field.valueChanged.connect(self._on_change)
                grid.addWidget(field, 1, place)
            grid.addWidget(self.counts[place], 2, place)
        grid.addWidget(PlainLabel(self.tr("no star"), role="muted"), 0, 5)
        grid.addWidget(self.counts[5], 2, 5)
        self.kind.currentIndexChanged.connect(self._on_kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        line = FlowLayout()
        line.addWidget(self.kind, 1)
        column.addLayout(line)
        column.addLayout(grid)
        column.addWidget(self.rest)
        self._show_fields()

    @property
    def rule(self) -> StarRule | None:
        """Return how scores become stars; None: they do not."""
        match self.kind.currentData():
            case "shares":
                five, four, three, two, one = (field.value() / 100 for field in self.shares)
                return StarShares((five, four, three, two, one))
            case "thresholds":
                five, four, three, two, one = (field.value() for field in self.lowest)
                return StarThresholds((one, two, three, four, five))
            case _:
                return None

    def show_counts(self, counts: StarCounts | None) -> None:
        """Show how many images get how many stars; None: the rule makes no sense."""
        wanted = self.rule is not None
        for place, label in enumerate(self.counts):
            label.setText(f"{counts.stars[5 - place]:,}" if counts is not None and wanted else "")
        parts = []
        if counts is not None and wanted and counts.thresholds is not None and self.kind.currentData() == "shares":
            ends = ", ".join(number(value, 2) for value in reversed(counts.thresholds.lowest))
            highest, lowest = (
                self.tr("Highest scores of five to one stars: {0}."),
                self.tr("Lowest scores of five to one stars: {0}."),
            )
            parts.append((highest if self._lower else lowest).format(ends))
        if counts is not None and counts.rejected:
            parts.append(self.tr("Rejected: {0}.").format(f"{counts.rejected:,}"))
        if counts is not None and counts.unscored:
            parts.append(self.tr("Without a score: {0}.").format(f"{counts.unscored:,}"))
        self.rest.setText(" ".join(parts))

    def _on_kind(self, _place: int) -> None:
        self._show_fields()
        self.changed.emit()

    def _on_change(self, _value: float) -> None:
        self.changed.emit()

    def _show_fields(self) -> None:
        kind = self.kind.currentData()
        for share, lowest in zip(self.shares, self.lowest, strict=True):
            share.setVisible(kind == "shares")
            lowest.setVisible(kind == "thresholds")
