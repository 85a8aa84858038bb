"""Words of the library's pages: languages, sizes, moments, and what became of an article that was given."""

from datetime import datetime

from index.ingest import Taken
from web.jobs import Job
from web.problems import problem_of

LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "ga": "Irish", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ka": "Georgian",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian",
    "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_STATES = {
    "queued": "Waiting for its turn",
    "running": "At work",
    "done": "Done",
    "failed": "Failed",
    "cancelled": "Cancelled",
}
_COUNTED = {
    "added": "added",
    "replaced": "now in a new version",
    "moved": "moved",
    "unchanged": "known already",
    "duplicate": "repeating another",
    "refused": "refused",
}


def language_name(code: str) -> str:
    """Give a language's English name with its code, or the code where the name is not known here."""
    name = LANGUAGES.get(code)
    return f"{name} ({code})" if name else code


def moment(when: datetime) -> str:
    """Give a moment to the minute, as in 23 October 2024, 14:05 UTC."""
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def state_words(job: Job) -> str:
    """Say where a job stands, in a few words."""
    done, of = job.progress
    if job.status == "running" and job.waits:
        return "Waiting for another program that is adding to the library"
    if job.status == "running" and of:
        return f"Reading an article: {done:,} of {of:,} passages and sentences"
    return _STATES[job.status]


def counts_words(job: Job) -> str:
    """Give such as ``3 added, 1 refused``; "" while nothing came of it."""
    return ", ".join(f"{job.counts[name]:,} {words}" for name, words in _COUNTED.items() if job.counts[name])


def problem_words(job: Job) -> str:
    """Say why a job failed; "" for one that did not."""
    return str(problem_of(job.error)["detail"]) if job.error else ""


def given_as(taken: Taken) -> str:
    """Say as what an article was given: a file's name, an address, or the text."""
    if taken.origin.startswith("api:"):
        return "The text"
    if taken.origin.startswith("upload:"):  # upload:NAME:16 HEX DIGITS, and what follows within the file
        name, _, rest = taken.origin.removeprefix("upload:").rpartition(":")
        return name + rest[16:] if name else rest
    return taken.origin
