"""The actions of the Compare page and of its blind test."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition
from studio.views.actions.tables import save_table_action

if TYPE_CHECKING:
    from studio.views.compare.blind_test import BlindView
    from studio.views.compare.compare_page import ComparePage

translate = QCoreApplication.translate
LISTED = 50
"""How many images of the list are saved at once."""


def compare_actions(page: ComparePage) -> list[ActionDefinition]:
    """Return what can be done with the list of images."""

    def chosen() -> bool:
        return page.current is not None and page.is_listing

    return [
        ActionDefinition(
            id="compare.previous",
            text=translate("Actions", "Previous image"),
            run=lambda: page.step(-1),
            menu="view",
            section=20,
            keys=("Left",),
            icon="previous",
            synonyms=translate("Actions", "back up"),
            enabled=chosen,
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.next",
            text=translate("Actions", "Next image"),
            run=lambda: page.step(1),
            menu="view",
            section=21,
            keys=("Right",),
            icon="next",
            synonyms=translate("Actions", "forward down"),
            enabled=chosen,
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.open-image",
            text=translate("Actions", "Open image"),
            help=translate("Actions", "Show the image in a large window"),
            run=page.open_image,
            menu="view",
            section=22,
            keys=("O",),
            icon="images",
            synonyms=translate("Actions", "large view show picture photo"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.chat",
            text=translate("Actions", "Chat about this image…"),
            help=translate("Actions", "Talk with the last of the compared versions about the image"),
            run=page.chat,
            menu="view",
            section=23,
            keys=("T",),
            icon="chat",
            synonyms=translate("Actions", "talk ask question conversation dialogue suggestions improve"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.prompt",
            text=translate("Actions", "Show prompt for this image…"),
            help=translate("Actions", "The question about the image, as the model gets it"),
            run=page.show_prompt,
            menu="view",
            section=23,
            synonyms=translate("Actions", "question template instruction text"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.show-image",
            text=translate("Actions", "Show on the Images page"),
            run=page.show_on_images_page,
            menu="view",
            section=23,
            synonyms=translate("Actions", "go to image picture photo"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.blind",
            text=translate("Actions", "Start blind test"),
            help=translate("Actions", "Rate the explanations without seeing which version wrote them"),
            run=page.begin_blind,
            menu="project",
            section=20,
            icon="blind",
            synonyms=translate("Actions", "rate vote score judge explanations preference"),
            enabled=lambda: page.can_test,
        ),
        *_saving(page, chosen),
        save_table_action("compare", page.table, enabled=chosen),
    ]


def _saving(page: ComparePage, chosen: Callable[[], bool]) -> list[ActionDefinition]:
    words = translate("Actions", "export share picture web page report answers side by side")
    return [
        ActionDefinition(
            id="compare.save-picture",
            text=translate("Actions", "Save comparison as picture…"),
            help=translate("Actions", "Save the image with its answers as PNG"),
            run=page.save_picture,
            menu="file",
            section=21,
            synonyms=f"png {words}",
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.save-html",
            text=translate("Actions", "Save comparison as HTML…"),
            help=translate("Actions", "Save the image with its answers as one file that any browser shows"),
            run=page.save_html,
            menu="file",
            section=22,
            synonyms=f"html {words}",
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="compare.save-listed",
            text=translate("Actions", "Save first {0} comparisons as HTML…").format(LISTED),
            help=translate("Actions", "Save the first images of the list, in its order, as one file"),
            run=lambda: page.save_html(LISTED),
            menu="file",
            section=23,
            synonyms=f"html list {words}",
            enabled=chosen,
            only_here=True,
        ),
    ]


def blind_actions(view: BlindView, places: int) -> list[ActionDefinition]:
    """Return the actions of a blind test with up to ``places`` explanations."""
    inner = translate("Actions", "Blind test")
    better = translate("Actions", "Explanation {0} is better")

    def vote(place: int) -> Callable[[], None]:
        return lambda: view.vote(place)

    def may_vote(place: int) -> Callable[[], bool]:
        return lambda: view.may_vote(place)

    return [
        *(
            ActionDefinition(
                id=f"blind.prefer-{place}",
                text=better.format(place),
                run=vote(place),
                menu="project",
                section=21,
                submenu=inner,
                submenu_icon="blind",
                keys=(str(place),),
                synonyms=translate("Actions", "rate vote choose best"),
                enabled=may_vote(place),
            )
            for place in range(1, places + 1)
        ),
        ActionDefinition(
            id="blind.tie",
            text=translate("Actions", "Tie"),
            phrase=translate("Actions", "Blind test: tie"),
            run=vote(0),
            menu="project",
            section=21,
            submenu=inner,
            keys=("0",),
            synonyms=translate("Actions", "rate vote equal same none"),
            enabled=may_vote(0),
        ),
        ActionDefinition(
            id="blind.reveal",
            text=translate("Actions", "Finish and reveal"),
            phrase=translate("Actions", "Finish the blind test"),
            run=view.reveal,
            menu="project",
            section=21,
            submenu=inner,
            icon="keep",
            synonyms=translate("Actions", "result win rate end show versions"),
            enabled=lambda: view.has_open_votes,
        ),
        ActionDefinition(
            id="blind.anew",
            text=translate("Actions", "Start a new test"),
            phrase=translate("Actions", "Start a new blind test"),
            run=view.begin_anew,
            menu="project",
            section=21,
            submenu=inner,
            icon="regenerate",
            synonyms=translate("Actions", "restart again reset"),
            enabled=lambda: view.can_begin_anew,
        ),
        ActionDefinition(
            id="blind.leave",
            text=translate("Actions", "Back to the comparison"),
            phrase=translate("Actions", "Leave the blind test"),
            run=view.left.emit,
            menu="project",
            section=21,
            submenu=inner,
            keys=("Esc",),
            icon="previous",
            synonyms=translate("Actions", "end quit close exit"),
            enabled=view.isVisible,
        ),
        ActionDefinition(
            id="blind.undo",
            text=translate("Actions", "Undo vote"),
            run=view.undo,
            menu="edit",
            section=0,
            keys=("Ctrl+Z", "U"),
            icon="undo",
            synonyms=translate("Actions", "revert choice blind test"),
            enabled=lambda: view.has_open_votes,
            only_here=True,
        ),
    ]
