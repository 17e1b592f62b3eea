"""Requests to a process that scores images: one JSON object per line on its standard input. Standard library only.

Each request is complete in itself, so that the process can be replaced by another at any time. What comes back are the
events ``Predicted`` and ``NotPredicted`` with the request's number.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PredictRequest:
    """The score of one image, with ``explain`` also its explanation. ``number`` identifies the answer's event."""

    number: int
    path: str
    explain: bool = True


def encode_predict_request(request: PredictRequest) -> str:
    """Return one JSON line without its newline."""
    return json.dumps(dataclasses.asdict(request), ensure_ascii=True)


def decode_predict_request(line: str) -> PredictRequest:
    """Return the request of one JSON line.

    Raises:
        ValueError: it is none.
    """
    try:
        request = PredictRequest(**json.loads(line))
    except (TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"not a request: {line[:200]!r} ({error})") from error
    if type(request.number) is not int or type(request.path) is not str or type(request.explain) is not bool:
        raise ValueError(f"not a request: {line[:200]!r}")
    return request
