"""Similar pairs by TF-IDF cosine: compared with scikit-learn's, quick, and up to date after edits."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from support.pair_rows import list_pairs
from support.review.many_pairs import draw_pairs, text_of

from studio.services.errors import StudioError
from studio.services.projects.project import Project
from studio.services.review import review_steps
from studio.services.review.similar_pairs import LEAST, SHARED_WORDS, SimilarPair, SimilarPairs
from studio.services.review.text_index import TextIndexes, make_index
from studio.services.review.types import PairFilter


def similar_pairs(project: Project, indexes: TextIndexes, pair_id: int, iteration: int) -> list[SimilarPair]:
    return SimilarPairs(project, indexes, pair_id, iteration).find().pairs


@pytest.fixture
def drawn(project: Project) -> Project:
    """A project with pairs of drawn texts in iteration 2."""
    draw_pairs(project, 5, iterations=(2,))
    return project


def test_that_weights_are_those_of_scikit_learn() -> None:
    chance = random.Random(3)
    chosen = [text_of(chance, chance.randrange(1, 60)) for _ in range(40)]
    rejected = [text_of(chance, chance.randrange(1, 60)) for _ in range(40)]
    index = make_index(list(range(40)), chosen, rejected)
    theirs = TfidfVectorizer(sublinear_tf=True)
    expected = theirs.fit_transform([f"{one} {other}" for one, other in zip(chosen, rejected, strict=True)])
    assert set(index.words) == set(theirs.vocabulary_)
    order = [theirs.vocabulary_[word] for word in index.words]
    assert np.allclose(index.weights.toarray(), expected.toarray()[:, order], atol=1e-5)


def test_that_the_most_similar_come_first_with_the_words_that_they_share(drawn: Project) -> None:
    project = drawn
    rows = list_pairs(project, PairFilter(2))
    words = "tripod silhouette against harbour. " * 3
    for row in rows[1], rows[4], rows[7]:
        review_steps.edit(project, row.id, f"{words}. {row.chosen_text}", row.rejected_text)
    found = similar_pairs(project, TextIndexes(project), rows[4].id, 2)
    assert found[0].id == rows[4].id and found[0].similarity == 1
    assert {found[1].id, found[2].id} == {rows[1].id, rows[7].id}
    assert set(found[1].shared) & {"tripod", "silhouette", "against", "harbour"}
    assert all(len(each.shared) <= SHARED_WORDS for each in found)
    values = [each.similarity for each in found]
    assert values == sorted(values, reverse=True) and values[-1] >= LEAST and values[0] <= 1


def test_that_edits_undo_and_verdicts_made_since_are_seen(drawn: Project) -> None:
    project = drawn
    rows, indexes = list_pairs(project, PairFilter(2)), TextIndexes(project)
    before = similar_pairs(project, indexes, rows[0].id, 2)
    assert indexes.of(2) is indexes.of(2)
    review_steps.decide(project, before[1].id, "veto", reason="generic")
    again = similar_pairs(project, indexes, rows[0].id, 2)
    assert (again[1].verdict, again[1].reason) == ("veto", "generic")
    last = before[-1].id
    review_steps.edit(project, last, rows[0].chosen_text, rows[0].rejected_text)
    edited = similar_pairs(project, indexes, rows[0].id, 2)
    assert edited[1].id == last and edited[1].similarity == pytest.approx(1, abs=1e-5)
    review_steps.undo(project)
    restored = similar_pairs(project, indexes, rows[0].id, 2)
    assert [each.id for each in restored] == [each.id for each in before]


def test_that_verdicts_are_followed_without_comparing_texts_again(
    drawn: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = drawn
    rows = list_pairs(project, PairFilter(2))
    search = SimilarPairs(project, TextIndexes(project), rows[0].id, 2)
    found = search.find()
    review_steps.decide(project, found.pairs[1].id, "veto", reason="generic")
    with monkeypatch.context() as patched:
        patched.setattr(TextIndexes, "of", lambda *_: pytest.fail("texts are read again"))
        followed = search.follow(found)
    assert (followed.pairs[1].verdict, followed.pairs[1].reason) == ("veto", "generic")
    assert [each.shared for each in followed.pairs] == [each.shared for each in found.pairs]
    review_steps.edit(project, found.pairs[-1].id, rows[0].chosen_text, rows[0].rejected_text)
    assert search.follow(followed).pairs[1].id == found.pairs[-1].id
    review_steps.undo(project)
    assert [each.id for each in search.follow(followed).pairs] == [each.id for each in found.pairs]


def test_that_texts_replaced_in_place_and_ids_used_again_are_seen(drawn: Project) -> None:
    project = drawn
    rows, indexes = list_pairs(project, PairFilter(2)), TextIndexes(project)
    last = similar_pairs(project, indexes, rows[0].id, 2)[-1].id
    given = {"id": last, "chosen": rows[0].chosen_text, "rejected": rows[0].rejected_text}
    with project.session() as session:
        session.connection().exec_driver_sql(
            "UPDATE pair SET chosen_text = :chosen, rejected_text = :rejected WHERE id = :id", given
        )
    assert similar_pairs(project, indexes, rows[0].id, 2)[1].id == last


def test_that_texts_without_words_and_unknown_pairs_do_no_harm(drawn: Project) -> None:
    project = drawn
    rows = list_pairs(project, PairFilter(2))
    review_steps.edit(project, rows[0].id, ".", "!")
    assert [each.id for each in similar_pairs(project, TextIndexes(project), rows[0].id, 2)] == [rows[0].id]
    with pytest.raises(StudioError, match="replaced"):
        similar_pairs(project, TextIndexes(project), 10**9, 2)


def test_that_eight_thousand_pairs_are_indexed_and_searched_in_time() -> None:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(3000)]
    texts = [" ".join(chance.choices(words, k=150)) for _ in range(4000)] * 2
    began = time.thread_time()
    index = make_index(list(range(8000)), texts, texts[::-1])
    built = time.thread_time() - began
    assert index.weights.shape[0] == 8000
    assert built < 3, f"{built:.2f} s"  # about 1 s of CPU alone; a busy machine is slower
