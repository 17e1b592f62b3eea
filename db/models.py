"""The tables of a project as SQLAlchemy models. The schema is defined by the migrations; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Dialect, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import String, TypeDecorator

JsonDict = dict[str, Any]


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A UTC time as ISO 8601 text: sortable, readable, always with its time zone."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Convert to text."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Convert from text."""
        return None if value is None else datetime.fromisoformat(value)


class Base(DeclarativeBase):
    """Base class of all tables. Python lists and dicts are stored as JSON text."""

    type_annotation_map = {JsonDict: JSON, list[str]: JSON, list[float]: JSON, datetime: UtcTime}  # noqa: RUF012


class Meta(Base):
    """Key-value data about the project: its creation, the binning, review gates."""

    __tablename__ = "meta"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Image(Base):
    """One image with its mean score. ``path`` is relative to the images folder, as in the imported table."""

    __tablename__ = "image"
    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sha256: Mapped[str | None]
    bytes: Mapped[int | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    mean_score: Mapped[float]
    score_sd: Mapped[float | None]
    votes: Mapped[int | None]
    group_key: Mapped[str | None]
    split: Mapped[str]
    bin: Mapped[int]
    tags: Mapped[JsonDict] = mapped_column(default=dict)
    problem: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("split IN ('train', 'val', 'test')", name="image_split"),
        CheckConstraint("bin BETWEEN 0 AND 9", name="image_bin"),
        Index("image_by_split", "split", "id"),
    )


class Rating(Base):
    """One rater's score of one image."""

    __tablename__ = "rating"
    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"))
    rater: Mapped[str]
    score: Mapped[float]
    __table_args__ = (UniqueConstraint("image_id", "rater", name="rating_once"),)


class Job(Base):
    """One stage in the queue. ``owner`` names the process that runs it; ``config`` is the frozen settings.

    ``stage`` is a kind that the program's list of stages has, ``line`` the line of versions that it belongs to,
    ``options`` what its recipe fixed beside the settings. ``worked_seconds`` were spent on ``worked_units`` of its
    progress, ``startup_seconds`` on starting (the latest run); times between runs and after the last progress of a
    run that failed are in neither. ``run_started_at`` and ``progress_at`` belong to the present run; unix time.
    """

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str]
    iteration: Mapped[int]
    version_name: Mapped[str | None]
    title: Mapped[str]
    state: Mapped[str]
    config: Mapped[JsonDict]
    spec_digest: Mapped[str | None]
    position: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    unit: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    remedy: Mapped[str | None]
    pid: Mapped[int | None]
    owner: Mapped[str | None]
    line: Mapped[str] = mapped_column(default="main", server_default="main")
    options: Mapped[JsonDict] = mapped_column(default=dict)
    worked_seconds: Mapped[float] = mapped_column(default=0.0)
    worked_units: Mapped[int] = mapped_column(default=0)
    startup_seconds: Mapped[float | None]
    run_started_at: Mapped[float | None]
    progress_at: Mapped[float | None]
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'interrupted', 'paused', 'done', 'failed', 'cancelled')", name="job_state"
        ),
        Index("job_by_position", "position", "id"),
        Index("job_by_state", "state", "position"),
    )


class JobEvent(Base):
    """An event of a job, other than progress. ``at`` is Unix time."""

    __tablename__ = "job_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    at: Mapped[float]
    kind: Mapped[str]
    body: Mapped[JsonDict]
    __table_args__ = (Index("job_event_by_kind", "job_id", "kind", "id"),)


