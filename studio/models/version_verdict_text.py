"""Whether a version is better, in words that need no statistics."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from studio.plural import plural
from studio.services.versions.types import (
    IterationAdvice,
    MainVerdict,
    MeasureChange,
    MetricValue,
    NeededImages,
    VerdictMeasure,
    VersionChange,
    VersionVerdict,
)
from studio.text import NOTHING, chance

translate = QCoreApplication.translate


def delta_text(delta: MetricValue, places: int = 2) -> str:
    """Return "+0.47 [0.38, 0.55]"; the difference alone without an interval."""
    if delta.value is None:
        return NOTHING
    if delta.lo is None or delta.hi is None:
        return f"{delta.value:+.{places}f}"
    return f"{delta.value:+.{places}f} [{delta.lo:.{places}f}, {delta.hi:.{places}f}]"


def chance_text(p: float | None) -> str:
    """Return a p-value in words, with the value."""
    if p is None:
        return ""
    value = chance(p)
    if p < 0.01:
        return translate("Verdicts", "very unlikely to be due to chance, {0}").format(value)
    return (
        translate("Verdicts", "unlikely to be due to chance, {0}")
        if p < 0.05
        else translate("Verdicts", "could be due to chance, {0}")
    ).format(value)


def verdict_text(verdict: VersionVerdict | None) -> str:
    """Return the verdict for a table cell: "better: +0.47 [0.38, 0.55]"."""
    if verdict is None:
        return NOTHING
    words = {
        "better": translate("Verdicts", "better"),
        "worse": translate("Verdicts", "worse"),
        "unclear": translate("Verdicts", "no clear difference"),
    }
    return f"{words[verdict.word]}: {delta_text(verdict.delta)}"


def verdict_sentence(version: str, verdict: VersionVerdict | None) -> str:
    """Return a sentence: compared versions, verdict, difference and p-value."""
    if verdict is None:
        return ""
    sentences = {
        "better": translate("Verdicts", "{0} ranks the test images better than {1}: SRCC {2}{3}."),
        "worse": translate("Verdicts", "{0} ranks the test images worse than {1}: SRCC {2}{3}."),
        "unclear": translate(
            "Verdicts", "{0} shows no clear difference from {1} in ranking the test images: SRCC {2}{3}."
        ),
    }
    told = chance_text(verdict.p)
    note = f" ({told})" if told else ""
    return sentences[verdict.word].format(version, verdict.other, delta_text(verdict.delta), note)


def change_sentence(version: str, change: VersionChange) -> str:
    """Return better, worse or no clear difference in words. What is worse comes first and gives the sentence."""
    worse = [_words("worse", one.measure) for one in change.measures if one.word == "worse"]
    better = [_words("better", one.measure) for one in change.measures if one.word == "better"]
    sentence = {
        (True, True): translate("Verdicts", "{0} is partly worse than {1}: {2}, but {3}."),
        (True, False): translate("Verdicts", "{0} is worse than {1}: {2}."),
        (False, True): translate("Verdicts", "{0} is better than {1}: {3}."),
        (False, False): translate("Verdicts", "{0} shows no clear difference from {1}."),
    }[bool(worse), bool(better)]
    if change.word is None:
        sentence = translate("Verdicts", "{0} was not measured against {1}.")
    return sentence.format(version, change.other, _listed(worse), _listed(better))


def differences(change: VersionChange) -> str:
    """Return ``SRCC +0.020 [0.010, 0.030] · Consistency: not judged · Format failures +3.0 points [1.0, 5.0]``."""
    found = [_difference(one) for one in change.measures]
    if change.tone is not None:
        found.append(translate("Verdicts", "Word tone {0} (estimate)").format(delta_text(change.tone)))
    return " · ".join(found)


def verdict_details(found: MainVerdict) -> str:
    """Return every difference and how sure it is, in sentences for a tool tip."""
    lines = []
    for against in found.against:
        lines.append(translate("Verdicts", "Against {0}: {1}.").format(against.other, differences(against)))
        for one in against.measures:
            if one.p is not None:
                lines.append(f"{measure_name(one.measure)}: {chance_text(one.p)}.")
    head = plural(
        "Verdicts",
        "In brackets: 95% intervals. p is corrected for {n} comparisons (Holm).",
        "In brackets: 95% interval. One comparison: p needs no correction.",
        found.tests,
    )
    return " ".join([*lines, head])


def advice_text(advice: IterationAdvice) -> str:
    """Return whether another iteration is likely to help, and why; "" where nothing speaks against it."""
    lost = _listed([_words("worse", measure) for measure in advice.lost])
    match advice.kind:
        case "worse":
            text = translate("Verdicts", "Another iteration is unlikely to help: {0} has {1}.")
            return text.format(advice.version, lost)
        case "trains_consistency":
            return translate(
                "Verdicts", "Iteration 1 trains scores only and led to {0}. Iteration 2 trains consistency too."
            ).format(lost)
        case "plateau":
            text = translate(
                "Verdicts",
                "Another iteration is unlikely to help: the last one changed SRCC by {0}, at most {1}; a useful gain "
                "is {2} (Settings).",
            )
            gain = None if advice.gain is None else advice.gain.value
            return text.format(_signed(gain), _signed(advice.upper), f"{advice.useful_gain:g}")
        case "unclear":
            return f"{_too_few(advice.gain)} {needed_text(advice.needed)}".rstrip()
        case "gained":
            return ""


def needed_text(needed: NeededImages | None) -> str:
    """Return how many more test images would tell; "" where that is unknown."""
    if needed is None:
        return ""
    if needed.is_more:
        return translate("Verdicts", "More than {0} more would be needed: the change is next to nothing.").format(
            f"{needed.more:,}"
        )
    about = _rounded(needed.more)
    return plural("Verdicts", "About {n} more would be needed.", "About one more would be needed.", about)


def measure_name(measure: VerdictMeasure) -> str:
    """Return the name of a measure."""
    return {
        "srcc": translate("Verdicts", "SRCC"),
        "consistency": translate("Verdicts", "Consistency"),
        "format_failures": translate("Verdicts", "Format failures"),
    }[measure]


def _too_few(gain: MetricValue | None) -> str:
    return plural(
        "Verdicts",
        "{n} test images are too few to tell whether the last iteration helped.",
        "One test image is too few to tell whether the last iteration helped.",
        gain.n if gain else 0,
    )


def _rounded(count: int) -> int:
    """Return the number with two digits, rounded up: a rough figure should not look exact."""
    step: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // step) * step


def _signed(value: float | None) -> str:
    return NOTHING if value is None else f"{value:+.3f}"


def _words(word: str, measure: VerdictMeasure) -> str:
    return {
        ("better", "srcc"): translate("Verdicts", "better scores"),
        ("worse", "srcc"): translate("Verdicts", "worse scores"),
        ("better", "consistency"): translate("Verdicts", "more consistent explanations"),
        ("worse", "consistency"): translate("Verdicts", "less consistent explanations"),
        ("better", "format_failures"): translate("Verdicts", "fewer format failures"),
        ("worse", "format_failures"): translate("Verdicts", "more format failures"),
    }[word, measure]


def _listed(words: list[str]) -> str:
    """Return ``a``, ``a and b`` or ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return translate("Verdicts", "{0} and {1}").format(", ".join(words[:-1]), words[-1])


def _difference(change: MeasureChange) -> str:
    name = measure_name(change.measure)
    if change.delta is None:
        missing = translate("Verdicts", "{0}: not measured")
        return (translate("Verdicts", "{0}: not judged") if change.measure == "consistency" else missing).format(name)
    if change.measure == "format_failures":
        points = _in_points(change.delta)
        return translate("Verdicts", "{0} {1} points").format(name, delta_text(points, 1))
    return f"{name} {delta_text(change.delta, 3 if change.measure == 'srcc' else 2)}"


def _in_points(rate: MetricValue) -> MetricValue:
    value, lo, hi = (None if part is None else 100 * part for part in (rate.value, rate.lo, rate.hi))
    return MetricValue(value, lo, hi, rate.n)
