"""Examples of a probe: an image beside its degraded copy, and what versions say about both."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from studio.models.degradation_text import degradation_title
from studio.services.probing import probe_results
from studio.services.probing.types import ProbeExample, ProbeTexts
from studio.text import number, one_line, window_title
from studio.views.image_window import ImageWindow
from studio.views.workspace import Workspace
from studio.widgets.diff_text import DiffText
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FittingSplitter
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.word_diff import Span

SIZE = (1000, 680)


class ProbeExamplesWindow(StudioDialog):
    """A non-modal window. Left and Right step through the images of the sample, Escape closes.

    Args:
        workspace: the open project.
        versions: whose texts are shown, one row each.
        degradation: which copies.
        strength: of the degradation.
        parent: the window.
    """

    def __init__(
        self,
        workspace: Workspace,
        versions: list[str],
        degradation: str,
        strength: float,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.examples: list[ProbeExample] = []
        self.place = 0
        self._what = f"{degradation_title(degradation)}, {strength:g}"
        self.setWindowTitle(window_title(self.tr("Probe Examples: {0}").format(self._what)))
        self.name = ElidedLabel(role="subtitle")
        self.before, self.after = ImageView(workspace.images), ImageView(workspace.images)
        for view in (self.before, self.after):
            ImageWindow.open_from(view, self, workspace.images)
        self.back, self.next = self._button(self.tr("Previous"), -1), self._button(self.tr("Next"), 1)
        self.rows = [_VersionTexts(name) for name in versions]
        self._lay_out()
        self.set_size(*SIZE)
        self._background = workspace.background.for_owner(self)
        project = workspace.project
        self._background.read(
            "probe-examples",
            lambda: probe_results.examples(project, versions, degradation, strength),
            self._on_examples,
        )

    def step(self, places: int) -> None:
        """Show the next image, or an earlier one."""
        if self.examples:
            self.place = (self.place + places) % len(self.examples)
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right step, Escape closes."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.step(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _on_examples(self, examples: list[ProbeExample]) -> None:
        self.examples = examples
        for button in (self.back, self.next):
            button.setEnabled(len(examples) > 1)
        if examples:
            self._show()
        else:
            self.name.setText(self.tr("There are no answers about these images."))

    def _show(self) -> None:
        example = self.examples[self.place]
        place = self.tr("{0} of {1}").format(self.place + 1, len(self.examples))
        self.name.setText(f"{self._what} · {example.name} · {place}")
        self.before.show_path(example.path)
        if example.copy is None:
            self.after.show_text(
                self.tr("The degraded copies of the first images of the sample are kept, not this one.")
            )
        else:
            self.after.show_path(example.copy)
        by_version = {texts.version: texts for texts in example.texts}
        for row in self.rows:
            row.show_texts(by_version.get(row.version))

    def _button(self, text: str, places: int) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setEnabled(False)
        button.clicked.connect(lambda: self.step(places))
        return button

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.back)
        head.addWidget(self.next)
        pictures = QWidget()
        beside = QGridLayout(pictures)
        beside.setContentsMargins(0, 0, 0, 0)
        for column, (title, view) in enumerate(
            ((self.tr("Untouched"), self.before), (self.tr("Degraded"), self.after))
        ):
            beside.addWidget(PlainLabel(title, role="muted"), 0, column)
            beside.addWidget(view, 1, column)
            beside.setColumnStretch(column, 1)
        texts = QWidget()
        below = QVBoxLayout(texts)
        below.setContentsMargins(0, 6, 0, 0)
        for row in self.rows:
            below.addWidget(row, 1)
        splitter = FittingSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(pictures)
        splitter.addWidget(texts)
        splitter.setSizes([340, 300])
        splitter.setStretchFactor(0, 1)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(12, 10, 12, 10)
        column_of_all.addLayout(head)
        column_of_all.addWidget(splitter, 1)


class _VersionTexts(QFrame):
    """One version: its score and text of the untouched image beside those of the copy."""

    def __init__(self, version: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.version = version
        self.heads = [PlainLabel(role="muted"), PlainLabel(role="muted")]
        names = (self.tr("Explanation of the untouched image"), self.tr("Explanation of the degraded image"))
        self.texts = [DiffText("warning", name) for name in names]
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 6, 10, 8)
        grid.setVerticalSpacing(4)
        for column in range(2):
            grid.addWidget(self.heads[column], 0, column)
            grid.addWidget(self.texts[column], 1, column)
            grid.setColumnStretch(column, 1)

    def show_texts(self, texts: ProbeTexts | None) -> None:
        """Show scores and texts, the words that name the degradation marked; None: no answer."""
        if texts is None:
            for head, field in zip(self.heads, self.texts, strict=True):
                head.setText(one_line(self.version))
                field.show_text("", ())
            return
        change = texts.score - texts.score_before
        before = self.tr("{0}: score {1}").format(one_line(self.version), number(texts.score_before, 2))
        after = self.tr("score {0} ({1})").format(number(texts.score, 2), f"{change:+.2f}")
        shown = ((before, texts.text_before, texts.named_before), (after, texts.text, texts.named))
        for head, field, (line, text, named) in zip(self.heads, self.texts, shown, strict=True):
            head.setText(line + (self.tr(" · names it: {0}").format(one_line(named)) if named else ""))
            field.show_text(text, spans_of(text, named))


def spans_of(text: str, words: str | None) -> list[Span]:
    """Return where a text has these words, whatever is between them."""
    if not words:
        return []
    pattern = r"\W+".join(map(re.escape, words.split()))
    found = re.search(pattern, text, re.IGNORECASE)
    return [Span(found.start(), found.end())] if found else []
