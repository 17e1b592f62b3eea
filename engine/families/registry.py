"""The table of model families, data only. A model of another type takes the generic path with the defaults.

The families differ in their processors and chat templates, which come with the model; this table holds only what the
engine cannot read from a loaded model. Each row is verified by ``tests/engine/families`` on a model of that
architecture.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """One family.

    Attributes:
        name: the authors' name of the family.
        model_types: transformers' ``model_type`` of its configurations.
        examples: hub ids of its instruction-tuned models.
        shares_prefill: whether two answers can continue one prompt's key-value cache. Unknown models may keep something
            outside it.
        needs: packages that its processor needs besides the engine's own.
        flash_attention: whether FlashAttention supports the model. False if tokens of an image attend in both
            directions (Gemma 3), which needs a mask that FlashAttention does not accept.
    """

    name: str
    model_types: tuple[str, ...]
    examples: tuple[str, ...]
    shares_prefill: bool = False
    needs: tuple[str, ...] = ()
    flash_attention: bool = True


FAMILIES = (
    Family(
        "LLaVA-1.5 and LLaVA-interleave",
        ("llava",),
        ("llava-hf/llava-1.5-7b-hf", "llava-hf/llava-interleave-qwen-0.5b-hf"),
        shares_prefill=True,
    ),
    Family("LLaVA-NeXT", ("llava_next",), ("llava-hf/llava-v1.6-vicuna-7b-hf",), shares_prefill=True),
    Family(
        "LLaVA-OneVision",
        ("llava_onevision",),
        ("llava-hf/llava-onevision-qwen2-0.5b-ov-hf", "llava-hf/llava-onevision-qwen2-7b-ov-hf"),
        shares_prefill=True,
    ),
    Family(
        "InternVL",
        ("internvl",),
        (
            "OpenGVLab/InternVL2-2B",  # in its authors' layout: converted when it is first loaded
            "OpenGVLab/InternVL3-1B-hf",
            "OpenGVLab/InternVL3-2B-hf",
            "OpenGVLab/InternVL3-8B-hf",
            "OpenGVLab/InternVL3_5-1B-HF",
            "OpenGVLab/InternVL3_5-2B-HF",
            "OpenGVLab/InternVL3_5-4B-HF",
            "OpenGVLab/InternVL3_5-8B-HF",
        ),
        shares_prefill=True,
    ),
    Family("Qwen2-VL", ("qwen2_vl",), ("Qwen/Qwen2-VL-2B-Instruct", "Qwen/Qwen2-VL-7B-Instruct"), shares_prefill=True),
    Family(
        "Qwen2.5-VL",
        ("qwen2_5_vl",),
        ("Qwen/Qwen2.5-VL-3B-Instruct", "Qwen/Qwen2.5-VL-7B-Instruct"),
        shares_prefill=True,
    ),
    Family(
        "Qwen3-VL",
        ("qwen3_vl",),
        ("Qwen/Qwen3-VL-2B-Instruct", "Qwen/Qwen3-VL-4B-Instruct", "Qwen/Qwen3-VL-8B-Instruct"),
        shares_prefill=True,
    ),
    Family(
        "SmolVLM2",
        ("smolvlm",),
        (
            "HuggingFaceTB/SmolVLM2-256M-Video-Instruct",
            "HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
            "HuggingFaceTB/SmolVLM2-2.2B-Instruct",
        ),
        shares_prefill=True,
        needs=("num2words",),
    ),
    Family(
        "Gemma 3",
        ("gemma3",),
        ("google/gemma-3-4b-it", "google/gemma-3-12b-it"),
        shares_prefill=True,
        flash_attention=False,
    ),
)

GENERIC = Family("another image-text-to-text model", (), ())


def family_of(model_type: str) -> Family:
    """Return the family of a configuration's ``model_type``; ``GENERIC`` if the table does not list it."""
    return next((family for family in FAMILIES if model_type in family.model_types), GENERIC)
