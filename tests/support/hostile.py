"""Texts that try to be more than text, a project that is full of them, and a file that notices being opened."""

from __future__ import annotations

import csv
import ctypes
import os
import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image as Picture
from support.reviewed import MODEL

from db.models import Image, Job, JobEvent, Judgement, Metric, ModelVersion, Pair, Prediction
from studio.services.images import saved_filters
from studio.services.images.types import ImageFilter, ImageSort, SavedImageFilter
from studio.services.projects import create_and_open
from studio.services.projects.project import Project
from studio.services.review import review_steps

MARK = "AMP&MARK"
"""Stands in every payload: where a lone & marks a key, it vanishes."""
SPLITS = ("train",) * 14 + ("val",) * 6 + ("test",) * 14
_IN_OPEN = 0x20


class Canary:
    """A file that tells whether anybody opened it, in Python, Qt or any other library (inotify)."""

    def __init__(self, path: Path) -> None:
        Picture.new("RGB", (4, 4), "yellow").save(path)
        self.path = path
        libc = ctypes.CDLL(None, use_errno=True)
        self._watch: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self._watch >= 0
        assert libc.inotify_add_watch(self._watch, os.fsencode(path), _IN_OPEN) >= 0

    def opened(self) -> bool:
        """Whether it was opened since the last call."""
        ready = bool(select.select([self._watch], [], [], 0.05)[0])
        if ready:
            os.read(self._watch, 1 << 16)
        return ready

    def close(self) -> None:
        """Stop watching."""
        os.close(self._watch)


@contextmanager
def canary(folder: Path) -> Iterator[Canary]:
    """A watched picture in this folder."""
    bird = Canary(folder / "canary.png")
    try:
        yield bird
    finally:
        bird.close()


def payloads(bird: Path) -> list[str]:
    """Texts for whatever a model, a table, a file name or a person may bring; ``bird`` is a file that none may open."""
    url = f"file://{bird}"
    return [
        f"<b>bold</b> <i>{MARK}</i> <h1>large</h1>",
        f"<img src='{url}'> {MARK}",
        f'<img src="{bird}"/><a href="{url}">{MARK}</a>',
        f"<html><body background='{url}'>{MARK}</body></html>",
        f"<style>@import url({url}); * {{ background: url({url}) }}</style>{MARK}",
        f"<!DOCTYPE html><p>{MARK}</p><table><tr><td>cell</td></tr></table>",
        f"<a href='javascript:alert(1)'>{MARK}</a> javascript:alert(1)",
        f"<img src='data:image/png;base64,iVBORw0KGgo='> {MARK}",
        f"![{MARK}]({url}) [link]({url}) # heading",
        f"&lt;b&gt;twice&lt;/b&gt; &amp;amp; {MARK} &#60;script&#62;",
        f"{MARK} bell \x07 escape \x1b[31mred\x1b[0m \x1b]8;;{url}\x07link\x1b]8;;\x07 delete \x7f null \x00 end",
        f"{MARK} c1 \x80\x9b31m \x85 next",
        f"{MARK} bidi \u202egnp.exe\u202c \u2066isolated\u2069 \u200fmark",
        f"{MARK} zero\u200bwidth \ufeffbom soft\u00adhyphen word\u2060joiner",
        f"{MARK} combining Z" + "\u0351\u0343\u0357\u031a\u0308" * 40,
        f"{MARK} %s %n %d {{}} {{0}} {{name}} %1 %L1 $HOME `id` ${{x}}",
        f"{MARK} first\nsecond\tthird\r\nfourth\u2028fifth\u2029sixth",
        f"&File && {MARK} &",
        f"{MARK} [*] \U0001f600 \U0001f469\u200d\U0001f680 \u65e5\u672c \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
        f"=cmd|'/c calc'!A1 {MARK}",
        f"</p></td></span>{MARK}<unclosed",
    ]


BROKEN = f"lone \ud800 surrogates \udfff {MARK}"
"""What JSON and file names can hold, but neither a database nor UTF-8."""


def file_names(texts: Sequence[str]) -> list[str]:
    """The texts as names of pictures, so far as a file system takes them; a / makes folders of them."""
    names = []
    for place, text in enumerate(texts):
        parts = [part[:60] for part in text.replace("\x00", "").split("/") if part.strip(". ")]
        names.append("/".join(parts) + f" {place}.png")
    return names


def make_hostile_project(root: Path, data: Path, bird: Path) -> Path:
    """A project with two measured versions, pairs and failed jobs, whose every text is a payload."""
    texts = payloads(bird)
    scores = _write_data(data, texts)
    create_and_open.create_project(root, images=data / "images", scores=scores, model=MODEL)
    project = create_and_open.open_project(root, exclusive=True)
    try:
        _add_versions(project, texts)
        _add_jobs(project, texts)
        _review(project, texts)
    finally:
        project.close()
    return root


