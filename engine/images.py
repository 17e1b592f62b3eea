"""Load an image file as it is displayed: upright, in RGB, at a limited size. Pillow and NumPy only.

Independent of models and stages. A file that cannot be used raises ``ImageProblem``, which names the file and the
reason. HEIC is supported if the optional extra ``heic`` is installed.
"""

from __future__ import annotations

import contextlib
import importlib
import warnings
from functools import cache
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from engine.contract.context import StageError
from engine.contract.specs import ImageLimits

_DEEP_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")
_NEVER = frozenset(("EPS", "WMF", "BUFR", "GRIB", "HDF5", "MPEG"))
"""EPS is a program, which Pillow passes to an external interpreter; the others are recognised but not readable."""
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_SIDEWAYS = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""
NO_HEIC = "HEIC images need an optional package: pip install 'score-studio[heic]'"


class ImageProblem(StageError):  # noqa: N818 - it is a finding about a file, shown as such
    """An image file that cannot be used. Stages that can continue without it catch this and count it."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The image {path} cannot be used: {reason}.", "Replace it by a readable image, or remove it.")
        self.path = path
        self.reason = reason


def load(path: str | Path, limits: ImageLimits) -> Image.Image:
    """Return the image in RGB, upright, its longest side at most ``limits.longest_side`` pixels.

    Transparency is composited on white, 16-bit values are scaled to 8, an animation yields its first frame. Small
    images are never enlarged.

    Raises:
        ImageProblem: missing, not an image, truncated, or so large that it looks like a decompression bomb.
    """
    path = Path(path)
    try:
        _check_regular(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, about files that can be read nevertheless
            with Image.open(path, formats=_formats()) as opened:
                opened.load()
                return _shrink(_to_rgb(_upright(opened)), limits.longest_side)
    except ImageProblem:
        raise
    except FileNotFoundError as error:
        raise ImageProblem(path, "the file does not exist") from error
    except UnidentifiedImageError as error:
        unread = "HEIF" not in _formats() and _is_heic(path)
        raise ImageProblem(path, NO_HEIC if unread else "not a readable image") from error
    except Image.DecompressionBombError as error:
        raise ImageProblem(path, f"too many pixels ({error})") from error
    except Exception as error:  # Pillow's decoders may raise anything: struct.error, RuntimeError, ...
        raise ImageProblem(path, f"damaged or unreadable ({_reason(error)})") from error


def prepared_size(path: str | Path, limits: ImageLimits) -> tuple[int, int]:
    """Return the width and height that ``load`` would produce, from the file's header alone.

    Raises:
        ImageProblem: missing, not an image, or so large that it looks like a decompression bomb.
    """
    path = Path(path)
    try:
        _check_regular(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=_formats()) as opened:
                return fitted(_turned(opened), limits.longest_side)
    except ImageProblem:
        raise
    except FileNotFoundError as error:
        raise ImageProblem(path, "the file does not exist") from error
    except Exception as error:  # as above: headers are read by the same decoders
        raise ImageProblem(path, f"damaged or unreadable ({_reason(error)})") from error


def _turned(image: Image.Image) -> tuple[int, int]:
    """Return the size of the upright image."""
    try:
        sideways = image.getexif().get(ExifTags.Base.Orientation) in _SIDEWAYS
    except Exception:  # noqa: BLE001  as in _upright
        sideways = False
    return (image.height, image.width) if sideways else image.size


def _check_regular(path: Path) -> None:
    """Reject folders and special files; opening a pipe would block indefinitely."""
    if path.exists() and not path.is_file():
        raise ImageProblem(path, "it is a folder" if path.is_dir() else "it is not a regular file")


@cache
def _formats() -> tuple[str, ...]:
    """Return the formats that Pillow may try, by its own names."""
    Image.init()
    with contextlib.suppress(ImportError):  # reported for each HEIC image
        importlib.import_module("pi_heif").register_heif_opener()
    return tuple(name for name in Image.ID if name not in _NEVER)


def _is_heic(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(12)
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__


def _upright(image: Image.Image) -> Image.Image:
    """Apply the EXIF orientation; damaged EXIF data are ignored."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  the EXIF reader may raise anything, as the decoders do
        return image


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in _DEEP_MODES:
        return _scale_deep(image).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _scale_deep(image: Image.Image) -> Image.Image:
    """Scale greyscale of 16 or 32 bits to 8 bits; ``convert`` would clip every bright value to white."""
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


def _shrink(image: Image.Image, longest_side: int) -> Image.Image:
    size = fitted(image.size, longest_side)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


def fitted(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """Return width and height after ``load`` has limited the longest side; small images keep theirs."""
    longest = max(size)
    if longest <= longest_side:
        return size
    width, height = (max(1, round(side * longest_side / longest)) for side in size)
    return width, height
