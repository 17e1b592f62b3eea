"""Writes sidecars for all images of a folder, to be killed in the middle: FOLDER RECORD [LIMIT].

LIMIT is the largest size in bytes that a file may reach, as on a disk that is full.
"""

from __future__ import annotations

import sys
from pathlib import Path

from studio.services.sidecars.planning import plan
from studio.services.sidecars.types import ScoreOrigin, SidecarItem, SidecarOptions, StarThresholds
from studio.services.sidecars.writing import write

ORIGIN = ScoreOrigin("iter1/score", "feed", 1, 10, "2025-06-01T10:00:00+00:00")
OPTIONS = SidecarOptions(ORIGIN, StarThresholds((2, 4, 6, 8, 9)), describe=True)


def items(folder: Path) -> list[SidecarItem]:
    images = sorted(folder.glob("*.jpg"))
    return [SidecarItem(one, 1 + number % 10, f"Picture {number} is calm.") for number, one in enumerate(images)]


def main() -> None:
    folder, record = Path(sys.argv[1]), Path(sys.argv[2])
    preview = plan(items(folder), OPTIONS)
    if len(sys.argv) > 3:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    done = write(preview, record)
    print(done.created, done.changed, len(done.skipped), done.stopped)


if __name__ == "__main__":
    main()