class ModelVersion(Base):
    """One model of a line. ``adapter`` is relative to the project; ``parents`` are names of versions."""

    __tablename__ = "model_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    iteration: Mapped[int]
    kind: Mapped[str]
    parents: Mapped[list[str]]
    adapter: Mapped[str | None]
    hyperparameters: Mapped[JsonDict]
    digest: Mapped[str | None]
    calibration: Mapped[JsonDict | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    line: Mapped[str] = mapped_column(default="main", server_default="main")


class Line(Base):
    """A line of versions beside the main one. ``iteration`` is the first, ``start`` the version that it starts from.

    ``options``: what it was started with beyond its recipe; see ``studio.services.recipes.line_plan``.
    """

    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    recipe: Mapped[str]
    iteration: Mapped[int]
    start: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    options: Mapped[JsonDict] = mapped_column(default=dict, server_default="{}")


class Pair(Base):
    """Chosen and rejected answer for one image in one iteration; ``draw`` counts the regenerated rejected answers."""

    __tablename__ = "pair"
    id: Mapped[int] = mapped_column(primary_key=True)
    iteration: Mapped[int]
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"))
    draw: Mapped[int] = mapped_column(default=0)
    chosen_score: Mapped[int]
    chosen_text: Mapped[str]
    chosen_truncated: Mapped[bool]
    rejected_score: Mapped[int]
    rejected_text: Mapped[str]
    rejected_truncated: Mapped[bool]
    generator_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    flags: Mapped[list[str]]
    margin_score: Mapped[float | None]
    margin_consistency: Mapped[float | None]
    line: Mapped[str] = mapped_column(default="main", server_default="main")
    __table_args__ = (
        UniqueConstraint("line", "iteration", "image_id", "draw", name="pair_once"),
        Index("pair_by_iteration", "iteration", "id"),
        Index("pair_by_image", "image_id"),
    )


DECIDING = ""
"""The first reviewer: their latest decision on a pair is the one that training uses. Other reviewers have names."""


class ReviewStep(Base):
    """One action of a review, on one or more pairs, which is undone as a unit. Append only.

    An undo is a step that refers to the step that it reverts, a redo refers to an undo. A reset discards all decisions
    about pairs whose texts were regenerated, or keeps what a person wrote about a pair that replaces another; it cannot
    be undone. "use" takes over another reviewer's verdicts. Each reviewer undoes their own steps. ``who`` is the user
    of the operating system.
    """

    __tablename__ = "review_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    pairs: Mapped[int]
    who: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=utc_now)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("review_step.id"), unique=True)
    reviewer: Mapped[str] = mapped_column(default=DECIDING, server_default="")
    __table_args__ = (
        CheckConstraint(
            "kind IN ('decide', 'edit', 'note', 'bulk', 'use', 'undo', 'redo', 'reset')", name="review_step_kind"
        ),
        CheckConstraint("(undoes_id IS NULL) = (kind NOT IN ('undo', 'redo'))", name="review_step_undoes"),
    )


class Decision(Base):
    """The full state of one reviewer's review of one pair after one step. Append only: the latest row counts.

    Training uses the latest row of the first reviewer (``DECIDING``); those of others change nothing by themselves.

    ``chosen_edit`` and ``rejected_edit`` replace the pair's texts, which are kept; ``flags`` are those of the edited
    texts. None: not edited. ``own_verdict``: the reviewer's last verdict of their own, if ``verdict`` was taken over
    from another reviewer; otherwise None.
    """

    __tablename__ = "decision"
    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("review_step.id"))
    pair_id: Mapped[int] = mapped_column(ForeignKey("pair.id"))
    verdict: Mapped[str] = mapped_column(default="none")
    scope: Mapped[str] = mapped_column(default="both")
    reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    chosen_edit: Mapped[str | None]
    rejected_edit: Mapped[str | None]
    flags: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    reviewer: Mapped[str] = mapped_column(default=DECIDING, server_default="")
    own_verdict: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("verdict IN ('none', 'keep', 'veto')", name="decision_verdict"),
        CheckConstraint("own_verdict IN ('none', 'keep', 'veto')", name="decision_own_verdict"),
        CheckConstraint("scope IN ('both', 'score', 'consistency')", name="decision_scope"),
        Index("decision_by_pair", "pair_id", "reviewer", "id"),
        Index("decision_by_step", "step_id", "id"),
    )


class Redraw(Base):
    """A request to regenerate a pair's rejected answer, and the job that carries it out."""

    __tablename__ = "redraw"
    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("pair.id"), unique=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    __table_args__ = (Index("redraw_by_job", "job_id"),)


