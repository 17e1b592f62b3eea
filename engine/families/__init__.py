"""The one door to a vision language model: loading it, its chat form, its label tokens, its linear layers.

Everything else in the engine works on ``VisionLanguageModel`` and knows no family of models by name. This room knows
no stage, no journal and no event.
"""

from engine.families.labels import LabelSite
from engine.families.loading import load
from engine.families.vlm import Limits, VisionLanguageModel

__all__ = ["LabelSite", "Limits", "VisionLanguageModel", "load"]
