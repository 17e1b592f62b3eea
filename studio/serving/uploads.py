"""The images of a request as files, within limits. Bodies are the image's bytes, or a form with files."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from studio.serving.answers import RequestLimits

_NO_IMAGES = ("application/json", "application/xml", "text/")
_FIELDS = 20
_OVERHEAD = 64 * 1024
"""Bytes of a form besides its files."""


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """An image of a request. ``problem`` is "" unless it was not stored."""

    name: str
    path: Path
    problem: str = ""


class _LimitedRequest(Request):
    """A request that is read up to a limit."""

    limit: int = 0

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield the body; the rest of one that is too long is read first, so that the client reads the answer.

        Raises:
            HTTPException: 413, too long.
        """
        size = 0
        async for chunk in super().stream():
            size += len(chunk)
            if size <= self.limit:
                yield chunk
            elif size > 2 * self.limit + _OVERHEAD:
                break
        if size > self.limit:
            raise too_large(self.limit)


def megabytes(size: int) -> str:
    """Return a limit as the command takes it, such as 0.5 MB."""
    return f"{size / 1e6:g} MB"


def too_large(limit: int) -> HTTPException:
    """Return the error for a request that is too long."""
    return HTTPException(413, f"The request is larger than {megabytes(limit)}. Send a smaller image, or fewer.")


@asynccontextmanager
async def uploaded_images(
    request: Request, home: Path, limits: RequestLimits, *, several: bool
) -> AsyncIterator[list[UploadedImage]]:
    """Read a request and yield its images as files, which are deleted afterwards.

    Args:
        request: whose body has not been read.
        home: where the files are made.
        limits: of the request.
        several: whether more than one image may come.

    Raises:
        HTTPException: 400 without an image, with too many, or with a damaged form; 413 too large; 415 no image.
    """
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith(_NO_IMAGES):
        raise HTTPException(415, f"{kind.partition(';')[0]} is no image. Send an image, or a form with image files.")
    limited = _LimitedRequest(request.scope, request.receive)
    limited.limit = limits.request_bytes if several else limits.image_bytes + _OVERHEAD
    folder = Path(await run_in_threadpool(tempfile.mkdtemp, dir=home))
    try:
        if kind.startswith("multipart/form-data"):
            images = await _of_form(limited, folder, limits, 1 if not several else limits.images)
        else:
            images = [await _of_body(limited, folder, limits)]
        yield images
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)


async def _of_body(request: _LimitedRequest, folder: Path, limits: RequestLimits) -> UploadedImage:
    path = folder / "0"
    request.limit = limits.image_bytes
    size = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            size += len(chunk)
            await run_in_threadpool(file.write, chunk)
    if not size:
        raise HTTPException(400, "The request has no image. Send its bytes, or a form with image files.")
    return UploadedImage("", path)


async def _of_form(request: _LimitedRequest, folder: Path, limits: RequestLimits, count: int) -> list[UploadedImage]:
    async with request.form(max_files=count, max_fields=_FIELDS) as form:
        files = [value for _name, value in form.multi_items() if isinstance(value, UploadFile)]
        if not files:
            raise HTTPException(400, "The form has no file. Add the image as a file, such as image=@photo.jpg.")
        return [await run_in_threadpool(_stored, file, folder / str(n), limits) for n, file in enumerate(files)]


def _stored(upload: UploadFile, path: Path, limits: RequestLimits) -> UploadedImage:
    name = upload.filename or ""
    if upload.size is not None and upload.size > limits.image_bytes:
        return UploadedImage(name, path, f"larger than {megabytes(limits.image_bytes)}")
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)
    return UploadedImage(name, path)