class Prediction(Base):
    """One version's answer about one image. ``score`` is calibrated, in the original scale; None before measuring."""

    __tablename__ = "prediction"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"))
    logprobs: Mapped[list[float]]
    label: Mapped[int | None]
    score: Mapped[float | None]
    text: Mapped[str]
    raw: Mapped[str]
    parse_ok: Mapped[bool]
    truncated: Mapped[bool]
    explained: Mapped[bool]
    __table_args__ = (
        UniqueConstraint("model_version_id", "image_id", name="prediction_once"),
        Index("prediction_by_image", "image_id"),
    )


WORD_TONE = "offline"
"""The judge of the rows that estimate from words, without reading, how the tone of a text fits its score."""
PERSON = "person:"
"""Precedes the name of a person who grades."""


class Judgement(Base):
    """One judge's grades 0..4 of one explanation; None with a reason if grading failed, never 0.

    ``judge`` is a language model's id, ``PERSON`` and a name, or ``WORD_TONE``: then ``consistency`` is an estimate
    from words, and shown and exported as that.
    """

    __tablename__ = "judgement"
    id: Mapped[int] = mapped_column(primary_key=True)
    prediction_id: Mapped[int] = mapped_column(ForeignKey("prediction.id"))
    judge: Mapped[str]
    consistency: Mapped[float | None]
    usefulness: Mapped[float | None]
    general: Mapped[float | None]
    raw: Mapped[str]
    reason: Mapped[str]
    __table_args__ = (UniqueConstraint("prediction_id", "judge", name="judgement_once"),)


class Reread(Base):
    """What a version reads from its own explanation: log p(label | text) of the ten labels, with a blank picture.

    ``swapped_logprobs`` are those of the text of ``swapped_id``, another image's, beside this image's picture.
    """

    __tablename__ = "reread"
    id: Mapped[int] = mapped_column(primary_key=True)
    prediction_id: Mapped[int] = mapped_column(ForeignKey("prediction.id"), unique=True)
    logprobs: Mapped[list[float]]
    swapped_id: Mapped[int | None] = mapped_column(ForeignKey("prediction.id"))
    swapped_logprobs: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    __table_args__ = (Index("reread_by_swapped", "swapped_id"),)


class JudgeReading(Base):
    """The score 0..9 that a judge reads from an explanation alone; None with a reason if it gave none."""

    __tablename__ = "judge_reading"
    id: Mapped[int] = mapped_column(primary_key=True)
    prediction_id: Mapped[int] = mapped_column(ForeignKey("prediction.id"))
    judge: Mapped[str]
    label: Mapped[int | None]
    raw: Mapped[str]
    reason: Mapped[str]
    __table_args__ = (UniqueConstraint("prediction_id", "judge", name="judge_reading_once"),)


class Metric(Base):
    """One metric of one version on one split, with its 95% interval if it has one.

    ``judge`` is "" except for means of grades, which each judge has for itself.
    """

    __tablename__ = "metric"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    split: Mapped[str]
    name: Mapped[str]
    value: Mapped[float | None]
    lo: Mapped[float | None]
    hi: Mapped[float | None]
    n: Mapped[int]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    judge: Mapped[str] = mapped_column(default="", server_default="")
    __table_args__ = (UniqueConstraint("model_version_id", "split", "name", "judge", name="metric_once"),)


class BlindTest(Base):
    """A blind comparison of explanations. ``versions`` are names, so that a deleted version keeps its votes.

    ``seed`` determines the order of the images and the positions of the versions.
    """

    __tablename__ = "blind_test"
    id: Mapped[int] = mapped_column(primary_key=True)
    versions: Mapped[list[str]]
    seed: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    revealed_at: Mapped[datetime | None]


class BlindVote(Base):
    """The version whose explanation of an image was preferred; None is a tie."""

    __tablename__ = "blind_vote"
    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("blind_test.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"))
    version: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=utc_now)
    __table_args__ = (UniqueConstraint("test_id", "image_id", name="blind_vote_once"),)


