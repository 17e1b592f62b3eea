"""The actions of the Jobs page: the queue and the chosen job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.views.actions.definition import ActionDefinition
from studio.views.actions.tables import save_table_action

if TYPE_CHECKING:
    from studio.views.jobs.jobs_page import JobsPage

translate = QCoreApplication.translate


def job_actions(page: JobsPage) -> list[ActionDefinition]:
    """Return everything that can be done on the page."""
    return [
        *_queue(page),
        *_job(page),
        *_log(page),
        save_table_action("jobs", page.table, enabled=lambda: page.current is not None),
    ]


def _queue(page: JobsPage) -> list[ActionDefinition]:
    return [
        ActionDefinition(
            id="jobs.start",
            text=translate("Actions", "Start queue"),
            run=page.workspace.start_queue,
            menu="jobs",
            section=0,
            icon="play",
            synonyms=translate("Actions", "run train begin continue"),
            enabled=lambda: page.can_start,
        ),
        ActionDefinition(
            id="jobs.review",
            text=translate("Actions", "Review pairs"),
            help=translate("Actions", "Training is waiting for your review: show the pairs"),
            run=page.review_wanted.emit,
            menu="jobs",
            section=0,
            icon="pairs",
            synonyms=translate("Actions", "gate veto keep train continue waiting"),
            enabled=lambda: page.waits_for_review,
        ),
        ActionDefinition(
            id="jobs.pause",
            text=translate("Actions", "Pause"),
            phrase=translate("Actions", "Pause the running job"),
            help=translate("Actions", "Stop after the current batch or step; training saves a checkpoint first"),
            run=page.pause,
            menu="jobs",
            section=1,
            icon="pause",
            synonyms=translate("Actions", "stop hold wait queue"),
            enabled=lambda: page.can_pause,
        ),
        ActionDefinition(
            id="jobs.cancel",
            text=translate("Actions", "Cancel"),
            phrase=translate("Actions", "Cancel the selected job"),
            help=translate("Actions", "Stop the selected job, or remove it from the queue"),
            run=page.cancel,
            menu="jobs",
            section=2,
            icon="stop",
            synonyms=translate("Actions", "stop abort kill end remove"),
            enabled=lambda: page.can_cancel,
        ),
        ActionDefinition(
            id="jobs.resume",
            text=translate("Actions", "Resume"),
            phrase=translate("Actions", "Resume the selected job"),
            run=page.resume,
            menu="jobs",
            section=3,
            icon="resume",
            synonyms=translate("Actions", "retry continue again failed restart"),
            enabled=lambda: page.can_resume,
            label=lambda: page.resume_text,
        ),
    ]


def _job(page: JobsPage) -> list[ActionDefinition]:
    def chosen() -> bool:
        return page.current is not None

    return [
        ActionDefinition(
            id="jobs.up",
            text=translate("Actions", "Move up"),
            phrase=translate("Actions", "Move job up in the queue"),
            help=translate("Actions", "Move the job earlier in the queue; you can also drag jobs"),
            run=lambda: page.move_by(-1),
            menu="jobs",
            section=10,
            keys=("Alt+Up",),
            icon="up",
            synonyms=translate("Actions", "earlier priority order"),
            enabled=lambda: page.may_move(-1),
            repeats=True,
        ),
        ActionDefinition(
            id="jobs.down",
            text=translate("Actions", "Move down"),
            phrase=translate("Actions", "Move job down in the queue"),
            help=translate("Actions", "Move the job later in the queue; you can also drag jobs"),
            run=lambda: page.move_by(1),
            menu="jobs",
            section=11,
            keys=("Alt+Down",),
            icon="down",
            synonyms=translate("Actions", "later priority order"),
            enabled=lambda: page.may_move(1),
            repeats=True,
        ),
        ActionDefinition(
            id="jobs.open-folder",
            text=translate("Actions", "Open run folder"),
            help=translate("Actions", "Open the folder with the job's settings, events and log"),
            run=page.open_folder,
            menu="jobs",
            section=20,
            icon="folder",
            synonyms=translate("Actions", "file manager files log events"),
            enabled=lambda: page.has_folder,
        ),
        ActionDefinition(
            id="jobs.copy-error",
            text=translate("Actions", "Copy error message"),
            run=page.copy_error,
            menu="jobs",
            section=21,
            icon="copy",
            synonyms=translate("Actions", "clipboard failure problem report"),
            enabled=lambda: chosen() and bool(page.error_text),
        ),
    ]


def _log(page: JobsPage) -> list[ActionDefinition]:
    view = page.detail.log_view
    return [
        ActionDefinition(
            id="jobs.search",
            text=translate("Actions", "Find in log"),
            run=page.detail.search_log,
            menu="edit",
            section=20,
            keys=("Ctrl+F",),
            icon="search",
            synonyms=translate("Actions", "search locate text output"),
            only_here=True,
        ),
        ActionDefinition(
            id="jobs.next-match",
            text=translate("Actions", "Next match"),
            run=view.go_on,
            menu="edit",
            section=21,
            keys=("F3",),
            synonyms=translate("Actions", "search log forward"),
            repeats=True,
            only_here=True,
        ),
        ActionDefinition(
            id="jobs.previous-match",
            text=translate("Actions", "Previous match"),
            run=view.go_back,
            menu="edit",
            section=22,
            keys=("Shift+F3",),
            synonyms=translate("Actions", "search log back"),
            repeats=True,
            only_here=True,
        ),
    ]
