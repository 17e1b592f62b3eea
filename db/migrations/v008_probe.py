"""Version 8: answers about degraded copies of images, and the figures of a probe.

Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 8

_STATEMENTS = (
    """
    CREATE TABLE probe_answer (
        id INTEGER NOT NULL,
        model_version_id INTEGER NOT NULL,
        image_id INTEGER NOT NULL,
        degradation VARCHAR NOT NULL,
        strength DOUBLE NOT NULL,
        logprobs JSON NOT NULL,
        label INTEGER,
        text VARCHAR NOT NULL,
        raw VARCHAR NOT NULL,
        parse_ok BOOLEAN NOT NULL,
        truncated BOOLEAN NOT NULL,
        job_id INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT probe_answer_once UNIQUE (model_version_id, image_id, degradation, strength),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(image_id) REFERENCES image (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
    "CREATE INDEX probe_answer_by_image ON probe_answer (image_id)",
    """
    CREATE TABLE probe_figure (
        id INTEGER NOT NULL,
        model_version_id INTEGER NOT NULL,
        degradation VARCHAR NOT NULL,
        strength DOUBLE NOT NULL,
        name VARCHAR NOT NULL,
        value DOUBLE,
        lo DOUBLE,
        hi DOUBLE,
        n INTEGER NOT NULL,
        job_id INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT probe_figure_once UNIQUE (model_version_id, degradation, strength, name),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the two tables."""
    for statement in _STATEMENTS:
        connection.execute(statement)
