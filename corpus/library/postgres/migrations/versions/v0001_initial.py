"""The tables of SQLite's version 2, and what is searched here, which SQLite derives elsewhere.

Every text is ordered by its characters' numbers, as SQLite does, wherever the server stands. A step speaks SQL of its
own, never of schema.py, which moves on.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_STEPS = (
    """CREATE TABLE library (key integer PRIMARY KEY CHECK (key = 1), identity text COLLATE "C" NOT NULL,
        generation bigint NOT NULL, next_id bigint NOT NULL, floor bigint NOT NULL, encoder text COLLATE "C",
        dim integer, untidy boolean NOT NULL, deletions bigint NOT NULL DEFAULT 0)""",
    """CREATE TABLE articles (key bigserial PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE,
        collection text COLLATE "C" NOT NULL, origin text COLLATE "C" NOT NULL, version integer NOT NULL,
        duplicate_of bigint REFERENCES articles DEFERRABLE, first_id bigint NOT NULL)""",
    "CREATE INDEX ix_articles_origin ON articles USING hash (origin)",  # a B-tree takes no text of some thousand bytes
    "CREATE INDEX articles_by_collection ON articles (collection)",
    "CREATE INDEX duplicates ON articles (duplicate_of) WHERE duplicate_of IS NOT NULL",
    """CREATE TABLE vectors (article bigint PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
        signature bytea NOT NULL, crc bigint NOT NULL, sentences bytea NOT NULL)""",
    """CREATE TABLE versions (key bigserial PRIMARY KEY, article bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
        version integer NOT NULL, title text COLLATE "C" NOT NULL, url text COLLATE "C", source text COLLATE "C",
        author text COLLATE "C", published date, language text COLLATE "C" NOT NULL,
        fingerprint text COLLATE "C" NOT NULL, added timestamp NOT NULL, characters integer NOT NULL,
        sentences integer NOT NULL, UNIQUE (article, version))""",
    """CREATE TABLE contents (version bigint PRIMARY KEY REFERENCES versions ON DELETE CASCADE, crc bigint NOT NULL,
        spans bytea NOT NULL, pages bytea NOT NULL, text text COLLATE "C" NOT NULL)""",
    """CREATE TABLE passages (id bigint PRIMARY KEY, article bigint NOT NULL REFERENCES articles ON DELETE CASCADE,
        position integer NOT NULL, first integer NOT NULL, length integer NOT NULL, vector bytea NOT NULL)""",
    "CREATE INDEX ix_passages_article ON passages (article)",
    """CREATE TABLE bands (hash bigint, article bigint REFERENCES articles ON DELETE CASCADE,
        PRIMARY KEY (hash, article))""",
    "CREATE INDEX ix_bands_article ON bands (article)",
    """CREATE TABLE changes (key bigserial PRIMARY KEY, generation bigint NOT NULL, added boolean NOT NULL,
        first_id bigint NOT NULL, stop_id bigint NOT NULL)""",
    "CREATE INDEX ix_changes_generation ON changes (generation)",
    """CREATE TABLE conversations (key bigserial PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE,
        scope text COLLATE "C" NOT NULL, created timestamp NOT NULL, used timestamp NOT NULL)""",
    "CREATE INDEX ix_conversations_used ON conversations (used)",
    """CREATE TABLE turns (key bigserial PRIMARY KEY,
        conversation bigint NOT NULL REFERENCES conversations ON DELETE CASCADE, number integer NOT NULL,
        question text COLLATE "C" NOT NULL, standalone text COLLATE "C" NOT NULL, found boolean NOT NULL,
        confidence double precision NOT NULL, asked timestamp NOT NULL, UNIQUE (conversation, number))""",
    """CREATE TABLE feedback (key bigserial PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE,
        conversation bigint REFERENCES conversations ON DELETE SET NULL, created timestamp NOT NULL,
        question text COLLATE "C" NOT NULL, standalone text COLLATE "C" NOT NULL, history text COLLATE "C" NOT NULL,
        verdict text COLLATE "C" NOT NULL, found boolean NOT NULL)""",
    "CREATE INDEX ix_feedback_conversation ON feedback (conversation)",
    """CREATE TABLE places (key bigserial PRIMARY KEY, turn bigint REFERENCES turns ON DELETE CASCADE,
        feedback bigint REFERENCES feedback ON DELETE CASCADE, kind text COLLATE "C" NOT NULL,
        article text COLLATE "C" NOT NULL, version integer NOT NULL, fingerprint text COLLATE "C" NOT NULL,
        start integer NOT NULL, "end" integer NOT NULL, sentence integer NOT NULL, score double precision NOT NULL,
        answer_start integer, answer_end integer, CHECK ((turn IS NULL) <> (feedback IS NULL)))""",
    "CREATE INDEX ix_places_turn ON places (turn)",
    "CREATE INDEX ix_places_feedback ON places (feedback)",
    "CREATE INDEX ix_places_article ON places (article)",
    # A row for each passage. The halves of its vector find it; its whole vector, in passages, says how near it is.
    """CREATE TABLE passage_search (id bigint PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
        article bigint NOT NULL, embedding halfvec NOT NULL, words tsvector NOT NULL, length integer NOT NULL)""",
    "CREATE INDEX ix_passage_search_article ON passage_search (article)",
    "CREATE INDEX ix_passage_search_words ON passage_search USING gin (words)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in _STEPS:
        op.execute(statement)
