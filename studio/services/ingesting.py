"""From a child's journals into the database, by natural key: replaying them changes nothing. No Qt, no torch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from db.engine import Session
from db.models import Job, ModelVersion
from db.queries import images, meta, pairs, predictions, reviews, versions
from engine.contract.specs import RunFolder
from studio.services.errors import StudioError
from studio.services.loop.queue import find_job
from studio.services.projects.project import Project
from studio.services.review.flags import pair_flags
from studio.services.settings.toml_file import parse_settings
from studio.services.stages import final_version, train_kind

JournalRow = dict[str, Any]
_BATCH_ROWS = 2000
_NEW_TEXTS = "The pair was generated anew, with other texts."
_READ_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class _Batch:
    """Complete rows of one journal, and the byte after the last of them."""

    journal: str
    rows: Sequence[JournalRow]
    end: int


def ingest(project: Project, job_id: int) -> int:
    """Bring journal rows that were not read yet into the database: one transaction a batch, rows and place together.

    Idempotent; a torn last line is left for the next time.

    Returns:
        How many rows were read.

    Raises:
        StudioError: the journal's rows name versions that the database does not know.
    """
    folder = project.run_folder(job_id)
    count = 0
    for journal in folder.journals():
        for batch in _batches(journal, _place(project, job_id, journal)):
            with project.session() as session:
                _store(session, find_job(session, job_id), batch.rows)
                meta.put(session, _key(job_id, batch.journal), str(batch.end))
            count += len(batch.rows)
    return count


def forget_places(session: Session, folder: RunFolder, job_id: int) -> None:
    """Drop the notes of how far a finished job's journals were read, in the caller's transaction."""
    meta.remove(session, [_key(job_id, journal.name) for journal in folder.journals()])


def _place(project: Project, job_id: int, journal: Path) -> int:
    """The byte up to which the journal was read; 0 if it has become shorter than that."""
    with project.reader() as session:
        place = int(meta.get(session, _key(job_id, journal.name)) or 0)
    return place if place <= journal.stat().st_size else 0


def _key(job_id: int, journal: str) -> str:
    return f"read:{job_id}:{journal}"


def _batches(journal: Path, start: int) -> Iterator[_Batch]:
    rows: list[JournalRow] = []
    end = start
    with journal.open("rb") as file:
        file.seek(start)
        lines = [b"\n"]
        while lines and lines[-1].endswith(b"\n"):
            lines = file.readlines(_READ_BYTES)
            for line in lines:
                if not line.endswith(b"\n"):
                    break  # torn, and so the last
                rows.append(json.loads(line.decode("utf-8", "replace")))
                end += len(line)
                if len(rows) == _BATCH_ROWS:
                    yield _Batch(journal.name, rows, end)
                    rows = []
    if rows:
        yield _Batch(journal.name, rows, end)


def _store(session: Session, job: Job, rows: Sequence[JournalRow]) -> None:
    store = _STORES.get(job.stage)
    if store is not None:
        store(session, job, rows)


def _generated(session: Session, job: Job, rows: Sequence[JournalRow]) -> None:
    generator = _version(session, final_version(job.iteration - 1))
    good = _without_problems(session, rows)
    written = [
        {
            "iteration": job.iteration,
            "image_id": row["image_id"],
            "draw": row["draw"],
            "chosen_score": row["chosen_score"],
            "chosen_text": row["chosen_text"],
            "chosen_truncated": row["chosen_truncated"],
            "rejected_score": row["rejected_score"],
            "rejected_text": row["rejected_text"],
            "rejected_truncated": row["rejected_truncated"],
            "generator_version_id": generator.id,
            "flags": pair_flags(row),
        }
        for row in good
    ]
    # What was decided was decided on texts that nobody will see again.
    reviews.reset(session, pairs.other_texts(session, written), _NEW_TEXTS)
    pairs.put_pairs(session, written)


def _predicted(session: Session, job: Job, rows: Sequence[JournalRow]) -> None:
    version = _version(session, job.version_name)
    names = ("image_id", "logprobs", "label", "text", "raw", "parse_ok", "truncated", "explained")
    good = _without_problems(session, rows)
    predictions.put_predictions(
        session, [{"model_version_id": version.id, **{name: row[name] for name in names}} for row in good]
    )


def _judged(session: Session, job: Job, rows: Sequence[JournalRow]) -> None:
    judge = parse_settings(job.config, f"The settings of job {job.id}").judge.name
    names = ("prediction_id", "consistency", "usefulness", "general", "raw", "reason")
    predictions.put_judgements(session, [{"judge": judge, **{name: row[name] for name in names}} for row in rows])


def _measured(session: Session, job: Job, rows: Sequence[JournalRow]) -> None:
    version = _version(session, job.version_name)
    for row in rows:
        versions.set_calibration(session, version.id, row["calibration"])
        versions.put_metrics(session, [_metric(version, job, name, body) for name, body in row["metrics"].items()])
        predictions.set_scores(session, version.id, dict(row["scores"]))


def _metric(version: ModelVersion, job: Job, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model_version_id": version.id,
        "split": "test",
        "name": name,
        "value": body["value"],
        "lo": body.get("lo"),
        "hi": body.get("hi"),
        "n": body.get("n") or 0,
        "job_id": job.id,
    }


def _trained(session: Session, job: Job, rows: Sequence[JournalRow]) -> None:
    kind = train_kind(job.version_name or "")
    pairs.set_margins(session, kind, {row["pair_id"]: row["margin"] for row in rows})


def _without_problems(session: Session, rows: Sequence[JournalRow]) -> list[JournalRow]:
    """Rows of images that could be read; notes the problems of the others, and forgets those that are mended."""
    good = [row for row in rows if "problem" not in row]
    for row in rows:
        if "problem" in row:
            images.set_problem(session, row["image_id"], row["problem"])
    images.clear_problems(session, [row["image_id"] for row in good])
    return good


def _version(session: Session, name: str | None) -> ModelVersion:
    version = versions.by_name(session, name or "")
    if version is None:
        message = f"The version {name} is not in the database."
        raise StudioError(message, "See what is wrong with: score-studio check DIR")
    return version


_STORES: dict[str, Callable[[Session, Job, Sequence[JournalRow]], None]] = {
    "generate": _generated,
    "predict": _predicted,
    "judge": _judged,
    "measure": _measured,
    "train": _trained,
}
