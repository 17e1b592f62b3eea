"""The two datasets of one iteration."""

from __future__ import annotations

from pathlib import Path

from support.tiny import PROMPT
from support.training import pair_rows

from engine.contract.specs import PromptSpec
from engine.training.preference_rows import answer_text, preference_rows

ROWS = pair_rows([Path(f"/images/{index}.png") for index in range(12)])


def test_that_consistency_rows_differ_from_score_rows_in_the_rejecteds_score_only() -> None:
    score, consistency = (preference_rows(ROWS, kind, PROMPT) for kind in ("score", "consistency"))
    for row, s, c in zip(ROWS, score, consistency, strict=True):
        assert (s.pair_id, s.path, s.chosen) == (c.pair_id, c.path, c.chosen)
        assert s.rejected == f"#Score: {row['rejected_score']}\n#Explain: {row['rejected_text']}"
        assert c.rejected == f"#Score: {row['chosen_score']}\n#Explain: {row['rejected_text']}"
        assert s.rejected != c.rejected


def test_that_rows_keep_their_order_and_id() -> None:
    assert [row.pair_id for row in preference_rows(ROWS, "score", PROMPT)] == [row["pair_id"] for row in ROWS]


def test_that_the_answer_uses_the_prompts_own_tags_and_no_stray_blanks() -> None:
    prompt = PromptSpec("?", score_tag="#Beauty: ", explain_tag="#Why:")
    assert answer_text(prompt, 7, "  light \n") == "#Beauty: 7\n#Why: light"
    assert answer_text(prompt, 7, " ") == "#Beauty: 7\n#Why:"
