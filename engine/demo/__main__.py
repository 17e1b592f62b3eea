"""Commands of the demo package, run in a child process: ``python -m engine.demo data DIR`` and ``... model DIR``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> None:
    """Generate the data set, or train the demo model, into a folder."""
    parser = argparse.ArgumentParser(prog="engine.demo")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("data", "model"):
        command = commands.add_parser(name)
        command.add_argument("folder", type=Path)
        command.add_argument("--seed", type=int, default=0)
        if name == "data":
            command.add_argument("--counts", type=int, nargs=3, metavar=("TRAIN", "VAL", "TEST"))
            command.add_argument("--jpeg", action="store_true", help="smaller files")
    options = parser.parse_args(argv)
    if options.command == "data":
        from engine.demo.dataset import TEST, TRAIN, VAL, write_demo_data

        train, val, test = options.counts or (TRAIN, VAL, TEST)
        write_demo_data(options.folder, seed=options.seed, train=train, val=val, test=test, jpeg=options.jpeg)
    else:
        from engine.demo.build import build_demo_model

        build_demo_model(options.folder, seed=options.seed, log=print)


if __name__ == "__main__":
    main()
