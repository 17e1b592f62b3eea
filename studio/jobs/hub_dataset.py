"""A data set of the Hugging Face hub, looked at and fetched by a child. Knows no Qt, no database and no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from studio.jobs.engine_commands import ToolError
from studio.jobs.line_process import LineProcess
from studio.jobs.process import python_command
from studio.services.errors import OperationCancelled, StudioError
from studio.services.imports.hub_source import HubColumns, HubSource


def look(source: HubSource, stopped: Callable[[], bool] = lambda: False) -> HubColumns:
    """The data set's columns and first rows, at the commit that its revision is now. Blocks.

    Raises:
        StudioError: there is none, or it cannot be read.
        Cancelled: ``stopped`` said so.
        ToolError: the child broke.
    """
    for told in _told(["describe", *_arguments(source)], stopped):
        if told["kind"] == "columns":
            return HubColumns(
                commit=told["commit"],
                licence=told["licence"],
                splits=tuple(told["splits"]),
                total=told["total"],
                kinds=told["columns"],
                rows=tuple(told["rows"]),
            )
    raise ToolError("The data set's columns were not told.")


def fetch(
    source: HubSource,
    folder: Path,
    image: str,
    stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> int:
    """Fetch images and table into the folder, or what of them is not there yet. Blocks.

    Args:
        source: with the commit as its revision, so that what is resumed is the same.
        folder: see ``hub_source`` for what will be in it.
        image: the column of images.
        stopped: asked several times a second.
        on_progress: rows done, and rows in all where that is known.

    Returns:
        How many rows the data set has.

    Raises:
        StudioError: no such data, no access, no network, no room; what was fetched is kept.
        Cancelled: ``stopped`` said so; what was fetched is kept.
        ToolError: the child broke.
    """
    for told in _told(["fetch", source.repo, str(folder), *_arguments(source)[1:], "--image", image], stopped):
        if told["kind"] == "progress":
            on_progress(told["done"], told["total"])
        elif told["kind"] == "done":
            return int(told["done"])
    raise ToolError("The data set's end was not told.")


def _arguments(source: HubSource) -> list[str]:
    revision = ["--revision", source.revision] if source.revision else []
    return [source.repo, *revision, *(["--config", source.subset] if source.subset else [])]


def _told(arguments: list[str], stopped: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    with LineProcess(python_command("engine.hub.dataset_command", *arguments)) as child:
        for line in child.lines(stopped):
            told: dict[str, Any] = json.loads(line)
            if told["kind"] == "error":
                raise StudioError(told["message"], told["remedy"])
            yield told
        if stopped():
            raise OperationCancelled
        if child.returncode:
            raise ToolError(f"Fetching the data set {child.fate}:\n{child.errors}")
