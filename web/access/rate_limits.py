"""How often a key, and an address, may ask. The only file that loads ``limits``.

Counted in the memory of one process, by a moving window: in any minute, not in every full one. ``limits`` counts by the
system's clock: when that is set back, all counts begin anew, or an hour would lock everybody out for as long.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.keys.rate import Rate

FAILURES = Rate(10, 60)  # wrong keys from one address
_LEAP = 1.0  # seconds; what the system's clock goes back by less is not looked at


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a limit is used up."""

    policy: str  # the limit's name: key or address
    rate: Rate
    remaining: int
    reset: int  # seconds until the oldest request that counts does so no more
    refused: bool = False

    @property
    def header(self) -> str:
        """What stands in ``RateLimit``."""
        return f'"{self.policy}";r={self.remaining};t={self.reset}'

    @property
    def policy_header(self) -> str:
        """What stands in ``RateLimit-Policy``."""
        return f'"{self.policy}";q={self.rate.amount};w={self.rate.seconds}'


def headers_of(standings: Sequence[Standing]) -> dict[str, str]:
    """Give the header fields of draft-ietf-httpapi-ratelimit-headers-10; Retry-After (RFC 9110) where one refuses."""
    if not standings:
        return {}
    headers = {
        "ratelimit-policy": ", ".join(standing.policy_header for standing in standings),
        "ratelimit": ", ".join(standing.header for standing in standings),
    }
    waits = [standing.reset for standing in standings if standing.refused]
    return headers | ({"retry-after": str(max(waits))} if waits else {})


class RateLimits:
    """The counters of one process. Safe to use from many threads."""

    def __init__(self, key_rate: Rate, address_rate: Rate, failures: Rate = FAILURES) -> None:
        """Allow so much to a key that has no rate of its own, to an address, and of wrong keys to an address."""
        self.key_rate, self.address_rate, self.failures = key_rate, address_rate, failures
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = time.time()

    def _heed_clock(self) -> None:
        before, self._latest = self._latest, time.time()
        if self._latest < before - _LEAP:
            self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def ask(self, policy: str, rate: Rate, who: str, cost: int = 1) -> Standing:
        """Count ``cost`` requests of ``who``, all or none; say how the limit stands then."""
        self._heed_clock()
        taken = self._limiter.hit(_item(rate), policy, who, cost=cost)
        standing = self._standing(policy, rate, who, refused=not taken)
        if taken:
            return standing
        return replace(standing, remaining=min(standing.remaining, cost - 1))  # in the moment that one is forgotten

    def address(self, address: str, cost: int = 1) -> Standing:
        """Count ``cost`` requests from an address, as ``place_of`` gives it."""
        return self.ask("address", self.address_rate, address, cost)

    def too_many_failures(self, address: str) -> Standing | None:
        """Say how the limit on wrong keys stands for an address that has used it up."""
        self._heed_clock()
        if self._limiter.test(_item(self.failures), "failures", address):
            return None
        return self._standing("failures", self.failures, address, refused=True)

    def fail(self, address: str) -> None:
        """Count a wrong key."""
        self._limiter.hit(_item(self.failures), "failures", address)

    def _standing(self, policy: str, rate: Rate, who: str, *, refused: bool) -> Standing:
        window = self._limiter.get_window_stats(_item(rate), policy, who)
        reset = max(1, math.ceil(window.reset_time - time.time()))
        return Standing(policy, rate, max(0, window.remaining), min(reset, rate.seconds), refused)


def _item(rate: Rate) -> RateLimitItem:
    return RateLimitItemPerSecond(rate.amount, rate.seconds)


def place_of(client: Sequence[object] | None) -> str:
    """Give what an address is counted as: of IPv6 the network that one customer gets, for it has addresses enough."""
    host = str(client[0]) if client else "local"
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:100]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(address.ipv4_mapped if isinstance(address, IPv6Address) else address)
