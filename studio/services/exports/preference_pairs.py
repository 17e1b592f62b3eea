"""Preference pairs in TRL's conversational format, for training or editing with other programs. No Qt, no torch.

Three additional columns identify a pair, so that an edited file can be imported: ``iteration``, ``image_path``
(relative to the images folder) and ``draw``. In Parquet the images are embedded as ``datasets``'
Image feature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.queries import pairs as queries
from db.queries.pairs import PairRecord
from engine.contract.context import write_jsonl
from engine.contract.prompts import format_answer
from studio.services.errors import StudioError
from studio.services.exports.destinations import atomic_file
from studio.services.exports.tabular import in_batches, storable, table_suffix
from studio.services.projects.project import Project
from studio.services.settings.prompt import prompt_spec

KEY = ("iteration", "image_path", "draw")
_PAIRS_AT_ONCE = 100
"""Rows in one batch of a Parquet file, whose images are in memory together."""
_STRING: dict[str, Any] = {"dtype": "string", "_type": "Value"}
_INT: dict[str, Any] = {"dtype": "int64", "_type": "Value"}
_MESSAGES: dict[str, Any] = {
    "feature": {"role": _STRING, "content": {"feature": {"type": _STRING, "text": _STRING}, "_type": "List"}},
    "_type": "List",
}
_FEATURES: dict[str, Any] = {
    "prompt": _MESSAGES,
    "chosen": _MESSAGES,
    "rejected": _MESSAGES,
    "images": {"feature": {"_type": "Image"}, "_type": "List"},
    "iteration": _INT,
    "image_path": _STRING,
    "draw": _INT,
}
"""The features in the file's schema under the key "huggingface", as ``datasets`` expects them."""


@dataclass(frozen=True, slots=True)
class PairsWritten:
    """``vetoed`` and ``without_image`` were skipped; the latter only if images are embedded."""

    pairs: int
    vetoed: int
    without_image: tuple[str, ...]


def export_pairs_jsonl(
    project: Project, file: Path, *, iteration: int | None = None, include_vetoed: bool = False
) -> int:
    """Write like ``export_pairs`` to .jsonl, whatever the file's name; returns the number of pairs written."""
    rows, _ = _rows(project, iteration, include_vetoed)
    return _write_jsonl(file, rows)


def export_pairs(
    project: Project,
    file: Path,
    *,
    iteration: int | None = None,
    include_vetoed: bool = False,
    embed_images: bool = True,
) -> PairsWritten:
    """Write pairs as .jsonl (images as absolute paths) or .parquet; an error leaves the file unchanged.

    Pairs vetoed for score training are skipped unless ``include_vetoed``. In Parquet the image files are embedded
    unchanged, unless ``embed_images`` is false.

    Raises:
        StudioError: no pairs to write, another suffix, or a file that cannot be written.
    """
    _check_no_folder(file)
    suffix = table_suffix(file, (".jsonl", ".parquet"))
    rows, vetoed = _rows(project, iteration, include_vetoed)
    if suffix == ".jsonl":
        return PairsWritten(_write_jsonl(file, rows), vetoed, ())
    gone = [row["image_path"] for row in rows if not Path(row["images"][0]).is_file()] if embed_images else []
    kept = [row for row in rows if row["image_path"] not in set(gone)]
    if not kept:
        raise StudioError(
            f"None of the {len(gone)} pairs' images exists.", "Set [images] root, or export paths without images."
        )
    _write_parquet(file, kept, embed_images)
    return PairsWritten(len(kept), vetoed, tuple(gone))


def answer(score: int, text: str) -> list[dict[str, Any]]:
    """Return an answer as one message of the assistant."""
    return [{"role": "assistant", "content": [{"type": "text", "text": format_answer(score, text)}]}]


def _rows(project: Project, iteration: int | None, include_vetoed: bool) -> tuple[list[dict[str, Any]], int]:
    """Return the rows, and the number of skipped vetoed pairs."""
    prompt, root = prompt_spec(project.settings.prompt).text, project.images_root()
    with project.reader() as session:
        records = queries.page(session, iteration=iteration)
    kept = [pair for pair in records if include_vetoed or pair.verdict != "veto" or pair.scope == "consistency"]
    if not kept:
        raise StudioError("There are no pairs to export.", f"Generate pairs with: score-studio run {project.root}")
    return [_preference(prompt, root, pair) for pair in kept], len(records) - len(kept)


def _preference(prompt: str, root: Path, pair: PairRecord) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": prompt}]}],
        "chosen": answer(pair.chosen_score, pair.chosen_text),
        "rejected": answer(pair.rejected_score, pair.rejected_text),
        "images": [str(root / pair.path)],
        "iteration": pair.iteration,
        "image_path": pair.path,
        "draw": pair.draw,
    }


def _check_no_folder(file: Path) -> None:
    if file.is_dir():
        raise StudioError(f"{file} is a folder.", "Choose a file name, such as pairs.jsonl.")


def _write_jsonl(file: Path, rows: list[dict[str, Any]]) -> int:
    _check_no_folder(file)
    try:
        write_jsonl(file, rows)
    except OSError as error:
        raise StudioError(f"{file} cannot be written: {error.strerror}.", "Choose another file.") from error
    return len(rows)


def _write_parquet(file: Path, rows: list[dict[str, Any]], embed_images: bool) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    block = pa.struct([("type", pa.string()), ("text", pa.string())])
    messages = pa.list_(pa.struct([("role", pa.string()), ("content", pa.list_(block))]))
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    types = {
        **dict.fromkeys(("prompt", "chosen", "rejected"), messages),
        "images": pa.list_(image),
        "iteration": pa.int64(),
        "image_path": pa.string(),
        "draw": pa.int64(),
    }
    features = json.dumps({"info": {"features": _FEATURES}})
    schema = pa.schema(list(types.items()), metadata={"huggingface": features})
    with atomic_file(file) as part, pq.ParquetWriter(part, schema) as out:
        for batch in in_batches(_with_images(rows, embed_images), _PAIRS_AT_ONCE):
            out.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))


def _with_images(rows: list[dict[str, Any]], embed: bool) -> Iterator[dict[str, Any]]:
    for row in rows:
        path = Path(row["images"][0])
        picture = {"bytes": path.read_bytes(), "path": path.name} if embed else {"bytes": None, "path": str(path)}
        texts: dict[str, Any] = _storable({name: row[name] for name in row if name != "images"})
        yield {**texts, "images": [picture]}


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list) else storable(value)
