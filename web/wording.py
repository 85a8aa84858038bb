"""How sure an answer is, who says it, and where it stands: in words for readers. All thresholds stand here."""

from datetime import date

from bot.answer import Answer, Citation, Speaker
from bot.text_fragment import text_fragment_link
from corpus import Article

SAYS = 0.8  # confidence from which the article plainly "says" it; below, down to what the bot cites at all, "probably"

ARTICLE_SAYS, PROBABLY = "The article says", "Probably"
ARTICLE_DOES_NOT_SAY, ARTICLES_DO_NOT_SAY = "The article does not say.", "The articles do not say."
SPEAKERS = {
    "said": "Said by",
    "claimed": "Claimed by",
    "denied": "Denied by",
    "estimated": "Estimated by",
    "quoted": "In the words of",
    "reported": "Reported by",
}
ATTRIBUTED = "Attributed to"  # where how they say it has no words here


def verdict(answer: Answer, *, several: bool = False) -> str:
    """Say how sure an answer is; ``several``: more than one article was asked. The figure stands beside it."""
    if not answer.found:
        return ARTICLES_DO_NOT_SAY if several else ARTICLE_DOES_NOT_SAY
    return ARTICLE_SAYS if answer.confidence >= SAYS else PROBABLY


def attribution(speaker: Speaker) -> str:
    """Say what the speaker has to do with the quote, as the words before the name."""
    return SPEAKERS.get(speaker.mode, ATTRIBUTED)


def day(article: Article) -> str | None:
    """Give the day of publication, as in 23 October 2024."""
    return on_day(article.published) if article.published else None


def on_day(moment: date) -> str:
    """Give a moment's day, as in 23 October 2024."""
    return f"{moment.day} {moment:%B %Y}"


def reference(citation: Citation) -> str:
    """Give the quote and where it stands, in two or three lines, as one puts it into a text of one's own."""
    article = citation.article
    place = [article.title, article.author, article.source, day(article), f"sentence {citation.sentence.index + 1}"]
    lines = [" ".join(citation.quote.split()), "— " + ", ".join(part for part in place if part)]
    link = text_fragment_link(citation.sentence)
    return "\n".join([*lines, link] if link else lines)
