"""Schema version 5: adds the job stage "download". Imports no app code.

SQLite cannot alter a CHECK constraint, so the table is rebuilt. Other tables refer to its rows, so foreign keys are
checked at the end of the transaction, when all rows are back.
"""

from __future__ import annotations

import sqlite3

VERSION = 5

_STATEMENTS = (
    "PRAGMA defer_foreign_keys = ON",
    "CREATE TEMP TABLE kept_job AS SELECT * FROM job",
    "DELETE FROM job",
    "DROP TABLE job",
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
            stage IN ('download', 'generate', 'train', 'merge', 'predict', 'judge', 'measure')
        )
    )
    """,
    "CREATE INDEX job_by_position ON job (position, id)",
    "CREATE INDEX job_by_state ON job (state, position)",
    "INSERT INTO job SELECT * FROM temp.kept_job",
    "DROP TABLE temp.kept_job",
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Rebuild the table with unchanged rows. The caller manages the transaction."""
    for statement in _STATEMENTS:
        connection.execute(statement)
