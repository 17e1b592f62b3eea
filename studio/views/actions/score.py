"""The actions of the Score page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.score.score_page import ScorePage

translate = QCoreApplication.translate


def score_actions(page: ScorePage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    return [*_collection(page), *_manage(page), *_picks(page), *_image(page), *_grid(page)]


def _collection(page: ScorePage) -> list[ActionDefinition]:
    def shown() -> bool:
        return page.shown is not None

    return [
        ActionDefinition(
            id="score.new",
            text=translate("Actions", "Score images…"),
            help=translate("Actions", "Choose a folder of images and a model that scores and explains them"),
            run=page.new_collection,
            menu="project",
            section=50,
            icon="score",
            synonyms=translate("Actions", "rate predict folder photos new collection use model cull"),
            only_here=True,
        ),
        ActionDefinition(
            id="score.again",
            text=translate("Actions", "Score collection…"),
            help=translate("Actions", "Score what is left of this collection, or all of it by another model"),
            run=page.score_again,
            menu="project",
            section=51,
            icon="play",
            synonyms=translate("Actions", "continue resume another version rate"),
            enabled=shown,
            only_here=True,
        ),
        ActionDefinition(
            id="score.results",
            text=translate("Actions", "Results…"),
            help=translate("Actions", "Save a table, a contact sheet or copies, or write stars into XMP sidecars"),
            run=page.take_out,
            menu="file",
            section=10,
            keys=("Ctrl+Shift+S",),
            icon="export",
            synonyms=translate("Actions", "export save csv parquet html xmp stars ratings lightroom darktable copy"),
            enabled=lambda: page.has_results,
            only_here=True,
        ),
        ActionDefinition(
            id="score.look-again",
            text=translate("Actions", "Look for new images"),
            help=translate("Actions", "Find files that were added, changed or removed in the collection's folders"),
            run=page.look_again,
            menu="project",
            section=51,
            keys=("F5",),
            icon="recent",
            synonyms=translate("Actions", "update refresh rescan sync files added"),
            enabled=shown,
            only_here=True,
        ),
    ]


def _manage(page: ScorePage) -> list[ActionDefinition]:
    def shown() -> bool:
        return page.shown is not None

    return [
        ActionDefinition(
            id="score.rename",
            text=translate("Actions", "Rename collection…"),
            run=page.rename,
            menu="project",
            section=52,
            keys=("F2",),
            icon="edit",
            synonyms=translate("Actions", "name title change"),
            enabled=shown,
            only_here=True,
        ),
        ActionDefinition(
            id="score.delete",
            text=translate("Actions", "Delete collection…"),
            help=translate("Actions", "Delete its scores and picks, after a question; image files stay"),
            run=page.delete,
            menu="project",
            section=52,
            icon="delete",
            synonyms=translate("Actions", "remove forget"),
            enabled=shown,
            only_here=True,
        ),
    ]


def _picks(page: ScorePage) -> list[ActionDefinition]:
    def chosen() -> bool:
        return bool(page.chosen_ids)

    return [
        ActionDefinition(
            id="score.pick",
            text=translate("Actions", "Pick"),
            help=translate("Actions", "Mark the selected images as picked, and go on"),
            run=lambda: page.pick(1),
            menu="edit",
            section=30,
            keys=("P",),
            icon="keep",
            synonyms=translate("Actions", "flag choose keep select cull"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="score.reject",
            text=translate("Actions", "Reject"),
            help=translate("Actions", "Mark the selected images as rejected, and go on; files are not touched"),
            run=lambda: page.pick(-1),
            menu="edit",
            section=30,
            keys=("X",),
            icon="veto",
            synonyms=translate("Actions", "flag discard drop cull"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="score.unmark",
            text=translate("Actions", "Neither"),
            phrase=translate("Actions", "Neither picked nor rejected"),
            run=lambda: page.pick(0),
            menu="edit",
            section=30,
            keys=("U",),
            icon="close",
            synonyms=translate("Actions", "unflag clear pick"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="score.undo",
            text=translate("Actions", "Undo pick"),
            run=page.undo,
            menu="edit",
            section=0,
            keys=("Ctrl+Z",),
            icon="undo",
            synonyms=translate("Actions", "take back revert"),
            enabled=lambda: page.can_undo,
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="score.redo",
            text=translate("Actions", "Redo pick"),
            run=page.redo,
            menu="edit",
            section=0,
            keys=("Ctrl+Shift+Z", "Ctrl+Y"),
            icon="redo",
            synonyms=translate("Actions", "again repeat"),
            enabled=lambda: page.can_redo,
            repeats=True,
            only_here=True,
        ),
    ]


def _image(page: ScorePage) -> list[ActionDefinition]:
    def chosen() -> bool:
        return page.current_path is not None

    return [
        ActionDefinition(
            id="score.large",
            text=translate("Actions", "Large view"),
            help=translate("Actions", "Show the image large beside its explanation, or the grid again"),
            run=page.toggle_large,
            menu="view",
            section=20,
            keys=("O", "Space"),
            icon="images",
            synonyms=translate("Actions", "open zoom picture photo explanation"),
            enabled=chosen,
            checked=lambda: page.is_large,
            only_here=True,
        ),
        ActionDefinition(
            id="score.back",
            text=translate("Actions", "Back to the grid"),
            run=page.show_grid,
            menu="view",
            section=20,
            keys=("Esc",),
            synonyms=translate("Actions", "close large leave"),
            enabled=lambda: page.is_large,
            only_here=True,
        ),
        ActionDefinition(
            id="score.next",
            text=translate("Actions", "Next image"),
            run=lambda: page.step(1),
            menu="view",
            section=22,
            keys=("Right",),
            icon="next",
            synonyms=translate("Actions", "forward"),
            enabled=lambda: page.is_large,
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="score.previous",
            text=translate("Actions", "Previous image"),
            run=lambda: page.step(-1),
            menu="view",
            section=22,
            keys=("Left",),
            icon="previous",
            synonyms=translate("Actions", "back"),
            enabled=lambda: page.is_large,
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="score.chat",
            text=translate("Actions", "Chat about this image…"),
            help=translate("Actions", "Talk with the version that is shown about the image"),
            run=page.chat,
            menu="view",
            section=20,
            keys=("T",),
            icon="chat",
            synonyms=translate("Actions", "talk ask question conversation dialogue suggestions improve"),
            enabled=lambda: page.can_chat,
            only_here=True,
        ),
        ActionDefinition(
            id="score.explain",
            text=translate("Actions", "Explain selected images"),
            help=translate("Actions", "Queue explanations of the selected images by the model that is shown"),
            run=page.explain,
            menu="project",
            section=51,
            keys=("E",),
            icon="note",
            synonyms=translate("Actions", "why text reasons write"),
            enabled=lambda: page.can_explain,
            only_here=True,
        ),
        ActionDefinition(
            id="score.show-in-folder",
            text=translate("Actions", "Show in folder"),
            run=page.show_in_folder,
            menu="view",
            section=21,
            icon="folder",
            synonyms=translate("Actions", "file manager reveal location explorer finder"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="score.copy-path",
            text=translate("Actions", "Copy file path"),
            run=page.copy_path,
            menu="edit",
            section=10,
            keys=("Ctrl+Shift+C",),
            icon="copy",
            synonyms=translate("Actions", "clipboard name"),
            enabled=chosen,
            only_here=True,
        ),
    ]


def _grid(page: ScorePage) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="score.search",
            text=translate("Actions", "Find images"),
            help=translate("Actions", "Search in file names and explanations"),
            run=page.bar.search.setFocus,
            menu="edit",
            section=20,
            keys=("Ctrl+F",),
            icon="search",
            synonyms=translate("Actions", "search locate text name"),
            only_here=True,
        ),
        ActionDefinition(
            id="score.larger",
            text=translate("Actions", "Larger thumbnails"),
            run=lambda: page.size_slider.setValue(page.size_slider.value() + 1),
            menu="view",
            section=30,
            keys=("+",),
            icon="zoom-in",
            synonyms=translate("Actions", "zoom in size pictures"),
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="score.smaller",
            text=translate("Actions", "Smaller thumbnails"),
            run=lambda: page.size_slider.setValue(page.size_slider.value() - 1),
            menu="view",
            section=31,
            keys=("-",),
            icon="zoom-out",
            synonyms=translate("Actions", "zoom out size pictures"),
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="score.clear-filter",
            text=translate("Actions", "Clear all filters"),
            run=page.bar.clear_button.click,
            menu="view",
            section=41,
            icon="filter",
            synonyms=translate("Actions", "reset show all remove conditions"),
            only_here=True,
        ),
    ]
