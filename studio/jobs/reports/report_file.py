"""Write a project's report in a child. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from studio.jobs.engine_commands import ToolError
from studio.jobs.line_process import LineProcess
from studio.jobs.process import python_command
from studio.services.errors import OperationCancelled, StudioError
from studio.services.reports.report import EXAMPLES


def write_report_file(
    root: Path,
    file: Path,
    tables: Path | None = None,
    *,
    examples: int = EXAMPLES,
    stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Write the report of the project in ``root``; blocks until it is there, and returns the number of files.

    Args:
        root: the project's folder.
        file: an .html or .pdf file; after an error it is unchanged.
        tables: a folder for every table as CSV; None: none.
        examples: images in each list of examples.
        stopped: called several times a second; True ends the child.
        on_progress: finished chapters and their number.

    Raises:
        StudioError: nothing is measured, or a file cannot be read or written.
        OperationCancelled: ``stopped`` returned True.
        ToolError: the child failed unexpectedly.
    """
    arguments = [str(root), str(file), str(examples), *([str(tables)] if tables is not None else [])]
    with LineProcess(python_command("studio.jobs.reports.report_child", *arguments)) as child:
        for line in child.lines(stopped):
            message = json.loads(line)
            if message["kind"] == "error":
                raise StudioError(message["message"], message["remedy"])
            if message["kind"] == "done":
                return int(message["files"])
            on_progress(message["done"], message["total"])
        if stopped():
            raise OperationCancelled
        raise ToolError(f"Writing the report {child.fate}:\n{child.errors}")
