"""What the window shows has the pixels that the stages see, and is refused where they refuse it."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.corpus import Usable, encoded, picture, write_corpus

from engine import images
from engine.contract.specs import ImageLimits
from engine.images import ImageProblem
from studio import pictures
from studio.pictures import PictureProblem, read_image, read_thumbnail
from studio.services.images.thumbnail_cache import ThumbnailFolder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Usable]]:
    folder = tmp_path_factory.mktemp("corpus") / "images"
    return folder, write_corpus(folder)


def as_stages_see(path: Path, side: int) -> Image.Image | None:
    try:
        return images.load(path, ImageLimits(side))
    except ImageProblem:
        return None


def as_shown(path: Path, side: int) -> Image.Image | None:
    try:
        return pictures.decode(path, side)
    except PictureProblem:
        return None


def assert_same(path: Path, side: int) -> None:
    seen, shown = as_stages_see(path, side), as_shown(path, side)
    assert (seen is None) == (shown is None), path.name
    if seen is not None and shown is not None:
        assert (shown.mode, shown.size) == (seen.mode, seen.size), path.name
        assert shown.tobytes() == seen.tobytes(), path.name


def test_that_every_odd_file_has_the_pixels_that_the_stages_see(corpus: tuple[Path, dict[str, Usable]]) -> None:
    folder, names = corpus
    for name in names:
        assert_same(folder / name, 20_000)


def test_that_a_refused_file_has_the_reason_that_the_stages_give(corpus: tuple[Path, dict[str, Usable]]) -> None:
    folder, names = corpus
    refused = 0
    for name, usable in names.items():
        try:
            images.load(folder / name, ImageLimits(64))
        except ImageProblem as problem:
            shown, text = read_image(folder / name, 64)
            reason = problem.reason.replace("the file does not exist", "the file is missing")
            assert shown is None and text == f"This image cannot be shown: {reason}.", (name, usable)
            refused += 1
    assert refused > 50


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "JPEG"])
def test_that_every_kind_of_file_is_turned_as_its_exif_data_say(tmp_path: Path, kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / "turned"
    file.write_bytes(encoded(picture(), kind, exif=exif))
    assert_same(file, 400)
    shown = as_shown(file, 400)
    assert shown is not None and shown.size == ((40, 30) if orientation < 5 else (30, 40))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGBA", "RGBa", "CMYK", "YCbCr", "LAB", "I", "F", "I;16"])
def test_that_every_mode_of_pixels_is_converted_as_for_the_stages(tmp_path: Path, mode: str) -> None:
    deep = {"I": np.int32, "I;16": np.uint16, "F": np.float32}
    values = np.linspace(0, 40_000, 1200).reshape(30, 40)
    image = Image.fromarray(values.astype(deep[mode])) if mode in deep else picture()
    try:
        data = encoded(image if mode in deep else image.convert(mode), "TIFF")
    except (OSError, ValueError):
        data = encoded(image.convert("LAB") if mode == "LAB" else picture("RGBA").convert("LA"), "TIFF")
    (tmp_path / "a.tif").write_bytes(data)
    assert_same(tmp_path / "a.tif", 400)


def photo(size: tuple[int, int]) -> Image.Image:
    chance = np.random.default_rng(1)
    coarse = Image.fromarray(chance.integers(0, 255, (30, 40, 3), dtype=np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("side", [100, 300, 700, 1100])
def test_that_a_reduced_photograph_cannot_be_told_from_the_stages(tmp_path: Path, kind: str, side: int) -> None:
    file = tmp_path / "photo"
    exif = Image.Exif()
    exif[0x0112] = 6
    file.write_bytes(encoded(photo((1200, 900)), kind, exif=exif))
    seen, shown = as_stages_see(file, side), as_shown(file, side)
    assert seen is not None and shown is not None and shown.size == seen.size
    difference = np.abs(np.asarray(seen, dtype=float) - np.asarray(shown, dtype=float))
    assert difference.mean() < 1.5 and difference.max() < 24


def test_that_a_large_jpeg_is_decoded_at_a_fraction_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[tuple[int, int]] = []
    upright = pictures._upright

    def noted(image: Image.Image) -> Image.Image:
        sizes.append(image.size)
        return upright(image)

    monkeypatch.setattr(pictures, "_upright", noted)
    (tmp_path / "a.jpg").write_bytes(encoded(photo((4000, 3000)), "JPEG"))
    assert pictures.decode(tmp_path / "a.jpg", 256).size == (256, 192)
    assert sizes == [(1000, 750)]


def test_that_a_thumbnail_is_at_most_twice_as_large_as_its_image(tmp_path: Path) -> None:
    folder = ThumbnailFolder(tmp_path / "project")
    for size, expected in (
        ((40, 30), (80, 60)),
        ((100, 80), (128, 102)),
        ((3, 300), (2, 128)),
        ((900, 600), (128, 86)),
    ):
        file = tmp_path / f"{size[0]}.png"
        picture(size=size).save(file)
        shown, problem = read_thumbnail(folder, file, 128)
        assert shown is not None and problem == ""
        assert (shown.width, shown.height) == expected
        assert len(shown.pixels) == 4 * shown.width * shown.height


def test_that_a_damaged_thumbnail_on_the_disk_is_made_anew(tmp_path: Path) -> None:
    folder = ThumbnailFolder(tmp_path / "project")
    file = tmp_path / "a.png"
    picture(size=(300, 200)).save(file)
    first, _ = read_thumbnail(folder, file, 128)
    place = folder.place(file, pictures.STORED_SIDE)
    whole = place.read_bytes()
    place.write_bytes(whole[: len(whole) // 2])
    again, problem = read_thumbnail(folder, file, 128)
    assert again is not None and problem == "" and first is not None
    assert (again.width, again.height) == (128, 86)
    assert place.read_bytes() == whole


def test_that_a_thumbnail_that_nobody_wants_any_more_is_not_kept(tmp_path: Path) -> None:
    folder = ThumbnailFolder(tmp_path / "project")
    file = tmp_path / "a.png"
    picture(size=(300, 200)).save(file)
    shown, _ = read_thumbnail(folder, file, 128, wanted=lambda: False)
    assert shown is not None and not (tmp_path / "project").exists()


def test_that_a_thumbnail_of_an_earlier_program_with_other_pixels_is_not_shown(tmp_path: Path) -> None:
    """Programs that decoded with Qt kept PNG files unturned, under a name of the file, its time and size alone."""
    folder, file = ThumbnailFolder(tmp_path / "project"), tmp_path / "turned.png"
    exif = Image.Exif()
    exif[0x0112] = 6
    file.write_bytes(encoded(picture(size=(300, 200)), "PNG", exif=exif))
    stat = file.stat()
    key = f"{file}\0{stat.st_mtime_ns}\0{stat.st_size}\0{pictures.STORED_SIDE}"
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    old = tmp_path / "project" / "cache" / "thumbnails" / name[:2] / f"{name[2:]}.jpg"
    old.parent.mkdir(parents=True)
    old.write_bytes(encoded(picture(size=(256, 171)), "JPEG"))
    shown, problem = read_thumbnail(folder, file, 128)
    assert shown is not None and problem == "" and (shown.width, shown.height) == (86, 128)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("side", [100, 448, 2048])
def test_that_a_truncated_file_is_refused_at_any_size_where_the_stages_refuse_it(
    tmp_path: Path, kind: str, side: int
) -> None:
    data = encoded(photo((1600, 1200)), kind)
    for cut in (1, 3, 100, len(data) // 20, len(data) // 2):
        file = tmp_path / f"{cut}"
        file.write_bytes(data[:-cut])
        assert (as_stages_see(file, 448) is None) == (as_shown(file, side) is None), cut
        shown, problem = read_thumbnail(ThumbnailFolder(tmp_path / "project"), file, side)
        assert (shown is None) == bool(problem) == (as_stages_see(file, 448) is None), cut


@pytest.mark.child
def test_that_common_photographs_are_read_without_loading_all_formats_and_others_load_them(tmp_path: Path) -> None:
    for kind in ("jpg", "png", "tiff"):
        Image.new("RGB", (32, 24), "red").save(tmp_path / f"a.{kind}")
    code = (
        "import sys; from pathlib import Path; from studio import pictures\n"
        "found = []\n"
        "for kind in ('jpg', 'png', 'tiff', 'jpg'):\n"
        "    pictures.decode(Path(sys.argv[1]) / f'a.{kind}', 16); found.append('PIL.WmfImagePlugin' in sys.modules)\n"
        "print(found)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[False, False, True, True]", done.stderr
