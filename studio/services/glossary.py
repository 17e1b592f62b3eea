"""What the words of measurement and training mean, for "?" tips, table heads and the guide. No Qt, no torch.

The texts are in ``resources/glossary/glossary.toml``; a translation is the file ``glossary_<language>.toml`` beside it.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.contract.resources import resource_path


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A word and what it means, in two or three sentences."""

    title: str
    text: str


@functools.cache
def glossary(language: str = "en") -> Mapping[str, GlossaryTerm]:
    """Return all terms by name, in a language or, where it is not translated, in English."""
    translated = resource_path("glossary", f"glossary_{language}.toml")
    file = translated if translated.is_file() else resource_path("glossary", "glossary.toml")
    return {name: GlossaryTerm(**entry) for name, entry in tomllib.loads(file.read_text("utf-8")).items()}


def glossary_markdown(language: str = "en") -> str:
    """Return the terms as a page of Markdown, in alphabetical order, each with a heading."""
    terms = sorted(glossary(language).values(), key=lambda term: term.title.casefold())
    return "\n\n".join(["# Glossary", *(f"## {term.title}\n\n{term.text}" for term in terms)])
