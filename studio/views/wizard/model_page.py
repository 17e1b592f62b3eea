"""The wizard's second page: base model, preset and settings, validated while typing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from studio.services.base_models.catalogue import preset_for
from studio.services.base_models.model_files import model_facts
from studio.services.base_models.suitability import DEMO, check_model
from studio.services.base_models.types import ModelFacts
from studio.services.settings.fields import Checked, check_texts, setting_fields, texts_of
from studio.services.settings.toml_file import (
    is_from_paper,
    load_preset,
    preset_made_for,
    preset_names,
    presets_made_for,
)
from studio.text import printable
from studio.views.base_models.model_picker import ModelPicker
from studio.views.settings.collapsed_settings import CollapsedSettings
from studio.views.settings.section_titles import setting_titles
from studio.views.tasks.task_runner import TaskRunner
from studio.views.wizard.hub_model import HubModelStatus
from studio.widgets.combos import CalmCombo
from studio.widgets.labels import PlainLabel
from studio.widgets.path_field import PathField
from studio.widgets.settings_form import SettingsForm
from studio.widgets.text_size import keep_size

CHECK_MS = 200
PICKER_HEIGHT = 190
"""Pixels for the search and five models."""
ELSEWHERE = ("project.name", "model.base", "images.root")
"""Settings that other controls of the wizard hold."""


class ModelStep(QWidget):
    """Signal ``changed``: model or settings have changed."""

    changed = Signal()

    def __init__(self, background: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.demo = QRadioButton(self.tr("Built-in demo model"))
        self.local = QRadioButton(self.tr("Folder on this computer"))
        self.hub = QRadioButton(self.tr("Hugging Face model"))
        self.folder = PathField(self.tr("Model folder"), "folder")
        self.hub_id = QLineEdit()
        self.preset = CalmCombo()
        fields = [f for f in setting_fields() if f.path not in ELSEWHERE and f.section != "import"]
        titles = {**setting_titles(), "split": self.tr("Split (for tables without a split column)")}
        self.form = SettingsForm(fields, titles)
        self.collapsed = CollapsedSettings(self.form)
        self.purpose = PlainLabel(role="muted", wrap=True)
        self.reason = PlainLabel(role="reason", wrap=True)
        self.hub_status = HubModelStatus(background)
        self.picker = ModelPicker(background, lambda: self.checked.settings)
        keep_size(self.picker, least_height=PICKER_HEIGHT)
        self.facts: ModelFacts | None = None
        self.checked: Checked = check_texts({})
        self._model_problem = ""
        self._preset_texts = texts_of({})
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_MS)
        self._timer.timeout.connect(self._judge)
        self._fill_controls()
        self._lay_out()
        self.preset.setCurrentIndex(self.preset.findData(DEMO))

    @property
    def model(self) -> str:
        """Return the base model as the settings name it."""
        if self.demo.isChecked():
            return DEMO
        if self.local.isChecked():
            return str(self.folder.path or "")
        return self.hub_id.text().strip()

    @property
    def problem(self) -> str:
        """Return why this page cannot be left yet; "" if it can."""
        if self._model_problem:
            return self._model_problem
        wrong = ", ".join(self.form.title(path) or self.tr("all settings") for path in self.checked.reasons)
        return self.tr("Invalid values: {0}").format(wrong) if wrong else ""

    def settle(self) -> None:
        """Validate pending input now."""
        if self._timer.isActive():
            self._judge()

    def _judge(self) -> None:
        """Validate the settings here and the model in the background."""
        self._timer.stop()
        elsewhere = {"project.name": "x", "images.root": ".", "model.base": self.model or "x"}
        texts = {**texts_of({}), **self.form.texts(), **elsewhere}
        self.checked = check_texts(texts)
        self.form.set_reasons(self.checked.reasons)
        self.collapsed.show_state(self._preset_texts, self.checked.reasons)
        self.changed.emit()
        model = self.model
        if self.hub.isChecked():
            self.picker.load()
            typed = self.form.texts()
            self.hub_status.show_model(model, typed["model.revision"], offline=typed["model.offline"] == "true")
        if not model:
            self._on_facts((None, self.tr("Choose a base model.")))
            return

        def check() -> tuple[ModelFacts | None, str]:
            check_model(model)
            return model_facts(model, Path.cwd()), ""

        self._background.read("model", check, self._on_facts, lambda text: self._on_facts((None, text)))

    def _on_facts(self, found: tuple[ModelFacts | None, str]) -> None:
        self.facts, self._model_problem = found
        self.reason.setText(printable(self._model_problem))
        self.changed.emit()

    def _soon(self, *_value: object) -> None:
        self.folder.setEnabled(self.local.isChecked())
        self.hub_id.setEnabled(self.hub.isChecked())
        self.hub_status.setVisible(self.hub.isChecked())
        self.picker.setVisible(self.hub.isChecked())
        self.picker.show_chosen(self.hub_id.text().strip())
        self._timer.start()

    def _on_preset(self) -> None:
        name = self.preset.currentData()
        tree = load_preset(name) if name else {}
        self._preset_texts = texts = texts_of(tree)
        self.purpose.setText(self._purpose_of(name))
        self.form.set_texts(texts)
        base = texts["model.base"]
        if base == DEMO:
            self.demo.setChecked(True)
        elif base:
            self.hub_id.setText(base)
            if self.demo.isChecked() or self.folder.path is None:
                self.hub.setChecked(True)
        self._soon()

    def _on_demo(self, chosen: bool) -> None:
        """The demo's settings are for its model alone."""
        if chosen != (self.preset.currentData() == DEMO):
            self.preset.setCurrentIndex(self.preset.findData(DEMO if chosen else ""))

    def _on_hub_id(self) -> None:
        """A typed id with one preset made for it gets that one, as on the command line."""
        made = preset_made_for(self.hub_id.text().strip())
        if made is not None and self.hub.isChecked():
            self.preset.setCurrentIndex(self.preset.findData(made))

    def _on_picked(self, name: str) -> None:
        """A model of the list comes with the preset that is made for it."""
        self.hub_id.setText(name)
        preset = preset_for(name)
        if preset and self.preset.currentData() not in presets_made_for(name):
            self.preset.setCurrentIndex(self.preset.findData(preset))
        self._soon()

    def _fill_controls(self) -> None:
        self.picker.chosen.connect(self._on_picked)
        group = QButtonGroup(self)
        for button in (self.demo, self.local, self.hub):
            group.addButton(button)
            button.toggled.connect(self._soon)
        self.demo.toggled.connect(self._on_demo)
        self.hub_id.setPlaceholderText("organisation/model")
        self.hub_id.setAccessibleName(self.tr("Hugging Face model ID"))
        self.hub_id.textChanged.connect(self._soon)
        self.hub_id.editingFinished.connect(self._on_hub_id)
        self.folder.changed.connect(self._soon)
        self.preset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.preset.setMinimumContentsLength(16)
        self.preset.setAccessibleName(self.tr("Preset"))
        self.preset.addItem(self.tr("none (defaults)"), "")
        for name in preset_names():
            self.preset.addItem(self._title_of(name), name)
        self.preset.currentIndexChanged.connect(lambda _place: self._on_preset())
        self.form.edited.connect(self._soon)

    def _title_of(self, preset: str) -> str:
        """Return ``ava-llava-next-7b`` as "AVA · llava-next-7b"; models not in the paper are marked."""
        if preset == DEMO:
            return self.tr("built-in demo model")
        if not is_from_paper(preset):
            return self.tr("{model} (based on the closest model in the paper)").format(model=preset)
        data, _dash, model = preset.partition("-")
        return f"{data.upper()} · {model}"

    def _purpose_of(self, preset: str) -> str:
        if not preset:
            return self.tr("Default settings, for models without a preset.")
        if preset == DEMO:
            return self.tr("For trying the program: fast on any computer, for the built-in demo model only.")
        if is_from_paper(preset):
            return self.tr("The paper's settings for this model (Table 4). You can change every value below.")
        return self.tr("This model is not in the paper. These settings come from the closest model in size.")

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        model = self.tr(
            "The model that learns to score your images. It is not changed; all versions are trained from it."
        )
        grid.addWidget(PlainLabel(self.tr("Base model"), role="subtitle"), 0, 0)
        grid.addWidget(PlainLabel(model, role="muted", wrap=True), 0, 1)
        grid.addWidget(self.demo, 1, 0, 1, 2)
        grid.addWidget(self.local, 2, 0)
        grid.addWidget(self.folder, 2, 1)
        grid.addWidget(self.hub, 3, 0)
        grid.addWidget(self.hub_id, 3, 1)
        grid.addWidget(self.picker, 4, 0, 1, 2)
        grid.addWidget(self.hub_status, 5, 1)
        grid.addWidget(self.reason, 6, 0, 1, 2)
        grid.addWidget(PlainLabel(self.tr("Preset"), role="subtitle"), 7, 0)
        grid.addWidget(self.preset, 7, 1)
        grid.addWidget(self.purpose, 8, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addWidget(self.collapsed, 1)
