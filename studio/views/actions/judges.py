"""The actions of the Judges page and of grading by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.models.agreement_tables import grade_words
from studio.views.actions.definition import ActionDefinition
from studio.views.actions.tables import save_table_action

if TYPE_CHECKING:
    from studio.views.judges.grading_view import GradingView
    from studio.views.judges.judges_page import JudgesPage

translate = QCoreApplication.translate


def judges_actions(page: JudgesPage) -> list[ActionDefinition]:
    """Return what can be done with the list of judges."""
    return [
        ActionDefinition(
            id="judges.grade",
            text=translate("Actions", "Grade explanations"),
            help=translate("Actions", "Grade explanations yourself, without seeing which version wrote them"),
            run=page.grade,
            menu="project",
            section=22,
            synonyms=translate("Actions", "rate judge person human annotate consistency usefulness writing"),
            enabled=lambda: page.can_grade,
        ),
        ActionDefinition(
            id="judges.suggestions",
            text=translate("Actions", "Judge suggestions…"),
            help=translate("Actions", "Ask versions how to improve test images, and let a language model grade it"),
            run=page.judge_suggestions,
            menu="project",
            section=22,
            icon="chat",
            synonyms=translate("Actions", "improve advice dialogue chat useful concrete relevant LLM GPT"),
            enabled=lambda: page.can_grade,
        ),
        save_table_action("judges", page.table, enabled=lambda: page.is_listing),
    ]


def grading_actions(view: GradingView) -> list[ActionDefinition]:
    """Return the actions of grading: 1 to 5 for bad to excellent, and the rest."""
    inner = translate("Actions", "Grading")

    def give(grade: int) -> Callable[[], None]:
        return lambda: view.grade(grade)

    return [
        *(
            ActionDefinition(
                id=f"grading.grade-{place + 1}",
                text=translate("Actions", "Grade: {0}").format(word),
                run=give(place),
                menu="project",
                section=23,
                submenu=inner,
                keys=(str(place + 1),),
                synonyms=translate("Actions", "rate judge score"),
                enabled=lambda: view.is_asking,
            )
            for place, word in enumerate(grade_words())
        ),
        ActionDefinition(
            id="grading.image",
            text=translate("Actions", "Show or hide the image"),
            phrase=translate("Actions", "Grading: show or hide the image"),
            run=view.toggle_image,
            menu="project",
            section=23,
            submenu=inner,
            keys=("I",),
            synonyms=translate("Actions", "photo picture view"),
            enabled=lambda: view.is_asking,
        ),
        ActionDefinition(
            id="grading.skip",
            text=translate("Actions", "Skip this explanation"),
            phrase=translate("Actions", "Grading: skip this explanation"),
            run=view.skip,
            menu="project",
            section=23,
            submenu=inner,
            keys=("S",),
            synonyms=translate("Actions", "next cannot tell leave out"),
            enabled=lambda: view.is_asking,
        ),
        ActionDefinition(
            id="grading.more",
            text=translate("Actions", "Grade more"),
            phrase=translate("Actions", "Grade more explanations"),
            run=view.go_on,
            menu="project",
            section=23,
            submenu=inner,
            keys=("Return",),
            synonyms=translate("Actions", "continue next round"),
            enabled=lambda: view.can_go_on,
        ),
        ActionDefinition(
            id="grading.leave",
            text=translate("Actions", "Back to the judges"),
            phrase=translate("Actions", "Leave the grading"),
            run=view.left.emit,
            menu="project",
            section=23,
            submenu=inner,
            keys=("Esc",),
            icon="previous",
            synonyms=translate("Actions", "end quit close exit"),
            enabled=view.isVisible,
        ),
        ActionDefinition(
            id="grading.undo",
            text=translate("Actions", "Undo grade"),
            run=view.undo,
            menu="edit",
            section=0,
            keys=("Ctrl+Z", "U"),
            icon="undo",
            synonyms=translate("Actions", "revert take back grading"),
            enabled=lambda: view.can_undo,
            only_here=True,
        ),
    ]
