"""The stages generate and predict on rows, journals, broken images, cancels and resumes."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from support.families.llava import llava_next
from support.tiny import PROMPT, make_images, make_tiny_llava, teach_format

from engine.contract import batching_record
from engine.contract.context import (
    CancelledError,
    ListContext,
    MemoryExhaustedError,
    StageError,
    read_jsonl,
    write_jsonl,
)
from engine.contract.events import Memory, Note, Progress, Rows, Started
from engine.contract.prompts import parse_answer
from engine.contract.specs import GenerateSpec, ImageLimits, ModelSpec, PredictSpec, RunFolder
from engine.families import load
from engine.generation.answers import Answerer
from engine.generation.wrong_score import wrong_score
from engine.stages import generate, predict
from engine.stages.image_rows import WINDOW, in_batches

COUNT, BATCH, NEW_TOKENS = 7, 3, 12
Row = dict[str, Any]
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder = make_tiny_llava(tmp_path_factory.mktemp("model"))
    return ModelSpec(str(teach_format(folder, make_images(folder / "pictures", COUNT))))


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    return make_images(tmp_path / "pictures", COUNT)


def generate_spec(model: ModelSpec, **changes: Any) -> GenerateSpec:
    settings: dict[str, Any] = {"seed": 3, "iteration": 1, "max_new_tokens": NEW_TOKENS, "batch_size": BATCH}
    return GenerateSpec(model=model, prompt=PROMPT, **{**settings, **changes})


def predict_spec(model: ModelSpec, **changes: Any) -> PredictSpec:
    return PredictSpec(model=model, prompt=PROMPT, **{"max_new_tokens": 40, "batch_size": BATCH, **changes})


def pair_rows(pictures: list[Path]) -> list[Row]:
    return [{"image_id": 10 + i, "path": str(path), "bin": i % 10, "draw": 0} for i, path in enumerate(pictures)]


def image_rows(pictures: list[Path], explain: bool = True) -> list[Row]:
    return [{"image_id": 10 + i, "path": str(path), "explain": explain} for i, path in enumerate(pictures)]


def context(folder: Path, rows: list[Row], **options: Any) -> ListContext:
    run = RunFolder(folder)
    write_jsonl(run.input, rows)
    return ListContext(run, [], **options)


def journal(ctx: ListContext) -> list[Row]:
    return list(read_jsonl(ctx.folder.journal(ctx.rank)))


def test_that_every_image_gets_a_pair_for_its_bin_and_for_the_seeded_wrong_score(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    ctx = context(tmp_path / "run", pair_rows(pictures))
    summary = generate.run(generate_spec(model), ctx)
    rows = journal(ctx)
    assert [row["image_id"] for row in rows] == list(range(10, 10 + COUNT))
    assert [row["chosen_score"] for row in rows] == list(range(COUNT))
    assert [row["rejected_score"] for row in rows] == [wrong_score(3, 1, 10 + i, 0, i, 2) for i in range(COUNT)]
    for row in rows:
        assert set(row) == {"image_id", "draw"} | {
            f"{side}_{what}" for side in ("chosen", "rejected") for what in ("score", "text", "truncated")
        }
        assert row["chosen_text"] == row["chosen_text"].strip() != ""
    assert (summary["rows"], summary["pairs"], summary["problems"]) == (COUNT, COUNT, 0)
    assert summary["tokens"] > 0 < summary["tokens_per_second"]


def test_that_the_events_count_up_to_the_total(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    ctx = context(tmp_path / "run", pair_rows(pictures))
    generate.run(generate_spec(model), ctx)
    assert ctx.events[0] == Started("generate", COUNT, "images", done=0, device="cpu")
    assert [event for event in ctx.events if isinstance(event, Progress)] == [Progress(n, COUNT) for n in (3, 6, 7)]
    assert [event for event in ctx.events if isinstance(event, Rows)] == [Rows(3), Rows(6), Rows(7)]
    assert any(isinstance(event, Memory) and event.rss > 0 for event in ctx.events)


def test_that_another_draw_asks_for_another_wrong_score(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    rows = [{**pair_rows(pictures)[0], "draw": draw} for draw in range(3)]
    ctx = context(tmp_path / "run", rows)
    generate.run(generate_spec(model), ctx)
    assert len({row["rejected_score"] for row in journal(ctx)}) == 3


@pytest.mark.parametrize("temperature", [0.0, 0.9])
@pytest.mark.parametrize("kept_bytes", [0, 3, 700, 100_000])
def test_that_a_killed_and_resumed_generation_makes_the_same_pairs(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, temperature: float, kept_bytes: int
) -> None:
    spec = generate_spec(model, temperature=temperature)
    whole = context(tmp_path / "whole", pair_rows(pictures))
    generate.run(spec, whole)
    resumed = context(tmp_path / "resumed", pair_rows(pictures))
    resumed.folder.journal().write_bytes(whole.folder.journal().read_bytes()[:kept_bytes])
    generate.run(spec, resumed)
    assert sorted(map(json.dumps, journal(resumed))) == sorted(map(json.dumps, journal(whole)))


def test_that_sampled_pairs_differ_from_greedy_ones_and_by_seed(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    texts = []
    for name, changes in (("greedy", {}), ("a", {"temperature": 1.5}), ("b", {"temperature": 1.5, "seed": 4})):
        ctx = context(tmp_path / name, pair_rows(pictures))
        generate.run(generate_spec(model, **changes), ctx)
        texts.append([row["chosen_text"] for row in journal(ctx)])
    assert texts[0] != texts[1] != texts[2]


def test_that_a_finished_job_does_nothing_and_needs_no_model(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx = context(tmp_path / "run", pair_rows(pictures))
    first = generate.run(generate_spec(model), ctx)
    before = ctx.folder.journal().read_bytes()
    ctx.events.clear()
    monkeypatch.setattr("engine.families.load", None)
    again = generate.run(generate_spec(model), ctx)
    assert ctx.folder.journal().read_bytes() == before
    assert ctx.events == [Started("generate", COUNT, "images", done=COUNT, device="cpu")]
    assert again["pairs"] == first["pairs"] == COUNT


def test_that_a_cancel_keeps_finished_batches(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    ctx = context(tmp_path / "run", pair_rows(pictures), cancel_after=2)
    with pytest.raises(CancelledError):
        generate.run(generate_spec(model), ctx)
    assert len(journal(ctx)) == 2 * BATCH


def test_that_unreadable_images_are_counted_and_the_others_go_on(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    pictures[1].unlink()
    pictures[4].write_bytes(b"no image")
    ctx = context(tmp_path / "run", pair_rows(pictures))
    summary = generate.run(generate_spec(model), ctx)
    problems = {row["image_id"]: row for row in journal(ctx) if "problem" in row}
    assert problems[11] == {"image_id": 11, "draw": 0, "problem": "the file does not exist"}
    assert set(problems) == {11, 14}
    assert (summary["pairs"], summary["problems"]) == (COUNT - 2, 2)
    notes = [event for event in ctx.events if isinstance(event, Note)]
    assert [(note.level, note.code) for note in notes] == [("warning", "image_problem")] * 2
    assert str(pictures[1]) in notes[0].text


def test_that_a_mended_image_is_taken_up_by_a_resume_and_a_broken_one_not_twice(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    good = pictures[1].read_bytes()
    for index in (1, 4):
        pictures[index].write_bytes(b"no image")
    ctx = context(tmp_path / "run", pair_rows(pictures))
    generate.run(generate_spec(model), ctx)
    pictures[1].write_bytes(good)
    summary = generate.run(generate_spec(model), ctx)
    assert [row["image_id"] for row in journal(ctx)][COUNT:] == [11]
    assert "problem" not in journal(ctx)[-1]
    assert (summary["pairs"], summary["problems"]) == (COUNT - 1, 1)


@pytest.mark.parametrize("stage", ["generate", "predict"])
def test_that_a_job_whose_images_all_fail_is_an_error(model: ModelSpec, tmp_path: Path, stage: str) -> None:
    gone = [tmp_path / f"{index}.png" for index in range(3)]
    with pytest.raises(StageError, match=r"None of the 3 images can be used.*0\.png.*does not exist"):
        if stage == "generate":
            generate.run(generate_spec(model), context(tmp_path / "run", pair_rows(gone)))
        else:
            predict.run(predict_spec(model), context(tmp_path / "run", image_rows(gone)))


def test_that_ranks_share_the_rows_and_together_make_each_pair_once(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    whole = context(tmp_path / "whole", pair_rows(pictures))
    generate.run(generate_spec(model), whole)
    ranks = [context(tmp_path / "run", pair_rows(pictures), rank=rank, world_size=2) for rank in (0, 1)]
    for ctx in ranks:
        generate.run(generate_spec(model), ctx)
    assert [row["image_id"] for row in journal(ranks[1])] == [11, 13, 15]
    assert sorted(map(json.dumps, journal(ranks[0]) + journal(ranks[1]))) == sorted(map(json.dumps, journal(whole)))


def test_that_an_exclusion_radius_that_leaves_no_wrong_score_is_refused(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(StageError, match="farther than 9") as caught:
        generate.run(generate_spec(model, exclusion_radius=9), context(tmp_path / "run", pair_rows(pictures)))
    assert "exclusion_radius" in caught.value.remedy


def test_that_a_batch_size_of_nothing_is_refused(model: ModelSpec, pictures: list[Path], tmp_path: Path) -> None:
    with pytest.raises(StageError, match="batch size 0"):
        predict.run(predict_spec(model, batch_size=0), context(tmp_path / "run", image_rows(pictures)))


def test_that_predictions_hold_logprobs_and_the_parsed_answer(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    ctx = context(tmp_path / "run", image_rows(pictures))
    summary = predict.run(predict_spec(model), ctx)
    rows = journal(ctx)
    assert len(rows) == summary["rows"] == summary["explained"] == COUNT
    for row in rows:
        assert sum(torch.tensor(row["logprobs"]).exp()) == pytest.approx(1.0, abs=1e-6)
        parsed = parse_answer(row["raw"])
        assert (row["label"], row["text"], row["parse_ok"]) == (parsed.label, parsed.text, parsed.ok)
        assert row["explained"] and not row["truncated"]
    assert all(row["parse_ok"] for row in rows)
    assert summary["forced"] == 0


def test_that_rows_without_explanation_have_the_same_logprobs_and_no_text(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    explained, scored = (
        context(tmp_path / "a", image_rows(pictures)),
        context(tmp_path / "b", image_rows(pictures, False)),
    )
    predict.run(predict_spec(model), explained)
    summary = predict.run(predict_spec(model), scored)
    assert summary["explained"] == summary["tokens"] == 0
    for row, other in zip(journal(scored), journal(explained), strict=True):
        assert row["logprobs"] == pytest.approx(other["logprobs"], abs=1e-4)
        assert row["label"] == row["logprobs"].index(max(row["logprobs"]))
        assert (row["text"], row["raw"], row["parse_ok"], row["explained"]) == ("", "", True, False)


def test_that_a_cut_answer_counts_as_a_format_failure_and_keeps_its_logprobs(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    ctx = context(tmp_path / "run", image_rows(pictures))
    summary = predict.run(predict_spec(model, max_new_tokens=2), ctx)
    assert summary["format_failures"] == summary["truncated"] == summary["forced"] == COUNT
    assert all(len(row["logprobs"]) == 10 and not row["parse_ok"] for row in journal(ctx))


@pytest.mark.parametrize("kept_bytes", [0, 1000, 2500])
def test_that_a_killed_and_resumed_prediction_gives_the_same_rows(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, kept_bytes: int
) -> None:
    rows = [{**row, "explain": row["image_id"] % 2 == 0} for row in image_rows(pictures)]
    whole, resumed = context(tmp_path / "whole", rows), context(tmp_path / "resumed", rows)
    predict.run(predict_spec(model), whole)
    resumed.folder.journal().write_bytes(whole.folder.journal().read_bytes()[:kept_bytes])
    predict.run(predict_spec(model), resumed)
    assert sorted(map(json.dumps, journal(resumed))) == sorted(map(json.dumps, journal(whole)))


def test_that_images_at_a_time_are_chosen_once_where_the_settings_leave_it_open(
    model: ModelSpec, pictures: list[Path], tmp_path: Path
) -> None:
    ctx = context(tmp_path / "run", pair_rows(pictures))
    assert generate.run(generate_spec(model, batch_size=None), ctx)["pairs"] == COUNT
    (note,) = (event for event in ctx.events if isinstance(event, Note) and event.code == "chosen_by_memory")
    assert note.text.startswith("16 images at a time: about ")
    assert json.loads(ctx.folder.sizing.read_text("utf-8"))["batch"] == 16
    again = context(tmp_path / "run", pair_rows(pictures))
    generate.run(generate_spec(model, batch_size=None), again)
    assert not [event for event in again.events if isinstance(event, Note)]


def test_that_what_ran_out_of_memory_goes_on_in_smaller_batches_and_keeps_what_is_there(
    model: ModelSpec, pictures: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(self: Answerer, images: list[Image.Image], *args: Any) -> Any:
        if len(images) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return whole(self, images, *args)

    whole = Answerer.justify
    monkeypatch.setattr(Answerer, "justify", spent)
    ctx = context(tmp_path / "run", pair_rows(pictures))
    ctx.folder.spec.write_text(generate_spec(model).to_json(), "utf-8")
    with pytest.raises(MemoryExhaustedError, match="3 images at once: CUDA out of memory") as caught:
        generate.run(generate_spec(model), ctx)
    assert batching_record.smaller(ctx.folder, caught.value.batch, caught.value.checkpointing) is not None
    assert generate.run(generate_spec(model), context(tmp_path / "run", pair_rows(pictures)))["pairs"] == COUNT


def test_that_an_image_without_room_in_the_model_is_a_problem_of_its_own_row(tmp_path: Path) -> None:
    folder = llava_next(tmp_path / "model")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    vlm = load(ModelSpec(str(folder), device="cpu", threads=1))
    text = len(vlm.token_ids(vlm.chat_text(PROMPT.text, "#Score: 0\n#Explain:")))
    config["text_config"]["max_position_embeddings"] = text + 25 + 6
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    wide, tall = make_images(tmp_path / "wide", 1, (60, 40)), make_images(tmp_path / "tall", 2, (60, 9))
    rows = pair_rows([*wide, *tall])
    ctx = context(tmp_path / "run", rows)
    summary = generate.run(generate_spec(ModelSpec(str(folder), device="cpu", threads=1), max_new_tokens=6), ctx)
    assert (summary["rows"], summary["pairs"], summary["problems"]) == (3, 2, 1)
    (bad,) = (row for row in journal(ctx) if "problem" in row)
    assert bad["image_id"] == 10 and "60 x 40 pixels" in bad["problem"]
    assert f"the model has {text + 31}" in bad["problem"]


def test_that_images_of_one_size_are_answered_together_with_the_same_texts(model: ModelSpec, tmp_path: Path) -> None:
    sizes = [(60, 40), (24, 90), (60, 40), (24, 90), (30, 30), (60, 40), (24, 90)]
    paths = [tmp_path / f"{place}.png" for place in range(len(sizes))]
    for place, (path, size) in enumerate(zip(paths, sizes, strict=True)):
        Image.effect_noise(size, 40 + 20 * place).convert("RGB").save(path)
    plain = context(tmp_path / "plain", pair_rows(paths))
    rows = [{**row, "size": size} for row, size in zip(pair_rows(paths), sizes, strict=True)]
    ordered = context(tmp_path / "ordered", rows)
    for ctx in (plain, ordered):
        generate.run(generate_spec(model), ctx)
    assert [row["image_id"] for row in journal(ordered)] == [14, 11, 13, 16, 10, 12, 15]
    by_image = {row["image_id"]: row for row in journal(plain)}
    assert all(row == by_image[row["image_id"]] for row in journal(ordered))


def test_that_rows_are_ordered_among_few_batches_only_by_the_size_that_the_model_sees() -> None:
    sizes = [[4000, 3000], [300, 400], [400, 300], None, [3000, 4000]]
    rows = [{"image_id": place, "size": sizes[place % len(sizes)]} for place in range(2 * WINDOW * 5)]
    batches = in_batches(rows, 5, ImageLimits(400))
    assert sorted(row["image_id"] for batch in batches for row in batch) == list(range(len(rows)))
    first, second = batches[:WINDOW], batches[WINDOW:]
    assert {row["image_id"] for batch in first for row in batch} == set(range(WINDOW * 5))
    for window in (first, second):
        shapes = [sizes[row["image_id"] % len(sizes)] for batch in window for row in batch]
        assert shapes[:WINDOW] == [None] * WINDOW, "those that are not known"
        assert all(shape in ([300, 400], [3000, 4000]) for shape in shapes[WINDOW : 3 * WINDOW])
        assert all(shape in ([400, 300], [4000, 3000]) for shape in shapes[3 * WINDOW :])
