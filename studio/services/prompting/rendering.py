"""Write conversations with a model's chat template, as its processor does. No Qt, no torch.

A template is a program of somebody else's. Here it runs in Jinja's sandbox, which bounds neither time nor memory: the
window has a child process with limits do this (``studio.jobs.chat_templates``).
"""

from __future__ import annotations

import datetime
import json
from typing import Any

from studio.services.prompting.types import TemplateConversation, TemplateRequest

LONGEST = 1_000_000
"""Characters of a text that a template may write."""
REASON = 300
"""Characters of the reason why it fails."""


class TemplateError(ValueError):
    """A model's chat template cannot be read or rendered; the text is a sentence for the user."""


def render_conversations(request: TemplateRequest) -> list[str]:
    """Return the text of each conversation.

    Raises:
        TemplateError: the template fails, or writes too much.
    """
    from jinja2 import TemplateError as JinjaError
    from jinja2.ext import Extension, loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(Extension):
        """``{% generation %}`` marks answers for training; here it shows what is in it."""

        def __init__(self, environment: Any) -> None:
            super().__init__(environment)
            self.tags = {"generation"}

        def parse(self, parser: Any) -> Any:
            next(parser.stream)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    def raise_exception(message: str) -> None:
        raise JinjaError(message)

    rules = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    rules.filters["tojson"] = _to_json
    rules.globals["raise_exception"] = raise_exception
    rules.globals["strftime_now"] = lambda form: datetime.datetime.now().strftime(form)
    texts = []
    try:
        template = rules.from_string(request.source)
        for conversation in request.conversations:
            text = template.render(
                messages=_messages(conversation), tools=None, documents=None, **request.named,
                add_generation_prompt=conversation.beginning is None,
            )  # fmt: skip
            if len(text) > LONGEST:
                raise JinjaError("the text is too long")
            texts.append(text)
    except Exception as error:  # whatever a template does wrong
        reason = f"{str(error)[:REASON] or type(error).__name__}".rstrip(".")
        raise TemplateError(f"The chat template cannot be rendered: {reason}.") from error
    return texts


def _messages(conversation: TemplateConversation) -> list[dict[str, Any]]:
    asked = {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": conversation.question}]}
    if conversation.beginning is None:
        return [asked]
    return [asked, {"role": "assistant", "content": [{"type": "text", "text": conversation.beginning}]}]


def _to_json(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **{key: options[key] for key in ("indent",) if key in options})
