"""Where the guide is, and what is in it. No Qt, no torch."""

from __future__ import annotations

from pathlib import Path

from engine.contract.resources import resource_path
from studio.services.glossary import glossary_markdown
from studio.services.guide.rendering import rendered
from studio.services.guide.types import Guide, GuidePage

CONTENTS = "guide/README.md"
FIRST_PROJECT = "guide/01-first-project.md"
CHARTS = "guide/02-reading-the-charts.md"
REVIEWING = "guide/03-reviewing-well.md"
SCORING = "guide/04-scoring-new-images.md"
MODELS = "guide/05-real-models-and-memory.md"
GPUS = "guide/06-several-gpus.md"
EXPORTING = "guide/07-exporting.md"
QUESTIONS = "guide/08-questions.md"
CHAPTERS = (CONTENTS, FIRST_PROJECT, CHARTS, REVIEWING, SCORING, MODELS, GPUS, EXPORTING, QUESTIONS)
GLOSSARY = "guide/glossary.md"
"""The page of the glossary, which is no file: its terms are those of the "?" in the window."""
DOCUMENTS = ("MODELS.md", "SERVING.md", "BENCHMARKS.md")
"""What chapters refer to, shown after them."""
PICTURES = "guide/pictures"


def documents_folder() -> Path:
    """Return the folder with the guide and the documents: in a wheel among the resources, in a checkout ``docs``."""
    packed = resource_path("docs")
    return packed if packed.is_dir() else resource_path().parent / "docs"


def read_guide(language: str = "en") -> Guide:
    """Read all pages and pictures: about thirty files.

    Args:
        language: such as "de"; a page that is not translated (``guide/de/01-first-project.md``) is shown in English.

    Raises:
        OSError: a file is missing or cannot be read.
    """
    root = documents_folder()
    pages = [_page(root, name, language, is_chapter=True) for name in CHAPTERS]
    pages.append(_rendered(GLOSSARY, glossary_markdown(language), is_chapter=True))
    pages += [_page(root, name, language, is_chapter=False) for name in DOCUMENTS]
    pictures = {f"{PICTURES}/{file.name}": file.read_bytes() for file in sorted((root / PICTURES).glob("*.png"))}
    return Guide(tuple(pages), pictures)


def _page(root: Path, name: str, language: str, *, is_chapter: bool) -> GuidePage:
    file = root / name
    translated = file.parent / language / file.name
    text = (translated if translated.is_file() else file).read_text("utf-8")
    return _rendered(name, text, is_chapter=is_chapter)


def _rendered(name: str, text: str, *, is_chapter: bool) -> GuidePage:
    html, sections = rendered(text)
    return GuidePage(name, sections[0].heading if sections else name, html, sections, is_chapter)
