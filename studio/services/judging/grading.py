"""People grade explanations on the judge's scales, without seeing which version wrote them. No Qt, no torch.

All graders get the explanations in the same order, which the project's seed determines, so that their grades can be
compared: those that a language model has graded first, one version of each image at a time. Every grade is stored at
once; the grader can stop at any time and go on later.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from db.engine import Session
from db.models import PERSON, Image, Prediction
from db.queries import grading as queries
from db.queries import versions as version_queries
from engine.contract.judge_types import GRADE_WORDS
from studio.services.errors import StudioError
from studio.services.judging.judge_names import is_person, person
from studio.services.projects.project import Project
from studio.services.seeding import seeded_rank

Scale = Literal["consistency", "usefulness", "general"]
SCALES: tuple[Scale, ...] = ("consistency", "usefulness", "general")
ROUND = 50
"""Explanations until the grader is told that a round is done."""
SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class GradingCard:
    """One explanation to grade. ``label`` is the score 0..9 of the same answer; ``grades`` by scale, None: not yet."""

    prediction_id: int
    image_path: Path
    image_name: str
    label: int
    text: str
    grades: tuple[int | None, ...]

    @property
    def scale(self) -> int:
        """Return the place of the next scale to grade."""
        return next((place for place, grade in enumerate(self.grades) if grade is None), len(self.grades))


@dataclass(frozen=True, slots=True)
class GradingState:
    """How far a grader is: ``done`` of the ``goal`` of this round, of ``total`` explanations. No card: all graded."""

    grader: str
    done: int
    goal: int
    total: int
    card: GradingCard | None


class Gradings:
    """The grading by one person at a time. Keeps the order of a project; any thread, one at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._order: list[int] = []
        self._judge = ""
        self._given: dict[int, tuple[int | None, ...]] = {}
        self._skipped: set[int] = set()
        self._goal = 0

    def graders(self) -> tuple[str, ...]:
        """Return the names of the people who have graded, in the order of their first grade."""
        with self._project.reader() as session:
            return tuple(judge.removeprefix(PERSON) for judge, _ in queries.judges(session) if is_person(judge))

    def begin(self, name: str) -> GradingState:
        """Return where this person goes on.

        Raises:
            StudioError: the name cannot be used, or there are no explanations to grade.
        """
        judge = person(name)
        with self._project.reader() as session:
            order = _order(session, self._project.settings.project.seed)
            if not order:
                raise StudioError("There are no explanations of test images to grade.", "Run the project first.")
            rows = queries.grades_of(session, judge)
            self._judge, self._order = judge, order
            self._given = {row[0]: tuple(_whole(grade) for grade in row[1:4]) for row in rows}
            self._skipped = {row[0] for row in rows if row[4] == SKIPPED}
            self._goal = self._next_goal()
            return self._state(session)

    def go_on(self) -> GradingState:
        """Begin another round after the last one."""
        self._goal = self._next_goal()
        with self._project.reader() as session:
            return self._state(session)

    def grade(self, prediction_id: int, grade: int) -> GradingState:
        """Store a grade, 0 (bad) to 4 (excellent), on the explanation's next scale. One transaction.

        Raises:
            StudioError: another explanation is to be graded, or there is no such grade.
        """
        if prediction_id != self._current() or not 0 <= grade < len(GRADE_WORDS):
            raise StudioError(f"The grade {grade} cannot be given here.", "Grade the explanation that is shown.")
        grades = list(self._given.get(prediction_id, (None,) * len(SCALES)))
        place = grades.index(None)
        with self._project.session() as session:
            queries.put_grade(session, prediction_id, self._judge, SCALES[place], grade)
        grades[place] = grade
        self._given[prediction_id] = tuple(grades)
        return self._read()

    def skip(self, prediction_id: int) -> GradingState:
        """Give no grade to this explanation and go on. One transaction."""
        if prediction_id == self._current():
            with self._project.session() as session:
                queries.skip(session, prediction_id, self._judge, SKIPPED)
            self._given[prediction_id] = (None,) * len(SCALES)
            self._skipped.add(prediction_id)
        return self._read()

    def undo(self) -> GradingState:
        """Take the latest grade back: of this explanation, or else of the one before it. One transaction."""
        current = self._current()
        grades = self._given.get(current, ()) if current is not None else ()
        begun = current is not None and any(grade is not None for grade in grades)
        target = current if begun else self._before(current)
        if target is None:
            return self._read()
        with self._project.session() as session:
            if target in self._skipped:
                queries.clear_grade(session, target, self._judge, None)
                self._skipped.discard(target)
                self._given.pop(target)
            else:
                kept = list(self._given[target])
                place = max(number for number, grade in enumerate(kept) if grade is not None)
                queries.clear_grade(session, target, self._judge, SCALES[place])
                kept[place] = None
                self._given[target] = tuple(kept)
        self._goal = max(self._goal, self._next_goal())
        return self._read()

    def _next_goal(self) -> int:
        return min(len(self._order), (self._done() // ROUND + 1) * ROUND)

    def _is_done(self, prediction_id: int) -> bool:
        return prediction_id in self._skipped or None not in self._given.get(prediction_id, (None,))

    def _done(self) -> int:
        return sum(self._is_done(one) for one in self._order)

    def _current(self) -> int | None:
        return next((one for one in self._order if not self._is_done(one)), None)

    def _before(self, current: int | None) -> int | None:
        """Return the last explanation that is done before this one in the order."""
        end = len(self._order) if current is None else self._order.index(current)
        return next((one for one in reversed(self._order[:end]) if self._is_done(one)), None)

    def _read(self) -> GradingState:
        with self._project.reader() as session:
            return self._state(session)

    def _state(self, session: Session) -> GradingState:
        done, current = self._done(), self._current()
        card = None if current is None or done >= self._goal else self._card(session, current)
        return GradingState(self._judge.removeprefix(PERSON), done, self._goal, len(self._order), card)

    def _card(self, session: Session, prediction_id: int) -> GradingCard:
        row = session.get_one(Prediction, prediction_id)
        image = session.get_one(Image, row.image_id)
        label = row.label if row.label is not None else max(range(len(row.logprobs)), key=row.logprobs.__getitem__)
        grades = self._given.get(prediction_id, (None,) * len(SCALES))
        path = self._project.images_root() / image.path
        return GradingCard(prediction_id, path, image.name, label, row.text, grades)


def _order(session: Session, seed: int) -> list[int]:
    """Return the predictions in the order of grading."""
    by_image: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for prediction, image, version in queries.explained_answers(session):
        by_image[image].append((seeded_rank(seed, "grading", f"{image} {version}"), prediction))
    images = sorted(by_image, key=lambda image: seeded_rank(seed, "grading", image))
    most = max((len(found) for found in by_image.values()), default=0)
    turns = [sorted(by_image[image]) for image in images]
    order = [found[turn][1] for turn in range(most) for found in turns if turn < len(found)]
    judge = version_queries.model_judge(session)
    judged = set() if judge is None else {row[0] for row in queries.grades_of(session, judge)}
    return sorted(order, key=lambda prediction: prediction not in judged)


def _whole(grade: float | None) -> int | None:
    return None if grade is None else round(grade)
