"""The actions of the Pairs page that lead a review: reasons of vetoes, the next unreviewed pair, filters, numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.services.review.veto_reasons import MOST
from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.pairs.pairs_page import PairsPage

translate = QCoreApplication.translate


def review_actions(page: PairsPage) -> list[ActionDefinition]:
    """Return the actions, in the order of the sheet of shortcuts."""
    return [*_reasons(page), *_moves(page), *_filters(page), *_triage(page), *_reviewers(page)]


def _reasons(page: PairsPage) -> list[ActionDefinition]:
    inner = translate("Actions", "Veto for a reason")

    def veto(number: int) -> Callable[[], None]:
        return lambda: page.veto_for(number)

    def label(number: int) -> Callable[[], str]:
        def text() -> str:
            if number > len(page.tools.reasons):
                return translate("Actions", "Reason {0} is not set (Edit veto reasons…)").format(number)
            return translate("Actions", "Veto: {0}").format(page.tools.reasons[number - 1])

        return text

    def enabled(number: int) -> Callable[[], bool]:
        return lambda: page.current is not None and number <= len(page.tools.reasons)

    keys = [
        ActionDefinition(
            id=f"pairs.reason-{number}",
            text=translate("Actions", "Veto: reason {0}").format(number),
            help=translate("Actions", "Leave the pair out of training, and say why"),
            run=veto(number),
            menu="pairs",
            section=6,
            submenu=inner,
            submenu_icon="veto",
            keys=(str(number),),
            synonyms=translate("Actions", "reject exclude why reason"),
            enabled=enabled(number),
            label=label(number),
        )
        for number in range(1, MOST + 1)
    ]
    edit = ActionDefinition(
        id="pairs.edit-reasons",
        text=translate("Actions", "Edit veto reasons…"),
        help=translate("Actions", "The reasons on the keys 1 to 9, for this project"),
        run=page.tools.edit_reasons,
        menu="pairs",
        section=7,
        icon="edit",
        synonyms=translate("Actions", "why list own change keys"),
    )
    return [*keys, edit]


def _moves(page: PairsPage) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="pairs.next-unreviewed",
            text=translate("Actions", "Next unreviewed pair"),
            help=translate("Actions", "Go to the next pair of the list without a verdict"),
            run=page.tools.next_unreviewed,
            menu="pairs",
            section=22,
            keys=("J",),
            icon="next",
            synonyms=translate("Actions", "jump forward skip reviewed undecided"),
            enabled=lambda: page.current is not None,
        ),
        ActionDefinition(
            id="pairs.select-all",
            text=translate("Actions", "Select all pairs"),
            help=translate("Actions", "Select all pairs of the list; a verdict then applies to all of them at once"),
            run=page.selection.select_all,
            menu="edit",
            section=10,
            keys=("Ctrl+A",),
            synonyms=translate("Actions", "mark several many rows bulk everything"),
            enabled=lambda: not page.focused and page.model.rowCount() > 0,
            only_here=True,
        ),
        ActionDefinition(
            id="pairs.focus",
            text=translate("Actions", "Focus review"),
            help=translate("Actions", "Show one pair alone: the picture and both texts large; Escape ends it"),
            run=lambda: page.show_focus(not page.focused),
            menu="pairs",
            section=24,
            keys=("L",),
            icon="fullscreen",
            synonyms=translate("Actions", "large one pair big read zoom concentrate"),
            enabled=lambda: page.focused or page.current is not None,
            label=lambda: (
                translate("Actions", "Back to list") if page.focused else translate("Actions", "Focus review")
            ),
        ),
        ActionDefinition(
            id="pairs.similar",
            text=translate("Actions", "Similar pairs…"),
            help=translate("Actions", "Find pairs with texts like this one's, and veto them together"),
            run=page.tools.show_similar,
            menu="pairs",
            section=25,
            keys=("I",),
            icon="search",
            synonyms=translate("Actions", "alike same texts duplicate find cluster veto all like this"),
            enabled=lambda: page.current is not None,
        ),
        ActionDefinition(
            id="pairs.summary",
            text=translate("Actions", "Review summary…"),
            help=translate("Actions", "How many pairs were vetoed for which reason"),
            run=page.tools.show_summary,
            menu="pairs",
            section=40,
            keys=("G",),
            icon="report",
            synonyms=translate("Actions", "chart count reasons statistics numbers"),
            enabled=lambda: page.current is not None,
        ),
    ]


def _triage(page: PairsPage) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="pairs.doubtful",
            text=translate("Actions", "Review the 200 most doubtful"),
            help=translate("Actions", "Learn from the verdicts so far; list the pairs most likely to be vetoed"),
            run=page.triage.begin_session,
            menu="pairs",
            section=36,
            keys=("D",),
            icon="flag",
            synonyms=translate("Actions", "triage learn session sort chance veto predict model uncertain"),
            enabled=lambda: page.current is not None and not page.focused,
        ),
        ActionDefinition(
            id="pairs.end-session",
            text=translate("Actions", "End session"),
            help=translate("Actions", "List all pairs again"),
            run=page.triage.end_session,
            menu="pairs",
            section=37,
            synonyms=translate("Actions", "triage stop doubtful all"),
            enabled=lambda: page.triage.session is not None,
        ),
    ]


def _reviewers(page: PairsPage) -> list[ActionDefinition]:
    choice = page.reviewers
    return [
        ActionDefinition(
            id="pairs.reviewers",
            text=translate("Actions", "Reviewers and agreement…"),
            help=translate("Actions", "Add a second reviewer, review as one, see how far reviewers agree"),
            run=choice.open_window,
            menu="pairs",
            section=41,
            keys=("B",),
            synonyms=translate("Actions", "second person kappa other blind disagreement rater name"),
            enabled=lambda: page.current is not None or bool(page.reviewer),
        ),
        ActionDefinition(
            id="pairs.use-decision",
            text=translate("Actions", "Use this decision"),
            help=translate("Actions", "Make this reviewer's verdicts on the selected pairs those that training uses"),
            run=choice.use_decisions,
            menu="pairs",
            section=42,
            synonyms=translate("Actions", "adopt accept take over second reviewer verdict training"),
            enabled=lambda: bool(page.reviewer) and page.current is not None,
            reason=lambda: "" if page.reviewer else translate("Actions", "Only for the decisions of a second reviewer"),
        ),
    ]


def _filters(page: PairsPage) -> list[ActionDefinition]:
    controls = page.controls
    return [
        ActionDefinition(
            id="pairs.more-filters",
            text=translate("Actions", "More filters"),
            help=translate("Actions", "Reason of the veto, score distance, words, margin, image score"),
            run=lambda: controls.more.setVisible(controls.more.isHidden()),
            menu="pairs",
            section=34,
            keys=("M",),
            icon="filter",
            synonyms=translate("Actions", "reason distance length words margin score range"),
            checked=lambda: not controls.more.isHidden(),
            label=lambda: controls.more_text,
        ),
        ActionDefinition(
            id="pairs.clear-filters",
            text=translate("Actions", "Clear filters"),
            run=controls.clear,
            menu="pairs",
            section=35,
            icon="close",
            synonyms=translate("Actions", "reset show all remove"),
            enabled=lambda: controls.is_filtering,
        ),
    ]
