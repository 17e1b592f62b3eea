"""Which published layouts the engine brings into transformers' form when a model is loaded, read off config.json.
Standard library only: the window and a download refuse by it what the engine would refuse after gigabytes.
"""

from __future__ import annotations

from typing import Any

AUTHORS_INTERNVL = "internvl_chat"
"""``model_type`` of InternVL with its authors' remote code, which is never run."""
CONVERTED_LANGUAGE_MODEL = "InternLM2ForCausalLM"


def is_authors_internvl(config: dict[str, Any]) -> bool:
    """Whether a config.json is InternVL's in its authors' layout, whatever its language model."""
    return config.get("model_type") == AUTHORS_INTERNVL


def unconverted(config: dict[str, Any]) -> tuple[str, str] | None:
    """Why a model in that layout is not converted, and what to do about it; None if it is."""
    language = config.get("llm_config")
    found = (language.get("architectures") if isinstance(language, dict) else None) or ["none"]
    if found == [CONVERTED_LANGUAGE_MODEL]:
        return None
    reason = (
        f"is in its authors' own layout with the language model {found[0]}: only {CONVERTED_LANGUAGE_MODEL} is "
        "converted, and their code is never run"
    )
    return reason, "Choose a copy in transformers' own form: its name ends in -hf."
