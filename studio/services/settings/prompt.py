"""The prompt of the settings in the engine's form. No Qt, no torch."""

from __future__ import annotations

from engine.contract.prompts import PromptError, PromptTemplate, load_prompt
from engine.contract.specs import PromptSpec
from studio.services.errors import StudioError
from studio.services.settings.schema import PromptSettings


def prompt_spec(settings: PromptSettings) -> PromptSpec:
    """Return the rendered prompt.

    Raises:
        StudioError: no such prompt, or fields without values.
    """
    try:
        if settings.template is not None:
            template = PromptTemplate("[prompt] template", settings.template)
        else:
            template = load_prompt(settings.resource or "")
        return PromptSpec(template.render(**settings.fields))
    except PromptError as error:
        raise StudioError(str(error), "Change [prompt] in the settings.") from error
