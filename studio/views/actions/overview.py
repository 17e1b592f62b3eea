"""The actions of the Overview page: the next step of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition
from studio.views.actions.tables import save_table_action

if TYPE_CHECKING:
    from studio.views.overview.overview_page import OverviewPage

translate = QCoreApplication.translate


def overview_actions(page: OverviewPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    return [
        ActionDefinition(
            id="overview.next-step",
            text=translate("Actions", "Next step"),
            help=translate("Actions", "Measure the base model, run the next iteration or open the review"),
            run=page.next_step,
            menu="project",
            section=0,
            icon="play",
            synonyms=translate("Actions", "run start train iteration next step continue score"),
            enabled=lambda: page.can_go_on,
            label=lambda: page.next_step_text,
        ),
        ActionDefinition(
            id="overview.run-all",
            text=translate("Actions", "Run all"),
            help=translate(
                "Actions", "Run every planned iteration, one after the other; pauses for your reviews if you chose so"
            ),
            run=page.run_all,
            menu="project",
            section=0,
            synonyms=translate("Actions", "everything iterations start train batch overnight loop"),
            enabled=lambda: page.can_go_on and page.runs_on,
            label=lambda: page.run_all_text,
        ),
        ActionDefinition(
            id="overview.suggestion",
            text=translate("Actions", "Suggested step"),
            help=translate(
                "Actions", "Where another iteration is unlikely to help: compare the last version, or export the best"
            ),
            run=page.follow_suggestion,
            menu="project",
            section=0,
            synonyms=translate("Actions", "verdict plateau stop worse best version advice"),
            enabled=lambda: page.has_suggestion,
            label=lambda: page.suggestion_text,
        ),
        ActionDefinition(
            id="overview.discard",
            text=translate("Actions", "Discard iteration…"),
            help=translate("Actions", "Delete an iteration that has stopped, with its pairs; it can be undone"),
            run=page.discard,
            menu="project",
            section=0,
            icon="delete",
            synonyms=translate("Actions", "delete remove cancel abandon throw away start over"),
            enabled=lambda: page.can_discard,
            label=lambda: page.discard_text,
        ),
        ActionDefinition(
            id="overview.review",
            text=translate("Actions", "Pause to review pairs before training"),
            help=translate(
                "Actions", "Training waits until you have reviewed the pairs; saved in the project settings"
            ),
            run=page.toggle_review,
            menu="project",
            section=1,
            synonyms=translate("Actions", "stop gate veto wait"),
            enabled=lambda: page.can_choose_review,
            checked=lambda: page.reviews,
        ),
        ActionDefinition(
            id="overview.compare",
            text=translate("Actions", "Compare selected version"),
            help=translate("Actions", "Show the selected version's answers next to those of the previous version"),
            run=page.compare_selected,
            menu="project",
            section=2,
            icon="compare",
            synonyms=translate("Actions", "answers side by side open version"),
            enabled=lambda: page.selected_version is not None,
            only_here=True,
        ),
        ActionDefinition(
            id="overview.judge",
            text=translate("Actions", "Judge versions…"),
            help=translate("Actions", "Let a language model grade the explanations of all versions"),
            run=page.judge_versions,
            menu="project",
            section=3,
            synonyms=translate("Actions", "LLM GPT OpenAI Ollama consistency usefulness grade rate"),
            enabled=lambda: page.results.proxy.rowCount() > 0,
        ),
        ActionDefinition(
            id="overview.reread",
            text=translate("Actions", "Read scores from explanations"),
            help=translate("Actions", "Does the text carry the score? Each version reads its own explanations"),
            run=page.reread_versions,
            menu="project",
            section=3,
            synonyms=translate("Actions", "text only rationale swap contradiction consistency faithful reread"),
            enabled=lambda: page.results.proxy.rowCount() > 0,
        ),
        ActionDefinition(
            id="overview.measure",
            text=translate("Actions", "Measure again"),
            help=translate("Actions", "Compute the metrics of all versions again, with the grades that there are now"),
            run=page.measure_again,
            menu="project",
            section=3,
            synonyms=translate("Actions", "metrics evaluate recompute update grades SRCC"),
            enabled=lambda: page.results.proxy.rowCount() > 0,
        ),
        ActionDefinition(
            id="overview.probe",
            text=translate("Actions", "Probe versions…"),
            help=translate("Actions", "Degrade test images: do the scores fall, do the explanations say why?"),
            run=page.probe_versions,
            menu="project",
            section=3,
            synonyms=translate("Actions", "faithfulness blur noise exposure degrade robustness test"),
            enabled=lambda: page.results.proxy.rowCount() > 0,
        ),
        save_table_action("overview", page.results.table, enabled=lambda: page.results.proxy.rowCount() > 0),
    ]
