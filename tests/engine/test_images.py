"""Images of every odd kind come out upright in RGB, or as a named problem."""

import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.corpus import HEIC, encoded, picture

from engine import images
from engine.contract.context import StageError
from engine.contract.specs import ImageLimits
from engine.images import ImageProblem

LARGE = ImageLimits(448)


def _save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


@pytest.mark.parametrize(
    ("size", "expected"), [((1000, 500), (448, 224)), ((300, 900), (149, 448)), ((448, 10), (448, 10))]
)
def test_that_the_longest_side_is_limited_and_the_aspect_kept(
    tmp_path: Path, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    loaded = images.load(_save(Image.new("RGB", size), tmp_path / "a.png"), LARGE)
    assert (loaded.size, loaded.mode) == (expected, "RGB")


def test_that_a_small_image_is_never_enlarged(tmp_path: Path) -> None:
    assert images.load(_save(Image.new("RGB", (5, 7)), tmp_path / "a.png"), LARGE).size == (5, 7)


def test_that_a_sliver_keeps_at_least_one_pixel(tmp_path: Path) -> None:
    assert images.load(_save(Image.new("RGB", (4000, 1)), tmp_path / "a.png"), LARGE).size == (448, 1)


def test_that_exif_orientation_is_applied(tmp_path: Path) -> None:
    picture = Image.new("RGB", (8, 4), "red")
    picture.paste("blue", (0, 0, 4, 4))
    exif = Image.Exif()
    exif[0x0112] = 6
    loaded = images.load(_save(picture, tmp_path / "a.png", exif=exif), LARGE)
    assert loaded.size == (4, 8)
    assert loaded.getpixel((0, 0)) == (0, 0, 255)
    assert loaded.getpixel((0, 7)) == (255, 0, 0)


def test_that_transparency_is_laid_on_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    clear.putpixel((1, 0), (0, 0, 0, 128))
    loaded = images.load(_save(clear, tmp_path / "a.png"), LARGE)
    assert loaded.getpixel((0, 0)) == (255, 255, 255)
    assert loaded.getpixel((1, 0)) == (127, 127, 127)


@pytest.mark.parametrize("mode", ["P", "LA", "L"])
def test_that_transparency_of_other_modes_is_laid_on_white(tmp_path: Path, mode: str) -> None:
    picture = Image.new(mode, (2, 2), 0)
    options: dict[str, object] = {} if mode == "LA" else {"transparency": 0}
    loaded = images.load(_save(picture, tmp_path / "a.png", **options), LARGE)
    assert loaded.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_that_16_bit_values_are_scaled_not_clipped(tmp_path: Path, suffix: str) -> None:
    values = np.array([[0, 257, 25700, 65535]], dtype=np.uint16)
    loaded = images.load(_save(Image.fromarray(values), tmp_path / f"a.{suffix}"), LARGE)
    assert [loaded.getpixel((x, 0)) for x in range(4)] == [(0, 0, 0), (1, 1, 1), (100, 100, 100), (255, 255, 255)]


def test_that_floating_point_values_are_scaled(tmp_path: Path) -> None:
    values = np.array([[0.0, 0.5, 1.0]], dtype=np.float32)
    loaded = images.load(_save(Image.fromarray(values), tmp_path / "a.tif"), LARGE)
    assert [loaded.getpixel((x, 0))[0] for x in range(3)] == [0, 128, 255]


@pytest.mark.parametrize(
    ("mode", "colour", "expected"), [("CMYK", (0, 255, 255, 0), (255, 0, 0)), ("L", 90, (90, 90, 90))]
)
def test_that_cmyk_and_greyscale_become_rgb(
    tmp_path: Path, mode: str, colour: object, expected: tuple[int, int, int]
) -> None:
    loaded = images.load(_save(Image.new(mode, (16, 16), colour), tmp_path / "a.jpg", quality=100), LARGE)
    assert np.abs(np.array(loaded.getpixel((8, 8))) - expected).max() <= 3


def test_that_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    file = _save(frames[0], tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert images.load(file, LARGE).getpixel((0, 0)) == (255, 0, 0)


def test_that_a_missing_file_is_named_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(ImageProblem, match=r"none\.png.*does not exist") as caught:
        images.load(tmp_path / "none.png", LARGE)
    assert caught.value.path == tmp_path / "none.png"
    assert isinstance(caught.value, StageError)


def test_that_a_truncated_image_is_a_problem(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    for name in ("a.jpg", "a.png"):
        file = _save(Image.fromarray(noise), tmp_path / name)
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        with pytest.raises(ImageProblem, match=name):
            images.load(file, LARGE)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0junk"])
def test_that_what_is_no_image_is_a_problem(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(content)
    with pytest.raises(ImageProblem):
        images.load(file, LARGE)


def test_that_an_error_of_a_decoder_s_own_kind_is_a_problem(tmp_path: Path) -> None:
    file = _save(Image.new("RGB", (8, 8)), tmp_path / "a.dds")
    content = bytearray(file.read_bytes())
    content[80:84] = bytes(4)  # no pixel format: Pillow raises NotImplementedError
    file.write_bytes(content)
    with pytest.raises(ImageProblem, match="damaged or unreadable"):
        images.load(file, LARGE)


def test_that_a_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ImageProblem):
        images.load(tmp_path, LARGE)


def test_that_a_decompression_bomb_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _save(Image.new("L", (100, 100)), tmp_path / "a.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(ImageProblem, match="too many pixels"):
        images.load(file, LARGE)


def test_that_heic_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(HEIC)
    loaded = images.load(tmp_path / "a.heic", LARGE)
    assert loaded.size == (64, 48)
    for place, colour in (((5, 5), (0, 0, 255)), ((60, 40), (255, 0, 0))):
        assert np.abs(np.array(loaded.getpixel(place)) - colour).max() <= 3


def test_that_heic_without_its_extra_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_formats", lambda: ("JPEG", "PNG"))
    (tmp_path / "a.jpg").write_bytes(HEIC)
    with pytest.raises(ImageProblem, match=r"HEIC.*pip install 'score-studio\[heic\]'"):
        images.load(tmp_path / "a.jpg", LARGE)


def test_that_a_pipe_is_a_problem_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(ImageProblem, match="not a regular file"):
        images.load(tmp_path / "a.png", LARGE)


def test_that_a_file_that_is_a_program_is_never_run(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(encoded(picture(), "EPS"))
    with pytest.raises(ImageProblem, match="not a readable image"):
        images.load(tmp_path / "a.jpg", LARGE)


def test_that_damaged_exif_data_do_not_lose_the_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(
        encoded(picture(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\x12\x01" * 9)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert images.load(tmp_path / "a.jpg", LARGE).size == (40, 30)


def test_that_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "a.png")

    (tmp_path / "a.png").write_bytes(b"x")
    monkeypatch.setattr(Image, "open", forbidden)
    with pytest.raises(ImageProblem, match=r"unreadable \(Permission denied\)"):
        images.load(tmp_path / "a.png", LARGE)
