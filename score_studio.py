"""Where the installed command ``score-studio`` and its child processes begin. Standard library only.

The packages of this program are named studio, engine, db and resources. Another package of such a name may come first
on Python's path, and the program would end in an error that nobody understands; so it looks first and says it. This
module is not in any of them, because that one may be the wrong one.

``python -m score_studio --module NAME ARGUMENTS`` runs one of the program's modules, as child processes are started.
"""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path

PACKAGES = ("studio", "engine", "db", "resources")
HOME = Path(__file__).resolve().parent
"""The folder that the packages are in: site-packages, or a checkout."""


def foreign_packages() -> dict[str, str]:
    """The program's packages in whose place Python finds others, and where; where it finds none, "nowhere"."""
    found = {}
    for name in PACKAGES:
        place = _place(name)
        if place is None:
            found[name] = "nowhere"
        elif place.resolve().parent != HOME:
            found[name] = str(place)
    return found


def _place(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None:
        return None
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin else None


def check_packages() -> None:
    """End the program with a message if another package has the name of one of ours. Exit code 2."""
    found = foreign_packages()
    if not found:
        return
    lines = [
        f"Score Studio needs its own package {name!r}, but Python finds: {place}." for name, place in found.items()
    ]
    print(*lines, sep="\n", file=sys.stderr)
    print(
        "Install Score Studio in an environment of its own (pipx install, uv tool install),"
        " and leave PYTHONPATH empty when you start it.",
        file=sys.stderr,
        flush=True,
    )
    sys.exit(2)


def main() -> None:
    """The command ``score-studio``."""
    check_packages()
    from studio.__main__ import main as begin

    begin()


def _run_module(name: str, arguments: list[str]) -> None:
    check_packages()
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--module"]:
        _run_module(sys.argv[2], sys.argv[3:])
    else:
        main()
