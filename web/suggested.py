"""Questions that an article's page suggests: those written for the article that ships with the program."""

from corpus import Article, default_article

_DEFAULT = (
    "How many troops might be involved?",
    "How did Austin describe the deployment?",
    "Who is Victor Cha?",
    "How many Russian soldiers have been killed or wounded?",
)


def suggested_questions(article: Article) -> tuple[str, ...]:
    """Give questions that ``article`` answers; none for an article nobody wrote any for."""
    default = default_article()
    return _DEFAULT if (article.id, article.fingerprint) == (default.id, default.fingerprint) else ()
