"""Version 15: a kind of step for decisions taken over from another reviewer, with the own verdict kept beside them.

``decision.own_verdict`` is NULL unless the verdict was taken over. Steps of earlier versions are unchanged: which of
their decisions were taken over is not known. The two tables are created again, since SQLite cannot change a constraint.
Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 15

_STATEMENTS = (
    "CREATE TEMPORARY TABLE earlier_decision AS SELECT * FROM decision",
    "CREATE TEMPORARY TABLE earlier_step AS SELECT * FROM review_step",
    "DROP TABLE decision",
    "DROP TABLE review_step",
    """
    CREATE TABLE review_step (
        id INTEGER NOT NULL,
        kind VARCHAR NOT NULL,
        pairs INTEGER NOT NULL,
        who VARCHAR NOT NULL,
        at VARCHAR NOT NULL,
        undoes_id INTEGER,
        reviewer VARCHAR DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT review_step_kind CHECK (
            kind IN ('decide', 'edit', 'note', 'bulk', 'use', 'undo', 'redo', 'reset')
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
        reviewer VARCHAR DEFAULT '' NOT NULL,
        own_verdict VARCHAR,
        PRIMARY KEY (id),
        CONSTRAINT decision_verdict CHECK (verdict IN ('none', 'keep', 'veto')),
        CONSTRAINT decision_own_verdict CHECK (own_verdict IN ('none', 'keep', 'veto')),
        CONSTRAINT decision_scope CHECK (scope IN ('both', 'score', 'consistency')),
        FOREIGN KEY(step_id) REFERENCES review_step (id),
        FOREIGN KEY(pair_id) REFERENCES pair (id)
    )
    """,
    """
    INSERT INTO review_step (id, kind, pairs, who, at, undoes_id, reviewer)
    SELECT id, kind, pairs, who, at, undoes_id, reviewer FROM earlier_step ORDER BY id
    """,
    """
    INSERT INTO decision (
        id, step_id, pair_id, verdict, scope, reason, note, chosen_edit, rejected_edit, flags, reviewer
    )
    SELECT id, step_id, pair_id, verdict, scope, reason, note, chosen_edit, rejected_edit, flags, reviewer
    FROM earlier_decision ORDER BY id
    """,
    "CREATE INDEX decision_by_step ON decision (step_id, id)",
    "CREATE INDEX decision_by_pair ON decision (pair_id, reviewer, id)",
    "DROP TABLE earlier_decision",
    "DROP TABLE earlier_step",
)


def upgrade(connection: sqlite3.Connection) -> None:
    """Keep all steps and decisions as they are. The caller manages the transaction."""
    for statement in _STATEMENTS:
        connection.execute(statement)
