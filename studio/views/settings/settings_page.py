"""The Settings page: the project's ``studio.toml`` as a form validated while typing, and the appearance."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QWidget

from studio.plural import plural
from studio.services.settings.fields import FIXED, Checked, check_texts, setting_fields
from studio.services.settings.schema import Settings
from studio.services.settings.toml_edit import change_settings, read_texts
from studio.services.settings.toml_file import FILE_NAME
from studio.views.actions.buttons import bind_button
from studio.views.actions.settings import settings_actions
from studio.views.base_models.model_picker import ModelPickerWindow
from studio.views.page import Page
from studio.views.settings.prompt_window import PromptWindow
from studio.views.settings.section_titles import setting_titles
from studio.views.workspace import Workspace
from studio.widgets.combos import CalmCombo
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.settings_form import SettingsForm
from studio.widgets.text_size import STEPS, keep_size

CHECK_MS = 120
FORM_HEIGHT = 240


class SettingsPage(Page):
    """The form, its search and its buttons.

    Signals:
        appearance_chosen(str): "system", "light" or "dark".
        text_percent_chosen(int): the size of texts in per cent.
        unsaved_changed(bool): whether something is changed that is not saved.
        checked(): the values that are shown were checked, after any change of them.
    """

    appearance_chosen = Signal(str)
    text_percent_chosen = Signal(int)
    unsaved_changed = Signal(bool)
    checked = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, "Settings", parent)
        fields = setting_fields()
        self._scroll = QScrollArea()
        self.form = SettingsForm(fields, setting_titles(), self._scroll.viewport())
        self.form.set_fixed([field.path for field in fields if field.section in FIXED])
        self.form.edited.connect(self._on_edit)
        self.message = MessageBar()
        self.appearance, self.text_size = CalmCombo(), CalmCombo()
        self.search = QLineEdit()
        self.state = PlainLabel(role="muted")
        self.mark = PlainLabel(self.tr("Unsaved changes"), role="unsaved")
        self.mark.hide()
        self.save_button, self.revert_button = QPushButton(), QPushButton()
        self.can_save = self.can_revert = False
        self.commands = self.add_action_set(self.tr("Settings"), settings_actions(self))
        self._saved: dict[str, str] = {}
        self._marked = False
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(CHECK_MS)
        self._check.timeout.connect(self._judge)
        self._fill_controls()
        self.model_button = QPushButton(self.tr("Choose…"))
        self.model_button.setAccessibleName(self.tr("Choose a base model"))
        self.model_button.setProperty("role", "quiet")
        bind_button(self.model_button, self.commands["settings.model"], self.tr("Choose…"), with_icon=False)
        self.form.place_beside("model.base", self.model_button)
        self.prompt_button = QPushButton()
        self.prompt_button.setProperty("role", "quiet")
        bind_button(self.prompt_button, self.commands["settings.prompt"], self.tr("Prompt…"), with_icon=False)
        self.form.place_beside("prompt.resource", self.prompt_button)
        self._lay_out()

    def set_appearance(self, mode: str) -> None:
        """Show which appearance is chosen."""
        self.appearance.blockSignals(True)
        self.appearance.setCurrentIndex(max(0, self.appearance.findData(mode)))
        self.appearance.blockSignals(False)

    def set_text_percent(self, percent: int) -> None:
        """Show which size of texts is chosen."""
        self.text_size.blockSignals(True)
        self.text_size.setCurrentIndex(self.text_size.findData(percent))
        self.text_size.blockSignals(False)

    @property
    def unsaved(self) -> bool:
        """Return whether something is changed that is not saved."""
        return bool(self._changed())

    @property
    def valid(self) -> bool:
        """Return whether what is shown can be saved."""
        return check_texts(self.form.texts()).settings is not None

    def refresh(self) -> None:
        """Read the file, unless something was typed that is not saved yet."""
        file = self.project.root / FILE_NAME
        if not self.unsaved:
            self.workspace.background.read(
                "settings", lambda: read_texts(file), self._on_texts, self.message.show_message
            )

    def choose_model(self) -> None:
        """Open the list of known models; the one that is chosen is filled in, and saved like any other value."""
        current = self.form.texts()["model.base"].strip()
        shown = ModelPickerWindow(
            self.workspace.background, lambda: check_texts(self.form.texts()).settings, current, self
        )
        shown.chosen.connect(lambda name: self.edit({"model.base": name}))
        shown.show()

    def show_prompt(self, image_id: int | None = None) -> None:
        """Open the prompt in full, as the model gets it about this image; by default about the first test image."""
        file = self.project.root / FILE_NAME

        def show(texts: dict[str, str]) -> None:
            if not self.unsaved:
                self._on_texts(texts)
            PromptWindow.show_for(self, image_id)

        self.workspace.background.read("prompt-texts", lambda: read_texts(file), show, self.workspace.problem.emit)

    @property
    def saved_settings(self) -> Settings | None:
        """Return the settings as they are saved; None if they are invalid or not read yet."""
        return check_texts(self._saved).settings

    def edit(self, texts: dict[str, str]) -> None:
        """Change these values, by path, as if they were typed; they are saved like any other change."""
        self.form.set_texts(texts)
        self._judge()

    def take_focus(self) -> None:
        """The search field has the keyboard."""
        self.search.setFocus()

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save only the changed values; ``then`` is called on success."""
        if not self.unsaved or not self._judge():
            return
        file, texts = self.project.root / FILE_NAME, self._changed()
        self.can_save = False
        self.update_actions()

        def done(changed: list[str]) -> None:
            self._saved = {**self._saved, **texts}
            self._judge()  # more may have been typed meanwhile
            self.message.show_message(
                self.tr("Saved: {0}. Stages that have already started keep their settings.").format(
                    ", ".join(map(self.form.title, changed)) or self.tr("No changes")
                ),
                "info",
            )
            if then is not None:
                then()

        def failed(text: str) -> None:
            self._judge()
            self.message.show_message(text)

        self.workspace.background.write(lambda: change_settings(file, {**read_texts(file), **texts}), done, failed)

    def enter_judge_key(self) -> None:
        """Ask for the key of the judge's server: that of the saved settings."""
        from studio.views.settings.judge_key_window import JudgeKeyWindow

        project = self.project

        def show(address: str) -> None:
            shown = JudgeKeyWindow(self.workspace.background, address, self)
            shown.show()
            shown.field.setFocus()

        self.workspace.background.read("judge-key", lambda: project.settings.judge.base_url, show)

    def revert(self) -> None:
        """Show what the file holds."""
        self._on_texts(self._saved)
        self.refresh()

    def _on_texts(self, texts: dict[str, str]) -> None:
        self._saved = texts
        self.form.set_texts(texts)
        self._judge()

    def _on_edit(self) -> None:
        self._show_unsaved()
        self._check.start()

    def _changed(self) -> dict[str, str]:
        """Return the changed values, by path."""
        texts = self.form.texts()
        return {
            path: texts[path]
            for path, saved in self._saved.items()
            if path in texts and texts[path].strip() != saved.strip()
        }

    def _show_unsaved(self) -> int:
        """Show whether there are unsaved changes; return their number."""
        count = len(self._changed())
        if self._marked != bool(count):
            self._marked = bool(count)
            self.mark.setVisible(self._marked)
            self.unsaved_changed.emit(self._marked)
        return count

    def _judge(self) -> bool:
        """Validate the values and show errors; return whether all are valid."""
        self._check.stop()
        texts = self.form.texts()
        checked: Checked = check_texts(texts)
        self.form.set_reasons(checked.reasons)
        changed = self._show_unsaved()
        well = checked.settings is not None
        self.can_save, self.can_revert = changed > 0 and well, changed > 0
        self.update_actions()
        self.state.setText(self._words(changed, checked.reasons))
        self.checked.emit()
        return well

    def _words(self, changed: int, reasons: dict[str, str]) -> str:
        if reasons:
            return self.tr("Invalid values: {0}").format(", ".join(self.form.title(path) for path in reasons if path))
        if changed:
            return plural("SettingsPage", "{n} unsaved changes", "{n} unsaved change", changed)
        return self.tr("Saved in {0}. You can also edit this file by hand.").format(FILE_NAME)

    def _fill_controls(self) -> None:
        self.appearance.setAccessibleName(self.tr("Appearance"))
        for text, mode in (
            (self.tr("System"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ):
            self.appearance.addItem(text, mode)
        self.appearance.currentIndexChanged.connect(
            lambda _place: self.appearance_chosen.emit(self.appearance.currentData())
        )
        self.text_size.setAccessibleName(self.tr("Text size"))
        for percent in STEPS:
            self.text_size.addItem(f"{percent}%", percent)
        self.text_size.currentIndexChanged.connect(
            lambda _place: self.text_percent_chosen.emit(self.text_size.currentData())
        )
        self.search.setPlaceholderText(self.tr("Find a setting"))
        self.search.setAccessibleName(self.tr("Find a setting"))
        self.search.setClearButtonEnabled(True)
        keep_size(self.search, width=220)
        self.search.textChanged.connect(self._on_search)
        self.save_button.setProperty("role", "primary")
        bind_button(self.save_button, self.commands["settings.save"], self.tr("Save (Ctrl+S)"), with_icon=False)
        bind_button(self.revert_button, self.commands["settings.revert"], self.tr("Revert"))

    def _on_search(self, text: str) -> None:
        self.nothing.setVisible(self.form.show_only(text) == 0)

    def _lay_out(self) -> None:
        head = FlowLayout()
        head.addWidget(PlainLabel(self.tr("Settings"), role="title"))
        head.addSpacing(12)
        head.addWidget(self.mark)
        head.addWidget(self.search)
        head.addStretch(1)
        head.addWidget(PlainLabel(self.tr("Appearance"), role="muted"))
        head.addWidget(self.appearance)
        head.addWidget(PlainLabel(self.tr("Text size"), role="muted"))
        head.addWidget(self.text_size)
        self.column.addLayout(head)
        self.column.addWidget(
            PlainLabel(
                self.tr(
                    "Changes apply to stages that have not started yet; running and finished stages keep their "
                    "settings. Appearance and text size apply to all projects and are saved immediately."
                ),
                role="muted",
                wrap=True,
            )
        )
        self.nothing = PlainLabel(self.tr("No settings match the search."), role="empty")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        self.column.addWidget(self.nothing)
        scroll = self._scroll
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName(self.tr("Settings"))
        keep_size(scroll, least_height=FORM_HEIGHT)
        self.column.addWidget(scroll, 1)  # here, behind the controls above in the order of Tab
        scroll.setWidget(self.form)  # styled in its place, once
        self.column.addWidget(self.message)  # below the fields, which stay where they are
        foot = FlowLayout()
        foot.addWidget(self.state, 1)
        foot.addWidget(self.revert_button)
        foot.addWidget(self.save_button)
        self.column.addLayout(foot)
