"""Each published format of instruction data: what becomes of its rows, and how it is recognised."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.services.errors import StudioError
from studio.services.instructions.critiques import QUESTION
from studio.services.instructions.reading import read_instructions, summarise
from studio.services.instructions.types import QUESTION_TYPES, InstructionSet


def llava(image: Any, *texts: str, name: Any = "1", images: str = "image") -> dict[str, Any]:
    turns = [{"from": "gpt" if place % 2 else "human", "value": text} for place, text in enumerate(texts)]
    return {"id": name, images: image, "conversations": turns}


def messages(*texts: Any) -> list[dict[str, Any]]:
    return [{"role": "assistant" if place % 2 else "user", "content": text} for place, text in enumerate(texts)]


def parts(text: str, marks: int = 1) -> list[dict[str, str]]:
    return [{"type": "image"}] * marks + [{"type": "text", "text": text}]


def read(folder: Path, images: Path, content: Any, name: str = "i.json", format: str | None = None) -> InstructionSet:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")
    found = read_instructions(folder / name, images, format)
    figures = summarise(found)
    assert figures.read == figures.accepted + figures.refused == len(found.instructions) + len(found.refused)
    assert sum(figures.types.values()) == figures.accepted
    assert sum(figures.reasons.values()) == figures.refused
    return found


def lines(rows: list[Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


TALK = ("What is the mood?", "Calm.", "Why is it calm?", "The fog.")
FORMS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "llava": ("llava", [
        llava("a.jpg", f"<image>\n{TALK[0]}", *TALK[1:], name="one"),
        llava(["a.jpg", "c/d.png"], "<image>\n<image>\nWhich is sharper?", "The second.", name=2),
    ]),
    "llama-factory": ("llama-factory", [
        {"id": "one", "messages": messages(f"<image>{TALK[0]}", *TALK[1:]), "images": ["a.jpg"]},
        {"id": "2", "messages": messages("<image>\n<image>\nWhich is sharper?", "The second."),
         "images": ["a.jpg", "c/d.png"]},
    ]),
    "sharegpt": ("sharegpt", [
        llava(["a.jpg"], f"<image>{TALK[0]}", *TALK[1:], name="one", images="images"),
        llava(["a.jpg", "c/d.png"], "<image><image>Which is sharper?", "The second.", name="2", images="images"),
    ]),
    "trl-messages": ("trl", [
        {"id": "one", "messages": messages(parts(TALK[0]), *([{"type": "text", "text": one}] for one in TALK[1:])),
         "images": ["a.jpg"]},
        {"id": "2", "messages": messages(parts("Which is sharper?", 2), "The second."), "images": ["a.jpg", "c/d.png"]},
    ]),
    "trl-prompt": ("trl", [
        {"id": "one", "prompt": messages(parts(TALK[0]), TALK[1], TALK[2]), "images": ["a.jpg"],
         "completion": [{"role": "assistant", "content": TALK[3]}]},
        {"id": "2", "prompt": "Which is sharper?", "completion": "The second.", "images": ["a.jpg", "c/d.png"]},
    ]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("written", [json.dumps, lines, lambda rows: json.dumps(rows, indent=2)])
def test_that_each_format_is_recognised_and_keeps_turns_and_images(
    tmp_path: Path, images: Path, form: str, written: Callable[[list[Any]], str]
) -> None:
    name, rows = FORMS[form]
    found = read(tmp_path, images, written(rows), "data.bin")
    assert (found.format, found.refused, found.warnings) == (name, (), ())
    talk, pair = found.instructions
    assert [(turn.plain_question, turn.answer) for turn in talk.turns] == [TALK[:2], TALK[2:]]
    assert (talk.images, talk.source_id, talk.row, talk.file) == (("a.jpg",), "one", 1, "data.bin")
    assert (pair.images, pair.source_id, pair.row) == (("a.jpg", "c/d.png"), "2", 2)
    assert [turn.question.count("<image>") for turn in pair.turns] == [2]
    assert [turn.question.count("<image>") for turn in talk.turns] == [1, 0]
    assert pair.turns[0].plain_question == "Which is sharper?"
    assert (talk.question_type, pair.question_type) == ("what", "what")
    figures = summarise(found)
    assert (figures.turns, figures.multi_turn, figures.multi_image, figures.images) == (3, 1, 1, 2)


def test_that_a_table_of_critiques_has_a_row_for_each_critique(tmp_path: Path, images: Path) -> None:
    text = 'Photo;Comment;Question\na.jpg;"Soft light;\ncalm.";Why is it good?\n'
    text += "a.jpg;Too dark.;\nc/d.png;Flat.;How is it?\n"
    found = read(tmp_path, images, text, "x.txt")
    assert found.format == "critiques" and not found.refused
    assert [
        (one.images[0], one.turns[0].plain_question, one.turns[0].answer, one.row) for one in found.instructions
    ] == [
        ("a.jpg", "Why is it good?", "Soft light;\ncalm.", 2),
        ("a.jpg", QUESTION, "Too dark.", 4),
        ("c/d.png", "How is it?", "Flat.", 5),
    ]
    assert [one.question_type for one in found.instructions] == ["why", "description", "how"]
    assert all(one.turns[0].question.startswith("<image>\n") for one in found.instructions)


def test_that_critiques_are_read_from_a_workbook_and_windows_text_too(tmp_path: Path, images: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (("image", "critique"), ("a.jpg", "Calm."), ("b.jpg", None), ("b.jpg", 7)):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    found = read_instructions(tmp_path / "x.xlsx", images)
    assert [one.turns[0].answer for one in found.instructions] == ["Calm.", "7"]
    assert [(one.line, one.reason) for one in found.refused] == [(3, "the critique is empty")]
    (tmp_path / "x.csv").write_bytes("image,critique\na.jpg,schön\n".encode("cp1252"))
    found = read_instructions(tmp_path / "x.csv", images)
    assert found.instructions[0].turns[0].answer == "schön"
    assert found.warnings == ("x.csv is not UTF-8; it was read as Windows-1252.",)


def test_that_a_mark_stays_where_it_is_and_the_system_text_is_kept(tmp_path: Path, images: Path) -> None:
    talk = [{"role": "system", "content": "You judge photos."}, *messages("Is <image> better than <image>?", "Yes.")]
    talk += messages("Sure?", "Yes.")
    found = read(tmp_path, images, [{"messages": talk, "images": ["a.jpg", "b.jpg"]}])
    (one,) = found.instructions
    assert one.system == "You judge photos." and one.source_id == ""
    assert one.turns[0].question == "Is <image> better than <image>?"


def test_that_images_may_be_named_in_the_content_or_as_the_library_datasets_does(tmp_path: Path, images: Path) -> None:
    inside = [{"type": "image", "path": "a.jpg"}, {"type": "text", "text": "Or "}, {"type": "image", "image": "b.jpg"}]
    rows = [
        {"messages": messages(inside, "Yes.")},
        {"messages": messages(parts("Why?"), "So."), "images": [{"path": "b.jpg", "bytes": None}]},
        {"messages": messages(inside, "Yes."), "images": ["a.jpg", "b.jpg"]},
    ]
    found = read(tmp_path, images, rows)
    assert [one.images for one in found.instructions] == [("a.jpg", "b.jpg"), ("b.jpg",)]
    assert found.instructions[0].turns[0].question == "<image>\nOr \n<image>"
    assert [one.reason for one in found.refused] == ["the row names its images in two places"]


def test_that_a_folder_with_which_all_paths_begin_is_left_out(tmp_path: Path, images: Path) -> None:
    rows = [llava(f"data/aes/{name}", "Why?", "So.", name=name) for name in ("a.jpg", "c/d.png", "none.jpg")]
    found = read(tmp_path, images, rows)
    assert [one.images for one in found.instructions] == [("a.jpg",), ("c/d.png",)]
    assert "data/aes/" in found.warnings[0] and len(found.refused) == 1
    assert summarise(found).images_missing == 1


def test_that_a_row_that_comes_twice_is_refused_and_one_id_for_two_questions_is_not(
    tmp_path: Path, images: Path
) -> None:
    rows = [
        llava("a.jpg", "Why?", "So.", name="a"),
        llava("a.jpg", "How?", "Thus.", name="a"),
        llava("a.jpg", "<image>\nWhy?", "So.", name="z"),
        llava("b.jpg", "Why?", "So.", name="b"),
    ]
    found = read(tmp_path, images, rows)
    assert [one.row for one in found.instructions] == [1, 2, 4]
    assert [(one.line, one.value, one.reason) for one in found.refused] == [
        (3, "z", "duplicate: row 1 has the same images and texts")
    ]
    assert found.warnings == (
        "1 id is in several rows with different texts, such as 'a'; all of these rows were kept.",
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('[{"image": "a.jpg", "gt_score": 3}]', "found objects with 'image', 'gt_score'"),
        ("[]", "found no JSON value"),
        ("[1, 2]", "found a number in the place of an object"),
        ('{\n "data": [\n"x"\n], "version": 2}\n', "found one object over several lines, with 'data', 'version'"),
        ('{"data": 1}', "found objects with 'data'"),
        ("{", "found no JSON value"),
        ("{}\n", "found objects with no names"),
        ('{"instruction": "x", "output": "y"}\n', "found objects with 'instruction', 'output'"),
        ("image,score\na.jpg,3\n", "found a table with 'image', 'score'"),
        ("just words\n", "found a table with 'just words'"),
        ("", "is empty"),
        ("\ufeff \n", "is empty"),
    ],
)
def test_that_another_file_is_named_with_what_it_has_and_what_is_expected(
    tmp_path: Path, images: Path, content: str, what: str
) -> None:
    with pytest.raises(StudioError) as raised:
        read(tmp_path, images, content, "i.json")
    assert what in raised.value.message and "i.json" in raised.value.message
    assert "LLaVA" in raised.value.remedy and "critique" in raised.value.remedy


def test_that_a_photo_a_folder_and_a_missing_file_are_named(tmp_path: Path, images: Path) -> None:
    (tmp_path / "p.json").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0" * 20)
    for file, what in (
        (tmp_path / "p.json", "found no text"),
        (tmp_path, "is a folder"),
        (tmp_path / "n", "not exist"),
    ):
        with pytest.raises(StudioError, match=what):
            read_instructions(file, images)
    (tmp_path / "i.json").write_text("[]")
    with pytest.raises(StudioError, match="images folder"):
        read_instructions(tmp_path / "i.json", tmp_path / "nowhere")
    with pytest.raises(StudioError, match="no format 'vqa'"):
        read_instructions(tmp_path / "i.json", images, "vqa")


def test_that_a_given_format_is_used_whatever_the_first_rows_are(tmp_path: Path, images: Path) -> None:
    rows = [{"prompt": "Why?", "completion": "So.", "images": ["a.jpg"]}, llava("a.jpg", "Why?", "So.")]
    found = read(tmp_path, images, rows, format="llava")
    assert [one.row for one in found.instructions] == [2]
    assert [one.reason for one in found.refused] == ["the row has no 'conversations'"]
    with pytest.raises(StudioError, match="no column of images"):
        read(tmp_path, images, rows, format="critiques")


def test_that_the_parts_of_aesmmit_are_counted(tmp_path: Path, images: Path) -> None:
    questions = [
        "Describe it.",
        "Is it sharp?",
        "What is it?",
        "How is it?",
        "Why?",
        "Mood?\nA. calm\nB. wild",
        "Rate it.",
    ]
    found = read(tmp_path, images, [llava("a.jpg", text, "Yes, so.", name=text) for text in questions])
    assert [one.question_type for one in found.instructions] == list(QUESTION_TYPES)
    assert summarise(found).types == dict.fromkeys(QUESTION_TYPES, 1)