class ProbeAnswer(Base):
    """One version's answer about one degraded copy of an image; "none" at strength 0 is the image itself.

    ``job_id`` is the probe that it belongs to.
    """

    __tablename__ = "probe_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"))
    degradation: Mapped[str]
    strength: Mapped[float]
    logprobs: Mapped[list[float]]
    label: Mapped[int | None]
    text: Mapped[str]
    raw: Mapped[str]
    parse_ok: Mapped[bool]
    truncated: Mapped[bool]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    __table_args__ = (
        UniqueConstraint("model_version_id", "image_id", "degradation", "strength", name="probe_answer_once"),
        Index("probe_answer_by_image", "image_id"),
    )


class ProbeFigure(Base):
    """One figure of a version's probe, with its 95% interval if it has one; ``n`` counts images.

    ``degradation`` is "all" for a mean over the degradations, ``strength`` 0 for a figure of all strengths.
    """

    __tablename__ = "probe_figure"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    degradation: Mapped[str]
    strength: Mapped[float]
    name: Mapped[str]
    value: Mapped[float | None]
    lo: Mapped[float | None]
    hi: Mapped[float | None]
    n: Mapped[int]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    __table_args__ = (
        UniqueConstraint("model_version_id", "degradation", "strength", "name", name="probe_figure_once"),
    )


class StoredConversation(Base):
    """A conversation with one version about one image. Nothing of it is deleted with its version.

    ``image_id`` is None for a file outside the project, which ``path`` names. ``version`` is a name; ``digest`` is the
    adapter's, "" for the base, and tells a version from a later one of the same name.
    """

    __tablename__ = "conversation"
    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("image.id"))
    path: Mapped[str]
    version: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    __table_args__ = (Index("conversation_by_image", "image_id", "version", "id"),)


class ChatTurn(Base):
    """A message of a user and its answer. The first turn of a conversation has no question: score and explanation.

    ``state``: "open" until the answer has come; "complete", "length" (cut off at the limit) or "stopped" (on request,
    the text is what there was); "failed" for ``reason``. ``logprobs`` are the first turn's, of the ten labels.
    """

    __tablename__ = "chat_turn"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    question: Mapped[str]
    answer: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    logprobs: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    asked_at: Mapped[datetime] = mapped_column(default=utc_now)
    __table_args__ = (
        CheckConstraint("state IN ('open', 'complete', 'length', 'stopped', 'failed')", name="chat_turn_state"),
        Index("chat_turn_by_conversation", "conversation_id", "id"),
    )


class Suggestion(Base):
    """What a version suggested for improving an image, asked after its score and explanation, in job ``job_id``."""

    __tablename__ = "suggestion"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("image.id"))
    text: Mapped[str]
    truncated: Mapped[bool]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    __table_args__ = (UniqueConstraint("model_version_id", "image_id", name="suggestion_once"),)


class SuggestionGrade(Base):
    """A judge's grades 0..4 of a suggestion; None with a reason if grading failed, never 0."""

    __tablename__ = "suggestion_grade"
    id: Mapped[int] = mapped_column(primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"))
    judge: Mapped[str]
    usefulness: Mapped[float | None]
    concreteness: Mapped[float | None]
    relevance: Mapped[float | None]
    raw: Mapped[str]
    reason: Mapped[str]
    __table_args__ = (UniqueConstraint("suggestion_id", "judge", name="suggestion_grade_once"),)


class SuggestionFigure(Base):
    """A mean of a judge's grades of a version's suggestions, or its difference from the base, with its 95% interval."""

    __tablename__ = "suggestion_figure"
    id: Mapped[int] = mapped_column(primary_key=True)
    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_version.id"))
    judge: Mapped[str]
    name: Mapped[str]
    value: Mapped[float | None]
    lo: Mapped[float | None]
    hi: Mapped[float | None]
    n: Mapped[int]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    __table_args__ = (UniqueConstraint("model_version_id", "judge", "name", name="suggestion_figure_once"),)
