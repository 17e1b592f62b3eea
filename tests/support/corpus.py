"""Five hundred broken and odd image files, by seed: one of every kind that we could think of, the rest fuzzed."""

from __future__ import annotations

import base64
import io
import os
import random
import socket
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

Usable = bool | None
"""Whether the stages must be able to use it; None: either, as long as there is a reason where not."""
FORMATS = (
    "AVIF", "BLP", "BMP", "DDS", "DIB", "EPS", "GIF", "ICNS", "ICO", "IM", "JPEG", "JPEG2000", "MPO", "MSP", "PALM",
    "PCX", "PDF", "PNG", "PPM", "QOI", "SGI", "SPIDER", "TGA", "TIFF", "WEBP", "XBM",
)  # fmt: skip
"""What Pillow can write without help from outside."""
MODES = {"MSP": "1", "XBM": "1", "PALM": "P", "SPIDER": "F", "BLP": "P", "ICNS": "RGBA"}
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAAX5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9j"
    "AAAAAERAAAEAAQAAAAABogABAAAAAAAAAIcAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/mlw"
    "cnAAAADeaXBjbwAAAHdodmNDAQQIAAAAnjgAAAAAHvAA/P/4+AAADwNgAAEAF0ABDAH//wQIAAADAJ44AAADAAAeugJAYQABACpCAQEECAAA"
    "AwCeOAAAAwAAHpAEECCy3VyU1zcBDQYEAAADAGQAAAMABCBiAAEACEQBwXMYMAiQAAAAE2NvbHJuY2x4AAEADQAGgAAAABRpc3BlAAAAAAAA"
    "AEAAAABAAAAAKGNsYXAAAABAAAAAAQAAADAAAAABAAAAAAAAAAL////wAAAAAgAAABBwaXhpAAAAAAMICAgAAAAYaXBtYQAAAAAAAAABAAEF"
    "gQIDBYQAAACPbWRhdAAAAIMoAa8J4DkjJL///Vjv3v+MBn//aDZwTj+tgz//qSwN/8gq9RXZWFbHLi5MBBF7BI7DlrHJaC9bixYWP5K8lA9b"
    "oVjaGA9A/HQBl6gC542+5YwT0jIjX4huKC5RPZCqHBlrJ8riefl1EtCLH+D2+5DswiAZ3l6sfWvIEXcKkIUuT/sXgA=="
)
"""64 x 48 pixels, blue on the left and red on the right."""


def picture(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    """A gradient: no two quarters are alike."""
    x, y = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=-1).astype(np.uint8)).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_corpus(folder: Path, seed: int = 0, count: int = 500) -> dict[str, Usable]:
    """Write the files; the names with what is expected. A name may be no file at all, or not be there."""
    folder.mkdir(parents=True)
    expected = {**_odd_pictures(folder), **_broken_pictures(folder), **_no_files(folder)}
    draw = random.Random(seed)
    wholes = {kind: encoded(picture(MODES.get(kind, "RGB")), kind) for kind in FORMATS} | {"HEIC": HEIC}
    kinds = list(wholes)
    while len(expected) < count:
        kind = kinds[len(expected) % len(kinds)]
        suffix = draw.choice((kind.lower(), "jpg", "png", "tif", "webp"))
        name = f"fuzz-{len(expected):03}.{suffix}"
        (folder / name).write_bytes(_fuzzed(wholes[kind], draw))
        expected[name] = None
    return expected


