"""InternVL2 as its authors publish it, brought into transformers' own form once. Their code is never run.

OpenGVLab/InternVL2-2B is an InternViT and an InternLM2 in a layout of their own. InternLM2 is Llama with its three
projections fused, so transformers' InternVL holds the same numbers under other names. What comes out is a folder like
any other; nothing else in the engine knows that it was converted.
"""

from engine.families.internvl2.store import is_authors_layout, is_converted, native_folder

__all__ = ["is_authors_layout", "is_converted", "native_folder"]
