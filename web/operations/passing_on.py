"""The headers of a request that one worker passes on to another; its scope has these facts under the same names."""

PASSED_ON = "x-askarticle-passed-on"  # what the other cannot see itself: who sent it, and how
ROUTE = "x-askarticle-route"  # what that one tells in its answer: the pattern of the address
