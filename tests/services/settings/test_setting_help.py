"""Every setting has a plain title and words about it, and unusual values are remarked on."""

from __future__ import annotations

from collections import Counter

import pytest

from studio.services.settings.fields import check_texts, setting_fields, texts_of
from studio.services.settings.setting_help import setting_help, unusual_values
from studio.services.settings.toml_file import load_preset, merged, preset_names

NEEDED = {"project": {"name": "p"}, "model": {"base": "demo"}, "images": {"root": "images"}}


def test_that_every_setting_is_explained_and_nothing_else() -> None:
    fields = setting_fields()
    assert set(setting_help()) == {field.path for field in fields}
    for field in fields:
        about = setting_help()[field.path]
        assert about.title and about.title != field.name and "_" not in about.title, field.path
        assert len(about.text) > 30 and about.text.endswith((".", "…")), field.path
        assert (about.usual is None) == (not about.below and not about.above), field.path
    titles = Counter((field.section, setting_help()[field.path].title) for field in fields)
    assert max(titles.values()) == 1, titles.most_common(1)


def test_that_numbers_that_count_something_say_what() -> None:
    counted = ("tokens", "pixels", "steps", "images", "GB", "USD", "threads")
    for field in setting_fields():
        if field.name in ("max_new_tokens", "longest_side", "vision_cache_gb", "max_cost", "warmup_steps", "threads"):
            assert any(word in setting_help()[field.path].unit for word in counted), field.path


@pytest.mark.parametrize("preset", ["", *preset_names()])
def test_that_no_default_and_no_preset_is_called_unusual(preset: str) -> None:
    texts = texts_of(merged(NEEDED, load_preset(preset) if preset else {}))
    assert unusual_values(texts) == {}


def test_that_a_learning_rate_of_0_9_is_valid_and_remarked_on() -> None:
    texts = texts_of(merged(NEEDED, {"training": {"learning_rate": 0.9}}))
    assert check_texts(texts).settings is not None
    found = unusual_values(texts)
    assert list(found) == ["training.learning_rate"]
    assert "diverge" in found["training.learning_rate"] and "1e-06 to 0.001" in found["training.learning_rate"]


def test_that_every_remark_can_be_made_and_what_is_no_number_is_passed_over() -> None:
    for path, about in setting_help().items():
        if about.usual is not None:
            low, high = about.usual
            assert bool(unusual_values({path: str(low / 2)})) == bool(about.below), path
            assert bool(unusual_values({path: str(high * 2 + 1)})) == bool(about.above), path
            assert not unusual_values({path: str(low)}) and not unusual_values({path: "auto"}), path
