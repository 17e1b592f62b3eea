"""Schema version 3: review actions become steps on one or more pairs; edited texts; regenerated rejected answers.

Imports no app code, so that it never changes.
"""

from __future__ import annotations

import sqlite3

VERSION = 3

_STATEMENTS = (
    "CREATE TEMPORARY TABLE earlier_decision AS SELECT * FROM decision",
    "DROP TABLE decision",
    """
    CREATE TABLE review_step (
        id INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        pairs INTEGER NOT NULL,
        who VARCHAR NOT NULL,
        at VARCHAR NOT NULL,
        undoes_id INTEGER,
        PRIMARY KEY (id),
        CONSTRAINT review_step_kind CHECK (
            kind IN ('decide', 'edit', 'note', 'bulk', 'undo', 'redo', 'reset')
        ),
        CONSTRAINT review_step_undoes CHECK ((undoes_id IS NULL) = (kind NOT IN ('undo', 'redo'))),
        UNIQUE (undoes_id),
        FOREIGN KEY(undoes_id) REFERENCES review_step (id)
    )
    """,
    """
    CREATE TABLE decision (
        id INTEGER NOT NULL,
        step_id INTEGER NOT NULL,
        pair_id INTEGER NOT NULL,
        verdict VARCHAR NOT NULL,
        scope VARCHAR NOT NULL,
        reason VARCHAR NOT NULL,
        note VARCHAR NOT NULL,
        chosen_edit VARCHAR,
        rejected_edit VARCHAR,
        flags JSON,
        PRIMARY KEY (id),
        CONSTRAINT decision_verdict CHECK (verdict IN ('none', 'keep', 'veto')),
        CONSTRAINT decision_scope CHECK (scope IN ('both', 'score', 'consistency')),
        FOREIGN KEY(step_id) REFERENCES review_step (id),
        FOREIGN KEY(pair_id) REFERENCES pair (id)
    )
    """,
    "CREATE INDEX decision_by_step ON decision (step_id, id)",
    "CREATE INDEX decision_by_pair ON decision (pair_id, id)",
    """
    CREATE TABLE redraw (
        id INTEGER NOT NULL,
        pair_id INTEGER NOT NULL,
        job_id INTEGER NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (pair_id),
        FOREIGN KEY(pair_id) REFERENCES pair (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
    """,
    "CREATE INDEX redraw_by_job ON redraw (job_id)",
    """
    INSERT INTO review_step (id, kind, pairs, who, at, undoes_id)
    SELECT id, CASE WHEN undoes_id IS NULL THEN 'decide' ELSE 'undo' END, 1, who, at, undoes_id
    FROM earlier_decision ORDER BY id
    """,
    """
    INSERT INTO decision (id, step_id, pair_id, verdict, scope, reason, note)
    SELECT id, id, pair_id, verdict, scope, reason, note FROM earlier_decision ORDER BY id
    """,
    "DROP TABLE earlier_decision",
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Convert each decision into a step of its own. The caller manages the transaction."""
    for statement in _STATEMENTS:
        connection.execute(statement)
