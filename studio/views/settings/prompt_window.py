"""The prompt in full: edited, checked, and as the model gets it about an image of the project.

It edits the fields of the Settings page, so that what is changed here is an unsaved change there, with all its rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFormLayout,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio.jobs.chat_templates.renderer import render_in_child
from studio.services.prompting import prompt_preview as prompting
from studio.services.prompting.types import OutdatedStage, PromptDraft, PromptImage, PromptPreview, PromptRemark
from studio.services.settings.fields import check_texts
from studio.text import button_text, one_line
from studio.views.actions.buttons import bind_button
from studio.views.image_window import ImageWindow
from studio.views.settings.prompt_texts import facts_text, outdated_text, remark_text, wrong_score_text
from studio.widgets.combos import CalmCombo, choose
from studio.widgets.flow_layout import FlowLayout
from studio.widgets.folding_splitter import FoldingSplitter
from studio.widgets.image_view import ImageView
from studio.widgets.labels import ElidedLabel, PlainLabel
from studio.widgets.long_text import fill
from studio.widgets.notices import question_box
from studio.widgets.studio_dialog import StudioDialog
from studio.widgets.text_size import keep_size

if TYPE_CHECKING:
    from studio.views.settings.settings_page import SettingsPage

READ_MS = 200
SIZE = (1120, 760)
IMAGE_HEIGHT = 170
PATHS = ("prompt.resource", "prompt.template", "prompt.fields")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was read for a draft; ``image``: None if the project has none that fits, ``preview`` then too."""

    remarks: list[PromptRemark]
    image: PromptImage | None
    preview: PromptPreview | None
    outdated: list[OutdatedStage]


