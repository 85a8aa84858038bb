"""What can be wrong with a request, each under a URI of its own that never changes: what a program looks at."""

from dataclasses import dataclass

_PREFIX = "urn:askarticle:problem:"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem (RFC 9457): its name, the status it comes with, a title, and when it comes."""

    name: str
    status: int
    title: str
    when: str

    @property
    def uri(self) -> str:
        """What stands as ``type`` in a problem."""
        return _PREFIX + self.name


_ALL = (
    ProblemType("bad-request", 400, "Bad Request", "The request cannot be read as it was sent."),
    ProblemType("unknown-host", 400, "Bad Request", "The Host header names no host that this server answers to."),
    ProblemType("through-proxy", 403, "Forbidden", "A proxy passed the request on to a server that serves no others."),
    ProblemType("key-needed", 401, "Unauthorized", "The server asks for a key, and none was sent."),
    ProblemType("key-refused", 401, "Unauthorized", "The key is not known, was revoked, or has expired."),
    ProblemType("not-allowed", 403, "Forbidden", "The key does not cover what is asked for; detail says what does."),
    ProblemType("foreign-origin", 403, "Forbidden", "A web page of another origin tries to use the server."),
    ProblemType("not-found", 404, "Not Found", "There is nothing at the address."),
    ProblemType("no-such-article", 404, "Not Found", "An article, version or collection is not there, or none fits."),
    ProblemType("no-such-job", 404, "Not Found", "The job is not there, or was forgotten."),
    ProblemType("no-such-model", 404, "Not Found", "The model that is named is none of the list."),
    ProblemType("no-such-conversation", 404, "Not Found", "The conversation was deleted, has expired, or never was."),
    ProblemType("no-such-feedback", 404, "Not Found", "The feedback was taken back, or never was."),
    ProblemType("method-not-allowed", 405, "Method Not Allowed", "The address does not take the method; see Allow."),
    ProblemType("article-exists", 409, "Conflict", "Another text is there under the id that an added article has."),
    ProblemType("no-library", 409, "Conflict", "The server asks one file alone: there is no library to change."),
    ProblemType("not-in-library", 409, "Conflict", "The article comes with the program and cannot be changed."),
    ProblemType("nothing-to-undo", 409, "Conflict", "The conversation has no turn that could be taken off."),
    ProblemType("conversation-full", 409, "Conflict", "The conversation has as many turns as one may have."),
    ProblemType("cancelled", 409, "Conflict", "The job was cancelled while its end was waited for."),
    ProblemType(
        "version-conflict", 412, "Precondition Failed", "The article has changed: If-Match names another state."
    ),
    ProblemType("too-large", 413, "Content Too Large", "The body, the file or the text is longer than the limit."),
    ProblemType("invalid-request", 422, "Unprocessable Content", "The request is not of the described shape."),
    ProblemType("bad-question", 422, "Unprocessable Content", "The question is empty or too long."),
    ProblemType("bad-citation", 422, "Unprocessable Content", "What should be checked is not a citation."),
    ProblemType("article-refused", 422, "Unprocessable Content", "The article cannot be taken in; detail says why."),
    ProblemType(
        "idempotency-key-reused", 422, "Unprocessable Content", "The Idempotency-Key was given to another request."
    ),
    ProblemType("precondition-required", 428, "Precondition Required", "If-Match is missing."),
    ProblemType("too-many-requests", 429, "Too Many Requests", "A rate limit is used up; see Retry-After."),
    ProblemType("server-error", 500, "Internal Server Error", "A fault of the server's. Please report it."),
    ProblemType("no-article", 503, "Service Unavailable", "There is no article to ask yet."),
    ProblemType("busy", 503, "Service Unavailable", "Too much is waiting to be done; try again after Retry-After."),
    ProblemType(
        "conversations-unavailable", 503, "Service Unavailable", "Conversations and feedback cannot be kept now."
    ),
    ProblemType("library-unavailable", 503, "Service Unavailable", "The library cannot be read or written now."),
    ProblemType("keys-unavailable", 503, "Service Unavailable", "Keys cannot be checked now."),
    ProblemType("not-installed", 501, "Not Implemented", "What serves this address is not installed."),
)
PROBLEM_TYPES = {problem.name: problem for problem in _ALL}

# What a bare status means where nothing more is said.
BY_STATUS = {
    400: "bad-request",
    401: "key-needed",
    403: "foreign-origin",
    404: "not-found",
    405: "method-not-allowed",
    412: "version-conflict",
    413: "too-large",
    422: "invalid-request",
    428: "precondition-required",
    429: "too-many-requests",
    500: "server-error",
}