def _fuzzed(data: bytes, draw: random.Random) -> bytes:
    result = bytearray(data)
    how: list[Callable[[], None]] = [
        lambda: result.__delitem__(slice(draw.randrange(len(result)), None)),
        lambda: [result.__setitem__(draw.randrange(len(result)), draw.randrange(256)) for _ in range(12)] and None,
        lambda: (
            [result.__setitem__(draw.randrange(min(64, len(result))), draw.randrange(256)) for _ in range(3)] and None
        ),
        lambda: result.__setitem__(slice(len(result) // 2, len(result) // 2 + 40), bytes(40)),
        lambda: result.extend(draw.randbytes(200)),
        lambda: result.reverse(),
        lambda: result.__delitem__(slice(len(result) // 3, len(result) // 3 + 17)),
        lambda: result.__setitem__(slice(4, 8), draw.randbytes(4)),
    ]
    draw.choice(how)()
    return bytes(result)


def _odd_pictures(folder: Path) -> dict[str, Usable]:
    """Pictures that must be readable."""
    plain = picture()
    deep = Image.fromarray(np.linspace(0, 65535, 1200).reshape(30, 40).astype(np.uint16))
    exif = Image.Exif()
    exif[0x0112] = 6
    frames = [picture(size=(20, 20)), picture(size=(20, 20)).rotate(90)]
    files: dict[str, bytes] = {
        "upright.jpg": encoded(plain, "JPEG", exif=exif),
        "progressive.jpg": encoded(plain, "JPEG", progressive=True),
        "cmyk.jpg": encoded(plain.convert("CMYK"), "JPEG"),
        "cmyk.tif": encoded(plain.convert("CMYK"), "TIFF"),
        "cmyk-profile.jpg": encoded(plain.convert("CMYK"), "JPEG", icc_profile=b"no profile"),
        "cmyk-no-adobe.jpg": _without_adobe(encoded(plain.convert("CMYK"), "JPEG")),
        "deep.png": encoded(deep, "PNG"),
        "deep.tif": encoded(deep, "TIFF"),
        "float.tif": encoded(Image.fromarray(np.linspace(0, 1, 1200, dtype=np.float32).reshape(30, 40)), "TIFF"),
        "long.tif": encoded(Image.fromarray(np.arange(1200, dtype=np.int32).reshape(30, 40)), "TIFF"),
        "alpha.png": encoded(picture("RGBA"), "PNG"),
        "alpha.webp": encoded(picture("RGBA"), "WEBP"),
        "grey-alpha.png": encoded(picture("LA"), "PNG"),
        "grey.jpg": encoded(picture("L"), "JPEG"),
        "bits.png": encoded(picture("1"), "PNG"),
        "bits.tif": encoded(picture("1"), "TIFF", compression="group4"),
        "palette.png": encoded(picture("P"), "PNG"),
        "palette-clear.png": encoded(picture("P"), "PNG", transparency=3),
        "palette-clear.gif": encoded(picture("P"), "GIF", transparency=3),
        "moving.gif": encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "moving.webp": encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        "moving.png": encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        "pages.tif": encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]),
        "really-a.jpg": encoded(plain, "PNG"),
        "really-b.png": encoded(plain, "JPEG"),
        "no-suffix": encoded(plain, "PNG"),
        "one.png": encoded(picture(size=(1, 1)), "PNG"),
        "wide.png": encoded(picture(size=(20000, 1)), "PNG"),
        "tall.jpg": encoded(picture(size=(1, 20000)), "JPEG"),
        "photo.heic": HEIC,
        "photo.avif": encoded(plain, "AVIF"),
        "photo.jp2": encoded(plain, "JPEG2000"),
        "twice.jpg": encoded(plain, "JPEG") + encoded(plain, "JPEG"),
        "bad-exif.jpg": encoded(plain, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\x12\x01" * 9),
        "ünïcode ?#%.png": encoded(plain, "PNG"),
        " spaces .png": encoded(plain, "PNG"),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "link.png").symlink_to(folder / "one.png")
    return dict.fromkeys((*files, "link.png"), True)


def _without_adobe(data: bytes) -> bytes:
    """Without the marker that says whether the inks are inverted."""
    start = data.index(b"\xff\xee")
    length = struct.unpack(">H", data[start + 2 : start + 4])[0]
    return data[:start] + data[start + 2 + length :]


def _broken_pictures(folder: Path) -> dict[str, Usable]:
    """Files that no stage may take for a picture."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8))
    png, jpeg = encoded(noise, "PNG"), encoded(noise, "JPEG")
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    text = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0))
    files: dict[str, bytes] = {
        "empty.jpg": b"",
        "text.png": b"this is no picture",
        "page.jpg": b"<!DOCTYPE html><html><body>404</body></html>",
        "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(x) run\nshowpage\n",
        "half.png": png[: len(png) // 2],
        "half.jpg": jpeg[: len(jpeg) // 2],
        "head.jpg": jpeg[:20],
        "bad-chunk.png": png.replace(b"IDAT", b"IDAT" + b"\0", 1),
        "bomb.png": bomb,
        "bomb.gif": b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\0;",
        "long-text.png": text + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000), 9)) + chunk(b"IEND", b""),
        "zeros.tif": bytes(4000),
        "vector.svg.png": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return dict.fromkeys(files, False)


def _no_files(folder: Path) -> dict[str, Usable]:
    """Names under which there is no regular file, or none that this process may read."""
    (folder / "folder.jpg").mkdir()
    (folder / "gone.png").symlink_to(folder / "nowhere")
    (folder / "loop.png").symlink_to(folder / "loop.png")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    os.mkfifo(folder / "pipe.jpg")
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(folder)  # the path of a socket may have 100 characters
        listening.bind("socket.png")
        os.chdir(before)
    return dict.fromkeys(("folder.jpg", "gone.png", "loop.png", "pipe.jpg", "socket.png"), False)
