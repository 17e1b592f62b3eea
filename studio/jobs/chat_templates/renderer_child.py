"""The child that renders a chat template: ``python -m studio.jobs.chat_templates.renderer_child FILE``.

It reads the request in the file, prints "ready", and then one line of JSON: the texts, or why there are none. Memory
and processor time are limited first, where the system can do that (not on Windows; macOS does not limit memory). A
text that is too long is refused everywhere, and whoever started the child ends it after a while.

Neither Qt nor torch nor a database is imported.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

from studio.services.prompting.rendering import TemplateError, render_conversations
from studio.services.prompting.types import TemplateConversation, TemplateRequest

READY = "ready"
MEMORY = 512 * 1024 * 1024
"""Bytes of address space."""
CPU_SECONDS = 2
"""For the rendering, rounded up to whole seconds of the process."""


def limit() -> None:
    """Let this process have only so much memory and processor time from now on."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # the system refuses it, or has a lower limit already
            resource.setrlimit(what, (most, most))


def main(file: Path) -> None:
    """Render the request of a file."""
    import jinja2.ext
    import jinja2.sandbox  # noqa: F401  before the limits, and before the time counts

    tree = json.loads(file.read_text("utf-8"))
    asked = tuple(TemplateConversation(**each) for each in tree["conversations"])
    request = TemplateRequest(tree["source"], tree["named"], asked)
    limit()
    print(READY, flush=True)
    try:
        answer: dict[str, object] = {"texts": render_conversations(request)}
    except TemplateError as error:
        answer = {"reason": str(error)}
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
