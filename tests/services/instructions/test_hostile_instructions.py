"""No row ends the reading of a file: what cannot be read is refused with file, row and reason, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.services.errors import StudioError
from studio.services.imports.formats.path_index import MISSING_FILE, OUTSIDE
from studio.services.instructions import json_entries
from studio.services.instructions.instruction_formats import FORMATS
from studio.services.instructions.reading import read_instructions, reason_kind, summarise
from studio.services.instructions.types import InstructionSet

H, G = "human", "gpt"


def talk(*turns: tuple[Any, Any], **more: Any) -> dict[str, Any]:
    return {"image": "a.jpg", **more, "conversations": [{"from": role, "value": text} for role, text in turns]}


GOOD = talk((H, "Why?"), (G, "So."), id="good")


def read(file: Path, images: Path, content: str | bytes, format: str | None = "llava") -> InstructionSet:
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    found = read_instructions(file, images, format)
    figures = summarise(found)
    assert figures.read == figures.accepted + figures.refused
    assert sum(figures.reasons.values()) == figures.refused and sum(figures.types.values()) == figures.accepted
    assert all(one.file == file.name and one.line >= 1 and one.reason for one in found.refused)
    return found


ROWS: list[tuple[Any, str]] = [
    (3, "the row is a number, not an object"),
    (None, "the row is missing, not an object"),
    ([[]], "the row is a list, not an object"),
    ({}, "the row has no 'conversations'"),
    ({"image": "a.jpg", "conversations": None}, "'conversations' is missing, not a list"),
    ({"image": "a.jpg", "conversations": {"from": H}}, "'conversations' is an object, not a list"),
    (talk(), "the conversation is empty"),
    ({"image": "a.jpg", "conversations": ["Why?"]}, "message 1 is a text, not an object with 'from' and 'value'"),
    ({"image": "a.jpg", "conversations": [{"from": H}]}, "'value' in message 1 is missing, not a text"),
    (talk((H, "Why?")), "the last question has no answer"),
    (talk((H, "Why?"), (G, "So."), (H, "And?")), "the last question has no answer"),
    (talk((G, "So."), (H, "Why?")), "an answer comes before the first question"),
    (talk((H, "Why?"), (H, "How?"), (G, "So.")), "message 2 is a question after another one"),
    (talk((H, "Why?"), (G, "So."), (G, "So!")), "message 3 is an answer after another one"),
    (talk((H, "Why?"), (G, "So."), ("system", "x")), "message 3 has the role 'system', which only the first may have"),
    (talk((H, "Why?"), ("tool", "x")),
     "the role of message 2 is 'tool'; known roles: human, user, gpt, assistant, system"),
    (talk((H, "Why?"), (None, "x")), "the role of message 2 is missing, not a text"),
    (talk((7, "Why?"), (G, "x")), "the role of message 1 is a number, not a text"),
    (talk((H, "Why?"), (G, 7)), "'value' in message 2 is a number, not a text"),
    (talk((H, True), (G, "x")), "'value' in message 1 is true or false, not a text"),
    (talk((H, "Why?"), (G, {"text": "x"})), "'value' in message 2 is an object, not a text"),
    (talk((H, [{"type": "video"}]), (G, "x")), "a part of 'value' in message 1 is neither a text nor an image"),
    (talk((H, [[["x"]]]), (G, "x")), "a part of 'value' in message 1 is neither a text nor an image"),
    (talk((H, "  \n"), (G, "x")), "the question in message 1 is empty"),
    (talk((H, "<image>"), (G, "x")), "the question in message 1 is empty"),
    (talk((H, "Why?"), (G, "")), "the answer in message 2 is empty"),
    (talk((H, "Why?"), (G, "see <image>")), "the answer in message 2 contains <image>"),
    (talk((H, "<image><image>Why?"), (G, "x")), "the row has 1 image, but the questions have <image> 2 times"),
    (talk((H, "<image>Why?"), (G, "x"), image=["a.jpg", "b.jpg"]),
     "the row has 2 images, but the questions have <image> once"),
    (talk(*[(H, "Why?"), (G, "So.")] * 4000), "the conversation has 8,000 messages; at most 1,000 are read"),
    (talk((H, "x" * 100_001), (G, "x")), "the question in message 1 has 100,001 characters; at most 100,000 are read"),
    (talk((H, "Why? \ud800"), (G, "x")), "the question in message 1 is not valid Unicode text"),
    (talk((H, "Why?"), (G, "x"), image=None), "the row has no image"),
    (talk((H, "Why?"), (G, "x"), image=[]), "the row has no image"),
    (talk((H, "Why?"), (G, "x"), image=" "), "the image name is missing"),
    (talk((H, "Why?"), (G, "x"), image=7), "the image is a number, not a path"),
    (talk((H, "Why?"), (G, "x"), image=["a.jpg", None]), "the image is missing, not a path"),
    (talk((H, "Why?"), (G, "x"), image={"a": 1}), "the image is an object, not a path"),
    (talk((H, "Why?"), (G, "x"), image=["a.jpg"] * 17), "the row has 17 images; at most 16 are read"),
    (talk((H, "Why?"), (G, "x"), images=["b.jpg"]), "the row names its images in two places"),
    (talk((H, "Why?"), (G, "x"), image="../secret.jpg"), OUTSIDE),
    (talk((H, "Why?"), (G, "x"), image="/etc/passwd"), OUTSIDE),
    (talk((H, "Why?"), (G, "x"), image="C:\\x.jpg"), OUTSIDE),
    (talk((H, "Why?"), (G, "x"), image=["a.jpg", "c/../../secret.jpg"]), OUTSIDE),
    (talk((H, "Why?"), (G, "x"), image="no/such.jpg"), MISSING_FILE),
    (talk((H, "Why?"), (G, "x"), image="c"), MISSING_FILE),
    (talk((H, "Why?"), (G, "x"), image="a.jpg\0"), MISSING_FILE),
    (talk((H, "Why?"), (G, "x"), image="a" * 5000), MISSING_FILE),
    (talk((H, "Why?"), (G, "x"), id=["1"]), "the id is a list, not a text"),
    (talk((H, "Why?"), (G, "x"), id=True), "the id is true or false, not a text"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), ROWS, ids=range(len(ROWS)))
@pytest.mark.parametrize("is_lines", [False, True])
def test_that_a_wrong_row_is_refused_alone(tmp_path: Path, images: Path, row: Any, reason: str, is_lines: bool) -> None:
    good = {**GOOD, "image": "b.jpg"}
    text = "\n".join(map(json.dumps, [good, row, GOOD])) if is_lines else json.dumps([good, row, GOOD])
    found = read(tmp_path / "i.json", images, text)
    assert [(one.line, one.reason) for one in found.refused] == [(2, reason)]
    assert [one.row for one in found.instructions] == [1, 3]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"prompt": 3, "completion": "x"}, "prompt is a number, not a text or a list of messages"),
        ({"prompt": "Why?", "completion": None}, "completion is missing, not a text or a list of messages"),
        ({"prompt": "Why?", "completion": []}, "the last question has no answer"),
        ({"prompt": [{"role": "user"}], "completion": "x"}, "'content' in message 1 is missing, not a text"),
        ({"messages": "Why?"}, "'messages' is a text, not a list"),
    ],
)
def test_that_a_wrong_row_of_trl_is_refused(tmp_path: Path, images: Path, row: dict[str, Any], reason: str) -> None:
    found = read(tmp_path / "i.json", images, json.dumps([{**row, "images": ["a.jpg"]}]), "trl")
    assert [one.reason for one in found.refused] == [reason]


BROKEN = [
    ('{"id": "x", }', "the row is not JSON"),
    ('{"id": "x" "image": 1}', "the row is not JSON"),
    ("{'id': 'x'}", "the row is not JSON"),
    ('{"a": ["}", {"b": tru}]}', "the row is not JSON"),
    ('{"a": "line\nbreak"}', "the row is not JSON"),
    ('{"a": "\\x"}', "the row is not JSON"),
    ('{"a": 1, "b": {"c": 1, "c": 2}}', "the row has the name 'c' twice in one object"),
    ("[" * 5000 + "]" * 5000, "the row is nested too deeply"),
    ('{"a": ' * 5000 + "1" + "}" * 5000, "the row is nested too deeply"),
    ('{"a": ' + "9" * 5000 + "}", "the row is not JSON"),
    ("nonsense", "the row is not JSON"),
    ("}", "the row is not JSON"),
]


@pytest.mark.parametrize(("entry", "reason"), BROKEN, ids=range(len(BROKEN)))
def test_that_an_entry_that_is_not_json_is_refused_alone(tmp_path: Path, images: Path, entry: str, reason: str) -> None:
    found = read(tmp_path / "i.json", images, f"[{entry}, {json.dumps(GOOD)}]")
    assert [(one.line, one.reason.startswith(reason)) for one in found.refused] == [(1, True)]
    assert [one.row for one in found.instructions] == [2] and not found.warnings


@pytest.mark.parametrize("block", [1, 7, 64, 1 << 20])
def test_that_it_does_not_matter_where_a_file_is_cut_into_blocks(
    tmp_path: Path, images: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(json_entries, "_BLOCK", block)
    rows = [
        *(str(number * 11) for number in range(1, 13)),
        '{"a": tru}',
        json.dumps(GOOD),
        "-1.5e-7",
        '{"a": "\\ud83d"}',
    ]
    found = read(tmp_path / "i.json", images, f" [ {' , '.join(rows)} ] ")
    assert found.read == len(rows) and [one.row for one in found.instructions] == [14]


def test_that_a_file_that_ends_too_early_gives_its_rows_and_says_so(tmp_path: Path, images: Path) -> None:
    whole = json.dumps([GOOD, {**GOOD, "id": "b", "image": "b.jpg"}, {**GOOD, "id": "c", "image": "c/d.png"}])
    for end in range(len(whole) - 1, 1, -3):
        found = read(tmp_path / "i.json", images, whole[:end])
        assert len(found.warnings) == 1, whole[:end]
    found = read(tmp_path / "i.json", images, whole[: len(json.dumps([GOOD]))])
    assert len(found.instructions) == 1 and "incomplete" in found.warnings[0]
    found = read(tmp_path / "i.json", images, whole + " {}")
    assert "goes on below the end" in found.warnings[0]


def test_that_text_that_is_not_utf_8_is_refused_where_it_is(tmp_path: Path, images: Path) -> None:
    good = json.dumps(GOOD).encode()
    bad = good.replace(b"So.", b"sch\xf6n").replace(b'"good"', b'"bad"')
    for content in (b"[" + bad + b"," + good + b"]", bad + b"\n" + good + b"\n"):
        found = read(tmp_path / "i.json", images, content, None)
        assert [one.row for one in found.instructions] == [2]
        assert [one.reason for one in found.refused] == ["the answer in message 2 is not valid Unicode text"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("is_lines", [False, True])
def test_that_other_encodings_are_read(tmp_path: Path, images: Path, encoding: str, is_lines: bool) -> None:
    row = json.dumps({**GOOD, "image": "grün é.png"}, ensure_ascii=False)
    found = read(tmp_path / "i.json", images, (f"{row}\n" if is_lines else f"[{row}]").encode(encoding), None)
    assert [one.images for one in found.instructions] == [("grün é.png",)]
    if encoding != "utf-8-sig":
        found = read(tmp_path / "i.json", images, f"[{row},".encode(encoding) + b"\0\xd8\0", "llava")
        assert len(found.warnings) == 1


TABLE = [
    ("a.jpg,\n", "the critique is empty"),
    (",Calm.\n", "the image name is missing"),
    ("a.jpg\n", "the row has too few cells"),
    ("a.jpg,Calm.,more\n", "the row has more cells than the header"),
    ("../secret.jpg,Calm.\n", OUTSIDE),
    ("no.jpg,Calm.\n", MISSING_FILE),
    ("a.jpg,see <image>\n", "the answer in message 2 contains <image>"),
    (f"a.jpg,{'x' * 200_000}\n", "the line is not CSV: field larger than field limit (131072)"),
]


@pytest.mark.parametrize(("row", "reason"), TABLE, ids=range(len(TABLE)))
def test_that_a_wrong_row_of_a_table_is_refused_alone(tmp_path: Path, images: Path, row: str, reason: str) -> None:
    found = read(tmp_path / "i.csv", images, f"\ufeffimage,critique\n{row}b.jpg,Flat.\n", None)
    assert [(one.line, one.reason) for one in found.refused] == [(2, reason)]
    assert [one.row for one in found.instructions] == [3]


def test_that_a_quote_that_is_not_closed_keeps_the_rows_above_it(tmp_path: Path, images: Path) -> None:
    found = read(tmp_path / "i.csv", images, 'image,critique\na.jpg,Calm.\nb.jpg,"Flat.\nb.jpg,x\n', None)
    assert [one.row for one in found.instructions] == [2]
    assert [one.line for one in found.refused] == [3] and "quote" in found.refused[0].reason
    assert len(found.warnings) == 1


def test_that_many_rows_are_read_in_a_second(tmp_path: Path, images: Path) -> None:
    """20,000 rows: quadratic reading would take minutes."""
    row = json.dumps({**GOOD, "text": "x" * 300})
    rows = (row.replace("Why?", f"Why {number}?") for number in range(20_000))
    found = read(tmp_path / "i.json", images, f"[{', '.join(rows)}]", None)
    assert len(found.instructions) == 20_000 and len({one.turns for one in found.instructions}) == 20_000


def test_that_reasons_that_differ_in_a_number_are_one(tmp_path: Path, images: Path) -> None:
    rows = [talk(*[(H, "Why?"), (G, "So.")] * turns, (H, "")) for turns in range(3)]
    rows += [talk((H, "Why?"), (G, "x"), image=name) for name in ("A.jpg", "zz.jpg")]
    figures = summarise(read(tmp_path / "i.json", images, json.dumps(rows)))
    assert figures.reasons == {reason_kind("the question in message 1 is empty"): 3, MISSING_FILE: 2}
    assert figures.images_missing == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(
        ["human", "gpt", "user", "assistant", "system", "image", "text", "Why?", "<image>", "a.jpg", "../x", "",
         "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "image", "images", "conversations", "messages", "prompt", "completion", "from", "value",
                         "role", "content", "type", "text", "path"]), inner, max_size=5
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(VALUES, min_size=1, max_size=6), name=st.sampled_from(sorted({*FORMATS} - {"critiques"})))
def test_that_any_json_is_counted(
    tmp_path_factory: pytest.TempPathFactory, images: Path, rows: list[Any], name: str
) -> None:
    found = read(tmp_path_factory.mktemp("i") / "i.json", images, json.dumps(rows), name)
    assert found.read == len(rows)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=60), start=st.sampled_from([b"", b"[", b"{", b"\xff\xfe[\0", b"image,critique\n"]))
def test_that_any_bytes_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, images: Path, content: bytes, start: bytes
) -> None:
    file = tmp_path_factory.mktemp("i") / "i.json"
    for name in (None, "llava", "trl", "critiques"):
        try:
            read(file, images, start + content, name)
        except StudioError as error:
            assert str(file) in str(error) or "has two columns" in error.message
