"""``python -m bench loop|photos [--json]``: one measurement a call."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from bench import loop


def main() -> int:
    """Run what was asked for and print it as Markdown or as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("loop", help="the demo with several seeds")
    demo.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    photos = commands.add_parser("photos", help="real photographs: a folder with images/ and scores.csv")
    photos.add_argument("source", type=Path)
    for command in (demo, photos):
        command.add_argument("--dir", type=Path, required=True, help="where the projects are made")
        command.add_argument("--iterations", type=int, default=2)
        command.add_argument("--json", action="store_true")
    pulse = commands.add_parser("heartbeat", help="the window's pulse while a job generates and trains")
    pulse.add_argument("--minutes", type=float, default=10.0)
    pulse.add_argument("--json", action="store_true", help="one JSON object (it prints nothing else anyway)")
    arguments = parser.parse_args()
    if arguments.command == "heartbeat":
        from bench.heartbeat import heartbeat

        print(json.dumps(heartbeat(arguments.minutes)))
        return 0
    if arguments.command == "loop":
        results = [loop.demo(arguments.dir, seed, arguments.iterations) for seed in arguments.seeds]
    else:
        results = [loop.photos(arguments.dir, arguments.source, arguments.iterations)]
    if arguments.json:
        print(json.dumps({"results": [dataclasses.asdict(result) for result in results]}))
    else:
        print("\n\n".join(loop.markdown(result) for result in results))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
