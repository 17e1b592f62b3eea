"""Version 6: lines of versions, kinds of stages and versions checked by the program, and working time of jobs.

SQLite cannot change a constraint, so three tables are created again. Other tables refer to their rows, so these checks
are deferred to the end of the transaction, when all rows are back. The word index of pairs is kept: it refers to rows
by id. Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 6

_JOB = """
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
        line VARCHAR DEFAULT 'main' NOT NULL,
        options JSON NOT NULL,
        worked_seconds DOUBLE NOT NULL,
        worked_units INTEGER NOT NULL,
        startup_seconds DOUBLE,
        run_started_at DOUBLE,
        progress_at DOUBLE,
        PRIMARY KEY (id),
        CONSTRAINT job_state CHECK (
            state IN ('queued', 'running', 'interrupted', 'paused', 'done', 'failed', 'cancelled')
        )
    )
"""
_MODEL_VERSION = """
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
        line VARCHAR DEFAULT 'main' NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
"""
_PAIR = """
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
        line VARCHAR DEFAULT 'main' NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT pair_once UNIQUE (line, iteration, image_id, draw),
        FOREIGN KEY(image_id) REFERENCES image (id),
        FOREIGN KEY(generator_version_id) REFERENCES model_version (id)
    )
"""
_TABLES = (
    ("job", _JOB, "'main', '{}', 0.0, 0, NULL, NULL, NULL"),
    ("model_version", _MODEL_VERSION, "'main'"),
    ("pair", _PAIR, "'main'"),
)
"""Name, new definition, values of the columns that are added at its end."""
_LINE = """
    CREATE TABLE line (
        id INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        recipe VARCHAR NOT NULL,
        iteration INTEGER NOT NULL,
        start VARCHAR NOT NULL,
        created_at VARCHAR NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )
"""


def upgrade(connection: sqlite3.Connection) -> None:
    """Add the columns; all existing rows belong to the main line. The caller owns the transaction."""
    kept = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('job', 'model_version', 'pair')"
        " AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY type, name"
    ).fetchall()
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for kind, name, _ in kept:  # before deleting rows: a trigger would remove their words from the index
        connection.execute(f"DROP {kind} {name}")
    for table, _, _ in _TABLES:
        connection.execute(f"CREATE TEMP TABLE kept_{table} AS SELECT * FROM {table}")
    for table, _, _ in _TABLES:
        connection.execute(f"DELETE FROM {table}")
    for table, definition, added in _TABLES:
        connection.execute(f"DROP TABLE {table}")
        connection.execute(definition)
        connection.execute(f"INSERT INTO {table} SELECT *, {added} FROM temp.kept_{table}")
        connection.execute(f"DROP TABLE temp.kept_{table}")
    for _, _, sql in kept:
        connection.execute(sql)
    connection.execute(_LINE)
