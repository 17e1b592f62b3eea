"""A project of two finished iterations with planted metrics: gained, lost something, too few images, a plateau."""

from __future__ import annotations

from pathlib import Path

from support.fake_engine import run_fake_jobs_until
from support.projects import write_photos

from db.models import Judgement, ModelVersion
from db.queries import versions as queries
from studio.services.projects import create_and_open

CASES = ("gained", "lost format", "lost consistency", "too few", "plateau", "old")
JUDGE = "gpt-4o-2024-08-06"
Change = tuple[float, float, float]
"""Difference, half of its interval, p."""
_SRCC = {"base": 0.29, "iter1/score": 0.61, "iter2/merged": 0.64}
_SAME: Change = (0.0, 0.004, 0.8)
_CHANGES: dict[str, dict[str, Change]] = {
    "gained": {
        "srcc": (0.031, 0.012, 0.002),
        "consistency": (0.31, 0.09, 0.002),
        "format_failures": (-0.002, 0.01, 0.7),
    },
    "lost format": {
        "srcc": (0.031, 0.012, 0.002),
        "consistency": (0.02, 0.09, 0.71),
        "format_failures": (0.33, 0.06, 0.002),
    },
    "lost consistency": {"srcc": (0.004, 0.03, 0.81), "consistency": (-0.42, 0.2, 0.002), "format_failures": _SAME},
    "too few": {"srcc": (0.021, 0.19, 0.83), "word_tone": (-1.0, 0.9, 0.03), "format_failures": (0.0, 0.17, 1.0)},
    "plateau": {"srcc": (0.001, 0.005, 0.62), "consistency": (0.02, 0.09, 0.71), "format_failures": _SAME},
    "old": {"srcc": (0.031, 0.012, 0.002)},
}
"""The last version against the previous one. The base is measured in the same measures, clearly worse."""


def make_compared_project(root: Path, data: Path, case: str, *, n: int = 400) -> Path:
    """Make it; in "too few" there are 12 test images, and consistency is only estimated."""
    scores = write_photos(data)
    create_and_open.create_project(root, images=data / "images", scores=scores, model="some/model", preset="demo")
    project = create_and_open.open_project(root, exclusive=True)
    n = 12 if case == "too few" else n
    try:
        run_fake_jobs_until(project, 2)
        with project.session() as session:
            if case != "too few":
                session.query(Judgement).update({Judgement.judge: JUDGE})
            for version in queries.all_versions(session):
                rows = _values(version, n)
                if version.name == "iter1/score":
                    rows += _difference(version, "srcc", "base", (0.32, 0.06, 0.002), n)
                if version.name == "iter2/merged":
                    rows += _last(version, case, n)
                queries.replace_metrics(session, version.id, rows)
    finally:
        project.close()
    return root


def _last(version: ModelVersion, case: str, n: int) -> list[dict[str, object]]:
    rows = []
    for measure, change in _CHANGES[case].items():
        base = (-0.01, 0.009, 0.5) if measure == "format_failures" else (0.35, 0.06, 0.002)
        if measure == "format_failures" and case in ("lost format", "too few"):
            base = change
        if measure == "consistency" and case == "lost consistency":
            base = (-0.4, 0.2, 0.002)
        rows += _difference(version, measure, "iter1/score", change, n)
        rows += _difference(version, measure, "base", base, n)
    return rows


def _values(version: ModelVersion, n: int) -> list[dict[str, object]]:
    srcc, half = _SRCC.get(version.name, 0.55), 0.06 if n > 100 else 0.3
    found = {
        "srcc": (srcc, half),
        "plcc": (srcc + 0.02, half),
        "rmse": (1.6 - srcc, half),
        "word_tone": (2.4, 0.1),
        "format_failures": (0.01, 0.01),
    }
    if n > 100:
        found["consistency"] = (2.6, 0.1)
    rows = [_row(version, name, value, value - wide, value + wide, n) for name, (value, wide) in found.items()]
    return [*rows, {**_row(version, "srcc", srcc - 0.02, srcc - 0.1, srcc + 0.06, 256), "split": "val"}]


def _difference(version: ModelVersion, measure: str, other: str, change: Change, n: int) -> list[dict[str, object]]:
    value, half, p = change
    return [
        _row(version, f"{measure}_delta:{other}", value, value - half, value + half, n),
        _row(version, f"{measure}_p:{other}", p, None, None, n),
    ]


def _row(
    version: ModelVersion, name: str, value: float, lo: float | None, hi: float | None, n: int
) -> dict[str, object]:
    judge = JUDGE if name.startswith("consistency") else ""
    key = {"model_version_id": version.id, "split": "test", "name": name, "judge": judge, "job_id": None}
    return {**key, "value": value, "lo": lo, "hi": hi, "n": n}
