"""The model card: ``README.md`` with the hub's YAML header. No Qt, no torch, no database.

Every text written by a person, a file or a model is escaped, so that it cannot add links, load content or change the
card's formatting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.contract.resources import resource_path
from studio.services.base_models.suitability import DEMO
from studio.services.errors import StudioError
from studio.services.exports.model_card_facts import CardFacts, PairUse
from studio.services.settings.flat import flat
from studio.services.versions.types import MetricValue, VersionRow

FILE_NAME = "README.md"
UNKNOWN_LICENCE = "unknown"
_LICENCE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,63}")
_METRICS = ("srcc", "plcc", "rmse", "consistency", "word_tone", "format_failures")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#!|~$&@:]|(?<=www)\.)", re.IGNORECASE)
"""Characters that format, link or load within a line; escaped texts never start a line."""
_NOT_SETTINGS = ("base", "result", "kind")
_USED = ("micro_batch", "gradient_checkpointing")
"""Settings that the training itself chooses where the settings leave them open; its result contains them."""
_BASE_OF_DEMO = ('folder = str(files("resources") / "demo" / "model")  # part of Score Studio',)
_LOADED_AS = {
    "adapter": (
        'base = AutoModelForImageTextToText.from_pretrained({base}, {revision}dtype="auto")',
        "model = PeftModel.from_pretrained(base, {place})",
        "processor = AutoProcessor.from_pretrained({base}{last_revision})",
    ),
    "merged": (
        'model = AutoModelForImageTextToText.from_pretrained({place}, dtype="auto")',
        "processor = AutoProcessor.from_pretrained({place})",
    ),
}
_IMPORTS = {
    "adapter": (
        "from peft import PeftModel",
        "from transformers import AutoModelForImageTextToText, AutoProcessor",
    ),
    "merged": ("from transformers import AutoModelForImageTextToText, AutoProcessor",),
}


def check_licence(licence: str | None) -> str | None:
    """Return the licence's identifier in the hub's form, such as apache-2.0; None stays None.

    Raises:
        StudioError: not a valid identifier.
    """
    if licence is None or _LICENCE.fullmatch(licence):
        return licence
    raise StudioError(
        f"{licence!r} is not a licence identifier.", "Use the hub's identifiers: apache-2.0, mit, cc-by-4.0, other."
    )


def escape(text: str) -> str:
    """Return text for one line of Markdown that is shown literally, with a backslash before special characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _MARKDOWN.sub(r"\\\1", line)


def model_card(facts: CardFacts, place: str = ".") -> str:
    """Return the whole card. ``place`` is where it loads the model from: a folder, or a repository's name."""
    template = resource_path("cards", "model.md").read_text("utf-8")
    words = {
        "head": _head(facts),
        "title": escape(f"{facts.dataset.project}: {facts.version.name}"),
        "what": _what(facts),
        "load": _load(facts, place),
        "dataset": _dataset(facts),
        "metrics": _metrics(facts.version),
        "training": _training(facts),
        "pairs": _pairs(facts.pairs),
        "prompt": fenced(facts.recipe.prompt.text, "text"),
        "readout": _readout(facts),
        "licence": _licence(facts),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: words[match[1]], template)


def _head(facts: CardFacts) -> str:
    from huggingface_hub import ModelCardData

    merged = facts.recipe.form == "merged"
    base = facts.hub_base
    data = ModelCardData(
        license=facts.licence or UNKNOWN_LICENCE,
        library_name="transformers" if merged else "peft",
        pipeline_tag="image-text-to-text",
        tags=["score-studio", "image-quality-assessment", "dpo", "trl", *([] if merged else ["lora"])],
        base_model=base,
    )
    if base is not None:
        data["base_model_relation"] = "finetune" if merged else "adapter"
    return data.to_yaml().strip()


def _what(facts: CardFacts) -> str:
    version, recipe = facts.version, facts.recipe
    form = "A whole model, its adapter merged in," if recipe.form == "merged" else "A LoRA adapter"
    base = f"Base model: {escape(recipe.base)}"
    if facts.hub_base is not None:
        base += f", commit {escape(recipe.revision)}" if recipe.revision else ", commit not pinned"
    elif recipe.base == DEMO:
        base += " (the small model that Score Studio includes)"
    else:
        base += " (a folder on the machine where this was trained)"
    parents = escape(", ".join(version.parents))
    return "\n\n".join(
        (
            f"{form} that scores images and explains why, self-trained with Score Studio (DPO on explanations that the "
            f"model wrote itself, for true and for wrong scores).",
            f"{base}. Iteration {version.iteration}, version {escape(version.name)}, made from: {parents}. "
            f"Digest of the adapter: `{_code(version.digest)}`.",
        )
    )


