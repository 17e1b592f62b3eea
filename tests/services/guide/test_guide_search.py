"""Rendering, anchors and the search."""

from __future__ import annotations

from studio.services.guide.chapters import read_guide
from studio.services.guide.rendering import rendered
from studio.services.guide.searching import excerpt, search
from studio.services.guide.types import Guide, GuidePage

TEXT = """Before.

# The title

One *two* `three`
four.

## What is it?

- a
- b

| x | y |
|---|---|
| 1 | <b> |

![picture](a.png)

## What is it?

    code here
"""


def page(name: str, text: str, *, is_chapter: bool = True) -> GuidePage:
    html, sections = rendered(text)
    return GuidePage(name, sections[0].heading, html, sections, is_chapter)


def test_that_headings_have_the_anchors_of_a_repository_page() -> None:
    html, sections = rendered(TEXT)
    assert [section.anchor for section in sections] == ["", "the-title", "what-is-it", "what-is-it-1"]
    assert [section.heading for section in sections] == ["", "The title", "What is it?", "What is it?"]
    assert '<h2 id="what-is-it-1">' in html


def test_that_sections_are_plain_text() -> None:
    _html, sections = rendered(TEXT)
    assert [section.text for section in sections] == ["Before.", "One two three four.", "a b x y 1 <b>", "code here"]


def test_that_html_in_a_page_is_text() -> None:
    html, _sections = rendered("# A\n\n<script>x</script> <img src=y>\n")
    assert "<script" not in html and "<img" not in html and "&lt;script" in html


def test_that_all_words_have_to_be_there_in_any_case() -> None:
    guide = Guide((page("a", "# First\n\nThe margin grows.\n"), page("b", "# Second\n\nA MARGIN and a veto.\n")), {})
    assert [hit.page.name for hit in search(guide, "margin")] == ["a", "b"]
    assert [hit.page.name for hit in search(guide, "Veto margin")] == ["b"]
    assert search(guide, "nowhere") == [] and search(guide, "  ") == []


def test_that_headings_come_first_and_documents_last() -> None:
    pages = (
        page("a", "# One\n\nveto\n"),
        page("b", "# Veto\n\nthat\n"),
        page("c", "# Veto\n\nthis\n", is_chapter=False),
    )
    assert [hit.page.name for hit in search(Guide(pages, {}), "veto")] == ["b", "a", "c"]


def test_that_an_excerpt_is_around_what_was_found() -> None:
    text = " ".join(f"word{number}" for number in range(100))
    part = excerpt(text, ["word50"])
    assert "word50" in part and part.startswith("… word") and part.endswith(" …") and len(part) < 140
    assert excerpt("short text", ["text"]) == "short text"
    assert excerpt("x" * 500, ["y"]) == "x" * 110 + " …"


def test_that_the_guide_answers_what_it_should() -> None:
    guide = read_guide()
    for words, name in (
        ("PLCC", "02-reading-the-charts"),
        ("lower is better", "02-reading-the-charts"),
        ("veto training", "03-reviewing-well"),
        ("lightroom", "04-scoring-new-images"),
        ("4bit", "05-real-models-and-memory"),
        ("slurm", "06-several-gpus"),
        ("licence card", "07-exporting"),
        ("out of memory", "08-questions"),
    ):
        assert name in {hit.page.name.removeprefix("guide/").removesuffix(".md") for hit in search(guide, words)}, words
