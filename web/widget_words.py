"""The widget's words: those of the chat page, so that a reader is told the same on every page."""

import calendar
from typing import Any

from web import wording
from web.asking import MOST_EARLIER, MOST_TYPED

# As the page's templates have them; a test holds these to the page.
ON_THE_PAGE: dict[str, str] = {
    "alone": "Ask it on its own instead",
    "ask": "Ask",
    "askOne": "Ask this article",
    "before": "Before it:",
    "conflict": "The article gives different figures:",
    "conversation": "Conversation",
    "in": "in",
    "page": "page",
    "partial": "The list ends here, but there is more text than it covers.",
    "placeholder": "Who, when, why?",
    "promise": "The answer is always the article’s own sentences, word for word. If none answers, you are told so.",
    "publisher": "Open at the publisher",
    "reading": "Reading…",
    "sentence": "Sentence",
    "sure": "sure",
    "understoodAs": "Understood as:",
    "workedOut": "worked out from the article’s dates:",
    "yourQuestion": "Your question",
}
NEAREST = ("The nearest sentences, which", "probably do not answer", "the question:")  # the second one is stressed
# What the page has no need to say, or says by a script of its own.
_OWN = {
    "askAll": "Ask all articles",
    "askCollection": "Ask the articles in",
    "citations": "citations",
    "failed": "Something went wrong in this chat. Please try again.",
}


def widget_words() -> dict[str, Any]:
    """Give everything that the widget's script says or counts by."""
    return {
        **ON_THE_PAGE,
        **_OWN,
        "nearest": NEAREST,
        "says": wording.SAYS,
        "articleSays": wording.ARTICLE_SAYS,
        "probably": wording.PROBABLY,
        "articleDoesNotSay": wording.ARTICLE_DOES_NOT_SAY,
        "articlesDoNotSay": wording.ARTICLES_DO_NOT_SAY,
        "speakers": wording.SPEAKERS,
        "attributed": wording.ATTRIBUTED,
        "months": list(calendar.month_name)[1:],
        "mostEarlier": MOST_EARLIER,
        "mostTyped": MOST_TYPED,
    }
