"""The chapters are whole: what they name exists, what they link to is there, and the wheel contains them."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from markdown_it import MarkdownIt
from PIL import Image
from typer.core import TyperGroup
from typer.exceptions import TyperException

from studio.cli.app import app
from studio.services.guide import chapters
from studio.services.guide.chapters import documents_folder, read_guide
from studio.services.settings.flat import flat
from studio.services.settings.schema import Settings

ROOT = Path(__file__).parents[3]
GUIDE = documents_folder() / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
MOST_LINES = 125
LARGEST_PICTURE, LARGEST_PICTURES = 62_000, 1_500_000
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
FILES = (".toml", ".json", ".csv", ".jpg", ".xmp", ".html", ".pdf", ".zip", ".md")


def spans(text: str) -> Iterator[str]:
    """What is typed: the code in the text, and the lines of blocks of code."""
    for token in MarkdownIt().enable("table").parse(text):
        if token.type in ("code_block", "fence"):
            yield from token.content.splitlines()
        yield from (child.content for child in token.children or () if child.type == "code_inline")


def settings() -> set[str]:
    known = Settings.model_validate({"project": {"name": "a"}, "model": {"base": "demo"}, "images": {"root": "a"}})
    return {name for name, _value in flat(known.model_dump(by_alias=True))} | {"prompt.fields"}


def test_that_the_chapters_are_those_of_the_list() -> None:
    assert [f"guide/{page.name}" for page in PAGES] == sorted(chapters.CHAPTERS)
    guide = read_guide()
    assert [page.name for page in guide.pages] == [*chapters.CHAPTERS, chapters.GLOSSARY, *chapters.DOCUMENTS]
    assert [page.title for page in guide.pages if page.is_chapter][1:3] == ["First project", "Reading the charts"]
    contents = (GUIDE / "README.md").read_text("utf-8")
    for page in guide.pages[1 : len(chapters.CHAPTERS)]:
        assert f"[{page.title}]({page.name.removeprefix('guide/')})" in contents


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_a_chapter_is_short_and_its_links_and_pictures_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert max(map(len, text.splitlines())) <= 122
    guide = read_guide()
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        assert (page.parent / name).is_file(), target
        if anchor:
            linked = guide.page(f"guide/{name}")
            assert linked is not None and anchor in {section.anchor for section in linked.sections}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_every_setting_that_a_chapter_names_exists(page: Path) -> None:
    named = {span for span in spans(page.read_text("utf-8")) if KEY.fullmatch(span) and not span.endswith(FILES)}
    assert named <= settings()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_the_files_with_settings_are_valid(page: Path) -> None:
    for block in (token.content for token in MarkdownIt().parse(page.read_text("utf-8")) if token.type == "code_block"):
        if block.startswith("["):
            tree = tomllib.loads(block)
            needed = {"project": {"name": "a"}, "model": {"base": "demo"}, "images": {"root": "a"}}
            Settings.model_validate({**needed, **tree})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_every_command_that_a_chapter_names_is_understood(page: Path) -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    for line in spans(page.read_text("utf-8")):
        if not line.startswith("score-studio "):
            continue
        name, *arguments = shlex.split(line, comments=True)[1:]
        assert name in command.commands, line
        if arguments or line in page.read_text("utf-8").splitlines():
            command.commands[name].make_context(name, arguments, resilient_parsing=False)  # fails, or runs nothing
    for option in (span for span in spans(page.read_text("utf-8")) if span.startswith("--")):
        assert any(option in one.opts for each in command.commands.values() for one in each.params), option


def test_that_a_wrong_command_would_be_found() -> None:
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    with pytest.raises(TyperException):
        command.commands["status"].make_context("status", ["my-project", "--jason"])


def test_that_pictures_are_small_used_and_those_of_the_script() -> None:
    files = sorted((GUIDE / "pictures").iterdir())
    wanted = runpy.run_path(str(ROOT / "scripts" / "guide-pictures"))["WANTED"]
    assert [file.name for file in files] == sorted(f"{name}.png" for name in wanted)
    used = set(re.findall(r"\(pictures/([^)]+)\)", "".join(page.read_text("utf-8") for page in PAGES)))
    assert used == {file.name for file in files}
    assert sum(file.stat().st_size for file in files) <= LARGEST_PICTURES
    for file in files:
        assert file.stat().st_size <= LARGEST_PICTURE, file.name
        with Image.open(file) as picture:
            assert picture.width <= 1000, file.name


def test_that_pictures_are_described() -> None:
    for page in PAGES:
        for words in re.findall(r"!\[([^]]*)\]", page.read_text("utf-8")):
            assert len(words) > 10, (page.name, words)


def test_that_a_wheel_has_all_of_it_among_the_resources() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["sources"] == {"docs": "resources/docs"}
    included = set(wheel["only-include"])
    assert {"studio", "engine", "db", "resources", "score_studio.py", "docs/guide"} <= included
    assert {f"docs/{name}" for name in chapters.DOCUMENTS} <= included


def test_that_an_installed_guide_is_found_among_the_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert documents_folder() == ROOT / "docs"
    monkeypatch.setattr(chapters, "resource_path", tmp_path.joinpath)
    (tmp_path / "docs").mkdir()
    assert documents_folder() == tmp_path / "docs"


def test_that_a_page_is_shown_in_another_language_where_it_is_translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*chapters.CHAPTERS, *chapters.DOCUMENTS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "guide" / "de").mkdir()
    (tmp_path / "guide" / "de" / "08-questions.md").write_text("# Fragen\n")
    monkeypatch.setattr(chapters, "documents_folder", lambda: tmp_path)
    titles = [page.title for page in read_guide("de").pages]
    assert titles[8] == "Fragen" and titles[1] == "guide/01-first-project.md"
