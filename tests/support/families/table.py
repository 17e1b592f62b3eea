"""All tiny families. Each is described in the module that makes it, in its ``TINY``.

The picture of all tests is 60 x 40 pixels.
"""

from __future__ import annotations

from support.families import internvl2, llava, others, qwen, unlisted

SIZE = (60, 40)

FAMILIES = llava.TINY | internvl2.TINY | qwen.TINY | others.TINY
UNLISTED = unlisted.TINY
"""Types that the engine's table does not know."""

ALL = FAMILIES | UNLISTED
