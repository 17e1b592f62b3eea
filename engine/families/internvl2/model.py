"""Convert one whole model into an empty folder. Does not depend on the cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image
from transformers import GenerationConfig, GotOcr2ImageProcessorPil, PreTrainedTokenizerFast

from engine.families.internvl2 import settings, tokenizer, weights

_MEAN, _DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
"""Mean and standard deviation of ImageNet's colours, as the authors prepare images."""


def write(source: Path, folder: Path) -> None:
    """Write the model of ``source`` to ``folder`` as save_pretrained would.

    Raises:
        StageError: a part of the model cannot be converted.
    """
    own: dict[str, Any] = json.loads((source / "config.json").read_text("utf-8"))
    settings.check_language_model(own)
    words = tokenizer.convert(source)
    ends = sorted({_id(words, tokenizer.END_TURN), _id(words, str(words.eos_token))})
    config = settings.translate(own, _id(words, tokenizer.IMAGE), ends)
    weights.write(source, config, folder)
    config.save_pretrained(folder)
    words.save_pretrained(folder)
    _image_processor(own).save_pretrained(folder)
    GenerationConfig(  # type: ignore[no-untyped-call]
        bos_token_id=words.bos_token_id, eos_token_id=ends, pad_token_id=words.pad_token_id
    ).save_pretrained(folder)
    processor = {"processor_class": "InternVLProcessor", "image_seq_length": settings.image_tokens(own)}
    (folder / "processor_config.json").write_text(json.dumps(processor), encoding="utf-8")
    (folder / "chat_template.jinja").write_text(tokenizer.CHAT_TEMPLATE, encoding="utf-8")


def _id(words: PreTrainedTokenizerFast, token: str) -> int:
    found: Any = words.convert_tokens_to_ids(token)
    return int(found)


def _image_processor(own: dict[str, Any]) -> Any:
    """Return the authors' image preparation: tiles by aspect ratio, plus the whole image if there are several."""
    side = int(own["vision_config"]["image_size"])
    return GotOcr2ImageProcessorPil(
        size={"height": side, "width": side},
        resample=Image.Resampling.BICUBIC,
        image_mean=_MEAN,
        image_std=_DEVIATION,
        do_convert_rgb=True,
        **settings.tiling(own),
    )
