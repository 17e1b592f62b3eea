"""Blind tests: a person judges which version explains better without seeing the versions' names. No Qt, no torch.

The order of the images and of the versions depends on the test's seed and the image, so a test can be interrupted and
continued at any time. Only ``reveal`` ends it: a revealed test accepts no more votes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from db.engine import Session
from db.models import BlindTest, Image, utc_now
from db.queries import blind as queries
from db.queries import comparison
from db.queries import versions as version_queries
from engine.contract.statistics.intervals import wilson_interval
from studio.services.errors import StudioError
from studio.services.judging.types import BlindCard, BlindState, WinRate
from studio.services.projects.project import Project
from studio.services.versions.comparison import MOST_VERSIONS

TIE = 0


class BlindTests:
    """The blind tests of one project. Caches the texts of the current test; any thread, one at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: tuple[int, _Texts] | None = None

    def begin(self, versions: Sequence[str], *, anew: bool = False) -> BlindState:
        """Return the unrevealed test of these versions; a new one with ``anew`` or if there is none.

        Raises:
            StudioError: fewer than two versions, more than four, unknown ones, or only equal explanations.
        """
        wanted = sorted(set(versions))
        if not 2 <= len(wanted) <= MOST_VERSIONS:
            raise StudioError(
                f"A blind test needs two to {MOST_VERSIONS} versions, not {len(wanted)}.",
                f"Choose two to {MOST_VERSIONS}.",
            )
        with self._project.session() as session:
            test = None if anew else _unfinished(session, wanted)
            if test is None:
                test = queries.add(session, wanted, random.SystemRandom().randrange(2**31))
            texts = self._texts(session, test)
            if not texts.order:
                raise StudioError(
                    "The explanations of these versions are the same for every image.", "Choose other versions."
                )
            return self._state(session, test)

    def vote(self, test_id: int, image_id: int, place: int) -> BlindState:
        """Vote for the explanation in this position (1 is the first; 0: a tie). One transaction.

        Raises:
            StudioError: the test is revealed, or there is no such test, image or position.
        """
        with self._project.session() as session:
            test = _open_test(session, test_id)
            texts = self._texts(session, test)
            if image_id not in texts.by_image or not 0 <= place <= len(test.versions):
                raise StudioError(f"There is no explanation {place} of image {image_id} in this test.", "")
            chosen = None if place == TIE else places(test.versions, test.seed, image_id)[place - 1]
            queries.put_vote(session, test_id, image_id, chosen)
            return self._state(session, test)

    def undo(self, test_id: int) -> BlindState:
        """Delete the latest vote; its image comes next. One transaction."""
        with self._project.session() as session:
            test = _open_test(session, test_id)
            return self._state(session, test, first=queries.take_back(session, test_id))

    def reveal(self, test_id: int) -> BlindState:
        """End the test and return the result. One transaction; further calls return it again."""
        with self._project.session() as session:
            test = _existing(session, test_id)
            test.revealed_at = test.revealed_at or utc_now()
            return self._state(session, test)

    def _state(self, session: Session, test: BlindTest, first: int | None = None) -> BlindState:
        session.flush()
        texts = self._texts(session, test)
        counts = queries.counts(session, test.id)
        voted = queries.voted_images(session, test.id)
        ahead = first if first is not None else next((image for image in texts.order if image not in voted), None)
        revealed = test.revealed_at is not None
        return BlindState(
            test_id=test.id,
            versions=tuple(test.versions) if revealed else (),
            voted=sum(counts.values()),
            ties=counts.get(None, 0),
            total=len(texts.order),
            alike=texts.alike,
            card=None if revealed or ahead is None else self._card(session, test, texts, ahead),
            revealed_at=test.revealed_at,
            rates=win_rates(test.versions, counts) if revealed else (),
        )

    def _card(self, session: Session, test: BlindTest, texts: _Texts, image_id: int) -> BlindCard:
        image = session.get_one(Image, image_id)
        by_version = texts.by_image[image_id]
        shown = tuple(by_version[name] for name in places(test.versions, test.seed, image_id))
        return BlindCard(image_id, self._project.images_root() / image.path, image.name, shown)

    def _texts(self, session: Session, test: BlindTest) -> _Texts:
        if self._read is None or self._read[0] != test.id:
            self._read = (test.id, _Texts(session, test))
        return self._read[1]


class _Texts:
    """The explanations of a test's images, and the order of the images."""

    def __init__(self, session: Session, test: BlindTest) -> None:
        ids = {row.name: row.id for row in version_queries.all_versions(session)}
        missing = [name for name in test.versions if name not in ids]
        if missing:
            raise StudioError(f"The version {missing[0]!r} no longer exists.", "Start another blind test.")
        columns = {name: comparison.all_texts(session, ids[name]) for name in test.versions}
        shared = set.intersection(*(set(column) for column in columns.values()))
        self.by_image: dict[int, dict[str, str]] = {}
        for image in shared:
            texts = {name: column[image] for name, column in columns.items()}
            if len({" ".join(text.split()) for text in texts.values()}) > 1:
                self.by_image[image] = texts
        self.alike = len(shared) - len(self.by_image)
        self.order = sorted(self.by_image)
        random.Random(test.seed).shuffle(self.order)


def places(versions: Sequence[str], seed: int, image_id: int) -> list[str]:
    """Return the versions in their order for this image, which is always the same."""
    shuffled = sorted(versions)
    random.Random(f"{seed}:{image_id}").shuffle(shuffled)
    return shuffled


def win_rates(versions: Sequence[str], counts: Mapping[str | None, int]) -> tuple[WinRate, ...]:
    """Return win rates, best first; empty without votes.

    The interval is Wilson's with ties as fractional wins: a tie varies less than a win or a loss, so the interval is
    conservative.
    """
    n = sum(counts.values())
    if not n:
        return ()
    shares = {name: counts.get(name, 0) + counts.get(None, 0) / len(versions) for name in versions}
    rates = [
        WinRate(name, counts.get(name, 0), share / n, *wilson_interval(share / n, n)) for name, share in shares.items()
    ]
    return tuple(sorted(rates, key=lambda rate: (-rate.rate, rate.version)))


def _unfinished(session: Session, versions: Sequence[str]) -> BlindTest | None:
    tests = queries.latest(session)
    return next((test for test in tests if sorted(test.versions) == versions and test.revealed_at is None), None)


def _existing(session: Session, test_id: int) -> BlindTest:
    test = queries.get(session, test_id)
    if test is None:
        raise StudioError(f"There is no blind test {test_id}.", "Start a new one.")
    return test


def _open_test(session: Session, test_id: int) -> BlindTest:
    test = _existing(session, test_id)
    if test.revealed_at is not None:
        raise StudioError("This blind test has been revealed and accepts no more votes.", "Start a new one.")
    return test
