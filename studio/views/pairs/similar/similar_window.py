"""Pairs that are like a chosen one: compared by text, checked, and vetoed together as one step."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.models.review.similar_table import COL_IMAGE, COL_SIMILARITY, COL_VERDICT, COL_WORDS, SimilarPairsModel
from studio.models.table import OBJECT_ROLE
from studio.plural import plural
from studio.services.review import pair_list
from studio.services.review.similar_pairs import SimilarPair, SimilarPairs, TextComparison
from studio.services.review.text_index import TextIndexes
from studio.services.review.types import PairRow
from studio.text import one_line
from studio.views.pairs.pair_detail import answer_card
from studio.widgets.combos import CalmCombo, CalmSpin
from studio.widgets.delegates import StateDelegate
from studio.widgets.diff_text import DiffText
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter, FoldingSplitter
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.table_saving import csv_button
from studio.widgets.tables import make_table
from studio.widgets.text_size import scaled
from studio.widgets.word_diff import Span

if TYPE_CHECKING:
    from studio.views.pairs.pairs_page import PairsPage

SIZE = (1100, 680)
DEFAULT_PERCENT, LEAST_PERCENT = 50, 5


class SimilarPairsWindow(StudioDialog):
    """Non-modal; follows the review while it is open, and closes when another reviewer is chosen.

    ``indexes`` keeps the words of the pairs between windows.
    """

    def __init__(self, page: PairsPage, row: PairRow, indexes: TextIndexes) -> None:
        super().__init__(page)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Similar Pairs"))
        self._page, self._row = page, row
        self._search = SimilarPairs(page.project, indexes, row.id, row.iteration, page.reviewer)
        self._compared: TextComparison | None = None
        self._background = page.workspace.background.for_owner(self)
        self.model = SimilarPairsModel(page.model.words, self)
        self.table = make_table(self.model, self.tr("Similar pairs"), stretch=COL_WORDS)
        self.threshold = CalmSpin()
        self.reason = CalmCombo()
        self.found = PlainLabel(role="muted")
        self.message = ElidedLabel(role="muted")
        self.chosen_text = DiffText("accent", self.tr("Chosen explanation"))
        self.rejected_text = DiffText("accent", self.tr("Rejected explanation"))
        self.chosen_score, self.rejected_score = PlainLabel(role="badge"), PlainLabel(role="badge")
        self.check_button = QPushButton(self.tr("Check all"))
        self.uncheck_button = QPushButton(self.tr("Uncheck all"))
        self.veto_button = QPushButton()
        self.close_button = QPushButton(self.tr("Close"))
        self._fill()
        self._lay_out()
        self._connect()
        self.set_size(*SIZE)
        self.refresh()

    def refresh(self) -> None:
        """Compare the texts and read the verdicts again."""
        if not self.model.rows:
            self.found.setText(self.tr("Comparing texts…"))
        self._background.read("similar", self._search.find, self._on_found, self._on_failure)

    def follow(self) -> None:
        """Read the verdicts again; texts are compared again only if one was edited."""
        search, compared = self._search, self._compared
        if compared is None:
            self.refresh()
        else:
            self._background.read("similar", lambda: search.follow(compared), self._on_found, self._on_failure)

    def veto(self) -> None:
        """Veto all checked pairs for the chosen reason, as one step."""
        ids = self.model.checked_ids
        if ids:
            self._page.veto_these(ids, self.reason.currentData())
            self.model.settle(ids)
            self.message.setText(
                plural(
                    "SimilarPairsWindow",
                    "{n} pairs vetoed. Undo: U on Pairs",
                    "{n} pair vetoed. Undo: U on Pairs",
                    len(ids),
                )
            )

    def _on_found(self, compared: TextComparison) -> None:
        self._compared = compared
        self.model.show_pairs(compared.pairs)
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(min(1, self.model.rowCount() - 1), 0))
        self._count()

    def _on_failure(self, text: str) -> None:
        self._compared = None
        self.model.show_pairs(())
        self.found.setText(text)

    def _on_threshold(self, percent: int) -> None:
        self.model.set_threshold(percent / 100)
        self._count()

    def _count(self) -> None:
        found, checked = self.model.rowCount(), len(self.model.checked_ids)
        self.found.setText(plural("SimilarPairsWindow", "{n} pairs", "{n} pair", found))
        self.veto_button.setText(plural("SimilarPairsWindow", "Veto all {n} like this", "Veto {n} like this", checked))
        self.veto_button.setEnabled(checked > 0)

    def _show_preview(self) -> None:
        found: SimilarPair | None = self.table.currentIndex().data(OBJECT_ROLE)
        project = self._page.project
        if found is not None:
            pair_id, words = found.id, found.shared
            self._background.read(
                "similar-pair", lambda: pair_list.pair(project, pair_id), lambda row: self._show_texts(row, words)
            )

    def _show_texts(self, row: PairRow, words: tuple[str, ...]) -> None:
        for field, text, badge, score in (
            (self.chosen_text, row.chosen_text, self.chosen_score, row.chosen_score),
            (self.rejected_text, row.rejected_text, self.rejected_score, row.rejected_score),
        ):
            field.show_text(text, word_spans(text, words))
            badge.setText(str(score))

    def _fill(self) -> None:
        self.threshold.setRange(LEAST_PERCENT, 100)
        self.threshold.setValue(DEFAULT_PERCENT)
        self.threshold.setSuffix("%")
        self.threshold.setAccessibleName(self.tr("Minimum similarity"))
        self.threshold.setToolTip(self.tr("Pairs that are less similar are not listed"))
        self.model.set_threshold(DEFAULT_PERCENT / 100)
        self.reason.setAccessibleName(self.tr("Reason of the veto"))
        spared = self.tr("Only checked pairs; one with a verdict is left as it is unless you check it")
        self.veto_button.setToolTip(spared)
        self._offer_reasons()
        self.table.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.table.setItemDelegateForColumn(COL_VERDICT, StateDelegate(self.table))
        for column, width in ((COL_SIMILARITY, 96), (COL_IMAGE, 150), (COL_VERDICT, 120)):
            self.table.setColumnWidth(column, scaled(width))

    def _offer_reasons(self) -> None:
        chosen = self.reason.currentData()
        with QSignalBlocker(self.reason):
            self.reason.clear()
            for reason in ("", *self._page.tools.reasons):
                self.reason.addItem(one_line(reason) or self.tr("No reason"), reason)
            self.reason.setCurrentIndex(max(0, self.reason.findData(chosen)))

    def _connect(self) -> None:
        self.threshold.valueChanged.connect(self._on_threshold)
        self.table.selectionModel().currentRowChanged.connect(self._show_preview)
        self.model.checked.connect(self._count)
        self.check_button.clicked.connect(lambda _checked: self.model.check_all(True))
        self.uncheck_button.clicked.connect(lambda _checked: self.model.check_all(False))
        self.veto_button.clicked.connect(self.veto)
        self.close_button.clicked.connect(self.close)
        self._page.pair_actions.saved.connect(self.follow)
        self._page.pair_actions.reviewed.connect(self.refresh)
        self._page.reviewers.chosen.connect(self.close)
        self._page.tools.reasons_changed.connect(self._offer_reasons)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Similar pairs"), role="title"))
        head.addSpacing(12)
        head.addWidget(ElidedLabel(one_line(self._row.image_name), role="subtitle"), 1)
        head.addWidget(self.found)
        head.addSpacing(12)
        head.addWidget(PlainLabel(self.tr("At least"), role="muted"))
        head.addWidget(self.threshold)
        self.chosen_score.setProperty("tone", "success")
        self.rejected_score.setProperty("tone", "danger")
        texts = FittingSplitter()
        texts.setChildrenCollapsible(False)
        caption = self.tr("for score")
        texts.addWidget(answer_card(self.tr("Chosen"), caption, self.chosen_score, self.chosen_text))
        texts.addWidget(answer_card(self.tr("Rejected"), caption, self.rejected_score, self.rejected_text))
        panes = FoldingSplitter()
        panes.setChildrenCollapsible(False)
        panes.addWidget(self.table)
        panes.addWidget(texts)
        panes.setSizes([660, 400])
        panes.setStretchFactor(0, 1)
        self.veto_button.setProperty("role", "primary")
        foot = FlowLayout()
        widgets: tuple[QWidget, ...] = (self.check_button, self.uncheck_button, csv_button(self.table))
        for widget in widgets:
            foot.addWidget(widget)
        foot.addWidget(self.message, 1)
        for widget in (self.reason, self.veto_button, self.close_button):
            foot.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(panes, 1)
        column.addLayout(foot)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return in the threshold vetoes nothing


def word_spans(text: str, words: tuple[str, ...]) -> list[Span]:
    """Return where whole words of a text are among these (in lower case)."""
    if not words:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    return [Span(match.start(), match.end()) for match in pattern.finditer(text)]
