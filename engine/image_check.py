"""Check every image of a list by decoding it, in a child process: ``python -m engine.image_check LIST``.

LIST has one path per line, as a JSON string. The first line on stdout is ``ready``; then follows one line of JSON for
each path: ``sha256`` (of the file; None if it cannot be read), ``bytes``, ``width`` and ``height`` (after applying the
orientation) and ``problem`` (None if the image can be used). This is a separate process because a decoder may crash or
hang on a damaged file. Does not import torch or any stage.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from engine.contract.operating_system import lower_priority
from engine.contract.specs import ImageLimits
from engine.images import ImageProblem, load

READY = "ready"
_WHOLE = ImageLimits(1 << 30)


def examine(path: Path) -> dict[str, Any]:
    """Return hash, size, dimensions and problem of one file."""
    found: dict[str, Any] = {"sha256": None, "bytes": None, "width": None, "height": None, "problem": None}
    try:
        image: Image.Image = load(path, _WHOLE)
        found["width"], found["height"] = image.size
    except ImageProblem as problem:
        found["problem"] = problem.reason
    if path.is_file():  # reading a pipe would block
        try:
            with path.open("rb") as file:
                found["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
                found["bytes"] = file.tell()
        except OSError as error:
            found["problem"] = f"the file cannot be read: {error.strerror}"
    return found


def main(argv: Sequence[str] | None = None) -> None:
    """Check the files of the list, in its order."""
    (name,) = sys.argv[1:] if argv is None else argv
    lower_priority()
    print(READY, flush=True)
    with Path(name).open(encoding="utf-8") as lines:
        for line in lines:
            print(json.dumps(examine(Path(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