def _write_data(data: Path, texts: Sequence[str]) -> Path:
    names = file_names([texts[place % len(texts)] for place in range(len(SPLITS))])
    with (data / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["image", "score", "split", f"<b>{MARK}</b>"])
        for place, (name, split) in enumerate(zip(names, SPLITS, strict=True)):
            picture = data / "images" / name
            picture.parent.mkdir(parents=True, exist_ok=True)
            Picture.new("RGB", (40, 30), (place * 7 % 256, 90, 120)).save(picture)
            table.writerow([name, f"{1 + 0.25 * place:.2f}", split, texts[place % len(texts)].replace("\x00", "")])
    return data / "scores.csv"


def _add_versions(project: Project, texts: Sequence[str]) -> None:
    with project.session() as session:
        images = session.query(Image).order_by(Image.id).all()
        tests = [image for image in images if image.split == "test"]
        images[0].problem = texts[1]
        for iteration, name in enumerate(["base", "iter1/score", f"iter2/{texts[1]}", f"iter2/{texts[12]}"]):
            version = session.query(ModelVersion).filter_by(name=name).one_or_none()
            if version is None:
                kind = "score" if iteration == 1 else "merged"
                version = ModelVersion(
                    name=name, iteration=min(2, iteration), kind=kind, parents=["base"],
                    hyperparameters={"train": {texts[0]: texts[1]}, "base_model": texts[2]},
                )  # fmt: skip
                session.add(version)
                session.flush()
            for place, image in enumerate(tests):
                row = _prediction(version, image, texts[(place + iteration) % len(texts)])
                session.add(row)
                session.flush()
                session.add(Judgement(prediction_id=row.id, judge=texts[0], raw="", reason=texts[1]))
            session.add_all(_metrics(version, len(tests), texts[0]))
            if iteration == 0:
                trained = [image for image in images if image.split == "train"]
                session.add_all(_pair(version, image, texts, place) for place, image in enumerate(trained))


def _prediction(version: ModelVersion, image: Image, text: str) -> Prediction:
    return Prediction(
        model_version_id=version.id, image_id=image.id, logprobs=[-2.0] * 10, label=image.bin,
        score=image.mean_score + 0.1, text=text, raw=text, parse_ok=True, truncated=False, explained=True,
    )  # fmt: skip


def _metrics(version: ModelVersion, count: int, judge: str) -> list[Metric]:
    values = {"srcc": 0.5, "plcc": 0.5, "rmse": 1.1, "format_failures": 0.0, "consistency": 2.5}
    return [
        Metric(
            model_version_id=version.id, split="test", name=name, value=value, lo=value - 0.1, hi=value, n=count,
            judge=judge if name == "consistency" else "",
        )
        for name, value in values.items()
    ]  # fmt: skip


def _pair(version: ModelVersion, image: Image, texts: Sequence[str], place: int) -> Pair:
    return Pair(
        iteration=1, image_id=image.id, chosen_score=image.bin, chosen_text=texts[place % len(texts)],
        chosen_truncated=False, rejected_score=(image.bin + 4) % 10, rejected_text=texts[(place + 7) % len(texts)],
        rejected_truncated=False, generator_version_id=version.id, flags=[],
    )  # fmt: skip


def _add_jobs(project: Project, texts: Sequence[str]) -> None:
    with project.session() as session:
        for place, text in enumerate(texts):
            job = Job(
                stage="predict", iteration=1, version_name=f"iter2/{text}", title=text, state="failed",
                position=place + 1, config={"model": {"base": text}, text: text}, error=text,
                remedy=texts[place - 1], unit="images",
            )  # fmt: skip
            session.add(job)
            session.flush()
            for body in (text, BROKEN):
                note = {"level": "warning", "code": body[:20], "text": body}
                session.add(JobEvent(job_id=job.id, at=1.0, kind="Note", body=note))
            started = {"stage": "predict", "total": 4, "unit": "images", "device": text}
            session.add(JobEvent(job_id=job.id, at=1.0, kind="Started", body=started))
            folder = project.run_folder(job.id)
            folder.path.mkdir(parents=True)
            folder.log.write_bytes("\n".join(texts).encode() + b"\xff\xfe invalid\n")


def _review(project: Project, texts: Sequence[str]) -> None:
    with project.reader() as session:
        ids = [number for (number,) in session.query(Pair.id).order_by(Pair.id)]
    for place, pair_id in enumerate(ids):
        review_steps.annotate(project, pair_id, texts[place % len(texts)])
    review_steps.edit(project, ids[1], texts[1], texts[12])
    for text in texts:
        name = text.replace("\x00", "")[:70]
        saved_filters.save_filter(project, SavedImageFilter(name, ImageFilter(text=text), ImageSort("id", False)))
