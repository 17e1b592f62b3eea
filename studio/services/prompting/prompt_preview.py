"""A prompt that is being edited: what is wrong with it, and the text that the model gets about an image. No Qt."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select

from db.engine import Session
from db.models import Image, Job
from engine.contract import hub_cache
from engine.contract.prompts import PromptError, PromptTemplate, answer_prefix, available_prompts, load_prompt
from engine.contract.specs import LABELS
from studio.services.base_models.model_files import model_facts
from studio.services.base_models.suitability import DEMO, model_location
from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.prompting.chat_template import ChatTemplate, Renderer, read_chat_template
from studio.services.prompting.rendering import TemplateError
from studio.services.prompting.types import OutdatedStage, PromptDraft, PromptImage, PromptPreview, PromptRemark
from studio.services.settings.fields import check_texts
from studio.services.settings.prompt import prompt_spec
from studio.services.settings.schema import PromptSettings
from studio.services.stages.registry import definition

IMAGE_MARK = "<image>"
"""Stands for the image where the model's own mark is not known."""
_FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")


def built_in_prompts() -> list[str]:
    """Return the names of the prompts that come with the program."""
    return available_prompts()


def default_draft(base_model: str) -> PromptDraft:
    """Return the prompt that a new project with this base model has."""
    return PromptDraft("demo" if base_model == DEMO else "aesthetics")


def template_of(draft: PromptDraft) -> PromptTemplate:
    """Return the draft's template with the words that its fields have: the built-in ones unless they are replaced."""
    try:
        base = load_prompt(draft.resource) if draft.resource else PromptTemplate("", "")
    except PromptError:  # an unknown name in the file
        base = PromptTemplate(draft.resource, "")
    template = draft.template or base.template
    words = {**({} if draft.template else base.fields), **draft.fields}
    return PromptTemplate(base.name, template, {name: words[name] for name in fields_of(template) if name in words})


def draft_from(resource: str, template: str, words: Mapping[str, str]) -> PromptDraft:
    """Return the draft of what is typed: a template that is the built-in one is none of one's own.

    Nothing typed is a draft that names no prompt at all, which settings refuse; without a template of one's own the
    built-in prompt would be meant.

    Args:
        resource: name of the built-in prompt.
        template: the whole template.
        words: for its fields; empty ones and those of no field are left out.
    """
    base = load_prompt(resource) if resource in available_prompts() else PromptTemplate("", "")
    given = {name: words[name] for name in fields_of(template) if words.get(name)}
    if template.strip() == base.template.strip():
        return PromptDraft(resource, "", {name: word for name, word in given.items() if word != base.fields.get(name)})
    if not template.strip():
        return PromptDraft("")
    return PromptDraft(resource, template, given)


def fields_of(template: str) -> list[str]:
    """Return the names of a template's {fields}, each once, in their order."""
    return list(dict.fromkeys(_FIELD.findall(template)))


def check_prompt(draft: PromptDraft, model: ChatTemplate | None = None) -> list[PromptRemark]:
    """Return everything to know about a prompt, the invalid first; ``model`` knows the special tokens.

    What a prompt should ask for is remarked on in one's own only: the built-in ones fit the models that they are for.
    """
    found = template_of(draft)
    wanted = fields_of(found.template)
    remarks = [] if found.template.strip() else [PromptRemark("empty")]
    remarks += [PromptRemark("field_without_words", name) for name in wanted if name not in found.fields]
    remarks += [PromptRemark("words_without_field", name) for name in draft.fields if name not in wanted]
    text = _rendered(found)
    if draft.template.strip():
        remarks += _lacking(text)
    if model is not None:
        remarks += [PromptRemark("special_token", token) for token in model.special_in(text)]
    return sorted(remarks, key=lambda remark: not remark.invalid)


def _lacking(text: str) -> list[PromptRemark]:
    """Return what an untrained model has to be asked for, and is not."""
    numbers = set(re.findall(r"\d+", text))
    found = [PromptRemark("no_score_tag")] if "#score" not in text.lower() else []
    found += [PromptRemark("no_explain_tag")] if "#explain" not in text.lower() else []
    found += [PromptRemark("no_range")] if not {str(LABELS[0]), str(LABELS[-1])} <= numbers else []
    return found


def question_of(draft: PromptDraft) -> str:
    """Return the question with its fields filled in; a field without words stays as it is written."""
    return _rendered(template_of(draft))


def chat_template_of(base_model: str, revision: str | None, project_root: Path) -> ChatTemplate | None:
    """Return the chat template of a base model that is on this machine; None if it is not, or has none to show."""
    place = model_location(base_model, project_root)
    folder: Path | None = Path(place)
    if folder is None or not folder.is_dir():
        folder = hub_cache.snapshot(base_model, revision) if hub_cache.HUB_ID.fullmatch(base_model) else None
    if folder is None:
        return None
    try:
        return _kept_template(
            folder, tuple((file.name, file.stat().st_mtime_ns) for file in sorted(folder.glob("*.j*")))
        )
    except (TemplateError, OSError):
        return None


