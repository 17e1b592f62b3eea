"""A prompt while it is edited: what is wrong with it, the text for an image, and what a change makes outdated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.contract.prompts import load_prompt
from engine.contract.resources import resource_path
from studio.services.projects.project import Project
from studio.services.prompting import prompt_preview as prompting
from studio.services.prompting.chat_template import ChatTemplate, TemplateError, read_chat_template
from studio.services.prompting.types import PromptDraft, PromptImage
from studio.services.settings.fields import check_texts, texts_of
from studio.services.settings.prompt import prompt_spec

IMAGE = PromptImage(1, "a.jpg", Path("a.jpg"), 5.5, 6)
PAPER = PromptDraft("aesthetics")
NEEDED = {"project": {"name": "p"}, "model": {"base": "demo"}, "images": {"root": "i"}}
ENDLESS = "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"
HUGE = "{{ 'a' * 99999999999 }}{{ 9 ** 9 ** 9 ** 9 }}"
FAILING = (
    ENDLESS,
    HUGE,
    "{{ raise_exception('no') }}",
    "{% for",
    "{{ messages[0]['role'] }}",
    "{{ ''.__class__.__mro__ }}",
)


def remarks(draft: PromptDraft, model: ChatTemplate | None = None) -> list[tuple[str, str, bool]]:
    return [(one.what, one.about, one.invalid) for one in prompting.check_prompt(draft, model)]


def test_that_the_built_in_prompt_is_shown_in_full_and_without_remarks() -> None:
    assert prompting.question_of(PAPER) == load_prompt("aesthetics").render() and remarks(PAPER) == []
    changed = PromptDraft("aesthetics", fields={"quality": "sharpness"})
    assert "evaluate the sharpness of the given photo image" in prompting.question_of(changed)


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
    shown = prompting.show_prompt(draft, IMAGE, 2, model)
    assert shown.free.count("<image>") == 1 and "< image>< |end|>" in shown.free


def test_that_both_explanations_are_asked_for_with_their_scores() -> None:
    shown = prompting.show_prompt(PAPER, IMAGE, 2, read_chat_template(resource_path("demo", "model")), 49)
    question = load_prompt("aesthetics").render()
    assert shown.exact and shown.free == f"<|user|><image>{question}<|end|><|assistant|>"
    assert shown.chosen == shown.free + "#Score: 6\n#Explain:"
    assert (shown.wrong, shown.candidates) == (0, (0, 1, 2, 3, 9))
    assert shown.rejected == shown.free + "#Score: 0\n#Explain:"
    assert shown.image_tokens == 49


@pytest.mark.parametrize("source", FAILING)
def test_that_a_template_that_fails_leaves_question_and_answer(source: str) -> None:
    shown = prompting.show_prompt(PAPER, IMAGE, 2, ChatTemplate(source))
    assert not shown.exact and shown.free == f"<image>\n{load_prompt('aesthetics').render()}"
    assert shown.chosen.endswith("#Score: 6\n#Explain:")


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
