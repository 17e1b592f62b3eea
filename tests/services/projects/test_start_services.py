"""What the start page and the wizard ask of the services: estimates, facts of a model, settings edited in place."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from support.projects import write_photos

from studio.services import estimates
from studio.services.base_models import model_files
from studio.services.errors import StudioError
from studio.services.estimating.types import EstimateRange, StageRate
from studio.services.imports import preview
from studio.services.projects import create_and_open, project_summary
from studio.services.settings import toml_edit
from studio.services.settings.fields import check_texts, texts_of
from studio.services.settings.schema import ImportSettings, Settings, SplitSettings
from studio.services.settings.toml_file import load_preset, preset_names
from studio.services.stages.definition import Amounts

BASE = {"project": {"name": "x"}, "model": {"base": "demo"}, "images": {"root": "."}}


def settings(**changes: str) -> Settings:
    texts = {**texts_of(BASE), **{path.replace("__", "."): text for path, text in changes.items()}}
    checked = check_texts(texts)
    assert checked.settings is not None, checked.reasons
    return checked.settings


def exact(seconds: float, startup: float = 0.0) -> StageRate:
    """A stage that always takes the same, with and without the caches."""
    each = EstimateRange(seconds, seconds)
    return StageRate(each, each, EstimateRange(startup, startup))


def fake_model(folder: Path) -> Path:
    """Heads of weights without the weights: one layer of a language model, a vision layer and an embedding."""
    shapes = {
        "language_model.model.layers.0.self_attn.q_proj.weight": [8, 4],
        "language_model.model.layers.0.input_layernorm.weight": [4],
        "vision_tower.encoder.layers.0.mlp.weight": [16, 4],
        "language_model.model.embed_tokens.weight": [10, 4],
    }
    head = json.dumps({name: {"dtype": "F32", "shape": s, "data_offsets": [0, 0]} for name, s in shapes.items()})
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(head)) + head.encode())
    text = {"hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "vocab_size": 10}
    (folder / "config.json").write_text(json.dumps({"text_config": text, "image_seq_length": 9}))
    return folder


def test_that_a_model_is_counted_from_the_heads_of_its_files(tmp_path: Path) -> None:
    facts = model_files.model_facts(str(fake_model(tmp_path / "m")), tmp_path)
    assert facts is not None
    assert (facts.parameters, facts.linears, facts.image_tokens) == (32 + 4 + 64 + 40, ((4, 8),), 9)
    assert estimates.adapter_parameters(facts, 2) == 2 * (4 + 8)


def test_that_an_unknown_hub_model_has_no_facts_and_no_invented_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert model_files.model_facts("some/model", tmp_path) is None
    found = estimates.estimate(settings(), Amounts(10, 5, 5), None, {})
    assert [estimate.value for estimate in found] == [None] * 4 and all(estimate.why for estimate in found)


def test_that_estimates_follow_their_formulae(tmp_path: Path) -> None:
    facts = model_files.model_facts(str(fake_model(tmp_path / "m")), tmp_path)
    wanted = settings(training__rank="2", loop__iterations="3", model__dtype="float32")
    adapter, disk, memory, time = estimates.estimate(wanted, Amounts(10, 5, 5), facts, {})
    assert adapter.value == EstimateRange(24 * 4, 24 * 4) and time.value is None
    kept, pairs, predictions = 7, 30, 10 * 8
    features = (10 + 5 + 5) * 9 * 4 * 4  # images, tokens of an image, hidden size, bytes of a number
    assert disk.value is not None and (disk.value.low, disk.value.high) == (
        kept * 24 * 4 + (pairs + predictions) * 1500 + features,
        kept * 24 * 4 * 4 + (pairs + predictions) * 6000 + 1.5 * features,
    )
    assert memory.value is not None and memory.value.low > 140 * 4 + 24 * 16


def test_that_time_comes_from_measured_rates_only() -> None:
    wanted = settings(loop__iterations="1", training__epochs="2")
    base = estimates.model_location("demo", Path.cwd())
    rates = {(base, "cpu", "generate"): exact(1.0, 3.0), (base, "cpu", "train"): exact(0.5, 4.0)}
    assert estimates.estimate(wanted, Amounts(10, 5, 5), None, rates)[3].value is None
    rates |= {
        (base, "cpu", "predict"): exact(0.1, 2.0),
        (base, "", "judge"): exact(0.0),
        (base, "", "measure"): exact(7),
    }
    time = estimates.estimate(wanted, Amounts(10, 5, 5), None, rates)[3].value
    expected = (3.0 + 10 * 1.0) + (4.0 + 20 * 0.5) + 2 * (2.0 + 10 * 0.1) + 2 * 7
    assert time is not None and time.low < expected < time.high < 1.15 * expected, "measured in another project"


def test_that_predictions_are_estimated_for_the_images_that_are_predicted() -> None:
    base = estimates.model_location("demo", Path.cwd())
    rates = {(base, "cpu", kind): exact(0.0) for kind in ("generate", "train", "judge", "measure")}
    rates[base, "cpu", "predict"] = exact(1.0)
    plain, explained = (
        settings(loop__iterations="1"),
        settings(loop__iterations="1", predict__explain_splits="train, test"),
    )
    for wanted, images in ((plain, 5), (explained, 1005)):
        time = estimates.estimate(wanted, Amounts(1000, 3, 2), None, rates)[3].value
        assert time is not None and time.middle == pytest.approx(2 * images, rel=0.01)


@pytest.mark.parametrize("name", preset_names())
def test_that_every_preset_survives_the_form(name: str) -> None:
    tree = load_preset(name)
    checked = check_texts({**texts_of(tree), "project.name": "x", "images.root": "."})
    assert checked.settings is not None and checked.reasons == {}
    for section, values in tree.items():
        for key, value in values.items():
            if not isinstance(value, dict):
                assert dict(dict(checked.settings)[section])[key] == value


def test_that_a_preview_counts_missing_images_and_guesses_columns(tmp_path: Path) -> None:
    table = write_photos(tmp_path / "data")
    text = table.read_text("utf-8").replace("image,score,split", "File,MOS,subset")
    table.write_text(text + "nowhere.png,3,train\nnowhere2.png,4,train\n", "utf-8")
    columns = preview.read_columns(table)
    assert (columns.image, columns.score, columns.split, columns.group) == ("File", "MOS", "subset", "")
    chosen = ImportSettings(image="File", score="MOS", split="subset")
    seen = preview.preview(tmp_path / "data" / "images", table, chosen, SplitSettings(), 0)
    assert (seen.read, seen.accepted, seen.missing, len(seen.refused)) == (50, 48, 2, 2)
    assert sum(seen.heights) == 48 and sum(seen.bins) == 24 and not seen.drawn and seen.problem == ""


def test_that_a_preview_tells_why_nothing_can_be_made(tmp_path: Path) -> None:
    table = write_photos(tmp_path / "data")
    lines = [f"{line.split(',')[0]},5,train" for line in table.read_text("utf-8").splitlines()[1:]]
    table.write_text("\n".join(["image,score,split", *lines]) + "\n", "utf-8")
    seen = preview.preview(tmp_path / "data" / "images", table, ImportSettings(), SplitSettings(), 0)
    assert "'test'" in seen.problem and seen.edges == ()


def test_that_changed_settings_keep_everything_else_of_the_file(tmp_path: Path) -> None:
    table = write_photos(tmp_path / "data")
    create_and_open.create_project(
        tmp_path / "p", images=tmp_path / "data" / "images", scores=table, model="some/model"
    )
    file = tmp_path / "p" / "studio.toml"
    before = file.read_text("utf-8")
    texts = toml_edit.read_texts(file)
    assert toml_edit.change_settings(file, texts) == [] and file.read_text("utf-8") == before
    changed = {**texts, "training.alpha": "8", "prompt.template": 'Say\n"{what}"', "prompt.fields": 'what = "it"'}
    assert set(toml_edit.change_settings(file, changed)) == {"training.alpha", "prompt.template", "prompt.fields"}
    assert toml_edit.read_texts(file) == changed
    assert toml_edit.change_settings(file, texts)
    assert toml_edit.read_texts(file) == texts
    with pytest.raises(StudioError, match="exclusion_radius"):
        toml_edit.change_settings(file, {**texts, "pairs.exclusion_radius": "9"})


def test_that_a_switch_is_turned_in_a_file_that_has_it_and_its_comment_stays(tmp_path: Path) -> None:
    table = write_photos(tmp_path / "data")
    create_and_open.create_project(
        tmp_path / "p", images=tmp_path / "data" / "images", scores=table, model="some/model"
    )
    file = tmp_path / "p" / "studio.toml"
    toml_edit.set_review(tmp_path / "p", True)
    text = file.read_text("utf-8")
    assert "review = true" in text
    file.write_text(text.replace("review = true", "review = true  # ask me"), "utf-8")
    toml_edit.set_review(tmp_path / "p", False)
    assert "review = false  # ask me" in file.read_text("utf-8")


def test_that_a_glance_takes_no_lock_and_changes_nothing(tmp_path: Path) -> None:
    table = write_photos(tmp_path / "data")
    root = tmp_path / "p"
    create_and_open.create_project(root, images=tmp_path / "data" / "images", scores=table, model="some/model")
    holder = create_and_open.open_project(root, exclusive=True)
    try:
        seen = project_summary.summarise(root)
        assert (seen.name, seen.versions, seen.srcc, seen.problem) == ("p", 1, None, "")
    finally:
        holder.close()
    assert "no longer exists" in project_summary.summarise(tmp_path / "none").problem
    assert "no longer contains a project" in project_summary.summarise(tmp_path / "data").problem
