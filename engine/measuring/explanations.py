"""Format, labels and language of a version's answers, and their differences from another version's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from engine.contract.specs import LABELS
from engine.measuring import metrics, texts
from engine.measuring.metrics import Difference, Estimate
from engine.measuring.split import Row, Split, resampler
from engine.measuring.texts import Answer

FAILURE_KINDS = ("no_score", "no_explanation", "cut_off", "other")
"""Why an answer fails the format: the first that applies."""
_RATES: Mapping[str, Callable[[Sequence[Answer]], Sequence[float]]] = {
    "format_failures": lambda answers: [not answer.parse_ok for answer in answers],
    "shared_texts": lambda answers: texts.shared([answer.text for answer in answers]),
    "repeated_clauses": lambda answers: [texts.repeats_a_clause(answer.text) for answer in answers],
}
_MEANS: Mapping[str, Callable[[Sequence[Answer]], Sequence[float]]] = {
    "explanation_words": lambda answers: texts.lengths([answer.text for answer in answers]),
    "word_tone": texts.word_tones,
}


def format_failures(split: Split) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Return rates and the count among the rows with an explanation; both empty if there are none.

    ``format_failures`` is the share of all failures, ``format_failures:<kind>`` that of each kind.
    """
    explained = _explained(split.rows)
    if not explained:
        return {}, {}
    kinds = Counter(_failure(row) for row in explained if not row["parse_ok"])
    n, units = len(explained), resampler(split.spec, explained).units
    rates = {"format_failures": metrics.wilson(sum(kinds.values()), n, units)}
    rates |= {f"format_failures:{kind}": metrics.wilson(kinds[kind], n, units) for kind in FAILURE_KINDS}
    return rates, {"format_failure_count": Estimate(sum(kinds.values()), n=n)}


def _failure(row: Row) -> str:
    if row["label"] is None:
        return "no_score"
    if not row.get("text", "").strip():
        return "no_explanation"
    return "cut_off" if row.get("truncated") else "other"


def language(split: Split) -> dict[str, Estimate]:
    """Return labels and language of the rows with an explanation; empty if there are none.

    ``label_share:<label>``, ``label_entropy`` in bits and ``label_top_share`` tell whether a model is stuck;
    ``shared_texts`` is the share of texts that another image has as well, ``repeated_clauses`` of those that say a
    clause twice; ``distinct_1`` and ``distinct_2`` are the shares of different words and pairs of words.
    ``word_tone`` (0..4) and ``tone_label`` (rank correlation of tone and label) are estimates from words.
    """
    explained = [row for row in _explained(split.rows) if "text" in row]
    if not explained:
        return {}
    answers, sampler = [_answer(row) for row in explained], resampler(split.spec, explained)
    found = {name: _rate(of(answers), sampler.units) for name, of in _RATES.items() if name != "format_failures"}
    found |= {name: metrics.bootstrap(metrics.weighted_mean(of(answers)), sampler) for name, of in _MEANS.items()}
    plain = [answer.text for answer in answers if answer.text.strip()]
    found["distinct_texts"] = Estimate(len({" ".join(text.lower().split()) for text in plain}), n=len(answers))
    for size in (1, 2):
        share = texts.distinct(plain, size)
        if share is not None:
            found[f"distinct_{size}"] = Estimate(share, n=len(plain))
    return found | _labels(split, explained)


def _labels(split: Split, explained: Sequence[Row]) -> dict[str, Estimate]:
    labelled = [row for row in explained if row["label"] is not None]
    if not labelled:
        return {}
    labels, sampler = [row["label"] for row in labelled], resampler(split.spec, labelled)
    counts = Counter(labels)
    shares = {f"label_share:{label}": metrics.wilson(counts[label], len(labels), sampler.units) for label in LABELS}
    tone = metrics.weighted_srcc(texts.tones([_answer(row) for row in labelled]), labels)
    return shares | {
        "label_entropy": metrics.bootstrap(metrics.weighted_entropy(labels), sampler),
        "label_top_share": _rate([label == counts.most_common(1)[0][0] for label in labels], sampler.units),
        "tone_label": metrics.bootstrap(tone, sampler),
    }


def differences(split: Split, other: str) -> dict[str, Difference]:
    """Return the paired differences from another version's answers, where both have explained the image."""
    rows = [row for row in _explained(split.rows) if "text" in row and other in row.get("compare_answers", {})]
    if not rows:
        return {}
    sampler = resampler(split.spec, rows)
    mine, theirs = [_answer(row) for row in rows], [_answer(row["compare_answers"][other]) for row in rows]
    found = {name: metrics.paired_rates(of(mine), of(theirs), sampler.groups) for name, of in _RATES.items()}
    for name, of in _MEANS.items():
        own_mean, other_mean = metrics.weighted_mean(of(mine)), metrics.weighted_mean(of(theirs))
        found[name] = metrics.paired_bootstrap(own_mean, other_mean, sampler)
    both = [place for place in range(len(rows)) if mine[place].label is not None and theirs[place].label is not None]
    if both:
        own, their = ([answers[place] for place in both] for answers in (mine, theirs))
        found["tone_label"] = metrics.paired_bootstrap(
            metrics.weighted_srcc(texts.tones(own), [answer.label or 0 for answer in own]),
            metrics.weighted_srcc(texts.tones(their), [answer.label or 0 for answer in their]),
            resampler(split.spec, [rows[place] for place in both]),
        )
    return found


def _rate(values: Sequence[float], units: int) -> Estimate:
    return metrics.wilson(int(sum(values)), len(values), units)


def _explained(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["parse_ok"] is not None]


def _answer(row: Row) -> Answer:
    return Answer(row["label"], row["text"], bool(row["parse_ok"]))
