"""Convert InternVL2, as its authors publish it, into transformers' own format, once. The authors' code is never run.

OpenGVLab/InternVL2-2B is an InternViT and an InternLM2 in a layout of their own. InternLM2 is Llama with its three
projections fused, so transformers' InternVL holds the same numbers under other names. The result is an ordinary model
folder; the rest of the engine does not depend on the conversion.
"""

from engine.families.internvl2.store import is_authors_layout, is_converted, native_folder

__all__ = ["is_authors_layout", "is_converted", "native_folder"]
