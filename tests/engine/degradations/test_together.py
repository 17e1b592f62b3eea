"""Several degradations of one image."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.contract.degradations.kinds import KINDS
from engine.degradations.pixels import to_array
from engine.degradations.registry import degrade
from engine.degradations.together import ORDER, degrade_together


def picture() -> Image.Image:
    values = np.add.outer(np.linspace(40, 140, 60), np.linspace(0, 60, 90))
    return Image.fromarray(values.astype(np.uint8)).convert("RGB")


def test_that_the_order_has_every_degradation_once() -> None:
    assert sorted(ORDER) == sorted(kind.name for kind in KINDS)


def test_that_one_is_what_it_is_alone_and_none_is_the_image() -> None:
    image = picture()
    alone = degrade(image, "noise", 0.5, seed=1, image_id=2)
    assert degrade_together(image, {"noise": 0.5}, seed=1, image_id=2).tobytes() == alone.tobytes()
    untouched = degrade_together(image, {}, seed=1, image_id=2)
    assert untouched is not image and untouched.tobytes() == image.tobytes()


def test_that_noise_stays_visible_under_blur_and_compression_in_whichever_order_they_are_given() -> None:
    strengths = {"noise": 0.5, "blur": 1.0, "compression": 1.0}
    made = degrade_together(picture(), strengths, seed=1, image_id=2)  # type: ignore[arg-type]
    turned = degrade_together(picture(), dict(reversed(strengths.items())), seed=1, image_id=2)  # type: ignore[arg-type]
    assert made.tobytes() == turned.tobytes()
    without = degrade_together(picture(), {"blur": 1.0, "compression": 1.0}, seed=1, image_id=2)
    assert (to_array(made) - to_array(without)).std() == pytest.approx(30, rel=0.05)


def test_that_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="no degradation 'fog'"):
        degrade_together(picture(), {"fog": 0.5}, seed=1, image_id=2)  # type: ignore[dict-item]
