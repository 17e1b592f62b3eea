"""What each degradation does to an image, measured on its pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from engine.contract.degradations.kinds import BY_NAME, KINDS, DegradationName
from engine.degradations.pixels import brightness, to_array
from engine.degradations.quality import NOISE_SD, SALT_AND_PEPPER
from engine.degradations.registry import FUNCTIONS, degrade

STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0)
NAMES: tuple[DegradationName, ...] = tuple(FUNCTIONS)


def picture(width: int = 160, height: int = 100, seed: int = 0) -> Image.Image:
    """An image like a photograph: large shapes, edges, texture and colours, nothing at the ends of the range."""
    rng = np.random.default_rng(seed)
    rough = rng.random((height, width, 3))
    values = sum(
        share * (layer - layer.mean()) / layer.std()
        for share, sigma in ((26, 20), (16, 6), (8, 1))
        for layer in [ndimage.gaussian_filter(rough, (sigma, sigma, 0), mode="nearest")]
    )
    values = np.clip(128 + np.asarray(values), 60, 200)
    values[height // 3 : height // 2, width // 4 : width // 2] = (190, 90, 70)
    return Image.fromarray(values.round().astype(np.uint8))


def flat(value: int = 128, size: tuple[int, int] = (120, 80)) -> Image.Image:
    return Image.new("RGB", size, (value, value, value))


def made(image: Image.Image, name: DegradationName, strength: float, image_id: int = 7) -> Image.Image:
    return degrade(image, name, strength, seed=3, image_id=image_id)


def sharpness(image: Image.Image) -> float:
    grey = brightness(to_array(image))[..., 0]
    return float(np.square(ndimage.laplace(grey)).mean())


def mean(image: Image.Image) -> float:
    return float(brightness(to_array(image)).mean())


def contrast(image: Image.Image) -> float:
    return float(brightness(to_array(image)).std())


def saturation(image: Image.Image) -> float:
    values = to_array(image)
    return float((values.max(axis=2) - values.min(axis=2)).mean())


def error(image: Image.Image) -> float:
    """How far a degraded ``picture()`` is from it."""
    return float(np.square(to_array(image) - to_array(picture())).mean())


def test_that_rows_functions_and_names_are_the_same() -> None:
    assert list(FUNCTIONS) == [kind.name for kind in KINDS] == list(get_args(DegradationName))


@pytest.mark.parametrize("name", NAMES)
def test_that_size_and_mode_stay_and_strength_0_changes_nothing(name: DegradationName) -> None:
    for image in (picture(), picture(97, 143), picture(31, 8)):
        untouched = made(image, name, 0.0)
        assert untouched is not image and untouched.tobytes() == image.tobytes()
        for strength in (0.01, 0.5, 1.0):
            changed = made(image, name, strength)
            assert (changed.size, changed.mode) == (image.size, "RGB")
        assert changed.tobytes() != image.tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_that_it_depends_on_seed_image_and_strength_alone(name: DegradationName) -> None:
    image = picture()
    assert made(image, name, 0.5).tobytes() == made(image, name, 0.5).tobytes()
    assert made(image, name, 0.5).tobytes() != made(image, name, 0.6).tobytes()
    drawn = {made(image, name, 0.5, image_id).tobytes() for image_id in range(12)}
    other_seeds = {degrade(image, name, 0.5, seed=seed, image_id=7).tobytes() for seed in range(12)}
    random = name in ("motion_blur", "noise", "salt_and_pepper", "tilt", "crop")
    assert (len(drawn) > 1) is random and (len(other_seeds) > 1) is random


@pytest.mark.parametrize(
    ("name", "measure", "rises"),
    [
        ("blur", sharpness, False),
        ("motion_blur", sharpness, False),
        ("noise", error, True),
        ("salt_and_pepper", error, True),
        ("compression", error, True),
        ("pixelation", error, True),
        ("underexposure", mean, False),
        ("overexposure", mean, True),
        ("low_contrast", contrast, False),
        ("high_contrast", contrast, True),
        ("desaturation", saturation, False),
        ("oversaturation", saturation, True),
        ("monochrome", saturation, False),
        ("tilt", error, True),
        ("subject_blur", error, True),
        ("subject_mask", error, True),
    ],
)
def test_that_the_effect_grows_with_the_strength(
    name: DegradationName, measure: Callable[[Image.Image], float], rises: bool
) -> None:
    found = [measure(made(picture(), name, strength)) for strength in (0.0, *STRENGTHS)]
    steps = np.diff(found)
    assert (steps > 0).all() if rises else (steps < 0).all(), found


def test_that_noise_has_the_standard_deviation_of_its_strength() -> None:
    for strength in (0.1, 0.3, 0.6):
        values = to_array(made(flat(), "noise", strength))
        assert values.std() == pytest.approx(strength * NOISE_SD, rel=0.03)
        assert values.mean() == pytest.approx(128, abs=0.5)
    weak, strong = (to_array(made(flat(), "noise", strength)) - 128 for strength in (0.2, 0.4))
    assert np.corrcoef(weak.ravel(), strong.ravel())[0, 1] > 0.99, "the same pattern"


def test_that_salt_and_pepper_hits_its_share_of_pixels() -> None:
    values = to_array(made(flat(size=(300, 200)), "salt_and_pepper", 0.5))[..., 0]
    assert set(np.unique(values)) == {0.0, 128.0, 255.0}
    assert (values != 128).mean() == pytest.approx(0.5 * SALT_AND_PEPPER, rel=0.1)
    assert (values == 0).sum() == pytest.approx((values == 255).sum(), rel=0.15)


@pytest.mark.parametrize("name", ["blur", "motion_blur", "pixelation"])
def test_that_blur_moves_light_but_makes_and_loses_none(name: DegradationName) -> None:
    image = flat(40, (101, 101))
    image.paste((240, 240, 240), (45, 45, 56, 56))
    assert mean(made(image, name, 1.0)) == pytest.approx(mean(image), abs=0.3)
    assert made(flat(77), name, 1.0).tobytes() == flat(77).tobytes()


def test_that_defocus_spreads_a_point_into_a_disk() -> None:
    image = Image.new("RGB", (201, 201))
    image.paste((255, 255, 255), (98, 98, 103, 103))
    lit = to_array(made(image, "blur", 1.0))[..., 0] > 2
    rows, columns = np.nonzero(lit)
    radius = 0.025 * 201 + 2.5
    assert (np.hypot(rows - 100, columns - 100) < radius + 2).all()
    assert lit[100].sum() == pytest.approx(lit[:, 100].sum(), abs=1) and lit[100].sum() > 10


def test_that_motion_blur_spreads_a_point_along_one_line() -> None:
    image = Image.new("RGB", (201, 201))
    image.paste((255, 255, 255), (99, 99, 102, 102))
    values = to_array(made(image, "motion_blur", 1.0))[..., 0]
    rows, columns = np.nonzero(values > 2)
    spread = np.linalg.eigvalsh(np.cov(rows, columns))
    assert spread[1] > 8 * spread[0]


def test_that_exposure_halves_the_light_for_each_stop() -> None:
    strength = 1 / 3.5  # one stop less
    dark = to_array(made(flat(188), "underexposure", strength))[0, 0, 0]
    assert dark == pytest.approx(137, abs=1), "half of the light of sRGB 188 is sRGB 137"
    assert to_array(made(flat(230), "overexposure", 1.0)).min() == 255, "blown"


def test_that_contrast_and_saturation_keep_the_brightness() -> None:
    image = picture()
    for name in ("low_contrast", "desaturation", "monochrome"):
        assert mean(made(image, name, 1.0)) == pytest.approx(mean(image), abs=0.5)  # type: ignore[arg-type]
    grey = to_array(made(image, "monochrome", 1.0))
    assert (grey[..., 0] == grey[..., 1]).all() and (grey[..., 1] == grey[..., 2]).all()
    assert saturation(made(image, "desaturation", 1.0)) > 1, "some colour remains"


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (200, 200)])
def test_that_a_tilt_turns_the_horizon_and_leaves_no_empty_corner(size: tuple[int, int]) -> None:
    width, height = size
    values = np.full((height, width, 3), 200, dtype=np.uint8)
    values[height // 2 :] = 90
    angles = []
    for strength in (0.25, 0.5, 1.0):
        turned = to_array(made(Image.fromarray(values), "tilt", strength))[..., 0]
        assert turned.min() > 70, "nothing black"
        horizon = np.argmax(turned < 145, axis=0)[width // 4 : -width // 4]
        angles.append(np.degrees(np.arctan(np.polyfit(np.arange(len(horizon)), horizon, 1)[0])))
    assert np.abs(angles) == pytest.approx([5, 10, 20], abs=0.3)
    assert len(set(np.sign(angles))) == 1, "to the same side"


def test_that_tilts_go_to_either_side_and_crops_to_each_corner() -> None:
    values = np.zeros((100, 100, 3), dtype=np.uint8)
    values[:50, :50], values[:50, 50:], values[50:, :50], values[50:, 50:] = 50, 100, 150, 200
    crops = {round(mean(made(Image.fromarray(values), "crop", 1.0, image_id)), -1) for image_id in range(40)}
    assert crops == {50, 100, 150, 200}
    half = made(Image.fromarray(values), "crop", 0.5)
    assert len(np.unique((to_array(half)[..., 0] / 50).round())) == 4, "0.7 of each side still shows all"


def test_that_a_crop_enlarges_what_remains() -> None:
    ramp = np.repeat(np.linspace(0, 250, 250)[None, :, None], 100, axis=0).repeat(3, axis=2).astype(np.uint8)
    for strength in (0.25, 0.5, 1.0):
        line = to_array(made(Image.fromarray(ramp), "crop", strength))[50, :, 0]
        assert line[-5] - line[5] == pytest.approx(240 * (1 - 0.6 * strength), abs=4)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="no degradation 'fog'"):
        made(picture(), "fog", 0.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be RGB, not L"):
        made(picture().convert("L"), "blur", 0.5)
    for strength in (-0.1, 1.01, float("nan")):
        with pytest.raises(ValueError, match="from 0 to 1"):
            made(picture(), "blur", strength)


def test_that_only_monochrome_has_no_grades() -> None:
    assert [kind.name for kind in KINDS if not kind.graded] == ["monochrome"]
    assert BY_NAME["tilt"].group == "framing"
