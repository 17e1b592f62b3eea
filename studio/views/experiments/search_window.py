"""Which learning rates, betas and ranks to search, and how many combinations to try."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.plural import plural
from studio.services.experiments.types import SearchSpace
from studio.views.experiments.choice_window import ChoiceWindow
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmSpin
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel

translate = QCoreApplication.translate
TRIALS = 12


class SearchWindow(ChoiceWindow):
    """Values as lists of numbers, at first the paper's grid."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(
            workspace,
            translate("SearchWindow", "Search Settings"),
            translate(
                "SearchWindow",
                "Iteration 1 is trained with other values, on the pairs that it has, and measured on the validation "
                "images alone. A training that is worse than the median of the others ends early.",
            ),
            parent,
        )
        paper = SearchSpace()
        self.fields = {
            "learning_rate": self._field(self.tr("Learning rates"), paper.learning_rate),
            "beta": self._field(self.tr("Betas"), paper.beta),
            "rank": self._field(self.tr("Ranks"), paper.rank),
        }
        self.trials = CalmSpin()
        self.trials.setRange(1, 1000)
        self.trials.setValue(TRIALS)
        self.trials.setAccessibleName(self.tr("Trials"))
        self.trials.valueChanged.connect(lambda _count: self.update_note())
        row = FlowLayout()
        row.addWidget(PlainLabel(self.tr("Trials")))
        row.addWidget(self.trials)
        row.addStretch(1)
        self.body.addLayout(row)
        self.update_note()

    def start(self) -> None:
        """Start the search, or continue the one with the same values."""
        space = self._space()
        if space is not None:
            self.start_button.setEnabled(False)
            self.workspace.start_search(space, self.trials.value(), self.finish)

    def update_note(self) -> None:
        """Show how many combinations there are, or what is wrong."""
        space = self._space()
        self.start_button.setEnabled(space is not None)
        if space is None:
            self.note.setText(self.tr("Enter numbers above 0, separated by commas; ranks are whole numbers."))
            return
        text = plural("SearchWindow", "{n} trials", "{n} trial", min(space.size, self.trials.value()))
        of = plural("SearchWindow", "{n} combinations", "{n} combination", space.size)
        self.note.setText(self.tr("{0} of {1}, one after the other in the queue.").format(text, of))

    def _space(self) -> SearchSpace | None:
        try:
            found = {name: [float(word) for word in field.text().split(",")] for name, field in self.fields.items()}
        except ValueError:
            return None
        if any(not 0 < value < 1e6 for values in found.values() for value in values):
            return None
        if any(value != int(value) for value in found["rank"]):
            return None
        return SearchSpace.from_dict({name: list(dict.fromkeys(values)) for name, values in found.items()})

    def _field(self, title: str, values: tuple[float, ...] | tuple[int, ...]) -> QLineEdit:
        self.body.addWidget(PlainLabel(title, role="subtitle"))
        field = QLineEdit(", ".join(f"{value:g}" for value in values))
        field.setAccessibleName(title)
        field.textEdited.connect(lambda _text: self.update_note())
        self.body.addWidget(field)
        return field
