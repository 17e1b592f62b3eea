"""Which ablations and variations to train beside the main line."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QWidget

from studio.plural import plural
from studio.services.experiments import catalogue
from studio.services.experiments.catalogue import Experiment
from studio.views.experiments.choice_window import ChoiceWindow
from studio.views.workspace import Workspace

translate = QCoreApplication.translate


class NewExperimentWindow(ChoiceWindow):
    """A check box for each experiment, with the question that it answers as its tool tip."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(
            workspace,
            translate("NewExperimentWindow", "New Experiments"),
            translate(
                "NewExperimentWindow",
                "Each is trained beside the main line, with its settings but for the one that it changes, and compared "
                "with it on the same test images. The main line stays as it is.",
            ),
            parent,
        )
        self.boxes: dict[str, QCheckBox] = {}
        ablations = [one for one in catalogue.EXPERIMENTS if not one.settings]
        self._add(self.tr("Ablations of the paper (base model, pairs of iteration 1)"), ablations, checked=True)
        radii = [one for one in catalogue.EXPERIMENTS if "pairs" in one.settings]
        self._add(self.tr("Exclusion radius of the wrong scores (iteration 1, new pairs)"), radii)
        starts = [one for one in catalogue.EXPERIMENTS if "training" in one.settings]
        self._add(self.tr("Start of the training (iteration 2)"), starts)
        self.update_note()

    def start(self) -> None:
        """Queue the chosen ones; those that are finished stay, those that stopped are resumed."""
        self.start_button.setEnabled(False)
        self.workspace.start_experiments(self._chosen(), self.finish)

    def update_note(self) -> None:
        """Show how many are trained."""
        count = len(self._chosen())
        self.start_button.setEnabled(bool(count))
        text = plural("NewExperimentWindow", "{n} experiments", "{n} experiment", count)
        self.note.setText(self.tr("{0} will be queued. Finished ones are not repeated.").format(text))

    def _chosen(self) -> list[str]:
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def _add(self, title: str, found: list[Experiment], *, checked: bool = False) -> None:
        texts = {one.name: _text(one) for one in found}
        boxes = self.add_boxes(title, list(texts.values()), list(texts.values()) if checked else [])
        for one in found:
            box = boxes[texts[one.name]]
            box.setToolTip(translate("Recipes", one.recipe.description))
            self.boxes[one.name] = box


def _text(one: Experiment) -> str:
    if not one.settings:
        return translate("Recipes", one.recipe.title)
    value = next(value for part in one.settings.values() for value in part.values())
    known = {
        "previous": translate("NewExperimentWindow", "previous adapter"),
        "fresh": translate("NewExperimentWindow", "fresh adapters"),
    }
    return known.get(str(value), str(value))
