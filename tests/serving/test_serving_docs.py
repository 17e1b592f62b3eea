"""The program for vLLM in docs/SERVING.md computes the scores that this program computes."""

from __future__ import annotations

import base64
import io
import math
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine import images
from engine.contract.specs import ImageLimits
from studio.services.versions import prediction

TEXT = (Path(__file__).parents[2] / "docs" / "SERVING.md").read_text("utf-8")


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(code, "SERVING.md", "exec"), names)
    return names


def token(text: str, top: dict[str, float]) -> dict[str, Any]:
    found = [{"token": one, "logprob": math.log(share)} for one, share in top.items()]
    return {"token": text, "logprob": 0.0, "top_logprobs": found}


@pytest.mark.parametrize("space", ["", " "])
def test_that_scores_are_read_where_the_label_is(space: str, program: dict[str, Any]) -> None:
    shares = {f"{space}7": 0.5, f"{space}6": 0.2, f"{space}8": 0.1, "\n": 0.15, "seven": 0.05}
    beginning = [token("#", {"#": 1}), token("Score", {"Score": 1, "4": 0.1}), token(":", {":": 1})]
    between = [] if space else [token(" ", {" ": 1})]
    content = [*beginning, *between, token(f"{space}7", shares), token("\n", {"\n": 1}), token("3", {"3": 1})]
    logprobs = [math.log({6: 0.2, 7: 0.5, 8: 0.1}.get(label, 1e-300)) for label in range(10)]
    reference = [1.3 * label + 0.7 for label in range(10)]
    found = program["expected_score"](program["label_shares"](content), reference)
    assert found == pytest.approx(prediction.expected_score(logprobs, reference))
    with pytest.raises(ValueError, match="no label"):
        program["label_shares"](beginning)


def test_that_images_are_prepared_as_the_engine_prepares_them(program: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.linear_gradient("L").resize((301, 157)).convert("RGB").save(file, exif=exif)
    data = base64.b64decode(program["picture"](file, 128).partition(",")[2])
    with Image.open(io.BytesIO(data)) as prepared:
        expected = images.load(file, ImageLimits(128))
        assert prepared.size == expected.size
        assert prepared.tobytes() == expected.tobytes()
