"""The steps from one version of the tables to the next.

Each speaks SQL of its own, never of schema.py, which moves on.
"""

from sqlalchemy import Connection

# Version 2 keeps conversations and feedback.
_TO_2 = (
    "ALTER TABLE library ADD COLUMN deletions BIGINT NOT NULL DEFAULT 0",
    """CREATE TABLE conversations ("key" INTEGER NOT NULL, id VARCHAR NOT NULL, scope TEXT NOT NULL,
        created DATETIME NOT NULL, used DATETIME NOT NULL, PRIMARY KEY ("key"), UNIQUE (id))""",
    "CREATE INDEX ix_conversations_used ON conversations (used)",
    """CREATE TABLE turns ("key" INTEGER NOT NULL, conversation INTEGER NOT NULL, number INTEGER NOT NULL,
        question TEXT NOT NULL, standalone TEXT NOT NULL, found BOOLEAN NOT NULL, confidence FLOAT NOT NULL,
        asked DATETIME NOT NULL, PRIMARY KEY ("key"), UNIQUE (conversation, number),
        FOREIGN KEY(conversation) REFERENCES conversations ("key") ON DELETE CASCADE)""",
    """CREATE TABLE feedback ("key" INTEGER NOT NULL, id VARCHAR NOT NULL, conversation INTEGER,
        created DATETIME NOT NULL, question TEXT NOT NULL, standalone TEXT NOT NULL, history TEXT NOT NULL,
        verdict VARCHAR NOT NULL, found BOOLEAN NOT NULL, PRIMARY KEY ("key"), UNIQUE (id),
        FOREIGN KEY(conversation) REFERENCES conversations ("key") ON DELETE SET NULL)""",
    "CREATE INDEX ix_feedback_conversation ON feedback (conversation)",
    """CREATE TABLE places ("key" INTEGER NOT NULL, turn INTEGER, feedback INTEGER, kind VARCHAR NOT NULL,
        article VARCHAR NOT NULL, version INTEGER NOT NULL, fingerprint VARCHAR NOT NULL, start INTEGER NOT NULL,
        "end" INTEGER NOT NULL, sentence INTEGER NOT NULL, score FLOAT NOT NULL, answer_start INTEGER,
        answer_end INTEGER, PRIMARY KEY ("key"), CHECK ((turn IS NULL) <> (feedback IS NULL)),
        FOREIGN KEY(turn) REFERENCES turns ("key") ON DELETE CASCADE,
        FOREIGN KEY(feedback) REFERENCES feedback ("key") ON DELETE CASCADE)""",
    "CREATE INDEX ix_places_turn ON places (turn)",
    "CREATE INDEX ix_places_article ON places (article)",
    "CREATE INDEX ix_places_feedback ON places (feedback)",
)


def to_2(connection: Connection) -> None:
    """Add the tables of conversations and feedback."""
    for statement in _TO_2:
        connection.exec_driver_sql(statement)
