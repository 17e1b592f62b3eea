"""Version 7: metrics by judge, and the estimate from word tone under a name of its own.

Until now a version had the grades of its latest judge only, and those of the offline estimate were called consistency.
Imports nothing from the program, so that later changes of the program do not affect it.
"""

from __future__ import annotations

import sqlite3

VERSION = 7

_METRIC = """
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
        judge VARCHAR DEFAULT '' NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT metric_once UNIQUE (model_version_id, split, name, judge),
        FOREIGN KEY(model_version_id) REFERENCES model_version (id),
        FOREIGN KEY(job_id) REFERENCES job (id)
    )
"""
_LATEST_JUDGE = """
    SELECT judgement.judge FROM judgement JOIN prediction ON prediction.id = judgement.prediction_id
    WHERE prediction.model_version_id = ? ORDER BY judgement.id DESC LIMIT 1
"""
_IS_GRADE = "(name GLOB 'consistency*' OR name GLOB 'usefulness*' OR name GLOB 'general*')"
_OFFLINE = "offline"


def upgrade(connection: sqlite3.Connection) -> None:
    """Create the table again with a judge for each row. The caller owns the transaction."""
    connection.execute("CREATE TEMP TABLE kept_metric AS SELECT * FROM metric")
    connection.execute("DROP TABLE metric")
    connection.execute(_METRIC)
    connection.execute("INSERT INTO metric SELECT *, '' FROM temp.kept_metric")
    connection.execute("DROP TABLE temp.kept_metric")
    graded = connection.execute(f"SELECT DISTINCT model_version_id FROM metric WHERE {_IS_GRADE}").fetchall()
    for (version,) in graded:
        found = connection.execute(_LATEST_JUDGE, (version,)).fetchone()
        judge = _OFFLINE if found is None else found[0]
        where = f"WHERE model_version_id = ? AND {_IS_GRADE}"
        if judge == _OFFLINE:
            name = f"'word_tone' || substr(name, {len('consistency') + 1})"
            connection.execute(f"UPDATE metric SET name = {name} {where} AND name GLOB 'consistency*'", (version,))
        else:
            connection.execute(f"UPDATE metric SET judge = ? {where}", (judge, version))
