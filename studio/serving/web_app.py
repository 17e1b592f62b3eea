"""The service's pages and answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from engine.contract.resources import resource_path
from studio.jobs.serving.model_session import ModelSession
from studio.jobs.serving.types import ImageRefused, ModelUnavailable, ServedAnswer
from studio.serving.access import LocalNames, token_check
from studio.serving.answers import (
    Health,
    ImageScore,
    Problem,
    RequestLimits,
    ScoreAnswer,
    ScoreAnswers,
    ServedModelFacts,
    UnscoredImage,
    image_score,
    model_name,
)
from studio.serving.documentation import documentation_page
from studio.serving.served_model import ServedModel
from studio.serving.uploads import UploadedImage, uploaded_images

RETRY_SECONDS = 5
_FILES = {"page.css": "text/css", "page.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_TEXT = (
    "Scores images with a vision language model and explains each score. Images are sent as they are, in every format "
    "that Score Studio reads. Requests that wait together go through the model together."
)
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "No image, too many images, or a damaged form."},
    401: {"model": Problem, "description": "The token is missing or wrong."},
    413: {"model": Problem, "description": "The request is too large."},
    415: {"model": Problem, "description": "The content type is none of an image."},
    422: {"model": Problem, "description": "The image cannot be used: no image, damaged, or too large for the model."},
    503: {"model": Problem, "description": "The model is busy, or cannot answer now. Try again."},
}
_FILE = {"type": "string", "format": "binary"}


def _body(form: dict[str, Any]) -> dict[str, Any]:
    """Return how the documentation describes a request's body."""
    schema = {"type": "object", "properties": form, "required": list(form)}
    content = {"image/*": {"schema": _FILE}, "multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


_ONE = _body({"image": _FILE})
_MANY = _body({"images": {"type": "array", "items": _FILE}})
Explain = Annotated[bool, Query(description="Whether to explain the score. Without an explanation it is much faster.")]


def create_app(
    session: ModelSession, served: ServedModel, home: Path, limits: RequestLimits, *, token: str | None, local: bool
) -> FastAPI:
    """Return the service.

    Args:
        session: the model.
        served: what it is.
        home: where uploaded images are kept until they are scored.
        limits: of requests.
        token: None lets everybody in.
        local: whether it answers under this computer's own names only.
    """
    app = FastAPI(title="Score Studio", description=_TEXT, version="1", docs_url=None, redoc_url=None)
    app.add_exception_handler(StarletteHTTPException, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.middleware("http")(_with_headers)
    if local:
        app.add_middleware(LocalNames)
    app.include_router(_pages(app))
    app.include_router(_open_routes(session, served))
    app.include_router(_Scoring(session, served, home, limits).router(token))
    return app


def _pages(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def page() -> Response:
        return FileResponse(resource_path("serving", "page.html"), media_type="text/html; charset=utf-8")

    @router.get("/files/{name}")
    async def file(name: str) -> Response:
        if name not in _FILES:
            raise HTTPException(404, "There is no such file.")
        return FileResponse(resource_path("serving", name), media_type=_FILES[name])

    @router.get("/docs")
    async def documentation(request: Request) -> Response:
        return HTMLResponse(documentation_page(app.openapi(), str(request.base_url).rstrip("/")))

    return router


def _open_routes(session: ModelSession, served: ServedModel) -> APIRouter:
    router = APIRouter()

    @router.get("/health", responses={503: {"model": Health, "description": "The model is not ready."}})
    async def health(response: Response) -> Health:
        """Whether images can be scored. Needs no token."""
        state = session.state
        response.status_code = 200 if state.status == "ready" else 503
        message = state.message if state.status == "failed" else ""
        return Health(status=state.status, version=served.version, message=message)

    return router


class _Scoring:
    """The routes that need the token."""

    def __init__(self, session: ModelSession, served: ServedModel, home: Path, limits: RequestLimits) -> None:
        self._session = session
        self._served = served
        self._home = home
        self._limits = limits

    def router(self, token: str | None) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/v1", dependencies=[Depends(token_check(token))])
        router.get("/model", responses={401: _REFUSED[401]})(self.model)
        router.post("/score", responses=_REFUSED, openapi_extra=_ONE)(self.score)
        router.post("/scores", responses=_REFUSED, openapi_extra=_MANY)(self.scores)
        return router

    async def model(self) -> ServedModelFacts:
        """The model, its scale and the limits."""
        state, reference = self._session.state, self._served.reference
        return ServedModelFacts(
            model=model_name(self._served),
            low=min(reference),
            high=max(reference),
            lower_is_better=self._served.predictor.lower_is_better,
            reference=list(reference),
            device=state.device,
            dtype=state.dtype,
            limits=self._limits,
        )

    async def score(self, request: Request, explain: Explain = True) -> ScoreAnswer:
        """Score one image: the body is the image, or a form with one file."""
        async with uploaded_images(request, self._home, self._limits, several=False) as images:
            (result,) = await self._scored(images, explain)
        if isinstance(result, UnscoredImage):
            status = 413 if images[0].problem else 422
            raise HTTPException(status, f"The image cannot be used: {result.problem}.")
        return ScoreAnswer(**dict(result), model=model_name(self._served))

    async def scores(self, request: Request, explain: Explain = True) -> ScoreAnswers:
        """Score several images: a form with a file for each. One that cannot be used has a problem in its place.

        If none of them can be used, the answer is 422.
        """
        async with uploaded_images(request, self._home, self._limits, several=True) as images:
            results = await self._scored(images, explain)
        problems = [one for one in results if isinstance(one, UnscoredImage)]
        if len(problems) == len(results):
            raise HTTPException(422, f"No image can be used. The first: {problems[0].problem}.")
        return ScoreAnswers(model=model_name(self._served), results=results)

    async def _scored(self, images: Sequence[UploadedImage], explain: bool) -> list[ImageScore | UnscoredImage]:
        if self._session.waiting + len(images) > self._limits.waiting:
            text = f"{self._session.waiting} images are already waiting for their score. Try again later."
            raise HTTPException(503, text, {"Retry-After": str(RETRY_SECONDS)})
        try:
            return await asyncio.gather(*(self._one(image, explain) for image in images))
        except ModelUnavailable as error:
            raise HTTPException(503, str(error), {"Retry-After": str(RETRY_SECONDS)}) from error

    async def _one(self, image: UploadedImage, explain: bool) -> ImageScore | UnscoredImage:
        if image.problem:
            return UnscoredImage(name=image.name, problem=image.problem)
        try:
            answer: ServedAnswer = await asyncio.wrap_future(self._session.predict(image.path, explain=explain))
        except ImageRefused as refused:
            return UnscoredImage(name=image.name, problem=str(refused))
        return image_score(image.name, answer, self._served)


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers.update(_HEADERS)
    return response


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    body = Problem(error=str(error.detail))
    return JSONResponse(body.model_dump(), error.status_code, headers=error.headers)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors()]
    body = Problem(error="The request is not understood: " + "; ".join(found) + ".")
    return JSONResponse(body.model_dump(), 422)
