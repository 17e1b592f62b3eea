"""The texts of the Overview's next action: the button's title and the sentence beside it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.models.stage_text import job_title
from studio.models.version_verdict_text import advice_text
from studio.services.loop.types import NextAction
from studio.services.versions.types import IterationAdvice

translate = QCoreApplication.translate


def action_title(action: NextAction) -> str:
    """Return the title of the action's button."""
    match action.kind:
        case "running":
            return translate("NextAction", "Running")
        case "done":
            return translate("NextAction", "Done")
        case "resume":
            return translate("NextAction", "Resume")
        case "run_base":
            return translate("NextAction", "Measure the base model")
        case "review":
            return translate("NextAction", "Review the pairs of iteration {0}").format(action.iteration)
        case "run_iteration":
            return translate("NextAction", "Run iteration {0}").format(action.iteration)


def advice_title(advice: IterationAdvice | None) -> str:
    """Return the title of the button for what helps more than another iteration."""
    if advice is None or not advice.stops:
        return translate("NextAction", "Suggested step")
    if exported_version(advice) is not None:
        return translate("NextAction", "Export {0}…").format(advice.best)
    return translate("NextAction", "Compare with {0}").format(advice.other)


def exported_version(advice: IterationAdvice) -> str | None:
    """Return the version to export, on a plateau; None where comparing with the previous one helps more."""
    return advice.best if advice.kind == "plateau" else None


def action_explanation(action: NextAction, finished: int | None = None, advice: IterationAdvice | None = None) -> str:
    """Return one or two sentences about the action.

    Args:
        action: the action that is offered.
        finished: the last planned iteration if the action is one more iteration; None otherwise.
        advice: whether that iteration is likely to help; None where that is unknown.
    """
    reason = "" if advice is None else advice_text(advice)
    match action.kind:
        case "running":
            return translate("NextAction", "{0} is running.").format(
                "" if action.job is None else job_title(action.job)
            )
        case "done":
            return translate("NextAction", "Iteration {0} is complete.").format(action.iteration)
        case "resume":
            return _stopped_text(action)
        case "run_base":
            return translate("NextAction", "How well does it score before any training?")
        case "review":
            text = translate("NextAction", "The pairs of iteration {0} are ready. Training is waiting for your review.")
            return text.format(action.iteration)
        case "run_iteration" if reason:
            return reason if finished is None else f"{_finished_text(finished)} {reason}"
        case "run_iteration" if finished is not None:
            more = translate("NextAction", "You can stop here and compare the versions, or run one more iteration.")
            return f"{_finished_text(finished)} {more}"
        case "run_iteration":
            return translate("NextAction", "The model generates pairs, is trained on them and evaluated.")


def _stopped_text(action: NextAction) -> str:
    texts = {
        "queued": translate("NextAction", "{0} is queued. Finished work is kept."),
        "failed": translate("NextAction", "{0} failed. Finished work is kept."),
        "interrupted": translate("NextAction", "{0} was interrupted. Finished work is kept."),
        "paused": translate("NextAction", "{0} was paused. Finished work is kept."),
        "cancelled": translate("NextAction", "{0} was cancelled. Finished work is kept."),
    }
    assert action.job is not None
    return texts[action.job.state or "queued"].format(job_title(action.job))


def _finished_text(last: int) -> str:
    if last < 1:
        return translate("NextAction", "The base model is measured as planned.")
    if last == 1:
        return translate("NextAction", "Iteration 1 is done as planned.")
    if last == 2:
        return translate("NextAction", "Iterations 1 and 2 are done as planned.")
    return translate("NextAction", "Iterations 1 to {0} are done as planned.").format(last)
