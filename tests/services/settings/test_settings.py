"""Settings: their file, their refusals, the presets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.contract.resources import resource_path
from studio.services.errors import StudioError
from studio.services.settings.fields import check_texts, texts_of
from studio.services.settings.schema import none_if_auto
from studio.services.settings.toml_file import (
    is_from_paper,
    load_preset,
    load_settings,
    merged,
    parse_settings,
    preset_made_for,
    preset_names,
    write_settings,
)

SMALLEST = {"project": {"name": "p"}, "model": {"base": "demo"}, "images": {"root": "images"}}


def test_that_written_settings_are_read_back_equal_and_explained(tmp_path: Path) -> None:
    changes = {"training": {"learning_rate": 3e-5, "consistency": {"beta": 0.2}}, "prompt": {"fields": {"x": "y"}}}
    settings = parse_settings(merged(SMALLEST, changes, {"import": {"group": "photo"}}), "here")
    write_settings(tmp_path / "studio.toml", settings)
    assert load_settings(tmp_path / "studio.toml") == settings
    assert 'group = "photo" # optional column' in (tmp_path / "studio.toml").read_text()


def test_that_frozen_settings_come_back_equal() -> None:
    settings = parse_settings(merged(SMALLEST, {"merge": {"weights": [1, 0.5]}, "import": {"score": "mos"}}), "here")
    assert parse_settings(json.loads(settings.to_json()), "the job's settings") == settings


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"training": {"lerning_rate": 1e-5}}, r"no setting training\.lerning_rate\. Did you mean learning_rate\?"),
        ({"trainig": {}}, r"no setting trainig\. Did you mean training\?"),
        ({"training": {"learning_rate": "fast"}}, r"training\.learning_rate is 'fast': .*number.*Edit here"),
        ({"training": {"learning_rate": 0}}, r"training\.learning_rate is 0: .*greater than 0"),
        ({"training": {"rank": 1.5}}, r"training\.rank is 1\.5: .*integer"),
        ({"training": {"beta": float("nan")}}, r"training\.beta is nan"),
        ({"training": {"batch_size": 10, "micro_batch": 4}}, r"batch_size 10 is not a multiple of micro_batch 4"),
        (
            {"training": {"micro_batch": "fast"}},
            r"training\.micro_batch is 'fast': it must be \"auto\" or a whole",
        ),
        ({"pairs": {"batch_size": 0}}, r"pairs\.batch_size is 0: it must be \"auto\""),
        ({"training": {"gradient_checkpointing": "no"}}, r"gradient_checkpointing is 'no': .*or true or false"),
        ({"training": 3}, r"training is 3, but it is a table\. Write it as \[training\]"),
        ({"split": {"train": 0.5}}, r"must sum to 1"),
        ({"merge": {"method": "average"}}, r"merge\.method is 'average'.*'ties'"),
        ({"pairs": {"exclusion_radius": 5}}, r"pairs\.exclusion_radius is 5"),
        ({"pairs": {"server": "localhost:8000"}}, r"pairs\.server is 'localhost:8000': it must be an address such as"),
        (
            {"judge": {"base_url": "http://localhost:80x/v1"}},
            r"judge\.base_url is 'http://localhost:80x/v1': it must be",
        ),
        ({"judge": {"base_url": "http://me:secret@host/v1"}}, r"judge\.base_url is .*: it must be an address"),
        ({"judge": {"price_prompt": 1.0}}, r"set both price_prompt and price_answer"),
        ({"judge": {"name": "oracle"}}, r"judge\.name is 'oracle'"),
        ({"loop": {"review": "yes"}}, r"loop\.review is 'yes'"),
        ({"model": {"base": ""}}, r"model\.base is ''"),
    ],
)
def test_that_a_wrong_setting_is_refused_with_its_value_and_a_remedy(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(StudioError, match=told):
        parse_settings(merged(SMALLEST, changes), "here")


def test_that_a_file_that_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "studio.toml").write_text("[training\n")
    with pytest.raises(StudioError, match=r"studio\.toml is not TOML.*line 1"):
        load_settings(tmp_path / "studio.toml")


@pytest.mark.parametrize("name", preset_names())
def test_that_every_preset_is_a_part_of_valid_settings(name: str) -> None:
    parse_settings(merged(SMALLEST, load_preset(name)), name)


@pytest.mark.parametrize(
    ("name", "rate", "beta", "rank", "train_share", "consistency_share"),
    [
        ("ava-llava-next-7b", 5e-5, 0.1, 64, 0.25, 0.3),
        ("ava-llava-1.5-7b", 3e-5, 0.2, 64, 0.25, 0.3),
        ("ava-internvl2-2b", 5e-5, 0.2, 64, 0.25, 0.3),
        ("ava-llava-interleave-0.5b", 5e-5, 0.2, 16, 0.25, 0.3),
        ("aadb-llava-next-7b", 5e-5, 0.1, 64, 1, 1),
        ("aadb-llava-1.5-7b", 5e-5, 0.2, 16, 1, 1),
        ("aadb-internvl2-2b", 5e-5, 0.2, 64, 1, 1),
        ("aadb-llava-interleave-0.5b", 1e-4, 0.2, 16, 1, 1),
    ],
)
def test_that_the_presets_hold_table_4(
    name: str, rate: float, beta: float, rank: int, train_share: float, consistency_share: float
) -> None:
    settings = parse_settings(merged(SMALLEST, load_preset(name)), name)
    training = settings.training
    assert (training.learning_rate, training.beta, training.rank) == (rate, beta, rank)
    assert (training.batch_size, training.epochs, training.decay, training.alpha) == (128, 1, 0.8, None)
    assert (settings.pairs.train_fraction, training.consistency.fraction) == (train_share, consistency_share)


def test_that_a_preset_of_a_model_the_paper_has_not_says_so_and_holds_a_row_of_table_4() -> None:
    rows = {_row(name) for name in preset_names() if is_from_paper(name)}
    others = [name for name in preset_names() if not is_from_paper(name) and name != "demo"]
    assert len(others) > 10
    for name in others:
        assert _row(name) in rows, name
        assert (resource_path("presets", f"{name}.toml")).read_text("utf-8").startswith("# Not from the paper"), name
        base = load_preset(name)["model"]["base"]
        assert preset_made_for(base) == name


def _row(preset: str) -> tuple[float, float, int]:
    training = load_preset(preset)["training"]
    return training["learning_rate"], training["beta"], training["rank"]


@pytest.mark.parametrize(("micro", "anew", "told"), [("auto", "auto", (None, None)), ("4", "true", (4, True))])
def test_that_what_is_open_in_the_settings_is_open_in_the_form_and_for_the_stage(
    micro: str, anew: str, told: tuple[int | None, bool | None]
) -> None:
    texts = texts_of(merged(SMALLEST, {}))
    assert (texts["training.micro_batch"], texts["training.gradient_checkpointing"]) == ("auto", "auto")
    found = check_texts({**texts, "training.micro_batch": micro, "training.gradient_checkpointing": anew})
    assert found.settings is not None and found.reasons == {}
    training = found.settings.training
    assert (none_if_auto(training.micro_batch), none_if_auto(training.gradient_checkpointing)) == told
