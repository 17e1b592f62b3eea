"""What the README says of the command line is what the command line takes."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from typer.main import get_command

from studio.cli import app

README = Path(__file__).parents[2] / "README.md"


def _told() -> dict[str, set[str]]:
    """The options by command, as the README's list of commands has them."""
    listed = README.read_text(encoding="utf-8").split("## Commands\n")[1].split("\n## ")[0]
    told: dict[str, set[str]] = defaultdict(set)
    names: list[str] = []
    for line in listed.splitlines():
        if found := re.match(r" {4}score-studio ([a-z-]+(?: \| [a-z-]+)*)", line):
            names = found[1].split(" | ")
        elif not line.startswith(" " * 8):
            names = []
        for name in names:
            told[name] |= set(re.findall(r"--[a-z][a-z-]*", line))
    return told


def test_that_the_readme_names_every_command_with_every_option_and_no_others() -> None:
    commands = get_command(app.app).commands  # type: ignore[attr-defined]
    told = _told()
    assert set(told) == set(commands)
    for name, command in commands.items():
        either = [{*option.opts, *option.secondary_opts} for option in command.params if option.opts[0].startswith("-")]
        assert told[name] <= set[str]().union(*either), name
        assert not [option for option in either if not option & told[name]], name
