"""Where the foreground of an image is, and that degrading it leaves the background alone."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from engine.contract.degradations.kinds import BY_NAME, PROBED, DegradationName
from engine.degradations.pixels import to_array
from engine.degradations.registry import degrade
from engine.degradations.saliency import FOREGROUND, foreground, saliency

SIZES = [(320, 214), (214, 320), (64, 64), (31, 8), (7, 200), (3, 3)]
SUBJECT: tuple[DegradationName, ...] = ("subject_blur", "subject_mask")


def scene(x: int, y: int, size: tuple[int, int] = (240, 160), seed: int = 0) -> Image.Image:
    """A smooth ground with some texture, and a patterned disk that stands out."""
    rng = np.random.default_rng(seed)
    ground = 110 + 12 * ndimage.gaussian_filter(rng.standard_normal((size[1], size[0])), 3) / 0.1
    image = Image.fromarray(np.clip(ground, 90, 130).astype(np.uint8)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((x - 22, y - 22, x + 22, y + 22), fill=(225, 60, 40))
    draw.line((x - 20, y, x + 20, y), fill=(250, 250, 90), width=6)
    return image


def made(image: Image.Image, name: DegradationName, strength: float) -> Image.Image:
    return degrade(image, name, strength, seed=3, image_id=7)


@pytest.mark.parametrize(("x", "y"), [(120, 80), (80, 60), (165, 100), (70, 105)])
def test_that_the_foreground_is_the_thing_that_stands_out(x: int, y: int) -> None:
    mask = foreground(saliency(scene(x, y)))
    rows, columns = np.nonzero(mask)
    assert np.hypot(columns.mean() - x, rows.mean() - y) < 20
    disk = np.hypot(*np.meshgrid(np.arange(240) - x, np.arange(160) - y)) <= 22
    assert mask[disk].mean() > 0.8


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["even", "black", "noise", "halves", "dot"])
def test_that_a_foreground_is_never_nothing_and_never_everything(kind: str, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, (0, 0, 0) if kind == "black" else (140, 140, 140))
    if kind == "noise":
        image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    if kind == "halves":
        image.paste((20, 30, 90), (0, 0, size[0] // 2, size[1]))
    if kind == "dot":
        image.putpixel((0, 0), (255, 255, 255))
    share = foreground(saliency(image)).mean()
    one = 1 / (size[0] * size[1])
    assert FOREGROUND - one <= share <= FOREGROUND + 0.02 + 4 * one, share
    assert 0 < share < 1
    for name in SUBJECT:
        assert made(image, name, 1.0).size == size


def test_that_the_middle_of_an_even_image_is_its_foreground() -> None:
    mask = foreground(saliency(Image.new("RGB", (90, 60), (50, 60, 70))))
    assert mask[30, 45] and not mask[0].any() and not mask[:, 0].any()


@pytest.mark.parametrize("name", SUBJECT)
@pytest.mark.parametrize("strength", [0.1, 0.5, 1.0])
def test_that_the_background_keeps_every_pixel(name: DegradationName, strength: float) -> None:
    image = scene(120, 80)
    mask = foreground(saliency(image))
    changed = (to_array(made(image, name, strength)) != to_array(image)).any(axis=2)
    assert not changed[~mask].any() and changed[mask].any()


def test_that_a_blur_softens_the_subject_more_with_its_strength() -> None:
    image = scene(120, 80)
    mask = foreground(saliency(image))

    def detail(strength: float) -> float:
        return float(np.square(ndimage.laplace(to_array(made(image, "subject_blur", strength))[..., 0]))[mask].mean())

    found = [detail(strength) for strength in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    assert (np.diff(found) < 0).all(), found
    assert found[-1] < 0.5 * found[0]


def test_that_a_mask_grows_with_its_strength_up_to_the_whole_subject() -> None:
    image = scene(120, 80)
    mask = foreground(saliency(image))
    before = np.zeros_like(mask)
    for strength in (0.01, 0.25, 0.5, 0.75, 1.0):
        hidden = (to_array(made(image, "subject_mask", strength)) != to_array(image)).any(axis=2)
        assert hidden.sum() == pytest.approx(strength * mask.sum(), rel=0.02, abs=2)
        assert (hidden | ~before).all(), "nothing that was covered is uncovered"
        before = hidden
    assert (before == mask).all()


@pytest.mark.parametrize(("shade", "cover"), [(30, 255), (220, 0)])
def test_that_a_cover_can_be_seen_on_what_it_hides(shade: int, cover: int) -> None:
    image = Image.new("RGB", (60, 60), (shade, shade, shade))
    values = to_array(made(image, "subject_mask", 1.0))
    assert set(np.unique(values)) == {float(shade), float(cover)}


def test_that_the_subject_is_not_probed_unless_chosen() -> None:
    assert [BY_NAME[name].group for name in SUBJECT] == ["subject", "subject"]
    assert not set(SUBJECT) & set(PROBED)
    assert PROBED == (
        "blur", "noise", "compression", "underexposure", "overexposure", "low_contrast", "desaturation", "monochrome",
        "tilt", "crop",
    )  # fmt: skip
