"""The actions of the Pairs page: the review by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.models.pair_list import scope_words
from studio.plural import plural
from studio.services.review.review_steps import ReviewStepSummary
from studio.services.review.types import PairVerdict, VetoScope
from studio.views.actions.definition import ActionDefinition
from studio.views.actions.review import review_actions
from studio.views.actions.tables import save_table_action

if TYPE_CHECKING:
    from studio.views.pairs.pairs_page import PairsPage
    from studio.widgets.image_view import ImageCanvas

translate = QCoreApplication.translate
ZOOM_STEP = 1.25


def pair_actions(page: PairsPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    return [
        *_verdicts(page),
        *_scopes(page),
        *_bulk(page),
        *_moves(page),
        *_filters(page),
        *review_actions(page),
        *_image(page),
        *_history(page),
        save_table_action("pairs", page.table, enabled=lambda: page.current is not None),
    ]


def _verdicts(page: PairsPage) -> list[ActionDefinition]:
    def chosen() -> bool:
        return page.current is not None

    def first() -> bool:
        return chosen() and not page.reviewer

    def texts_are_the_firsts() -> str:
        return translate("Actions", "Only the first reviewer changes texts") if page.reviewer else ""

    def decide(verdict: PairVerdict) -> Callable[[], None]:
        return lambda: page.decide(verdict)

    return [
        ActionDefinition(
            id="pairs.veto",
            text=translate("Actions", "Veto"),
            help=translate("Actions", "Leave the pair out of training"),
            run=decide("veto"),
            menu="pairs",
            section=0,
            keys=("V",),
            icon="veto",
            synonyms=translate("Actions", "reject exclude discard remove rate bad"),
            enabled=chosen,
        ),
        ActionDefinition(
            id="pairs.keep",
            text=translate("Actions", "Keep"),
            help=translate("Actions", "Mark the pair as reviewed and good"),
            run=decide("keep"),
            menu="pairs",
            section=1,
            keys=("K",),
            icon="keep",
            synonyms=translate("Actions", "accept approve rate good ok"),
            enabled=chosen,
        ),
        ActionDefinition(
            id="pairs.edit",
            text=translate("Actions", "Edit texts"),
            help=translate("Actions", "Edit the texts; Ctrl+Return saves, Escape cancels"),
            run=page.edit,
            menu="pairs",
            section=2,
            keys=("E",),
            icon="edit",
            synonyms=translate("Actions", "change write correct explanation"),
            enabled=first,
            reason=texts_are_the_firsts,
        ),
        ActionDefinition(
            id="pairs.regenerate",
            text=translate("Actions", "Regenerate rejected answer"),
            help=translate("Actions", "Generate a rejected explanation for a different wrong score"),
            run=page.regenerate,
            menu="pairs",
            section=3,
            keys=("R",),
            icon="regenerate",
            synonyms=translate("Actions", "retry again new wrong score"),
            enabled=first,
            reason=texts_are_the_firsts,
        ),
        ActionDefinition(
            id="pairs.note",
            text=translate("Actions", "Note…"),
            help=translate("Actions", "Write a note; Return saves it, Escape cancels"),
            run=page.annotate,
            menu="pairs",
            section=4,
            keys=("N",),
            icon="note",
            synonyms=translate("Actions", "comment annotate remark"),
            enabled=chosen,
        ),
    ]


def _scopes(page: PairsPage) -> list[ActionDefinition]:
    inner = translate("Actions", "Veto applies to")

    def choose(scope: VetoScope) -> Callable[[], None]:
        return lambda: page.scope.setCurrentIndex(page.scope.findData(scope))

    def is_chosen(scope: VetoScope) -> Callable[[], bool]:
        return lambda: bool(page.scope.currentData() == scope)

    choices = [
        ActionDefinition(
            id=f"pairs.scope-{scope}",
            text=words,
            phrase=f"{inner}: {words}",
            run=choose(scope),
            menu="pairs",
            section=5,
            submenu=inner,
            submenu_icon="filter",
            checked=is_chosen(scope),
        )
        for scope, words in scope_words().items()
    ]
    step = ActionDefinition(
        id="pairs.next-scope",
        text=translate("Actions", "Next choice"),
        phrase=translate("Actions", "Veto applies to: next choice"),
        help=translate("Actions", "Apply a veto to both training sets, the score set or the consistency set"),
        run=lambda: page.scope.setCurrentIndex((page.scope.currentIndex() + 1) % page.scope.count()),
        menu="pairs",
        section=5,
        submenu=inner,
        keys=("C",),
    )
    return [*choices, step]


def _bulk(page: PairsPage) -> list[ActionDefinition]:
    def listed() -> bool:
        return page.model.rowCount() > 0

    def label() -> str:
        return page.gate.text or translate("Actions", "Start training")

    return [
        ActionDefinition(
            id="pairs.veto-all",
            text=translate("Actions", "Veto all shown…"),
            run=lambda: page.decide_all("veto"),
            menu="pairs",
            section=10,
            keys=("Shift+V",),
            icon="veto",
            synonyms=translate("Actions", "reject exclude every bulk listed"),
            enabled=listed,
        ),
        ActionDefinition(
            id="pairs.keep-all",
            text=translate("Actions", "Keep all shown…"),
            run=lambda: page.decide_all("keep"),
            menu="pairs",
            section=11,
            keys=("Shift+K",),
            icon="keep",
            synonyms=translate("Actions", "accept approve every bulk listed"),
            enabled=listed,
        ),
        ActionDefinition(
            id="pairs.train",
            text=translate("Actions", "Start training"),
            phrase=translate("Actions", "Start training after the review"),
            help=translate("Actions", "Start training when it is waiting for your review; saves the text being edited"),
            run=page.save_or_train,
            menu="pairs",
            section=90,
            keys=("Ctrl+Return",),
            icon="train",
            synonyms=translate("Actions", "continue approve review gate finish done"),
            enabled=lambda: page.gate.is_open or page.view.editor.row is not None,
            label=label,
        ),
    ]


def _moves(page: PairsPage) -> list[ActionDefinition]:
    def chosen() -> bool:
        return page.current is not None

    return [
        ActionDefinition(
            id="pairs.previous",
            text=translate("Actions", "Previous pair"),
            run=lambda: page.step(-1),
            menu="pairs",
            section=20,
            keys=("Left",),
            icon="previous",
            synonyms=translate("Actions", "back up"),
            enabled=chosen,
            repeats=True,
        ),
        ActionDefinition(
            id="pairs.next",
            text=translate("Actions", "Next pair"),
            run=lambda: page.step(1),
            menu="pairs",
            section=21,
            keys=("Right",),
            icon="next",
            synonyms=translate("Actions", "forward down skip"),
            enabled=chosen,
            repeats=True,
        ),
    ]


def _filters(page: PairsPage) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="pairs.next-filter",
            text=translate("Actions", "Next filter"),
            help=translate("Actions", "All, unreviewed, suspicious, vetoed, kept, edited, noted"),
            run=lambda: page.controls.next_state(1),
            menu="pairs",
            section=30,
            keys=("F",),
            icon="filter",
            synonyms=translate("Actions", "show only unreviewed suspicious vetoed kept"),
        ),
        ActionDefinition(
            id="pairs.previous-filter",
            text=translate("Actions", "Previous filter"),
            run=lambda: page.controls.next_state(-1),
            menu="pairs",
            section=31,
            keys=("Shift+F",),
            synonyms=translate("Actions", "show only"),
        ),
        ActionDefinition(
            id="pairs.next-flag",
            text=translate("Actions", "Next flag"),
            help=translate("Actions", "Show only pairs with the next flag"),
            run=page.controls.next_flag,
            menu="pairs",
            section=32,
            keys=("W",),
            icon="flag",
            synonyms=translate("Actions", "reason warning why suspicious"),
        ),
        ActionDefinition(
            id="pairs.next-order",
            text=translate("Actions", "Change order"),
            help=translate("Actions", "As generated, most suspicious first, or most doubtful first"),
            run=page.controls.next_order,
            menu="pairs",
            section=33,
            keys=("S",),
            icon="sort",
            synonyms=translate("Actions", "sort suspicious first"),
        ),
        ActionDefinition(
            id="pairs.search",
            text=translate("Actions", "Find in pairs"),
            help=translate("Actions", "Search in texts, notes and names"),
            run=page.controls.search.setFocus,
            menu="edit",
            section=20,
            keys=("/", "Ctrl+F"),
            icon="search",
            synonyms=translate("Actions", "search locate text"),
            only_here=True,
        ),
    ]


def _image(page: PairsPage) -> list[ActionDefinition]:
    def canvas() -> ImageCanvas:
        return page.view.image.canvas

    def chosen() -> bool:
        return page.current is not None

    return [
        ActionDefinition(
            id="pairs.open-image",
            text=translate("Actions", "Open image"),
            help=translate("Actions", "Show the image in a large window"),
            run=page.open_image,
            menu="view",
            section=20,
            keys=("O",),
            icon="images",
            synonyms=translate("Actions", "large view show picture photo"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="pairs.show-image",
            text=translate("Actions", "Show on the Images page"),
            run=page.show_on_images_page,
            menu="view",
            section=21,
            synonyms=translate("Actions", "go to image picture photo"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="pairs.zoom",
            text=translate("Actions", "Fit / 100%"),
            help=translate("Actions", "Fit the image to the view, or show it at 100%"),
            run=lambda: canvas().actual_size() if canvas().fitted else canvas().fit(),
            menu="view",
            section=22,
            keys=("Z",),
            icon="fit",
            synonyms=translate("Actions", "zoom full size image"),
            only_here=True,
        ),
        ActionDefinition(
            id="pairs.zoom-in",
            text=translate("Actions", "Zoom in"),
            run=lambda: canvas().zoom(ZOOM_STEP),
            menu="view",
            section=23,
            keys=("+",),
            icon="zoom-in",
            synonyms=translate("Actions", "larger image"),
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="pairs.zoom-out",
            text=translate("Actions", "Zoom out"),
            run=lambda: canvas().zoom(1 / ZOOM_STEP),
            menu="view",
            section=24,
            keys=("-",),
            icon="zoom-out",
            synonyms=translate("Actions", "smaller image"),
            repeats=True,
            only_here=True,
        ),
    ]


def _history(page: PairsPage) -> list[ActionDefinition]:
    changes = page.pair_actions

    def undo_label() -> str:
        words = step_words(changes.history.undo if changes.history is not None else None)
        return translate("Actions", "Undo {0}").format(words) if words else translate("Actions", "Undo")

    def redo_label() -> str:
        words = step_words(changes.history.redo if changes.history is not None else None)
        return translate("Actions", "Redo {0}").format(words) if words else translate("Actions", "Redo")

    return [
        ActionDefinition(
            id="pairs.undo",
            text=translate("Actions", "Undo"),
            run=changes.undo,
            menu="edit",
            section=0,
            keys=("Ctrl+Z", "U"),
            icon="undo",
            synonyms=translate("Actions", "revert restore review"),
            enabled=lambda: changes.history is None or changes.history.undo is not None,
            label=undo_label,
        ),
        ActionDefinition(
            id="pairs.redo",
            text=translate("Actions", "Redo"),
            run=changes.redo,
            menu="edit",
            section=1,
            keys=("Ctrl+Shift+Z", "Ctrl+Y", "Shift+U"),
            icon="redo",
            synonyms=translate("Actions", "repeat review"),
            enabled=lambda: changes.history is None or changes.history.redo is not None,
            label=redo_label,
        ),
    ]


def step_words(step: ReviewStepSummary | None) -> str:
    """Return a review step in words, such as "veto of 52 pairs"; "" for None."""
    if step is None:
        return ""
    match step.what:
        case "veto":
            return plural("Actions", "veto of {n} pairs", "veto", step.pairs)
        case "keep":
            return plural("Actions", "keep of {n} pairs", "keep", step.pairs)
        case "edit":
            return plural("Actions", "edit of {n} pairs", "edit", step.pairs)
        case "note":
            return plural("Actions", "notes on {n} pairs", "note", step.pairs)
        case "use":
            return plural("Actions", "use of {n} decisions", "use of a decision", step.pairs)
        case _:
            return plural("Actions", "changes to {n} pairs", "change", step.pairs)
