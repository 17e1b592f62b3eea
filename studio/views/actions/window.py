"""Actions available everywhere: projects, appearance, help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction

from studio.views.actions.definition import ActionDefinition
from studio.widgets.text_size import NORMAL, STEPS, neighbour
from studio.window_settings import Appearance

if TYPE_CHECKING:
    from studio.views.window.main_window import MainWindow

translate = QCoreApplication.translate
Role = QAction.MenuRole


def window_actions(window: MainWindow) -> list[ActionDefinition]:
    """Return the window's own actions."""
    return [*_file(window), *_view(window), *_help(window)]


def _file(window: MainWindow) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="window.new",
            text=translate("Actions", "New project…"),
            run=window.new_project,
            menu="file",
            section=0,
            keys=("Ctrl+N",),
            icon="new",
            synonyms=translate("Actions", "create start begin import images scores wizard"),
        ),
        ActionDefinition(
            id="window.open",
            text=translate("Actions", "Open project…"),
            run=window.browse,
            menu="file",
            section=1,
            keys=("Ctrl+O",),
            icon="open",
            synonyms=translate("Actions", "load folder browse switch"),
        ),
        ActionDefinition(
            id="window.open-archive",
            text=translate("Actions", "Open archive…"),
            run=window.browse_archive,
            menu="file",
            section=3,
            icon="archive",
            synonyms=translate("Actions", "zip unpack restore backup import"),
            help=translate("Actions", "Unpack a project from an archive file"),
        ),
        ActionDefinition(
            id="window.score",
            text=translate("Actions", "Score images…"),
            run=window.score_images,
            menu="file",
            section=5,
            keys=("Ctrl+I",),
            icon="score",
            synonyms=translate("Actions", "rate predict folder photos new collection use model cull"),
            help=translate("Actions", "Choose a folder of images and a model that scores and explains them"),
        ),
        ActionDefinition(
            id="window.demo",
            text=translate("Actions", "Try the demo"),
            run=window.try_demo,
            menu="file",
            section=4,
            icon="demo",
            synonyms=translate("Actions", "example tutorial sample"),
        ),
        ActionDefinition(
            id="window.finished-demo",
            text=translate("Actions", "Explore a finished demo"),
            run=window.explore_finished_demo,
            menu="file",
            section=4,
            icon="demo",
            synonyms=translate("Actions", "example tutorial sample tour results"),
            help=translate("Actions", "Open a small finished project with three iterations, as your own copy"),
        ),
        ActionDefinition(
            id="window.close-project",
            text=translate("Actions", "Close project"),
            run=window.close_project,
            menu="file",
            section=90,
            keys=("Ctrl+W",),
            icon="projects",
            synonyms=translate("Actions", "leave projects start page"),
            enabled=lambda: window.shell is not None,
        ),
        ActionDefinition(
            id="window.quit",
            text=translate("Actions", "Quit"),
            run=window.close,
            menu="file",
            section=91,
            keys=("Ctrl+Q",),
            icon="quit",
            synonyms=translate("Actions", "exit leave close window"),
            role=Role.QuitRole,
        ),
        ActionDefinition(
            id="window.commands",
            text=translate("Actions", "Find an action…"),
            run=window.show_commands,
            menu="edit",
            section=80,
            keys=("Ctrl+K",),
            icon="command",
            synonyms=translate("Actions", "command palette search go to"),
        ),
    ]


def _view(window: MainWindow) -> list[ActionDefinition]:
    modes: tuple[tuple[Appearance, str, str], ...] = (
        ("system", translate("Actions", "System"), translate("Actions", "Appearance: system")),
        ("light", translate("Actions", "Light"), translate("Actions", "Appearance: light")),
        ("dark", translate("Actions", "Dark"), translate("Actions", "Appearance: dark")),
    )

    def choose(mode: Appearance) -> Callable[[], None]:
        return lambda: window.choose_appearance(mode)

    def is_chosen(mode: Appearance) -> Callable[[], bool]:
        return lambda: window.appearance == mode

    looks = [
        ActionDefinition(
            id=f"window.appearance-{mode}",
            text=text,
            phrase=phrase,
            run=choose(mode),
            menu="view",
            section=90,
            submenu=translate("Actions", "Appearance"),
            submenu_icon="appearance",
            synonyms=translate("Actions", "theme colours colors night mode"),
            checked=is_chosen(mode),
        )
        for mode, text, phrase in modes
    ]
    sizes = translate("Actions", "Text size")
    synonyms = translate("Actions", "font zoom scale bigger letters magnify accessibility")

    def step(by: int) -> Callable[[], None]:
        return lambda: window.choose_text_percent(neighbour(window.text_percent, by))

    larger = ActionDefinition(
        id="window.text-larger",
        text=translate("Actions", "Larger"),
        phrase=translate("Actions", "Text size: larger"),
        run=step(1),
        menu="view",
        section=91,
        submenu=sizes,
        submenu_icon="text-size",
        keys=("Ctrl++", "Ctrl+="),
        icon="zoom-in",
        synonyms=synonyms,
        enabled=lambda: window.text_percent < STEPS[-1],
        repeats=True,
    )
    smaller = ActionDefinition(
        id="window.text-smaller",
        text=translate("Actions", "Smaller"),
        phrase=translate("Actions", "Text size: smaller"),
        run=step(-1),
        menu="view",
        section=91,
        submenu=sizes,
        keys=("Ctrl+-",),
        icon="zoom-out",
        synonyms=synonyms,
        enabled=lambda: window.text_percent > STEPS[0],
        repeats=True,
    )
    normal = ActionDefinition(
        id="window.text-normal",
        text=translate("Actions", "100%"),
        phrase=translate("Actions", "Text size: 100%"),
        run=lambda: window.choose_text_percent(NORMAL),
        menu="view",
        section=91,
        submenu=sizes,
        keys=("Ctrl+Shift+0",),
        synonyms=synonyms,
        enabled=lambda: window.text_percent != NORMAL,
    )
    full = ActionDefinition(
        id="window.full-screen",
        text=translate("Actions", "Full screen"),
        run=window.toggle_full_screen,
        menu="view",
        section=92,
        keys=("F11",),
        icon="fullscreen",
        synonyms=translate("Actions", "maximize large window"),
        checked=window.isFullScreen,
    )
    return [*looks, larger, smaller, normal, full]


def _help(window: MainWindow) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="window.guide",
            text=translate("Actions", "Guide"),
            run=window.show_guide,
            menu="help",
            section=0,
            keys=("F1",),
            icon="help",
            synonyms=translate("Actions", "help manual documentation tutorial how to"),
        ),
        ActionDefinition(
            id="window.keys",
            text=translate("Actions", "Keyboard shortcuts"),
            run=window.show_keys,
            menu="help",
            section=1,
            keys=("?",),
            icon="keyboard",
            synonyms=translate("Actions", "help keys hotkeys bindings sheet"),
        ),
        ActionDefinition(
            id="window.paper",
            text=translate("Actions", "The paper (arXiv 2506.02708)"),
            run=window.show_paper,
            menu="help",
            section=10,
            icon="paper",
            synonyms=translate("Actions", "help method article citation reference"),
            help=translate("Actions", "Open arxiv.org in the browser"),
        ),
        ActionDefinition(
            id="window.about",
            text=translate("Actions", "About Score Studio"),
            run=window.show_about,
            menu="help",
            section=20,
            icon="about",
            synonyms=translate("Actions", "help version licence license system information copyright"),
            role=Role.AboutRole,
        ),
    ]
