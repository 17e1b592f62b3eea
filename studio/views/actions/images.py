"""The actions of the Images page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition

if TYPE_CHECKING:
    from studio.views.images.images_page import ImagesPage

translate = QCoreApplication.translate


def image_actions(page: ImagesPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    return [*_image(page), *_grid(page)]


def _image(page: ImagesPage) -> list[ActionDefinition]:
    def chosen() -> bool:
        return page.current_path is not None

    return [
        ActionDefinition(
            id="images.open",
            text=translate("Actions", "Open image"),
            help=translate("Actions", "Show the image in a large window (or double-click it)"),
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
            id="images.chat",
            text=translate("Actions", "Chat about this image…"),
            help=translate("Actions", "Talk with a version about the image, beginning with its score and explanation"),
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
            id="images.prompt",
            text=translate("Actions", "Show prompt for this image…"),
            help=translate("Actions", "The question about the image, as the model gets it"),
            run=page.show_prompt,
            menu="view",
            section=20,
            synonyms=translate("Actions", "question template instruction text"),
            enabled=chosen,
            only_here=True,
        ),
        ActionDefinition(
            id="images.show-in-folder",
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
            id="images.relocate",
            text=translate("Actions", "Relocate image folder…"),
            help=translate("Actions", "Say where the images are, after their folder was moved or renamed"),
            run=page.relocate,
            menu="project",
            section=96,
            icon="folder",
            synonyms=translate("Actions", "moved renamed missing find lost path disk drive"),
        ),
        ActionDefinition(
            id="images.copy-path",
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


def _grid(page: ImagesPage) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="images.search",
            text=translate("Actions", "Find images"),
            help=translate("Actions", "Search in names, tags and explanations"),
            run=page.bar.search.setFocus,
            menu="edit",
            section=20,
            keys=("Ctrl+F",),
            icon="search",
            synonyms=translate("Actions", "search locate text name tag"),
            only_here=True,
        ),
        ActionDefinition(
            id="images.larger",
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
            id="images.smaller",
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
            id="images.save-filter",
            text=translate("Actions", "Save current filter…"),
            run=page.bar.ask_name,
            menu="view",
            section=40,
            keys=("S",),
            icon="save",
            synonyms=translate("Actions", "store keep search name"),
            only_here=True,
        ),
        ActionDefinition(
            id="images.clear-filter",
            text=translate("Actions", "Clear all filters"),
            run=page.bar.clear_button.click,
            menu="view",
            section=41,
            icon="filter",
            synonyms=translate("Actions", "reset show all remove conditions"),
            only_here=True,
        ),
    ]
