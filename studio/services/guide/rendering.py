"""Markdown to the part of HTML that Qt's documents understand, with an anchor at every heading. No Qt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from studio.services.guide.types import GuideSection

if TYPE_CHECKING:
    from markdown_it.token import Token

_NO_WORD = re.compile(r"[^\w\- ]")


def rendered(text: str) -> tuple[str, tuple[GuideSection, ...]]:
    """Return a page as HTML, and its sections as plain text. HTML in the Markdown is shown as text."""
    from markdown_it import MarkdownIt  # 30 ms, which only the guide needs

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    used: dict[str, int] = {}
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrs["id"] = _anchor(_plain(tokens[place + 1]), used)
    return str(parser.renderer.render(tokens, parser.options, {})), tuple(_sections(tokens))


def _anchor(heading: str, used: dict[str, int]) -> str:
    """Return the anchor of a heading as GitHub makes it; a repeated one gets a number."""
    anchor = _NO_WORD.sub("", heading.lower()).replace(" ", "-")
    count = used.get(anchor, 0)
    used[anchor] = count + 1
    return f"{anchor}-{count}" if count else anchor


def _sections(tokens: list[Token]) -> list[GuideSection]:
    found: list[GuideSection] = []
    anchor, heading, parts = "", "", list[str]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            if heading or parts:
                found.append(GuideSection(anchor, heading, " ".join(parts)))
            anchor, heading, parts = str(token.attrs["id"]), _plain(tokens[place + 1]), []
        elif token.type in ("fence", "code_block"):
            parts.append(" ".join(token.content.split()))
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            parts += filter(None, [_plain(token)])
    if heading or parts:
        found.append(GuideSection(anchor, heading, " ".join(parts)))
    return found


def _plain(token: Token) -> str:
    """Return the text of a paragraph without its marks; of a picture nothing."""
    words = [
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or ()
        if child.type != "image"
    ]
    return " ".join("".join(words).split())
