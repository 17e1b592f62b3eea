"""The main window: the start page, or one open project."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from studio.text import window_title
from studio.views.actions.action import ActionSet
from studio.views.actions.menus import MenuBar, RecentMenu
from studio.views.actions.window import window_actions
from studio.views.loading import (
    Steps,
    load_services_of_archives,
    load_services_of_pages,
    load_services_of_wizard,
    pages_in_steps,
    wizard_in_steps,
)
from studio.views.opening import open_page
from studio.views.tasks.task_runner import TaskRunner
from studio.views.window.commands import commands, recent_commands
from studio.views.window.layout_memory import LayoutMemory
from studio.views.window.palette import Palette
from studio.views.window.shortcut_sheet import KeySheet, key_sections
from studio.views.window.start_page import Recent, StartPage
from studio.widgets.file_dialogs import ask_folder
from studio.widgets.icons import window_icon
from studio.widgets.text_size import text_percent
from studio.widgets.theme import THEME_EVENTS
from studio.window_settings import Appearance, AppSettings

if TYPE_CHECKING:  # The services behind these take half a second to load: the window is on the screen before.
    from studio.services.archiving import Unpacked
    from studio.services.projects.project import Project
    from studio.services.projects.types import ProjectSummary
    from studio.views.window.close_confirmation import CloseConfirmation
    from studio.views.window.shell import Shell
    from studio.views.wizard.wizard import Made, Wizard
    from studio.views.workspace import Workspace

PAPER = "https://arxiv.org/abs/2506.02708"
FINISHED_DEMO = "finished-demo-"
FIRST_SIZE = QSize(1280, 720)
LEAST_SIZE = QSize(640, 400)
PREPARE_MS = 300
"""Time after the start page is shown until what a project needs is loaded."""
"""Of the window, where the screen is not smaller."""
SUMMARY_MS = 400
"""The window is painted before anything is read for the start page."""


@dataclass(frozen=True, slots=True)
class WindowServices:
    """Services of the window, provided by the composition root.

    Attributes:
        open_project: opens with the exclusive lock; any thread.
        make_workspace: what the pages work with; GUI thread.
        make_demo: makes the demo project unless it is there and returns its folder; any thread.
        make_scoring_project: makes the project of images scored without a project unless it is there, and returns its
            folder; any thread.
        make_finished_demo: unpacks the finished demo unless it is there and returns its folder; any thread.
        open_another_window: opens a project in a process of its own; any thread.
        show_appearance: light, dark or the system's; GUI thread.
        show_text_size: the size of texts in per cent; GUI thread.
    """

    open_project: Callable[[Path], Project]
    make_workspace: Callable[[Project], Workspace]
    make_demo: Callable[[], Path]
    make_scoring_project: Callable[[], Path]
    make_finished_demo: Callable[[], Path]
    open_another_window: Callable[[Path], None]
    show_appearance: Callable[[Appearance], None]
    show_text_size: Callable[[int], None]


class MainWindow(QMainWindow):
    """One window, at most one project.

    Signals:
        entered: a project is on the screen.
        left: it is closed.
    """

    entered = Signal()
    left = Signal()

    def __init__(self, services: WindowServices, settings: AppSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._settings = settings
        self._background = TaskRunner(self)
        self._steps = Steps(self)
        self._layout = LayoutMemory(settings)
        self._confirmation: CloseConfirmation | None = None
        self._notes: tuple[str, ...] = ()
        self._scoring = False
        """Whether the project that is being opened is to ask at once what to score."""
        self.workspace: Workspace | None = None
        self.shell: Shell | None = None
        self.start = StartPage()
        self.start.chosen.connect(self.open_project)
        self.start.browse.connect(self.browse)
        self.start.archive.connect(self.browse_archive)
        self.start.demo.connect(self.try_demo)
        self.start.finished_demo.connect(self.explore_finished_demo)
        self.start.new.connect(self.new_project)
        self.start.score.connect(self.score_images)
        self.start.removed.connect(self._forget)
        self.start.dropped.connect(self.take_in)
        self.wizard: Wizard | None = None
        self.palette_of_commands = Palette(self)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.setCentralWidget(self.stack)
        room = self.screen().availableSize()
        self.setMinimumSize(LEAST_SIZE.boundedTo(room))
        self.resize(FIRST_SIZE.boundedTo(room))
        self.restoreGeometry(settings.layout("window"))
        self.setWindowIcon(window_icon())
        self.commands = ActionSet(self, "", window_actions(self))
        self.commands.set_keys_on(True)
        self.recent_menu = RecentMenu(lambda: settings.recent, self.change_to, self._forget_all, self)
        self.menu_bar = MenuBar()
        self.menu_bar.opening.connect(self._update_actions)
        self.setMenuBar(self.menu_bar)
        self.entered.connect(self._fill_menus)
        self.left.connect(self._fill_menus)
        self._fill_menus()
        self._show_start()

    def prepare(self) -> None:
        """Load what a project needs while the user looks at the start page, so that one opens at once."""

        def pages(_none: object) -> None:
            self._steps.run(pages_in_steps(), lambda: None)

        def begin() -> None:
            if self.shell is None:
                self._background.read("prepare", load_services_of_pages, pages)

        QTimer.singleShot(PREPARE_MS, self, begin)

    def open_project(self, root: Path, *, start_loop: bool = False, iterations: int | None = None) -> None:
        """Open a project in the background; an error is shown on the start page."""
        self.start.message.hide()
        self.start.set_busy(self.tr("Opening {0}…").format(root))

        def done(project: Project) -> None:
            self._enter(project)
            if start_loop and self.workspace is not None and self.shell is not None:
                self.shell.show_page("jobs")
                self.workspace.enqueue(iterations)
                self._offer_finished_demo(self.shell)

        def work() -> Project:
            load_services_of_pages()
            return self._services.open_project(root)

        def opened(project: Project) -> None:
            self._steps.run(pages_in_steps(), lambda: done(project))

        self._background.read("open", work, opened, self._refused)

    def score_images(self) -> None:
        """Ask what to score: in the open project, or else in one that has nothing but images scored by exports."""
        if self.shell is not None:
            self.shell.score_images()
            return
        self.start.message.hide()
        self.start.set_busy(self.tr("Opening…"))
        self._scoring = True
        self._background.write(self._services.make_scoring_project, self.open_project, self._refused)

    def try_demo(self) -> None:
        """Make the demo project, opens it and starts its loop."""
        self.start.message.hide()
        self.start.set_busy(self.tr("Creating the demo data…"))
        self._background.write(
            self._services.make_demo, lambda root: self.open_project(root, start_loop=True), self._refused
        )

    def explore_finished_demo(self) -> None:
        """Open a copy of the finished demo: here, or in another window if a project is open, whose jobs go on."""
        services = self._services
        if self.shell is None:
            self.start.message.hide()
            self.start.set_busy(self.tr("Opening the finished demo…"))
            self._background.write(services.make_finished_demo, self.open_project, self._refused)
            return
        message = self.shell.message

        def work() -> None:
            services.open_another_window(services.make_finished_demo())

        self._background.write(
            work,
            lambda _none: message.show_message(self.tr("The finished demo opens in another window."), "info"),
            message.show_message,
        )

    def _offer_finished_demo(self, shell: Shell) -> None:
        text = self.tr("The demo runs all steps now, which takes a few minutes. Meanwhile, see what comes out:")
        shell.message.show_message(text, "info", (self.tr("Explore a finished demo"), self.explore_finished_demo))

    def new_project(self, folder: Path | None = None) -> None:
        """Open the wizard; a dropped folder or table is filled in."""

        def show() -> None:
            from studio.views.wizard.wizard import Wizard

            self._drop_wizard()
            self.wizard = Wizard(self._background, self._settings.recent)
            self.wizard.made.connect(self._on_made)
            self.wizard.left.connect(self._show_start)
            self.stack.addWidget(self.wizard)
            self.stack.setCurrentWidget(self.wizard)
            self.setWindowTitle(self.tr("New project – Score Studio"))
            self.wizard.start_with(folder)

        def begin() -> None:
            self._close_project()
            self._background.read(
                "wizard", load_services_of_wizard, lambda _none: self._steps.run(wizard_in_steps(), show)
            )

        self._leave(begin)

    def take_in(self, path: Path) -> None:
        """Open a project that was dropped, or begins a new one with a folder of images or a table."""
        root = path if path.is_dir() else path.parent
        if (root / "project.sqlite").is_file():
            self.open_project(root)
        else:
            self.new_project(root)

    def show_commands(self) -> None:
        """Open or close the command palette."""
        recent = recent_commands(self._settings.recent, self.change_to) if self.shell is None else []
        self.palette_of_commands.open_with([*commands(self.action_sets), *recent])

    def browse(self) -> None:
        """Ask for a project folder."""
        ask_folder(self, self.tr("Open project"), self.change_to)

    def browse_archive(self) -> None:
        """Ask for an archive and a folder, unpack and open it."""

        def ask(_none: None) -> None:
            from studio.views.window.archive_opening import ask_archive

            ask_archive(self, self.open_archive)

        self._background.read("archive", load_services_of_archives, ask)

    def open_archive(self, file: Path, folder: Path) -> None:
        """Unpack an archive in the background and open it; an error is shown on the start page."""
        from studio.views.window.archive_opening import open_archive

        self.start.message.hide()
        self.start.set_busy(self.tr("Unpacking {0}…").format(file.name))

        def done(made: Unpacked) -> None:
            self._notes = made.notes
            self.open_project(made.root)

        open_archive(self._background, file, folder, done, self._refused)

    def close_project(self) -> None:
        """Go back to the start page; asks first if a job is running."""
        self._leave(self._close_project)

    def show_keys(self) -> None:
        """Open the sheet of keyboard shortcuts."""
        KeySheet(key_sections(self.action_sets), self).show()

    def show_guide(self) -> None:
        """Open the guide at the chapter that fits what is shown; at the chapter that was read last where none does."""
        from studio.views.window.guide import CHAPTER_OF_PAGE, GuideWindow

        shown = "" if self.shell is None else self.shell.page_name
        if self.wizard is not None:
            shown = "wizard-model" if self.wizard.step is self.wizard.model else "wizard"
        GuideWindow.show_in(self, self._background, self._settings, CHAPTER_OF_PAGE.get(shown, ""))

    def show_paper(self) -> None:
        """Open the paper's page in the browser."""
        open_page(PAPER)

    def show_about(self) -> None:
        """Open the About window."""
        from studio.views.window.about import AboutWindow

        AboutWindow.show_in(self, self._background)

    @property
    def action_sets(self) -> list[ActionSet]:
        """Return all actions that the window has now, those of the front page included."""
        inner = self.shell.action_sets if self.shell is not None else [self.start.commands]
        return [*inner[:1], self.commands, *inner[1:]] if self.shell is not None else [self.commands, *inner]

    @property
    def appearance(self) -> Appearance:
        """Light, dark or the system's."""
        return self._settings.appearance

    def toggle_full_screen(self) -> None:
        """Toggle full screen."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.commands.update()

    def changeEvent(self, event: QEvent) -> None:
        """Take the icons of a new theme."""
        super().changeEvent(event)
        if event.type() in THEME_EVENTS and hasattr(self, "menu_bar"):
            for actions in self.action_sets:
                actions.renew_icons()
            self._fill_menus()

    def choose_appearance(self, mode: Appearance) -> None:
        """Light, dark or the system's; kept for the next start."""
        self._settings.appearance = mode
        self._services.show_appearance(mode)
        self.commands.update()
        if self.shell is not None:
            self.shell.settings.set_appearance(mode)

    @property
    def text_percent(self) -> int:
        """Return the size of texts in per cent."""
        return text_percent()

    def choose_text_percent(self, percent: int) -> None:
        """Show all texts in this size; kept for the next start."""
        self._services.show_text_size(percent)
        self._settings.text_percent = text_percent()
        self.commands.update()
        if self.shell is not None:
            self.shell.settings.set_text_percent(text_percent())

    def leave_at_once(self, then: Callable[[], object]) -> None:
        """Cancel what is running without asking, closes, then calls ``then``."""

        def leave() -> None:
            self._close_project()
            then()

        self._close_confirmation().cancel_and(self.workspace, leave)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first if a job is running or settings are unsaved."""
        running = self.workspace is not None and self.workspace.running and not self.workspace.following
        if running or (self.shell is not None and self.shell.settings.unsaved):
            event.ignore()
            self._leave(self.close)
            return
        self._settings.set_layout("window", self.saveGeometry())
        self._close_project()
        self._steps.stop()
        self._background.close()
        super().closeEvent(event)

    def change_to(self, root: Path) -> None:
        """Close the project, asking first if a job is running, and opens another one."""

        def change() -> None:
            self._close_project()
            self.open_project(root)

        self._leave(change)

    def _enter(self, project: Project) -> None:
        from studio.views.window.shell import Shell

        self._close_project()
        first_time = self._settings.opened_at(project.root) is None
        self._settings.remember_project(project.root)
        self.workspace = self._services.make_workspace(project)
        foot = (("window.keys", self.tr("Shortcuts")), ("window.close-project", self.tr("Projects")))
        self.shell = Shell(self.workspace, [(self.commands[name], text) for name, text in foot], self.stack)
        self.shell.page_changed.connect(self._remember_page)
        self.shell.pairs.reviewers.choose(self._settings.reviewer_of(project.root))
        self.shell.pairs.reviewers.chosen.connect(self._remember_reviewer)
        self.shell.settings.set_appearance(self._settings.appearance)
        self.shell.settings.appearance_chosen.connect(self.choose_appearance)
        self.shell.settings.set_text_percent(text_percent())
        self.shell.settings.text_percent_chosen.connect(self.choose_text_percent)
        for name, (_title, page) in self.shell.pages.items():
            self._layout.attach(name, page)
        self.shell.lay_open(self._settings.page_of(project.root))
        self.stack.addWidget(self.shell)
        self.stack.setCurrentWidget(self.shell)
        self._drop_wizard()
        self.shell.show_page(self._settings.page_of(project.root))
        self.setWindowTitle(self.tr("{0} – Score Studio").format(window_title(project.name)))
        self.start.set_busy("")
        if first_time and project.root.name.startswith(FINISHED_DEMO):
            self._notes = (
                self.tr(
                    "A finished demo: the built-in model after three iterations on generated images. Overview shows "
                    "whether it became better, Pairs what it learned from, Compare its answers side by side. "
                    "Change what you like: this is your own copy."
                ),
            )
        if self._notes:
            self.shell.message.show_message(" ".join(self._notes), "info")
            self._notes = ()
        self.entered.emit()
        if self._scoring:
            self._scoring = False
            self.shell.score_images()

    def _refused(self, text: str) -> None:
        self._scoring = False
        self._show_start()
        self.start.message.show_message(text)

    def _show_start(self) -> None:
        self.start.set_busy("")
        recent = self._settings.recent
        self.start.set_recent([Recent(root, self._settings.opened_at(root)) for root in recent])
        self.stack.setCurrentWidget(self.start)
        self._drop_wizard()
        QTimer.singleShot(SUMMARY_MS, self, self._read_summaries)
        self.setWindowTitle("Score Studio")

    def _close_project(self) -> None:
        if self.workspace is None or self.shell is None:
            return
        self.workspace.close()
        self.stack.removeWidget(self.shell)
        self.shell.deleteLater()
        self.workspace.deleteLater()
        self.workspace = self.shell = None
        self.left.emit()
        self._show_start()

    def _read_summaries(self) -> None:
        """Show summaries of the listed projects, unless another page was opened."""
        if self.stack.currentWidget() is not self.start or not self.start.recent.isEnabled():
            return

        def read(root: Path) -> ProjectSummary:
            from studio.services.projects.project_summary import summarise

            return summarise(root)

        for root in self._settings.recent:
            self._background.read(f"summary:{root}", lambda root=root: read(root), self.start.show_summary)  # type: ignore[misc]

    def _forget(self, root: Path) -> None:
        self._settings.forget_project(root)
        self._show_start()

    def _on_made(self, made: Made) -> None:
        self.open_project(made.root)

    def _drop_wizard(self) -> None:
        if self.wizard is not None:
            self.wizard.stop()
            self.stack.removeWidget(self.wizard)
            self.wizard.deleteLater()
            self.wizard = None

    def _remember_page(self, name: str) -> None:
        if self.workspace is not None:
            self._settings.remember_page(self.workspace.project.root, name)

    def _remember_reviewer(self, name: str) -> None:
        if self.workspace is not None:
            self._settings.remember_reviewer(self.workspace.project.root, name)

    def _leave(self, then: Callable[[], object]) -> None:
        """Continue at once, or after the questions about unsaved settings and the running job."""

        def leave() -> None:
            self._close_confirmation().leave(self.workspace, then)

        if self.shell is not None:
            self.shell.unsaved.before_leaving(leave)
        else:
            leave()

    def _close_confirmation(self) -> CloseConfirmation:
        from studio.views.window.close_confirmation import CloseConfirmation

        if self._confirmation is None:
            self._confirmation = CloseConfirmation(self)
            self._confirmation.waiting.connect(self._show_waiting)
        return self._confirmation

    def _show_waiting(self, text: str) -> None:
        if self.shell is not None:
            self.shell.message.show_message(text, "info")

    def _forget_all(self) -> None:
        for root in self._settings.recent:
            self._settings.forget_project(root)
        if self.shell is None and self.wizard is None:
            self._show_start()

    def _fill_menus(self) -> None:
        self._update_actions()
        actions = [action for actions in self.action_sets for action in actions]
        self.menu_bar.fill(actions, [("file", 2, self.recent_menu)])

    def _update_actions(self, _menu: str = "") -> None:
        for actions in self.action_sets:
            actions.update()
