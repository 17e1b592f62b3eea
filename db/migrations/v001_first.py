"""Schema version 1: the initial schema. Imports no app code, so that it never changes."""

from __future__ import annotations

import sqlite3

VERSION = 1

_STATEMENTS = (
    """
    CREATE TABLE image (
        id INTEGER NOT NULL,
        path VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        sha256 VARCHAR,
        bytes INTEGER,
        width INTEGER,
        height INTEGER,
        mean_score DOUBLE NOT NULL,
        score_sd DOUBLE,
        votes INTEGER,
        group_key VARCHAR,
        split VARCHAR NOT NULL,
        bin INTEGER NOT NULL,
        tags JSON NOT NULL,
        problem VARCHAR,
        PRIMARY KEY (id),
        CONSTRAINT image_split CHECK (split IN ('train', 'val', 'test')),
        CONSTRAINT image_bin CHECK (bin BETWEEN 0 AND 9),
        UNIQUE (path)
    )
    """,
    """
    CREATE INDEX image_by_split ON image (split, id)
    """,
    """
    CREATE TABLE job (
        id INTEGER NOT NULL,
        stage VARCHAR NOT NULL,
        iteration INTEGER NOT NULL,
        version_name VARCHAR,
        title VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        config JSON NOT NULL,
        spec_digest VARCHAR,
        position INTEGER NOT NULL,
        done INTEGER NOT NULL,
        total INTEGER NOT NULL,
        unit VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        started_at VARCHAR,
        finished_at VARCHAR,
        error VARCHAR,
        remedy VARCHAR,
        pid INTEGER,
        owner VARCHAR,
        PRIMARY KEY (id),
        CONSTRAINT job_state CHECK (
            state IN ('queued', 'running', 'interrupted', 'paused', 'done', 'failed', 'cancelled')
        ),
        CONSTRAINT job_stage CHECK (
            stage IN ('generate', 'train', 'merge', 'predict', 'judge', 'measure')
        )
    )
    """,
    """
    CREATE INDEX job_by_position ON job (position, id)
    """,
    """
    CREATE INDEX job_by_state ON job (state, position)
    """,
    """
    CREATE TABLE meta (
        "key" VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE job_event (
        id INTEGER NOT NULL,
        job_id INTEGER NOT NULL,
        at DOUBLE NOT NULL,
        kind VARCHAR NOT NULL,
        body JSON NOT NULL,
        PRIMARY KEY (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
    """
    CREATE INDEX job_event_by_kind ON job_event (job_id, kind, id)
    """,
    """
    CREATE TABLE model_version (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        iteration INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        parents JSON NOT NULL,
        adapter VARCHAR,
        hyperparameters JSON NOT NULL,
        digest VARCHAR,
        calibration JSON,
        job_id INTEGER,
        created_at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT model_version_kind CHECK (kind IN ('base', 'score', 'consistency', 'merged')),
        UNIQUE (name),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
    """
    CREATE TABLE rating (
        id INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        rater VARCHAR NOT NULL,
        score DOUBLE NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT rating_once UNIQUE (image_id, rater),
        FOREIGN KEY(image_id) REFERENCES image (id)
    )
    """,
    """
    CREATE TABLE metric (
        id INTEGER NOT NULL,
        model_version_id INTEGER NOT NULL,
        split VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        value DOUBLE,
        lo DOUBLE,
        hi DOUBLE,
        n INTEGER NOT NULL,
        job_id INTEGER,
        PRIMARY KEY (id),
        CONSTRAINT metric_once UNIQUE (model_version_id, split, name),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
    """
    CREATE TABLE pair (
        id INTEGER NOT NULL,
        iteration INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        draw INTEGER NOT NULL,
        chosen_score INTEGER NOT NULL,
        chosen_text VARCHAR NOT NULL,
        chosen_truncated BOOLEAN NOT NULL,
        rejected_score INTEGER NOT NULL,
        rejected_text VARCHAR NOT NULL,
        rejected_truncated BOOLEAN NOT NULL,
        generator_version_id INTEGER NOT NULL,
        flags JSON NOT NULL,
        margin_score DOUBLE,
        margin_consistency DOUBLE,
        PRIMARY KEY (id),
        CONSTRAINT pair_once UNIQUE (iteration, image_id, draw),
        FOREIGN KEY(image_id) REFERENCES image (id),
        FOREIGN KEY(generator_version_id) REFERENCES model_version (id)
    )
    """,
    """
    CREATE INDEX pair_by_image ON pair (image_id)
    """,
    """
    CREATE INDEX pair_by_iteration ON pair (iteration, id)
    """,
    """
    CREATE TABLE prediction (
        id INTEGER NOT NULL,
        model_version_id INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        logprobs JSON NOT NULL,
        label INTEGER,
        score DOUBLE,
        text VARCHAR NOT NULL,
        raw VARCHAR NOT NULL,
        parse_ok BOOLEAN NOT NULL,
        truncated BOOLEAN NOT NULL,
        explained BOOLEAN NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT prediction_once UNIQUE (model_version_id, image_id),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(image_id) REFERENCES image (id)
    )
    """,
    """
    CREATE INDEX prediction_by_image ON prediction (image_id)
    """,
    """
    CREATE TABLE decision (
        id INTEGER NOT NULL,
        pair_id INTEGER NOT NULL,
        verdict VARCHAR NOT NULL,
        scope VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        note VARCHAR NOT NULL,
        who VARCHAR NOT NULL,
        at VARCHAR NOT NULL,
        undoes_id INTEGER,
        PRIMARY KEY (id),
        CONSTRAINT decision_verdict CHECK (verdict IN ('none', 'keep', 'veto')),
        CONSTRAINT decision_scope CHECK (scope IN ('both', 'score', 'consistency')),
        FOREIGN KEY(pair_id) REFERENCES pair (id),
        UNIQUE (undoes_id),
        FOREIGN KEY(undoes_id) REFERENCES decision (id)
    )
    """,
    """
    CREATE INDEX decision_by_pair ON decision (pair_id, id)
    """,
    """
    CREATE TABLE judgement (
        id INTEGER NOT NULL,
        prediction_id INTEGER NOT NULL,
        judge VARCHAR NOT NULL,
        consistency DOUBLE,
        usefulness DOUBLE,
        general DOUBLE,
        raw VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT judgement_once UNIQUE (prediction_id, judge),
        FOREIGN KEY(prediction_id) REFERENCES prediction (id)
    )
    """,
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create all tables. The caller manages the transaction."""
    for statement in _STATEMENTS:
        connection.execute(statement)
