"""An open project on the screen: the rail on the left, the chosen page on the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.services.projects.create_and_open import is_scoring_project
from studio.services.review.types import WaitingReview
from studio.services.versions.types import VersionRow
from studio.text import printable
from studio.views.actions.action import ActionSet, StudioAction
from studio.views.actions.lines import line_actions
from studio.views.actions.project import project_actions
from studio.views.models.line_starter import LineStarter
from studio.views.page import Page
from studio.views.settings.unsaved_changes import UnsavedChanges
from studio.views.window.pages import page_definitions
from studio.views.window.rail import Rail
from studio.views.window.review_reminder import ReviewReminder, badge_text, waiting_text
from studio.views.workspace import Workspace
from studio.widgets.desktop_notification import Notifier
from studio.widgets.icons import window_icon
from studio.widgets.labels import PlainLabel
from studio.widgets.message_bar import MessageBar
from studio.widgets.page_area import PageArea
from studio.widgets.rail_badge import RailBadge
from studio.widgets.text_size import TEXT_EVENTS, scaled
from studio.widgets.unsaved_mark import UnsavedMark

if TYPE_CHECKING:
    from studio.views.compare.compare_page import ComparePage
    from studio.views.experiments.experiments_page import ExperimentsPage
    from studio.views.export.export_panel import ExportPanel
    from studio.views.images.images_page import ImagesPage
    from studio.views.jobs.jobs_page import JobsPage
    from studio.views.judges.judges_page import JudgesPage
    from studio.views.models.models_page import ModelsPage
    from studio.views.overview.overview_page import OverviewPage
    from studio.views.pairs.pairs_page import PairsPage
    from studio.views.score.score_page import ScorePage
    from studio.views.settings.settings_page import SettingsPage

NARROW_BELOW = 900
"""Width, in pixels at a text size of 100%, below which the rail shows icons only."""
SCORING_PAGES = ("score", "jobs", "settings")
"""Of a project that has collections only; the others are about training."""


class Shell(QWidget):
    """Signal ``page_changed(str)``. ``foot`` are the window's actions at the foot of the rail, with short texts."""

    page_changed = Signal(str)

    def __init__(
        self, workspace: Workspace, foot: Sequence[tuple[StudioAction, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.lines = LineStarter(workspace, self, self._selected_version)
        self.line_commands = ActionSet(self, "", line_actions(self.lines))
        definitions = page_definitions()
        self.scoring_only = is_scoring_project(workspace.project)
        self.page_definitions = [each for each in definitions if not self.scoring_only or each.name in SCORING_PAGES]
        # Each widget is made in its place: moved with all that is in it, it would be styled once more.
        self.stack = QStackedWidget(self)
        self.areas = {each.name: PageArea(parent=self.stack) for each in self.page_definitions}
        made: dict[str, Page] = {}
        for each in definitions:
            area = self.areas.get(each.name)
            made[each.name] = each.load()(workspace, self.stack if area is None else area.viewport())
        self.pages: dict[str, tuple[str, Page]] = {
            each.name: (each.title, made[each.name]) for each in self.page_definitions
        }
        self._unused = [page for name, page in made.items() if name not in self.pages]
        # Pages that the shell connects with one another.
        self.overview = cast("OverviewPage", made["overview"])
        self.images = cast("ImagesPage", made["images"])
        self.pairs = cast("PairsPage", made["pairs"])
        self.compare = cast("ComparePage", made["compare"])
        self.judges = cast("JudgesPage", made["judges"])
        self.jobs = cast("JobsPage", made["jobs"])
        self.models = cast("ModelsPage", made["models"])
        self.experiments = cast("ExperimentsPage", made["experiments"])
        self.settings = cast("SettingsPage", made["settings"])
        self.score = cast("ScorePage", made["score"])
        for of_versions in (self.overview, self.models):
            of_versions.add_line_actions([*self.line_commands])
        self.panel: ExportPanel | None = None
        self.reminder = ReviewReminder(workspace, self)
        self.message = MessageBar()
        self._notifier = Notifier(self, window_icon())
        self.buttons: dict[str, QPushButton] = {}
        self.state = PlainLabel(role="muted", wrap=True)
        self.commands = ActionSet(self, "", project_actions(self))
        self.commands.set_keys_on(True)
        self._foot = foot
        self._asked = self._failure = ""
        self._failed_job: int | None = None
        self._lay_out()
        self.lines.changed.connect(self.line_commands.update)
        self.lines.started.connect(lambda: self.show_page("jobs"))
        self.pairs.pair_actions.history_changed.connect(self.lines.refresh_soon)
        self.models.export_wanted.connect(self.export)
        self.overview.review_wanted.connect(lambda: self.show_page("pairs"))
        self.overview.started.connect(lambda: self.show_page("jobs"))
        self.overview.compare_wanted.connect(self._compare)
        self.overview.export_wanted.connect(self.export)
        self.unsaved = UnsavedChanges(self.settings, self)
        workspace.ask_before_run(self.unsaved.before_run)
        self.settings.unsaved_changed.connect(UnsavedMark(self.buttons["settings"]).show_unsaved)
        self._remind_of_reviews()
        self.models.compare_wanted.connect(self._compare)
        self.experiments.compare_wanted.connect(self._compare)
        for name, (_title, page) in self.pages.items():
            page.wanted.connect(lambda name=name: self.show_page(name))
            page.image_wanted.connect(self._show_image)
            page.prompt_wanted.connect(self.settings.show_prompt)
        self.pairs.focus_changed.connect(lambda _on: self._show_rail())
        workspace.problem.connect(self.message.show_message)
        workspace.job_failed.connect(self._on_job_failed)
        self.jobs.table.selectionModel().currentRowChanged.connect(self._on_job_shown)
        workspace.jobs_changed.connect(self._show_state)
        workspace.rested.connect(self._on_rested)

    def show_page(self, name: str) -> None:
        """Show a page; an unknown name (an old setting) shows the overview."""
        chosen = self.lay_open(name)
        self.pages[chosen][1].take_focus()
        self.page_changed.emit(chosen)

    def lay_open(self, name: str) -> str:
        """Put a page in front without the keyboard; before the shell is shown, so that no other reads its rows."""
        chosen = name if name in self.pages else next(iter(self.pages))
        self.buttons[chosen].setChecked(True)
        self.stack.setCurrentWidget(self.areas[chosen])
        self._show_rail()
        if chosen == "pairs":
            self._hide_request()
        if chosen == "jobs":
            self._hide_failure()
        self.commands.update()
        return chosen

    @property
    def page_name(self) -> str:
        """Return the page in front."""
        shown = self.stack.currentWidget()
        return next((name for name, area in self.areas.items() if area is shown), "")

    @property
    def action_sets(self) -> list[ActionSet]:
        """Return the actions of the project and of all its pages."""
        return [
            self.commands,
            *(() if self.scoring_only else (self.line_commands,)),
            *(found for _title, page in self.pages.values() for found in page.action_sets),
        ]

    def score_images(self) -> None:
        """Ask what to score."""
        self.show_page("score")
        self.score.new_collection()

    def export(self, version: str | None = None) -> None:
        """Open the export panel, with this version chosen; created when first needed."""
        if self.panel is None:
            from studio.views.export.export_panel import (
                ExportPanel,  # many services that few need: not while a project opens
            )

            self.panel = ExportPanel(self._workspace, self)
        self.panel.open_for(version)

    def ask_export(self, what: str) -> None:
        """Open the export panel and asks for the file of one thing: "pairs", "edited", "predictions" and so on."""
        self.export()
        assert self.panel is not None
        {
            "report": self.panel.report_button,
            "pairs": self.panel.pairs_button,
            "edited": self.panel.read_button,
            "predictions": self.panel.predictions_button,
            "metrics": self.panel.metrics_button,
            "review-log": self.panel.review_log_button,
            "archive": self.panel.archive_button,
        }[what].click()

    def _selected_version(self) -> VersionRow | None:
        """Return the version that is selected on the current page."""
        match self.page_name:
            case "overview":
                return self.overview.selected_row
            case "models":
                return None if self.models.current is None else self.models.current.version
            case _:
                return None

    def _show_image(self, image_id: int) -> None:
        self.show_page("images")
        self.images.show_image(image_id)

    def _compare(self, versions: list[str]) -> None:
        self.compare.choose(versions)
        self.show_page("compare")

    def _show_rail(self) -> None:
        """Show the rail, except while one pair fills the window."""
        self.rail.setVisible(not (self.pairs.focused and self.page_name == "pairs"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow the rail where the window is narrow for its texts."""
        super().resizeEvent(event)
        self._fit_rail()

    def changeEvent(self, event: QEvent) -> None:
        """Narrow or widen the rail for another size of texts."""
        super().changeEvent(event)
        if event.type() in TEXT_EVENTS and hasattr(self, "rail"):
            self._fit_rail()

    def _fit_rail(self) -> None:
        self.rail.set_narrow(self.width() < scaled(NARROW_BELOW))
        self.state.setVisible(bool(self.state.text()) and not self.rail.narrow)

    def _show_state(self) -> None:
        running = self.tr("▶ Running in the background") if self._workspace.following else self.tr("▶ Queue running")
        self.state.setText(running if self._workspace.running else "")
        self.state.setVisible(self._workspace.running and not self.rail.narrow)

    def _remind_of_reviews(self) -> None:
        if self.scoring_only:
            return  # nothing is trained here
        badge = RailBadge(self.buttons["pairs"])
        self.reminder.changed.connect(lambda found: badge.show_badge(*badge_text(found)))
        self.reminder.changed.connect(self.jobs.show_review)
        self.reminder.changed.connect(self._on_review)
        self.reminder.began.connect(self._ask_for_review)
        self.pairs.pair_actions.saved.connect(self.reminder.count)
        self.jobs.review_wanted.connect(lambda: self.show_page("pairs"))
        self.reminder.read()

    def _ask_for_review(self, waiting: WaitingReview) -> None:
        if self.page_name != "pairs":
            self._asked = waiting_text(waiting)
            self.message.show_message(self._asked, "info", (self.tr("Review pairs"), lambda: self.show_page("pairs")))

    def _on_review(self, waiting: WaitingReview | None) -> None:
        if waiting is None:
            self._hide_request()

    def _hide_request(self) -> None:
        """Hide the message that asks for a review, unless another one has taken its place."""
        if self._asked and self.message.label.text() == self._asked:
            self.message.hide()

    def _on_job_failed(self, job_id: int | None, text: str) -> None:
        """Say why a job failed, except where the Jobs page shows it with the job."""
        current = self.jobs.current
        if self.page_name == "jobs" and current is not None and current.id == job_id:
            return

        def show() -> None:
            self.show_page("jobs")
            if job_id is not None:
                self.jobs.choose(job_id)

        self._failure, self._failed_job = text, job_id
        self.message.show_message(text, "error", (self.tr("Show job"), show))

    def _on_job_shown(self) -> None:
        """Hide what is said of a failed job once the Jobs page shows that job; its list may be read later."""
        current = self.jobs.current
        if self.page_name == "jobs" and current is not None and current.id == self._failed_job:
            self._hide_failure()

    def _hide_failure(self) -> None:
        """Hide the message of a failed job, unless another one has taken its place."""
        if self._failure and self.message.label.text() == printable(self._failure):
            self.message.hide()

    def _on_rested(self) -> None:
        end = self._workspace.end
        if end is not None and end.state in ("done", "failed"):
            failed = end.state == "failed"
            self.reminder.read(lambda waiting: self._notify(None if failed else waiting, failed=failed))

    def _notify(self, waiting: WaitingReview | None, *, failed: bool) -> None:
        if waiting is not None:
            text = waiting_text(waiting)
        else:
            text = self.tr("A job failed.") if failed else self.tr("All jobs are done.")
        self._notifier.notify(self._workspace.project.name, text)

    def _lay_out(self) -> None:
        rail = self.rail = Rail()
        group = QButtonGroup(self)
        for name, (title, page) in self.pages.items():
            self.areas[name].set_page(page)
            self.stack.addWidget(self.areas[name])
            button = rail.add_button(self.commands[f"project.go-{name}"], title)
            button.setCheckable(True)
            group.addButton(button)
            self.buttons[name] = button
        for page in self._unused:
            self.stack.addWidget(page)  # which owns them
        rail.add_stretch()
        self.state.setContentsMargins(14, 0, 8, 8)
        self.state.hide()
        rail.add_widget(self.state)
        exporting = [] if self.scoring_only else [(self.commands["project.export"], "")]
        for action, title in (*exporting, *self._foot):
            rail.add_button(action, title)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        around = QVBoxLayout()
        around.setContentsMargins(16, 10, 16, 0)
        around.addWidget(self.message)
        right.addLayout(around)
        right.addWidget(self.stack, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(rail)
        layout.addLayout(right, 1)
