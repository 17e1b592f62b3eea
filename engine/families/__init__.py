"""The interface to a vision language model: loading it, its chat format, its label tokens, its linear layers.

The rest of the engine works on ``VisionLanguageModel`` and never refers to a family of models by name. This package
does not depend on stages, journals or events.
"""

from engine.families.labels import LabelSite
from engine.families.loading import load, load_without_weights
from engine.families.vlm import Limits, VisionLanguageModel

__all__ = ["LabelSite", "Limits", "VisionLanguageModel", "load", "load_without_weights"]
