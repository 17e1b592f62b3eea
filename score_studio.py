"""Entry point of the installed command ``score-studio`` and of its child processes. Standard library only.

The packages of this program are named studio, engine, db and resources. If another package of the same name comes
first on Python's path, the program would fail with an incomprehensible error; so this module checks first and reports
it. It is outside those packages because any of them may be the wrong one.

``python -m score_studio --module NAME ARGUMENTS`` runs one of the program's modules, as child processes are started.
"""

from __future__ import annotations

import importlib.util
import runpy
import sys
from pathlib import Path

PACKAGES = ("studio", "engine", "db", "resources")
HOME = Path(__file__).resolve().parent
"""The folder that contains the packages: site-packages, or a checkout."""


def foreign_packages() -> dict[str, str]:
    """Return the program's packages that Python resolves to another place, with that place; "nowhere" if not found."""
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
    """Exit with a message and code 2 if another package shadows one of this program's packages."""
    found = foreign_packages()
    if not found:
        return
    lines = [f"Score Studio needs its own package {name!r}, but Python finds {place}." for name, place in found.items()]
    print(*lines, sep="\n", file=sys.stderr)
    print(
        "Install Score Studio in its own environment (pipx install, uv tool install), and start it without PYTHONPATH.",
        file=sys.stderr,
        flush=True,
    )
    sys.exit(2)


def main() -> None:
    """Run the command ``score-studio``."""
    check_packages()
    from studio.__main__ import main as run

    run()


def _run_module(name: str, arguments: list[str]) -> None:
    check_packages()
    sys.argv = [name, *arguments]
    runpy.run_module(name, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--module"]:
        _run_module(sys.argv[2], sys.argv[3:])
    else:
        main()
