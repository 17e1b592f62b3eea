"""A prompt while it is edited: what is wrong with it, the text for an image, and what a change makes outdated."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from engine.contract.prompts import load_prompt
from engine.contract.resources import resource_path
from studio.services.projects.project import Project
from studio.services.prompting import prompt_preview as prompting
from studio.services.prompting.chat_template import ChatTemplate, read_chat_template
from studio.services.prompting.rendering import TemplateError, render_conversations
from studio.services.prompting.types import PromptDraft, PromptImage, TemplateRequest
from studio.services.settings.fields import check_texts, texts_of
from studio.services.settings.prompt import prompt_spec

IMAGE = PromptImage(1, "a.jpg", Path("a.jpg"), 5.5, 6)
PAPER = PromptDraft("aesthetics")
NEEDED = {"project": {"name": "p"}, "model": {"base": "demo"}, "images": {"root": "i"}}
FAILING = ("{{ raise_exception('no') }}", "{% for", "{{ messages[0]['role'] }}", "{{ ''.__class__.__mro__ }}")


def remarks(draft: PromptDraft, model: ChatTemplate | None = None) -> list[tuple[str, str, bool]]:
    return [(one.what, one.about, one.invalid) for one in prompting.check_prompt(draft, model)]


def test_that_the_built_in_prompt_is_shown_in_full_and_without_remarks() -> None:
    assert prompting.question_of(PAPER) == load_prompt("aesthetics").render() and remarks(PAPER) == []
    changed = PromptDraft("aesthetics", fields={"quality": "sharpness"})
    assert "evaluate the sharpness of the given photo image" in prompting.question_of(changed)
    assert remarks(PromptDraft("demo")) == []  # it asks for no tags, which the demo's model writes by itself


def test_that_nothing_typed_is_no_built_in_prompt() -> None:
    for typed in ("", " \n"):
        draft = prompting.draft_from("aesthetics", typed, {"quality": "x"})
        assert remarks(draft) == [("empty", "", True)] and prompting.question_of(draft) == ""
        texts = texts_of(NEEDED) | prompting.texts_of_draft(draft)
        assert prompting.draft_of(texts) == draft
        checked = check_texts(texts)
        assert checked.settings is None and checked.reasons == {"prompt.template": "the prompt is empty"}
    assert check_texts(texts | {"prompt.template": "Rate it."}).settings is not None
    blank = texts_of(NEEDED) | {"prompt.template": " \n"}  # on the Settings page, where the other field has a prompt
    assert prompting.draft_of(blank) == PAPER and check_texts(blank).settings is not None
    assert prompting.draft_from("nosuch", "", {}) == PromptDraft("nosuch")


def test_that_what_is_wrong_with_a_prompt_is_said() -> None:
    assert ("empty", "", True) in remarks(PromptDraft("", "  \n"))
    own = PromptDraft(
        "aesthetics", "Rate the {quality} of the {subject} from 0 to 9. #Score: #Explain:", {"quality": "x", "old": "y"}
    )
    assert remarks(own) == [("field_without_words", "subject", True), ("words_without_field", "old", True)]
    assert "{subject}" in prompting.question_of(own)
    bare = PromptDraft("aesthetics", "How good is it?")
    assert [what for what, _about, _invalid in remarks(bare)] == ["no_score_tag", "no_explain_tag", "no_range"]
    assert not any(invalid for _what, _about, invalid in remarks(bare))


def test_that_special_tokens_are_named_and_only_text_for_the_model() -> None:
    model = read_chat_template(resource_path("demo", "model"))
    draft = PromptDraft("", "From 0 to 9: #Score: #Explain: <image><|end|>")
    assert remarks(draft, model) == [("special_token", "<image>", False), ("special_token", "<|end|>", False)]
    shown = prompting.show_prompt(draft, IMAGE, 2, model, render_conversations)
    assert shown.free.count("<image>") == 1 and "< image>< |end|>" in shown.free


def test_that_both_explanations_are_asked_for_with_their_scores() -> None:
    model = read_chat_template(resource_path("demo", "model"))
    shown = prompting.show_prompt(PAPER, IMAGE, 2, model, render_conversations, 49)
    question = load_prompt("aesthetics").render()
    assert shown.exact and shown.free == f"<|user|><image>{question}<|end|><|assistant|>"
    assert shown.chosen == shown.free + "#Score: 6\n#Explain:"
    assert (shown.wrong, shown.candidates) == (0, (0, 1, 2, 3, 9))
    assert shown.rejected == shown.free + "#Score: 0\n#Explain:"
    assert shown.image_tokens == 49


@pytest.mark.parametrize("source", FAILING)
def test_that_a_template_that_fails_leaves_question_and_answer(source: str) -> None:
    shown = prompting.show_prompt(PAPER, IMAGE, 2, ChatTemplate(source), render_conversations)
    assert (
        not shown.exact
        and shown.problem.startswith("The chat template")
        and shown.free == f"<image>\n{load_prompt('aesthetics').render()}"
    )
    assert shown.chosen.endswith("#Score: 6\n#Explain:") and shown.rejected.endswith("#Score: 0\n#Explain:")


def test_that_a_template_is_rendered_once_for_all_images() -> None:
    asked = []

    def run(request: TemplateRequest) -> list[str]:
        asked.append(request)
        return render_conversations(request)

    model = read_chat_template(resource_path("demo", "model"))
    for label in range(10):
        image = replace(IMAGE, label=label)
        shown = prompting.show_prompt(PAPER, image, 2, model, run)
        assert shown.chosen == f"{shown.free}#Score: {label}\n#Explain:"
    assert len(asked) == 10 and len({json.dumps(asdict(request)) for request in asked}) == 1
    nowhere = prompting.show_prompt(PAPER, IMAGE, 9, model, run)
    assert nowhere.wrong is None and nowhere.rejected == nowhere.free


def test_that_a_model_that_is_not_here_has_no_template_and_broken_files_are_refused(tmp_path: Path) -> None:
    assert prompting.chat_template_of("some/model", None, tmp_path) is None
    assert prompting.chat_template_of("demo", None, tmp_path) is not None
    (tmp_path / "tokenizer_config.json").write_text("{", "utf-8")
    with pytest.raises(TemplateError):
        read_chat_template(tmp_path)
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"chat_template": "x", "eos_token": {"content": "</s>"}}), "utf-8"
    )
    assert read_chat_template(tmp_path).special == ("</s>",)


def test_that_images_are_found_by_step_and_text(finished: Project) -> None:
    first = prompting.find_image(finished)
    assert first is not None and first.file.is_file() and first.path.startswith("test/")
    after = prompting.find_image(finished, first.id, step=1)
    assert after is not None and after.id != first.id
    back = prompting.find_image(finished, after.id, step=-1)
    assert back == first and prompting.find_image(finished, first.id) == first
    named = prompting.find_image(finished, text="rain/1")
    assert named is not None and named.path.startswith("train/1")
    assert prompting.find_image(finished, text="%") is None


def test_that_finished_stages_that_used_another_question_are_outdated(finished: Project) -> None:
    now = prompting.draft_of(texts_of(finished.settings.model_dump(by_alias=True)))
    assert prompting.question_of(now) == prompt_spec(finished.settings.prompt).text
    assert prompting.outdated_stages(finished, now) == []
    other = PromptDraft(now.resource, "Something else, 0 to 9: #Score: #Explain:", {})
    found = prompting.outdated_stages(finished, other)
    assert {"generate", "predict", "train"} <= {one.stage for one in found}
    assert not {"merge", "measure"} & {one.stage for one in found}
    assert prompting.outdated_stages(finished, PromptDraft("", prompting.question_of(now))) == []  # the same words


def test_that_a_draft_survives_the_settings_form() -> None:
    draft = PromptDraft("aesthetics", "a {b}\n c", {"b": 'x "y" ü'})
    texts = texts_of(
        {"project": {"name": "p"}, "model": {"base": "demo"}, "images": {"root": "i"}}
    ) | prompting.texts_of_draft(draft)
    assert prompting.draft_of(texts) == draft
    checked = check_texts(texts)
    assert checked.settings is not None and prompt_spec(checked.settings.prompt).text == prompting.question_of(draft)


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        (PromptDraft("aesthetics", "a {b}"), "prompt.fields"),
        (PromptDraft("aesthetics", "a", {"b": "c"}), "prompt.fields"),
        (PromptDraft("nosuch"), "prompt.resource"),
    ],
)
def test_that_a_prompt_that_cannot_be_used_is_refused_by_the_settings(draft: PromptDraft, path: str) -> None:
    texts = texts_of(NEEDED)
    checked = check_texts(texts | prompting.texts_of_draft(draft))
    assert checked.settings is None and list(checked.reasons) == [path]
