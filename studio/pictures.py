"""Decode image files on worker threads by the same rules as the stages. Pillow and NumPy, no Qt.

``engine.images`` prepares the models' input. The window must show the same pixels but may import only the engine's
contract, so the rules exist twice; ``tests/test_pictures.py`` compares both on a corpus of unusual files.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.services.images.thumbnail_cache import ThumbnailFolder

STORED_SIDE = 256
"""Longest side, in pixels, of the cached thumbnails."""
QUALITY = 82
REDUCING_GAP = 2.0
"""Pictures other than JPEG that shrink by more than this factor are first averaged to this multiple of the target
size, as ``Image.thumbnail`` does; the difference from a slow reduction is invisible."""
_DEEP_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
_NEVER = frozenset(("EPS", "WMF", "BUFR", "GRIB", "HDF5", "MPEG"))
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_NO_HEIC = "HEIC image; to read these, install the extra: pip install 'score-studio[heic]'"

# Pillow warns about files that it can still read. `catch_warnings` is not safe in threads.
warnings.filterwarnings("ignore", module=r"PIL\.")


class PictureProblem(Exception):  # noqa: N818 - a finding about a file, shown as such
    """An image file that cannot be shown; the text is the reason, as a part of a sentence."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded pixels: created on any thread, converted to a pixmap on the window's thread.

    Attributes:
        pixels: row by row from the top, 4 bytes per pixel: blue, green, red and one unused, the screen's format.
    """

    width: int
    height: int
    pixels: bytes


def read_image(path: Path, side: int) -> tuple[Picture | None, str]:
    """Return the image as the stages see it, scaled down (never up) to a longest side of ``side``. Any thread.

    Returns:
        The picture and an empty text; or None and a sentence with the reason.
    """
    try:
        return _picture(decode(path, side)), ""
    except PictureProblem as problem:
        return None, f"This image cannot be shown: {problem}."


def read_thumbnail(
    folder: ThumbnailFolder, path: Path, side: int, wanted: Callable[[], bool] = lambda: True
) -> tuple[Picture | None, str]:
    """Return the image with its longest side ``side``, or twice its own size if that is smaller. Any thread.

    Read from the disk cache, or from the file and then cached unless it is no longer ``wanted``.

    Returns:
        As :func:`read_image`.
    """
    stored = max(STORED_SIDE, side)
    try:
        place = folder.place(path, stored)
    except OSError:
        return read_image(path, side)  # which returns the reason
    image = _stored(place)
    if image is None:
        try:
            image = decode(path, stored)
        except PictureProblem as problem:
            return None, f"This image cannot be shown: {problem}."
        if wanted():
            data = _encode(image)
            folder.keep(place, lambda part: bool(Path(part).write_bytes(data)))
    return _picture(_resized(image, _thumbnail_size(image.size, side))), ""


def decode(path: Path, side: int) -> Image.Image:
    """Return the image in RGB, upright, its longest side at most ``side`` pixels: a fast ``engine.images.load``.

    If it is scaled down a lot, the pixels differ from the stages' only by the scaling method.

    Raises:
        PictureProblem: missing, not an image, truncated, or possibly a decompression bomb.
    """
    if path.exists() and not path.is_file():  # opening a pipe would block
        raise PictureProblem("it is a folder" if path.is_dir() else "it is not a regular file")
    try:
        with _opened(path) as opened:
            if opened.format == "JPEG":
                opened.draft(None, _draft_size(opened.size, side))
            opened.load()
            image = _to_rgb(_upright(opened))
            return _resized(image, fitted(image.size, side))
    except FileNotFoundError as error:
        raise PictureProblem("the file is missing") from error
    except UnidentifiedImageError as error:
        unread = "HEIF" not in _formats() and _is_heic(path)
        raise PictureProblem(_NO_HEIC if unread else "not a readable image") from error
    except Image.DecompressionBombError as error:
        raise PictureProblem(f"too many pixels ({error})") from error
    except Exception as error:  # Pillow's decoders raise anything: struct.error, RuntimeError, ...
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
        raise PictureProblem(f"damaged or unreadable ({reason})") from error


def fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size of the same shape whose longest side is at most ``side``."""
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(1, round(one * side / longest)) for one in size)
    return width, height


def _draft_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the smallest size at which a JPEG may be decoded: 1/2, 1/4 or 1/8 of its own.

    At 1/8 only the mean of each block remains, so that size must be at least twice the wanted one.
    """
    most = 8 if max(size) >= 16 * side else 4
    return fitted(size, max(side, -(-max(size) // most)))


def _thumbnail_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the size of a thumbnail: a small image is enlarged up to twice, so that it stays visible in a grid."""
    longest = min(2 * max(size), side)
    width, height = (max(1, round(one * longest / max(size))) for one in size)
    return width, height


_formats_lock = threading.Lock()
_known_formats: tuple[str, ...] = ()
_COMMON = ("JPEG", "PNG", "GIF", "BMP", "PPM")
"""What Pillow reads without its other 60 modules, which take a quarter of a second to load."""


def _opened(path: Path) -> Image.Image:
    """Open an image; all formats are loaded for the first one that is of none of the common formats."""
    with _formats_lock:
        Image.preinit()
    if not _known_formats:
        with contextlib.suppress(UnidentifiedImageError):
            return Image.open(path, formats=_COMMON)
    return Image.open(path, formats=_formats())


def _formats() -> tuple[str, ...]:
    """Return the formats that Pillow may try, by its names. Not EPS, which Pillow has another program execute."""
    global _known_formats
    with _formats_lock:  # the first call registers formats, which is not thread-safe
        if not _known_formats:
            Image.init()
            with contextlib.suppress(ImportError):
                importlib.import_module("pi_heif").register_heif_opener()
            _known_formats = tuple(name for name in Image.ID if name not in _NEVER)
        return _known_formats


def _is_heic(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


def _upright(image: Image.Image) -> Image.Image:
    """Return the image rotated by its EXIF orientation; damaged EXIF data are ignored."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  Pillow's EXIF reader raises anything, as the decoders do
        return image


def _to_rgb(image: Image.Image) -> Image.Image:
    """Return an RGB image: transparency on white; 16-bit and floating-point values scaled to 8 bits."""
    if image.mode in _DEEP_MODES:
        return _scale_deep(image).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _scale_deep(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float64)
    if not np.isfinite(values).all():
        raise ValueError("pixel values are not finite")
    peak = float(values.max(initial=0.0))
    if image.mode == "F" and peak <= 1.0:
        full = 1.0
    elif peak <= 255:
        full = 65535.0 if image.mode.startswith("I;16") else 255.0
    else:
        full = max(65535.0, peak)
    return Image.fromarray(np.clip(values / full * 255.0, 0, 255).round().astype(np.uint8))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=REDUCING_GAP)


def _stored(place: Path) -> Image.Image | None:
    """Return a thumbnail from the disk cache; None if it is missing or damaged."""
    try:
        with Image.open(io.BytesIO(place.read_bytes()), formats=("JPEG",)) as opened:
            opened.load()
            return opened.convert("RGB")
    except Exception:  # noqa: BLE001  as in decode(): it is created again
        return None


def _encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _picture(image: Image.Image) -> Picture:
    return Picture(image.width, image.height, image.tobytes("raw", "BGRX"))
