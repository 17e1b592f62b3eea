"""Write degraded copies of images and an instruction file, in a child process.

``python -m engine.degradations.command REQUEST FOLDER``: REQUEST is a JSON file with the fields of
``DegradeRequest``, FOLDER exists and is empty. It gets ``images/`` and ``instructions.json`` in the form of LLaVA, with
paths relative to FOLDER. Each line on stdout is a JSON object with ``kind``: progress, skipped, done or error. The
images that are read are never changed. Does not import torch; independent of stages and projects.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from engine.contract.atomic_files import write_text
from engine.contract.context import StageError
from engine.contract.degradations.kinds import BY_NAME, UNTOUCHED, DegradationName
from engine.contract.degradations.texts import (
    AnswerForm,
    contrast_answer,
    draw_degradations,
    question,
    single_answer,
)
from engine.contract.faults.system_errors import explained
from engine.contract.operating_system import lower_priority
from engine.contract.specs import ImageLimits
from engine.degradations.together import degrade_together
from engine.generation.wrong_score import stable_number
from engine.images import ImageProblem, load

IMAGES, INSTRUCTIONS = "images", "instructions.json"
QUALITY = 95
"""JPEG quality of what is written, with full resolution of colours: no visible degradation of its own."""
_TOKEN = "<image>"


@dataclass(frozen=True, slots=True)
class DegradeRequest:
    """What to write.

    Attributes:
        folder: of the images.
        images: their paths relative to it, with forward slashes, sorted.
        degradations: to choose from.
        strengths: to choose from, above 0 and at most 1.
        at_once: the most degradations of one copy.
        forms: instructions about single copies, about a copy beside the image, or both.
        copies: of each image.
        untouched: the probability that a copy is not degraded.
        seed: decides everything that is random, together with an image's path.
        longest_side: pixels to which larger images are reduced.
    """

    folder: str
    images: Sequence[str]
    degradations: Sequence[DegradationName]
    strengths: Sequence[float]
    at_once: int
    forms: Sequence[AnswerForm]
    copies: int
    untouched: float
    seed: int
    longest_side: int


@dataclass(slots=True)
class Writing:
    """Write the copies and instructions of one request into a folder."""

    request: DegradeRequest
    folder: Path
    used: int = 0
    files: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)
    applied: Counter[str] = field(default_factory=Counter)
    """Copies by degradation; "none": copies that were left untouched."""

    def run(self) -> Iterator[dict[str, Any]]:
        """Write everything; yields reports.

        Raises:
            StageError: no image can be used.
            OSError: the disk refuses to store a file.
        """
        (self.folder / IMAGES).mkdir()
        for index, path in enumerate(self.request.images):
            yield {"kind": "progress", "done": index, "image": path}
            try:
                image = load(Path(self.request.folder, path), ImageLimits(self.request.longest_side))
            except ImageProblem as problem:
                yield {"kind": "skipped", "image": path, "reason": problem.reason}
                continue
            self._image(index, path, image)
        if not self.used:
            count = len(self.request.images)
            raise StageError(f"None of the {count:,} images can be read.", "Choose a folder of readable images.")
        write_text(self.folder / INSTRUCTIONS, json.dumps(self.rows, indent=1))
        yield {
            "kind": "done", "used": self.used, "files": self.files, "instructions": len(self.rows),
            "applied": dict(sorted(self.applied.items())),
        }  # fmt: skip

    def _image(self, index: int, path: str, image: Image.Image) -> None:
        """Write the copies of one image and their instructions."""
        self.used += 1
        itself = self._save(image, f"{index:06}-0") if "contrast" in self.request.forms else ""
        for copy in range(1, self.request.copies + 1):
            image_id = stable_number("degraded copy", path, copy)
            rng = random.Random(stable_number("instructions", self.request.seed, image_id))
            chosen = self._drawn(rng)
            made = degrade_together(image, chosen, seed=self.request.seed, image_id=image_id)
            stored = self._save(made, f"{index:06}-{copy}")
            self.applied.update(map(str, chosen) if chosen else [UNTOUCHED])
            for form in self.request.forms:
                row = {"id": f"{index:06}-{copy}-{form}", **_instruction(form, itself, stored, tuple(chosen), rng)}
                self.rows.append({**row, "source": path, "degradations": chosen})

    def _drawn(self, rng: random.Random) -> dict[DegradationName, float]:
        """Return the strength of each degradation of one copy."""
        if rng.random() < self.request.untouched:
            return {}
        names = draw_degradations(self.request.degradations, self.request.at_once, rng)
        return {name: rng.choice(self.request.strengths) if BY_NAME[name].graded else 1.0 for name in names}

    def _save(self, image: Image.Image, name: str) -> str:
        """Write an image; returns its path below the folder."""
        path = f"{IMAGES}/{name}.jpg"
        image.save(self.folder / path, "JPEG", quality=QUALITY, subsampling="4:4:4")
        self.files += 1
        return path


def _instruction(
    form: AnswerForm, itself: str, copy: str, degradations: tuple[DegradationName, ...], rng: random.Random
) -> dict[str, Any]:
    """Return image and conversation, as LLaVA has them; for a contrast with two images in random order."""
    images: str | list[str] = copy
    if form == "single":
        answer = single_answer(degradations, rng)
    else:
        worse: Literal[1, 2] = 1 if rng.random() < 0.5 else 2
        images = [copy, itself] if worse == 1 else [itself, copy]
        answer = contrast_answer(degradations, worse, rng)
    tokens = f"{_TOKEN}\n" * (1 if form == "single" else 2)
    asked = {"from": "human", "value": f"{tokens}{question(form, rng)}"}
    return {"image": images, "conversations": [asked, {"from": "gpt", "value": answer}]}


def main(argv: Sequence[str] | None = None) -> None:
    """Carry out one request."""
    request, folder = sys.argv[1:] if argv is None else argv
    lower_priority()
    writing = Writing(DegradeRequest(**json.loads(Path(request).read_text(encoding="utf-8"))), Path(folder))
    try:
        for report in writing.run():
            print(json.dumps(report), flush=True)
    except StageError as error:
        print(json.dumps({"kind": "error", "message": error.message, "remedy": error.remedy}), flush=True)
    except OSError as error:
        found = explained(error, writing.folder)
        if found is None:
            raise
        print(json.dumps({"kind": "error", "message": found.message, "remedy": found.remedy}), flush=True)


if __name__ == "__main__":
    main()
