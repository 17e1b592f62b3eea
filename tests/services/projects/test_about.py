"""What the About window tells: every part with its licence, and a system report without names or folders."""

from __future__ import annotations

import getpass
import tomllib
from pathlib import Path

import pytest

from studio.services import about

ROOT = Path(__file__).parents[3]


def test_that_every_dependency_is_listed_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {line.split(">")[0].split("=")[0].split("[")[0].split(";")[0].strip() for line in project["dependencies"]}
    parts = {part.name.lower().replace("_", "-"): part for part in about.parts()}
    assert {name.lower().replace("_", "-") for name in needed} <= set(parts)
    unknown = [part.name for part in parts.values() if part.licence == about.UNKNOWN]
    assert not unknown, unknown
    assert all("\n" not in part.licence and len(part.licence) <= 120 for part in parts.values())


def test_that_development_tools_are_not_parts() -> None:
    names = {part.name.lower() for part in about.parts()}
    assert not names & {"pytest", "mypy", "ruff", "hypothesis"}


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": ["MIT OR Apache-2.0"], "License": ["old"]}, "MIT OR Apache-2.0"),
        (
            {"Classifier": ["License :: OSI Approved :: BSD License", "Topic :: Software"], "License": ["A long text"]},
            "BSD License",
        ),
        ({"Classifier": ["License :: OSI Approved"], "License": ["Apache\nCopyright someone"]}, "Apache"),
        ({"License": [""]}, about.UNKNOWN),
        ({}, about.UNKNOWN),
    ],
)
def test_that_a_licence_is_read_where_a_distribution_names_it(fields: dict[str, list[str]], licence: str) -> None:
    assert about.licence_of(fields) == licence


def test_that_the_system_report_names_no_person_and_no_folder() -> None:
    facts = about.system_facts()
    assert {"System", "Python", "SQLite", "Memory", "torch"} <= set(facts) and all(facts.values())
    text = "\n".join(f"{name}: {value}" for name, value in facts.items())
    assert str(Path.home()) not in text
    assert getpass.getuser() not in text.split()
