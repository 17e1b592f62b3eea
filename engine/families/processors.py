"""Load a model's processor for images and text. A family's video part is never loaded: it would need torchvision.

Images go through Pillow even if torchvision is installed, if the family's image processor supports it: the two differ
by one grey level in some pixels, and a project has to give the same results on every machine.

Without torchvision, transformers cannot load the processor of a family that also takes videos, although its images need
none. Such a processor is therefore assembled here from the same files, with a stand-in that rejects videos.
"""

from __future__ import annotations

from typing import Any, ClassVar

import transformers
from transformers import AutoImageProcessor, AutoProcessor, AutoTokenizer, ProcessorMixin
from transformers.image_processing_base import ImageProcessingMixin
from transformers.models.auto import processing_auto

VIDEO = "video_processor"
PILLOW = {"backend": "pil"}


class NoVideo(ImageProcessingMixin):
    """Stand-in for a processor's video part."""

    model_input_names: ClassVar[list[str]] = []
    num_frames = 0
    fps = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Reject the call.

        Raises:
            ValueError: always.
        """
        raise ValueError("Videos are not supported.")


def load_processor(source: dict[str, Any], model_type: str) -> Any:
    """Return the processor at ``source`` (arguments of ``from_pretrained``) of a model of ``model_type``.

    Raises:
        OSError, ValueError: a file is missing or damaged.
        ImportError: a package that the family's processor needs is not installed.
    """
    found = vars(processing_auto)["PROCESSOR_MAPPING_NAMES"].get(model_type)
    kind: Any = getattr(transformers, found) if isinstance(found, str) else None
    if kind is None or set(kind.get_attributes()) != {VIDEO, "image_processor", "tokenizer"}:
        return AutoProcessor.from_pretrained(**source, **PILLOW)  # type: ignore[no-untyped-call]
    stand_in: Any = NoVideo
    images: Any = AutoImageProcessor
    parts: dict[str, Any] = {
        VIDEO: stand_in(),
        "image_processor": images.from_pretrained(**source, **PILLOW),
        "tokenizer": AutoTokenizer.from_pretrained(**source),
    }
    arguments = [parts[name] for name in kind.get_attributes()]
    place = {name: value for name, value in source.items() if name != "trust_remote_code"}
    settings, _ = kind.get_processor_dict(**place)
    return _images_only(kind).from_args_and_dict(arguments, settings)


def _images_only(kind: type[ProcessorMixin]) -> Any:
    """Return ``kind`` with the stand-in accepted in place of a video processor."""

    inherited: Any = kind.check_argument_for_proper_class

    def check(self: Any, argument_name: str, argument: Any) -> Any:
        if argument_name == VIDEO:
            return NoVideo
        return inherited(self, argument_name, argument)

    return type(kind.__name__, (kind,), {"check_argument_for_proper_class": check, "__module__": kind.__module__})
