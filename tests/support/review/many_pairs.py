"""Pairs, decisions and margins drawn by a seed: for tests that compare with rules written down once more."""

from __future__ import annotations

import random

from db.models import Image, ModelVersion, Pair
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.flags import pair_flags

WORDS = (
    "light", "sharp", "soft", "horizon", "blurred", "balanced", "colour", "subject", "excellent", "poor", "frame",
    "noise", "depth", "focus", "dull", "vivid",
)  # fmt: skip


def draw_pairs(project: Project, seed: int, *, iterations: tuple[int, ...] = (1,)) -> list[int]:
    """Write a pair for every training image; some were trained on, some flagged. Returns their ids."""
    chance = random.Random(seed)
    with project.session() as session:
        base = session.query(ModelVersion).one()
        images = session.query(Image).filter_by(split="train").order_by(Image.id).all()
        pairs = [_pair(chance, base.id, image, iteration) for iteration in iterations for image in images]
        session.add_all(pairs)
        session.flush()
        return [pair.id for pair in pairs]


def decide_at_random(project: Project, ids: list[int], seed: int, reasons: tuple[str, ...] = ("", "generic")) -> None:
    """Decide on most of the pairs, some of them twice, with notes and edits."""
    chance = random.Random(seed)
    for pair_id in ids:
        for _ in range(chance.randrange(3)):
            verdict = chance.choice(("keep", "veto", "veto", "none"))
            reason = chance.choice(reasons) if verdict == "veto" else ""
            note = chance.choice((None, None, "look again"))
            review_steps.decide(project, pair_id, verdict, reason=reason, note=note)  # type: ignore[arg-type]
        if chance.random() < 0.2:
            review_steps.edit(project, pair_id, text_of(chance, chance.randrange(1, 30)), "Short.")


def text_of(chance: random.Random, words: int) -> str:
    """Return a text of so many words in one or two paragraphs."""
    drawn = [chance.choice(WORDS) for _ in range(words)]
    middle = chance.randrange(words) if words > 4 else 0
    return "\n\n".join(filter(None, (" ".join(drawn[:middle]), " ".join(drawn[middle:])))) + "."


def _pair(chance: random.Random, version: int, image: Image, iteration: int) -> Pair:
    chosen, rejected = (text_of(chance, chance.randrange(1, 40)) for _ in range(2))
    row = {
        "chosen_score": image.bin,
        "chosen_text": chosen,
        "chosen_truncated": chance.random() < 0.1,
        "rejected_score": (image.bin + chance.randrange(2, 9)) % 10,
        "rejected_text": chosen if chance.random() < 0.1 else rejected,
        "rejected_truncated": False,
    }
    return Pair(
        **row,
        iteration=iteration,
        image_id=image.id,
        generator_version_id=version,
        flags=pair_flags(row),
        margin_score=chance.choice((None, chance.uniform(-1, 4))),
        margin_consistency=chance.choice((None, None, chance.uniform(-1, 4))),
    )