def show_prompt(
    draft: PromptDraft,
    image: PromptImage,
    radius: int,
    model: ChatTemplate | None,
    run: Renderer,
    image_tokens: int | None = None,
) -> PromptPreview:
    """Return what the model gets about an image, for its free answer and for both explanations of a pair.

    Args:
        draft: the prompt.
        image: what it is about.
        radius: wrong scores are further than this from the true label (``pairs.exclusion_radius``).
        model: its chat template; None shows question and beginning of the answer alone.
        run: renders the template, once for all images: the answers to every label are asked for.
        image_tokens: known number of tokens of an image.
    """
    question = question_of(draft)
    candidates = tuple(label for label in LABELS if abs(label - image.label) > radius)
    wrong = max(candidates, key=lambda label: abs(label - image.label), default=None)
    mark = (model.image_mark if model is not None else "") or IMAGE_MARK
    free, begun, problem = f"{mark}\n{question}", None, ""
    if model is not None:
        try:
            free, *begun = model.render(question, (None, *map(answer_prefix, LABELS)), run)
        except TemplateError as error:
            problem = str(error)
    exact = begun is not None
    begun = begun or [f"{free}\n\n{answer_prefix(label)}" for label in LABELS]
    rejected = free if wrong is None else begun[wrong]
    return PromptPreview(free, begun[image.label], rejected, wrong, candidates, exact, mark, image_tokens, problem)


def tokens_of_an_image(base_model: str, project_root: Path) -> int | None:
    """Return about how many tokens the model reads for an image, by its files or the catalogue; None if unknown."""
    facts = model_facts(base_model, project_root)
    return None if facts is None else facts.image_tokens


def find_image(project: Project, near: int | None = None, *, step: int = 0, text: str = "") -> PromptImage | None:
    """Return an image to show a prompt with.

    Args:
        project: its images.
        near: an image's id; None is the first one of the test split.
        step: 1 or -1 for the one after or before ``near``, round the end.
        text: instead, the first image whose path contains this.

    Returns:
        None if there is no such image.
    """
    with project.reader() as session:
        row = _found(session, near, step, text.strip())
        if row is None:
            return None
        return PromptImage(row.id, row.path, project.images_root() / row.path, row.mean_score, row.bin)


def outdated_stages(project: Project, draft: PromptDraft) -> list[OutdatedStage]:
    """Return the finished stages whose results were made with another question than this draft's, oldest first."""
    question = question_of(draft)
    with project.reader() as session:
        jobs = session.execute(
            select(Job.stage, Job.line, Job.iteration, Job.config).where(Job.state == "done").order_by(Job.id)
        ).all()
    found: Counter[tuple[str, str, int]] = Counter()
    for stage, line, iteration, config in jobs:
        if "prompt" in definition(stage).sections and _asked(json.dumps(config["prompt"])) != question:
            found[stage, line, iteration] += 1
    return [
        OutdatedStage(stage, definition(stage).label, line, iteration, count)
        for (stage, line, iteration), count in found.items()
    ]


def draft_of(texts: Mapping[str, str]) -> PromptDraft:
    """Return the draft in the texts of a settings form; words that cannot be read are left out."""
    tree = check_texts(texts).tree.get("prompt", {})
    resource, template, fields = tree.get("resource"), texts.get("prompt.template", ""), tree.get("fields")
    return PromptDraft(
        str(resource or ""), template if template.strip() else "", fields if isinstance(fields, dict) else {}
    )


def texts_of_draft(draft: PromptDraft) -> dict[str, str]:
    """Return the draft as texts of a settings form, by path."""
    words = "\n".join(f"{name} = {json.dumps(word, ensure_ascii=False)}" for name, word in draft.fields.items())
    return {"prompt.resource": draft.resource, "prompt.template": draft.template, "prompt.fields": words}


@functools.lru_cache(maxsize=64)
def _asked(prompt: str) -> str:
    """Return the question of a job's frozen settings; "" if its prompt no longer comes with the program."""
    try:
        return prompt_spec(PromptSettings.model_validate_json(prompt)).text
    except StudioError:
        return ""


@functools.lru_cache(maxsize=4)
def _kept_template(folder: Path, _stamp: tuple[tuple[str, int], ...]) -> ChatTemplate:
    return read_chat_template(folder)


def _rendered(found: PromptTemplate) -> str:
    return _FIELD.sub(lambda match: found.fields.get(match[1], match[0]), found.template)


def _found(session: Session, near: int | None, step: int, text: str) -> Image | None:
    every = select(Image).limit(1)
    if text:
        return session.scalar(every.where(Image.path.contains(text, autoescape=True)).order_by(Image.id))
    if near is None:
        first = session.scalar(every.where(Image.split == "test").order_by(Image.id))
        return first or session.scalar(every.order_by(Image.id))
    if step == 0:
        return session.get(Image, near)
    order = Image.id if step > 0 else Image.id.desc()
    beyond = Image.id > near if step > 0 else Image.id < near
    return session.scalar(every.where(beyond).order_by(order)) or session.scalar(every.order_by(order))
