"""Render a chat template in a child process that lives for one request. No Qt, no database, no torch. Any thread."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from studio.jobs.chat_templates.renderer_child import READY
from studio.jobs.line_process import LineProcess
from studio.jobs.process import python_command
from studio.services.prompting.rendering import TemplateError
from studio.services.prompting.types import TemplateRequest

START_SECONDS = 20.0
"""For the start of the child, on a machine that is busy."""
SECONDS = 2.0
"""For the rendering."""
KEPT = 64
"""Requests whose answers are kept."""
_MODULE = "studio.jobs.chat_templates.renderer_child"


def render_in_child(request: TemplateRequest) -> list[str]:
    """Return the text of each conversation; that of a request made before is kept.

    Raises:
        TemplateError: the template fails, takes too long, or ends the child.
    """
    answer = json.loads(_answer(json.dumps(asdict(request), sort_keys=True)))
    if "reason" in answer:
        raise TemplateError(answer["reason"])
    return list(answer["texts"])


@lru_cache(KEPT)
def _answer(request: str) -> str:
    """Return the child's line. One that took too long is asked again the next time: the machine may have been busy."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "request.json"
        file.write_text(request, "utf-8")
        ready, ends = False, [time.monotonic() + START_SECONDS]
        try:
            with LineProcess([*python_command(_MODULE), str(file)]) as child:
                for line in child.lines(lambda: time.monotonic() > ends[0]):
                    if ready:
                        return line
                    ready = line == READY
                    ends[0] = time.monotonic() + SECONDS
                fate, errors = child.fate, child.errors
        except OSError as error:
            raise TemplateError(f"The chat template cannot be rendered: {error}.") from error
    if not fate:
        raise TemplateError(f"The chat template takes longer than {SECONDS:g} seconds to render.")
    last = errors.strip().rpartition("\n")[2]
    raise TemplateError(f"The chat template cannot be rendered: its process {fate}{f' ({last})' if last else ''}.")
