"""The actions of the Settings page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.settings.settings_page import SettingsPage

translate = QCoreApplication.translate


def settings_actions(page: SettingsPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    return [
        ActionDefinition(
            id="settings.save",
            text=translate("Actions", "Save settings"),
            run=page.save,
            menu="project",
            section=91,
            keys=("Ctrl+S",),
            icon="save",
            synonyms=translate("Actions", "store apply write"),
            enabled=lambda: page.can_save,
        ),
        ActionDefinition(
            id="settings.revert",
            text=translate("Actions", "Revert settings"),
            help=translate("Actions", "Restore the last saved values"),
            run=page.revert,
            menu="project",
            section=92,
            icon="undo",
            synonyms=translate("Actions", "undo reset cancel changes discard"),
            enabled=lambda: page.can_revert,
        ),
        ActionDefinition(
            id="settings.judge-key",
            text=translate("Actions", "Judge's key…"),
            run=page.enter_judge_key,
            menu="project",
            section=93,
            synonyms=translate("Actions", "API key password token OpenAI language model grade"),
            help=translate("Actions", "Enter the key of the server whose language model grades explanations"),
        ),
        ActionDefinition(
            id="settings.model",
            text=translate("Actions", "Choose base model…"),
            run=page.choose_model,
            menu="project",
            section=94,
            synonyms=translate("Actions", "hugging face hub LLaVA Qwen InternVL Gemma SmolVLM list size licence fits"),
            help=translate("Actions", "A list of known models with size, licence, and whether they fit this machine"),
        ),
        ActionDefinition(
            id="settings.prompt",
            text=translate("Actions", "Prompt…"),
            run=page.show_prompt,
            menu="project",
            section=95,
            synonyms=translate("Actions", "question template instruction text wording chat format placeholder"),
            help=translate("Actions", "Show and edit the question, and see it as the model gets it about an image"),
        ),
        ActionDefinition(
            id="settings.search",
            text=translate("Actions", "Find a setting"),
            run=page.search.setFocus,
            menu="edit",
            section=20,
            keys=("Ctrl+F",),
            icon="search",
            synonyms=translate("Actions", "search locate option"),
            only_here=True,
        ),
    ]