def _load(facts: CardFacts, place: str) -> str:
    recipe = facts.recipe
    revision = f"revision={recipe.revision!r}" if recipe.revision and facts.hub_base else ""
    local = recipe.form == "adapter" and facts.hub_base is None
    demo = local and recipe.base == DEMO
    found: tuple[str, ...] = _BASE_OF_DEMO if demo else ()
    if local and not demo:
        found = (f"folder = {f'FOLDER/{recipe.base}'!r}  # where the base model is on your machine",)
    words = {
        "place": repr(place),
        "base": "folder" if local else repr(recipe.base),
        "revision": f"{revision}, " if revision else "",
        "last_revision": f", {revision}" if revision else "",
    }
    imports = ("from importlib.resources import files", "") if demo else ()
    loading = (line.format(**words) for line in _LOADED_AS[recipe.form])
    lines = [*imports, *_IMPORTS[recipe.form], "", *found, *loading]
    return fenced("\n".join(lines), "python")


def _dataset(facts: CardFacts) -> str:
    data = facts.dataset
    splits = ", ".join(f"{count} {name}" for name, count in data.splits.items())
    raters = f" Single votes of {data.raters} raters were known." if data.raters else ""
    edges = ", ".join(f"{edge:.4g}" for edge in facts.recipe.edges)
    source = f" (scores from {escape(data.source)})" if data.source else ""
    direction = " Lower scores are better: label 9 is for the lowest ones." if facts.recipe.lower_is_better else ""
    return (
        f"Project {escape(data.project)}{source}: {sum(data.splits.values())} images ({splits}), mean scores from "
        f"{data.lowest:.4g} to {data.highest:.4g}, {data.mean:.4g} on average.{raters} The labels 0 to 9 are the ten "
        f"quantile bins of the training scores, cut at {edges}.{direction}"
    )


def _metrics(version: VersionRow) -> str:
    rows = [cells for name in _METRICS if (cells := _metric(version, name)) is not None]
    if not rows:
        return "This version was not measured before it was exported."
    return "\n".join(_table(("metric", "value", "interval", "n"), rows))


def _metric(version: VersionRow, name: str) -> tuple[str, ...] | None:
    metric = version.metrics.get(name)
    if metric is None or metric.value is None:
        return None
    by = {"consistency": f" ({escape(version.judge or '')})", "word_tone": " (an estimate from words, not a judge)"}
    return name.replace("_", " ") + by.get(name, ""), f"{metric.value:.3f}", _interval(metric), str(metric.n)


def _interval(metric: MetricValue) -> str:
    return "" if metric.lo is None or metric.hi is None else f"{metric.lo:.3f} to {metric.hi:.3f}"


def _training(facts: CardFacts) -> str:
    rows = [
        (escape(row.name), escape(key), escape(f"{value:g}" if isinstance(value, float) else str(value)))
        for row in facts.ancestors
        for key, value in flat(settings_used(row))
    ]
    return (
        "\n".join(_table(("version", "setting", "value"), rows)) if rows else "Nothing was trained: this is the base."
    )


def settings_used(row: VersionRow) -> dict[str, object]:
    """Return the settings that a version was made with, without those that were left open and not used."""
    result = row.hyperparameters.get("result")
    used = {name: result[name] for name in _USED if name in result} if isinstance(result, dict) else {}
    effective = {**row.hyperparameters, **used}
    return {key: value for key, value in effective.items() if key not in _NOT_SETTINGS and value is not None}


def _pairs(uses: Iterable[PairUse]) -> str:
    rows = [
        (
            str(use.iteration),
            escape(", ".join(use.generators)),
            str(use.made),
            str(use.vetoed),
            str(use.edited),
            "" if use.used is None else str(use.used),
        )
        for use in uses
    ]
    head = ("iteration", "written by", "pairs", "vetoed by a person", "edited by a person", "used for score training")
    return "\n".join(_table(head, rows)) if rows else "No pairs went into this version."


def _readout(facts: CardFacts) -> str:
    values = ", ".join(f"{value:.6g}" for value in facts.recipe.reference)
    lower = ", on which lower is better" if facts.recipe.lower_is_better else ""
    return (
        f"score = Σ p(label) · s(label), p being the softmax over the ten labels behind `#Score: ` and s = ({values}), "
        f"in the scores' own scale{lower}. How s was found: {escape(facts.recipe.calibration)}."
    )


def _licence(facts: CardFacts) -> str:
    if facts.licence is not None:
        return f"As its maker stated on export: {escape(facts.licence)}. The base model and the images have their own."
    return (
        "Not stated: whoever exported this model named no licence, and Score Studio does not guess one. "
        "The base model's licence and the rights in the images apply in any case."
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def fenced(text: str, language: str) -> str:
    """Return a code block that its text cannot end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return f"{fence}{language}\n{shown}\n{fence}"


def _code(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
