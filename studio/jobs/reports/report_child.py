"""The child that writes a report, so that drawing does not slow the window down: JSON lines to standard output.

``python -m score_studio --module studio.jobs.reports.report_child PROJECT FILE EXAMPLES [TABLES]``. No Qt, no torch.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from studio.services.errors import StudioError
from studio.services.projects import create_and_open
from studio.services.reports.report import make_report, write_report


def main(arguments: list[str]) -> int:
    """Write a report; the last line says how many files were written, or what is wrong."""
    root, file, examples, *tables = arguments
    try:
        project = create_and_open.open_project(Path(root))
        try:
            report = make_report(
                project,
                examples=int(examples),
                on_progress=lambda done, total: _say(kind="progress", done=done, total=total),
            )
        finally:
            project.close()
        written = write_report(report, Path(file), Path(tables[0]) if tables else None)
    except StudioError as error:
        _say(kind="error", message=error.message, remedy=error.remedy)
        return 1
    _say(kind="done", files=len(written))
    return 0


def _say(**message: object) -> None:
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
