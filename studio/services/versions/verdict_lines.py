"""The verdict on the latest main version, and advice on another iteration, as lines of English. No Qt, no torch."""

from __future__ import annotations

from studio.services.versions.types import IterationAdvice, MainVerdict, MeasureChange, NeededImages, VerdictMeasure
from studio.text import chance

WORDS = {"better": "better", "worse": "worse", "unclear": "no clear difference", None: "not measured"}
_NAMES: dict[VerdictMeasure, str] = {"srcc": "SRCC", "consistency": "consistency", "format_failures": "format failures"}
_LOST: dict[VerdictMeasure, str] = {
    "srcc": "worse scores",
    "consistency": "less consistent explanations",
    "format_failures": "more format failures",
}


def verdict_lines(verdict: MainVerdict | None, advice: IterationAdvice | None) -> list[str]:
    """Return a line for each compared version, one a measure below it, and the advice; empty without a verdict."""
    if verdict is None:
        return []
    lines = []
    for against in verdict.against:
        lines.append(f"{verdict.version} against {against.other}: {WORDS[against.word]}")
        lines += [f"  {_measure_line(change)}" for change in against.measures]
    if verdict.tests > 1:
        lines.append(f"p is corrected for {verdict.tests} comparisons (Holm).")
    return lines + ([advice_line(advice)] if advice is not None else [])


def advice_line(advice: IterationAdvice) -> str:
    """Return whether another iteration is likely to help, and why."""
    lost = " and ".join(_LOST[measure] for measure in advice.lost)
    match advice.kind:
        case "worse":
            return f"Another iteration is unlikely to help: {advice.version} has {lost}."
        case "trains_consistency":
            return f"Iteration 1 trains scores only and led to {lost}. Iteration 2 trains consistency too."
        case "plateau":
            gain, upper = ("unknown" if value is None else f"{value:+.3f}" for value in (_gain(advice), advice.upper))
            return (
                f"Another iteration is unlikely to help: the last one changed SRCC by {gain}, at most {upper}; "
                f"a useful gain is {advice.useful_gain:g} (loop.useful_gain)."
            )
        case "unclear":
            n = 0 if advice.gain is None else advice.gain.n
            few = f"{n:,} test images are" if n != 1 else "1 test image is"
            return f"{few} too few to tell whether the last iteration helped.{_needed(advice.needed)}"
        case "gained":
            return f"Iteration {advice.iteration} helped; another one may help, too."


def _measure_line(change: MeasureChange) -> str:
    word = "not judged" if change.word is None and change.measure == "consistency" else WORDS[change.word]
    head = f"{_NAMES[change.measure]}: {word}"
    delta = change.delta
    if delta is None or delta.value is None:
        return head
    factor, places, unit = (100, 1, " points") if change.measure == "format_failures" else (1, 3, "")
    text = f"{factor * delta.value:+.{places}f}{unit}"
    if delta.lo is not None and delta.hi is not None:
        text += f" [{factor * delta.lo:+.{places}f}, {factor * delta.hi:+.{places}f}]"
    return f"{head}, {text}, n = {delta.n:,}" + ("" if change.p is None else f", {chance(change.p)}")


def _needed(needed: NeededImages | None) -> str:
    if needed is None:
        return ""
    return f" {'More than' if needed.is_more else 'About'} {needed.more:,} more would be needed."


def _gain(advice: IterationAdvice) -> float | None:
    return None if advice.gain is None else advice.gain.value
