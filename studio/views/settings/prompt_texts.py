"""What the prompt window says, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from studio.plural import plural
from studio.services.prompting.types import OutdatedStage, PromptPreview, PromptRemark
from studio.services.recipes.version_names import MAIN
from studio.text import one_line

translate = QCoreApplication.translate
SHOWN = 6
"""Outdated stages that are named."""


def remark_text(remark: PromptRemark) -> str:
    """Return a remark as a sentence."""
    about = one_line(remark.about)
    return {
        "empty": translate("PromptTexts", "The prompt is empty."),
        "field_without_words": translate("PromptTexts", "The field {{{0}}} has no words: type them.").format(about),
        "words_without_field": translate(
            "PromptTexts", "There are words for {{{0}}}, which is not in the prompt. Delete them, or add the field."
        ).format(about),
        "no_score_tag": translate(
            "PromptTexts",
            "The prompt does not ask for a #Score: line. An untrained model will rarely write one, and counts as "
            "having failed the format.",
        ),
        "no_explain_tag": translate("PromptTexts", "The prompt does not ask for #Explain: and an explanation."),
        "no_range": translate("PromptTexts", "The prompt does not say that scores go from 0 to 9."),
        "special_token": translate(
            "PromptTexts", "{0} means something to the model. It is broken by a space, so that it is only text."
        ).format(about),
    }[remark.what]


def facts_text(shown: PromptPreview) -> str:
    """Return how the preview was made, and what the marks in it stand for."""
    if shown.exact:
        text = translate("PromptTexts", "This is the text that the model gets, in its own chat format.")
    elif shown.problem:
        text = translate("PromptTexts", "{0} Instead, this is the question, and the beginning of the answer.").format(
            one_line(shown.problem)
        )
    else:
        text = translate(
            "PromptTexts",
            "The model's own chat format cannot be read on this machine (yet): this is the question, and the "
            "beginning of the answer.",
        )
    mark = one_line(shown.image_mark)
    if shown.image_tokens:
        words = translate("PromptTexts", "The image takes the place of {0} ({1} tokens).")
        return f"{text} {words.format(mark, f'{shown.image_tokens:,}')}"
    return f"{text} {translate('PromptTexts', 'The image takes the place of {0}.').format(mark)}"


def wrong_score_text(shown: PromptPreview) -> str:
    """Return which scores may be given as wrong ones."""
    if shown.wrong is None:
        return translate("PromptTexts", "No score is far enough from the true one: lower the distance of wrong scores.")
    return translate(
        "PromptTexts", "The wrong score is drawn from {0}; {1} is shown. The model goes on from here."
    ).format(", ".join(map(str, shown.candidates)), shown.wrong)


def outdated_text(found: Sequence[OutdatedStage]) -> str:
    """Return what finished stages a prompt makes outdated, and what that means; "" if none."""
    if not found:
        return ""
    names = [_stage_name(stage) for stage in found[:SHOWN]]
    if len(found) > SHOWN:
        names.append(plural("PromptTexts", "{n} more", "{n} more", len(found) - SHOWN))
    return translate(
        "PromptTexts",
        "Finished with another prompt: {0}. They keep their results; what begins from now on uses this prompt. "
        "Versions that were asked differently cannot be compared: begin a new project to compare them fairly.",
    ).format(", ".join(names))


def _stage_name(found: OutdatedStage) -> str:
    label = translate("Stages", found.label)
    if found.iteration == 0:
        where = translate("PromptTexts", "base")
    else:
        where = translate("PromptTexts", "iteration {0}").format(found.iteration)
    return f"{label} ({where})" if found.line == MAIN else f"{label} ({one_line(found.line)}, {where})"
