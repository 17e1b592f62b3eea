"""Describe and fetch a data set of the Hugging Face hub in a child. No Qt, no database, no torch."""

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
    """Return the data set's columns and first rows, at the current commit of its revision. Blocks.

    Raises:
        StudioError: the data set does not exist or cannot be read.
        OperationCancelled: ``stopped`` returned True.
        ToolError: the child failed unexpectedly.
    """
    for message in _messages(["describe", *_arguments(source)], stopped):
        if message["kind"] == "columns":
            return HubColumns(
                commit=message["commit"],
                licence=message["licence"],
                splits=tuple(message["splits"]),
                total=message["total"],
                kinds=message["columns"],
                rows=tuple(message["rows"]),
            )
    raise ToolError("The child did not report the data set's columns.")


def fetch(
    source: HubSource,
    folder: Path,
    image: str,
    stopped: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int, int | None], None] = lambda _done, _total: None,
) -> int:
    """Fetch the missing images and the table into the folder. Blocks.

    Args:
        source: with the commit as its revision, so that a resumed fetch gets the same data.
        folder: its later content is described in ``hub_source``.
        image: the image column.
        stopped: called several times a second.
        on_progress: finished rows, and the total if known.

    Returns:
        The number of rows of the data set.

    Raises:
        StudioError: no such data, no access, no network, no disk space; what was fetched is kept.
        OperationCancelled: ``stopped`` returned True; what was fetched is kept.
        ToolError: the child failed unexpectedly.
    """
    for message in _messages(["fetch", source.repo, str(folder), *_arguments(source)[1:], "--image", image], stopped):
        if message["kind"] == "progress":
            on_progress(message["done"], message["total"])
        elif message["kind"] == "done":
            return int(message["done"])
    raise ToolError("The child did not report the end of the data set.")


def _arguments(source: HubSource) -> list[str]:
    revision = ["--revision", source.revision] if source.revision else []
    return [source.repo, *revision, *(["--config", source.subset] if source.subset else [])]


def _messages(arguments: list[str], stopped: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    with LineProcess(python_command("engine.hub.dataset_command", *arguments)) as child:
        for line in child.lines(stopped):
            message: dict[str, Any] = json.loads(line)
            if message["kind"] == "error":
                raise StudioError(message["message"], message["remedy"])
            yield message
        if stopped():
            raise OperationCancelled
        if child.returncode:
            raise ToolError(f"Fetching the data set {child.fate}:\n{child.errors}")