class PromptWindow(StudioDialog):
    """Non-modal, at most one, and gone with its page.

    Args:
        page: its parent, whose fields it edits.
        image_id: the image that the prompt is shown with; None is the first test image.
    """

    def __init__(self, page: SettingsPage, image_id: int | None = None) -> None:
        super().__init__(page)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setWindowTitle(self.tr("Prompt"))
        self._page = page
        self._background = page.workspace.background.for_owner(self)
        self._image: int | None = image_id
        self._filling = False
        self.resource = CalmCombo()
        self.title = PlainLabel(role="subtitle")
        self.template = QPlainTextEdit()
        self.words: dict[str, QLineEdit] = {}
        self._typed: dict[str, str] = {}
        self._box: QMessageBox | None = None
        self.state = PlainLabel(role="muted", wrap=True)
        self.invalid = PlainLabel(role="reason", wrap=True)
        self.remarks = PlainLabel(role="caution", wrap=True)
        self.outdated = PlainLabel(role="warning", wrap=True)
        self.image = ImageView(page.workspace.images)
        ImageWindow.open_from(self.image, self, page.workspace.images)
        self.image_name = ElidedLabel(role="subtitle")
        self.search = QLineEdit()
        self.previous_button, self.next_button = QPushButton("←"), QPushButton("→")
        self.tabs = QTabWidget()
        self.free_text, self.chosen_text, self.rejected_text = QPlainTextEdit(), QPlainTextEdit(), QPlainTextEdit()
        self.facts = PlainLabel(role="muted", wrap=True)
        self.wrong = PlainLabel(role="muted", wrap=True)
        self.default_button, self.revert_button = QPushButton(self.tr("Reset to default")), QPushButton()
        self.save_button, self.close_button = QPushButton(), QPushButton(self.tr("Close"))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_MS)
        self._timer.timeout.connect(lambda: self._read())
        self._fill_controls()
        self._lay_out()
        self._show_draft()
        page.checked.connect(self._on_checked)
        self.set_size(*SIZE)
        self.template.setFocus()

    @classmethod
    def show_for(cls, page: SettingsPage, image_id: int | None = None) -> PromptWindow:
        """Show the page's prompt window with this image; raise one that is open."""
        shown = next((each for each in page.findChildren(cls) if each.isVisible()), None)
        if shown is None:
            shown = cls(page, image_id)
        elif image_id is not None:
            shown.show_with(image_id)
        shown.show()
        shown.raise_()
        shown.activateWindow()
        return shown

    @property
    def draft(self) -> PromptDraft:
        """Return what is typed."""
        words = {name: line.text() for name, line in self.words.items()}
        return prompting.draft_from(str(self.resource.currentData() or ""), self.template.toPlainText(), words)

    def show_with(self, image_id: int) -> None:
        """Show the prompt with this image."""
        self._image = image_id
        self._read()

    def reset(self) -> None:
        """Edit the prompt that a new project with this base model has; it is saved like any other change."""
        default = prompting.default_draft(self._page.form.texts()["model.base"].strip())
        self._page.edit(prompting.texts_of_draft(default))

    def _on_checked(self) -> None:
        """The page's texts have changed, here or there."""
        saved = prompting.draft_of(self._page.form.texts())
        if saved != self.draft:
            self._show_draft()
        self._show_state()

    def _show_state(self) -> None:
        changed = self._page.unsaved
        self.state.setText(
            self.tr("Unsaved changes. They are saved with the settings.")
            if changed
            else self.tr("Saved in studio.toml.")
        )

    def _show_draft(self) -> None:
        """Fill the controls with what the page holds."""
        draft = prompting.draft_of(self._page.form.texts())
        found = prompting.template_of(draft)
        self._filling = True
        if self.resource.findData(draft.resource) < 0:
            self.resource.addItem(button_text(draft.resource) or self.tr("none"), draft.resource)
        self.resource.setCurrentIndex(self.resource.findData(draft.resource))
        if self.template.toPlainText() != found.template:
            self.template.setPlainText(found.template)
        self._place_words()
        for name, line in self.words.items():
            line.setText(found.fields.get(name, ""))
        self._filling = False
        self._show_state()
        self._read()

    def _place_words(self) -> None:
        """A line for each field of the template, in its order; what was typed for a field comes back with it."""
        wanted = prompting.fields_of(self.template.toPlainText())
        if wanted == list(self.words):
            return
        self._typed |= {name: line.text() for name, line in self.words.items()}
        while self._form.rowCount():
            self._form.removeRow(0)
        self.words = {}
        for name in wanted:
            line = QLineEdit(self._typed.get(name, ""))
            line.setAccessibleName(self.tr("Words for {0}").format(name))
            line.textChanged.connect(self._on_edit)
            self._form.addRow(PlainLabel(f"{{{name}}}"), line)
            self.words[name] = line
        self._no_fields.setVisible(not wanted)

    def _on_resource(self) -> None:
        """Another built-in prompt takes the place of what is typed; of one's own only after a question."""
        if self._filling:
            return
        before, wanted = prompting.draft_of(self._page.form.texts()), str(self.resource.currentData() or "")
        if not before.template.strip():
            self._page.edit(prompting.texts_of_draft(PromptDraft(wanted)))
        else:
            choose(self.resource, before.resource)
            self._ask_to_replace(wanted)

    def _ask_to_replace(self, wanted: str) -> None:
        if self._box is not None:
            self._box.close()
        name = self.resource.itemText(self.resource.findData(wanted))
        box = question_box(self, self.tr("Replace prompt"), self.tr("Replace your own prompt with {0}?").format(name))
        box.setInformativeText(self.tr("Until the settings are saved, you can revert this."))
        replace = box.addButton(self.tr("Replace"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        replace.clicked.connect(lambda _checked: self._page.edit(prompting.texts_of_draft(PromptDraft(wanted))))
        box.finished.connect(lambda _result: self._forget(box))
        self._box = box
        box.show()

    def _forget(self, box: QMessageBox) -> None:
        if self._box is box:
            self._box = None

    def _on_edit(self) -> None:
        if self._filling:
            return
        self._filling = True
        self._place_words()
        self._filling = False
        self._page.edit(prompting.texts_of_draft(self.draft))
        self._timer.start()

    def _read(self, step: int = 0, text: str = "") -> None:
        """Check the prompt and show it as the model gets it, about this image, the next one, or one by its name."""
        self._timer.stop()
        draft, image, project = self.draft, self._image, self._page.project
        usable = prompting.texts_of_draft(PromptDraft("aesthetics"))  # the rest counts while the prompt is invalid
        settings = check_texts({**self._page.form.texts(), **usable}).settings or self._page.saved_settings
        base, revision, radius = ("demo", None, 2) if settings is None else (
            settings.model.base, settings.model.revision, settings.pairs.exclusion_radius,
        )  # fmt: skip

        def work() -> _Shown:
            model = prompting.chat_template_of(base, revision, project.root)
            remarks = prompting.check_prompt(draft, model)
            found = prompting.find_image(project, image, step=step, text=text)
            preview = None
            if found is not None:
                tokens = prompting.tokens_of_an_image(base, project.root)
                preview = prompting.show_prompt(draft, found, radius, model, render_in_child, tokens)
            empty = any(remark.what == "empty" for remark in remarks)
            return _Shown(remarks, found, preview, [] if empty else prompting.outdated_stages(project, draft))

        self._background.read("prompt", work, self._on_shown, self.invalid.setText)

    def _on_shown(self, shown: _Shown) -> None:
        self.title.setText(self.tr("Prompt (your own)") if self.draft.template else self.tr("Prompt"))
        self._show_lines(self.invalid, [remark_text(one) for one in shown.remarks if one.invalid])
        self._show_lines(self.remarks, [remark_text(one) for one in shown.remarks if not one.invalid])
        self._show_lines(self.outdated, [text for text in (outdated_text(shown.outdated),) if text])
        self.search.setProperty("state", "wrong" if shown.image is None and self.search.text() else "")
        self.search.style().polish(self.search)
        if shown.image is None or shown.preview is None:
            return
        if self.image.path != shown.image.file:
            self.image.show_path(shown.image.file)
        self._image = shown.image.id
        label = self.tr("{0} · score {1:.2f} · label {2}")
        self.image_name.setText(label.format(one_line(shown.image.path), shown.image.score, shown.image.label))
        found = shown.preview
        for field, text in (
            (self.free_text, found.free),
            (self.chosen_text, found.chosen),
            (self.rejected_text, found.rejected),
        ):
            if field.toPlainText() != text:
                fill(field, text)
        self.facts.setText(facts_text(found))
        self.wrong.setText(wrong_score_text(found))

    def _show_lines(self, label: PlainLabel, lines: list[str]) -> None:
        label.setText("\n".join(lines))
        label.setVisible(bool(lines))

    def _on_tab(self) -> None:
        self.wrong.setVisible(self.tabs.currentWidget() is self.rejected_text)

    def _fill_controls(self) -> None:
        for name in prompting.built_in_prompts():
            words = {"aesthetics": self.tr("aesthetics (the paper's)"), "demo": self.tr("demo (for the demo model)")}
            self.resource.addItem(words.get(name, name), name)
        self.resource.setAccessibleName(self.tr("Prompt that comes with the program"))
        self.resource.currentIndexChanged.connect(lambda _place: self._on_resource())
        self.template.setAccessibleName(self.tr("Prompt"))
        self.template.setTabChangesFocus(True)
        self.template.setProperty("role", "field")
        self.template.textChanged.connect(self._on_edit)
        self.search.setPlaceholderText(self.tr("Find an image"))
        self.search.setAccessibleName(self.tr("Find an image"))
        self.search.setClearButtonEnabled(True)
        self.search.textEdited.connect(lambda text: self._read(text=text))
        for button, step, name in (
            (self.previous_button, -1, self.tr("Previous image")), (self.next_button, 1, self.tr("Next image"))
        ):  # fmt: skip
            button.setProperty("role", "icon")
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(lambda _checked, step=step: self._read(step))
        for field, name in (
            (self.free_text, self.tr("Score and explanation")),
            (self.chosen_text, self.tr("True score given")),
            (self.rejected_text, self.tr("Wrong score given")),
        ):
            field.setReadOnly(True)
            field.setTabChangesFocus(True)
            field.setAccessibleName(name)
            field.setProperty("role", "field")
            self.tabs.addTab(field, name)
        self.tabs.currentChanged.connect(lambda _place: self._on_tab())
        self._on_tab()
        commands = self._page.commands
        bind_button(self.save_button, commands["settings.save"], self.tr("Save settings"), with_icon=False)
        bind_button(self.revert_button, commands["settings.revert"], self.tr("Revert settings"))
        self.save_button.setProperty("role", "primary")
        self.default_button.clicked.connect(lambda _checked: self.reset())
        self.close_button.clicked.connect(self.close)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        left = QWidget()
        edit = QVBoxLayout(left)
        edit.setContentsMargins(0, 0, 10, 0)
        edit.addWidget(self.title)
        edit.addWidget(self.resource)
        edit.addWidget(
            PlainLabel(
                self.tr(
                    "One question for everything: predictions, pairs and training. {Words in braces} are filled in."
                ),
                role="muted",
                wrap=True,
            )
        )
        edit.addWidget(self.template, 1)
        self._form = QFormLayout()
        self._no_fields = PlainLabel(self.tr("This prompt has no fields."), role="muted")
        edit.addLayout(self._form)
        edit.addWidget(self._no_fields)
        edit.addWidget(self.invalid)
        edit.addWidget(self.remarks)
        right = QWidget()
        show = QVBoxLayout(right)
        show.setContentsMargins(10, 0, 0, 0)
        head = FlowLayout()
        head.addWidget(self.image_name, 1)
        head.addWidget(self.search)
        head.addWidget(self.previous_button)
        head.addWidget(self.next_button)
        show.addLayout(head)
        keep_size(self.image, height=IMAGE_HEIGHT)
        show.addWidget(self.image)
        show.addWidget(self.tabs, 1)
        show.addWidget(self.wrong)
        show.addWidget(self.facts)
        panes = FoldingSplitter()
        panes.setChildrenCollapsible(False)
        panes.addWidget(left)
        panes.addWidget(right)
        panes.setSizes([SIZE[0] // 2, SIZE[0] // 2])
        foot = FlowLayout()
        foot.addWidget(self.state, 1)
        for button in (self.default_button, self.revert_button, self.close_button, self.save_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(panes, 1)
        column.addWidget(self.outdated)
        column.addLayout(foot)
