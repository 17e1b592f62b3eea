"""Recognise published layouts that the engine converts to transformers' format on loading, by their config.json.

Standard library only: the window and the download use it to reject early what loading would reject after gigabytes.
"""

from __future__ import annotations

from typing import Any

AUTHORS_INTERNVL = "internvl_chat"
"""``model_type`` of InternVL in its authors' layout, which needs remote code that is never run."""
CONVERTED_LANGUAGE_MODEL = "InternLM2ForCausalLM"


def is_authors_internvl(config: dict[str, Any]) -> bool:
    """Return whether a config.json is InternVL's in its authors' layout, whatever its language model."""
    return config.get("model_type") == AUTHORS_INTERNVL


def conversion_problem(config: dict[str, Any]) -> tuple[str, str] | None:
    """Return why a model in that layout cannot be converted, and the remedy; None if it can."""
    language = config.get("llm_config")
    found = (language.get("architectures") if isinstance(language, dict) else None) or ["none"]
    if found == [CONVERTED_LANGUAGE_MODEL]:
        return None
    reason = (
        f"is in its authors' own layout with the language model {found[0]}: only {CONVERTED_LANGUAGE_MODEL} can be "
        "converted, and the authors' code is never run"
    )
    return reason, "Choose a copy in transformers' own format: its name ends in -hf."
