"""How often image and prompt are computed: the stages count the tokens, and the counts are exact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support.families.table import ALL
from support.tiny import PROMPT, make_images
from support.training import model_spec, pair_rows, run_folder, train_spec
from transformers import LlamaModel

from engine import families
from engine.contract.context import ListContext
from engine.contract.prompts import answer_prefix
from engine.contract.specs import GenerateSpec, PredictSpec
from engine.stages import generate, predict, train

PAIRS, EPOCHS = 6, 2
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    return make_images(tmp_path / "pictures", PAIRS)


@pytest.fixture(scope="module")
def llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ALL["llava-1.5"].make(tmp_path_factory.mktemp("base") / "base")


@pytest.fixture
def decoder_rows(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Rows and columns of every pass of the language model; those of one column are generated tokens."""
    seen: list[tuple[int, int]] = []
    forward = LlamaModel.forward

    def counted(self: LlamaModel, *args: Any, **kwargs: Any) -> Any:
        seen.append(tuple(kwargs["inputs_embeds"].shape[:2]))
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(LlamaModel, "forward", counted)
    return seen


def length(base: Path, pictures: list[Path], beginning: str | None = None) -> int:
    """Return the tokens of image, prompt and beginning, which are the same for all these pictures."""
    vlm = families.load(model_spec(base))
    with Image.open(pictures[0]) as image:
        return int(vlm.encode([image.convert("RGB")], [vlm.chat_text(PROMPT.text, beginning)])["input_ids"].shape[1])


def trained(base: Path, pictures: list[Path], folder: Path, **changes: Any) -> int:
    context = ListContext(run_folder(folder, pair_rows(pictures)), [])
    tokens: int = train.run(train_spec(base, epochs=float(EPOCHS), **changes), context)["prefix_tokens"]
    return tokens


def test_that_a_training_computes_image_and_prompt_of_a_pair_once_a_pass(
    llava: Path, pictures: list[Path], tmp_path: Path
) -> None:
    once = PAIRS * (length(llava, pictures) - 1)  # the prompt's last token begins either answer
    kept: dict[str, Any] = {"reference_folder": str(tmp_path / "reference")}
    score = trained(llava, pictures, tmp_path / "score", reference_of_both=True, **kept)
    assert score == once * (1 + EPOCHS + 1), "the reference of three answers, every epoch, the margins"
    consistency = trained(llava, pictures, tmp_path / "consistency", train_kind="consistency", **kept)
    assert consistency == once * (EPOCHS + 1), "no reference: the score training has computed it"


def test_that_stock_rows_compute_them_for_each_answer(llava: Path, pictures: list[Path], tmp_path: Path) -> None:
    twice = 2 * PAIRS * length(llava, pictures)
    assert trained(llava, pictures, tmp_path / "stock", share_prefix=False) == twice * (1 + EPOCHS + 1)


def test_that_both_answers_of_an_image_share_one_prefill(
    llava: Path, pictures: list[Path], tmp_path: Path, decoder_rows: list[tuple[int, int]]
) -> None:
    rows = [{"image_id": n, "path": str(path), "bin": n, "draw": 0} for n, path in enumerate(pictures)]
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    spec = GenerateSpec(model_spec(llava), PROMPT, seed=1, iteration=1, max_new_tokens=4, batch_size=3)
    found = generate.run(spec, context)
    vlm = families.load(model_spec(llava))
    behind = len(vlm.label_site(PROMPT).tail_ids) + 1  # the label and what follows it differ, or follow what differs
    beginning = answer_prefix(0, score_tag=PROMPT.score_tag, explain_tag=PROMPT.explain_tag)
    assert found["prefix_tokens"] == PAIRS * (length(llava, pictures, beginning) - behind)
    computed = sum(rows * columns for rows, columns in decoder_rows if rows == 3 and columns > 10)
    assert computed == found["prefix_tokens"], "nothing is padded, and nothing else has as many columns"


def test_that_a_score_alone_takes_one_prefill(llava: Path, pictures: list[Path], tmp_path: Path) -> None:
    rows = [{"image_id": n, "path": str(path), "explain": False} for n, path in enumerate(pictures)]
    context = ListContext(run_folder(tmp_path / "run", rows), [])
    found = predict.run(PredictSpec(model_spec(llava), PROMPT, max_new_tokens=4, batch_size=3), context)
    vlm = families.load(model_spec(llava))
    beginning = answer_prefix(0, score_tag=PROMPT.score_tag, explain_tag=PROMPT.explain_tag)
    behind = len(vlm.label_site(PROMPT).tail_ids) + 1
    assert found["prefix_tokens"] == PAIRS * (length(llava, pictures, beginning) - behind)
