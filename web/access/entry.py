"""How a server is entered: with keys or without, and how often. Decided once, when it starts."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from bot.keys.rate import parse_rate
from bot.settings import Settings
from corpus.errors import ServingError
from web.access.cors import ANY

if TYPE_CHECKING:
    from web.access.keyring import Keyring
    from web.access.rate_limits import RateLimits


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at the door. As it is made here: nothing, for programs and readers of this machine alone.

    ``direct``: what a proxy has passed on is refused, for nobody said that others may come by one.
    """

    keyring: "Keyring | None" = None  # None where no key is needed
    limits: "RateLimits | None" = None
    direct: bool = False
    proxies: tuple[str, ...] = field(default=())  # whose word on where a request comes from is taken


def open_entry(settings: Settings, address: str, keys: bool | None = None) -> Entry:
    """Decide for a server that listens on ``address``.

    Keys are asked for as ``keys`` says, else as the settings say, else where others than this machine's own programs
    can come in: from other machines, or by a proxy or a host name that was named.

    Raises:
        ServingError: keys are needed and there are none, or would be for nothing.
        StoredDataError: the keys cannot be read.
    """
    alone = ip_address(address.partition("%")[0]).is_loopback and not settings.proxies and not settings.hosts
    chosen = settings.keys if keys is None else keys
    if chosen is None and alone:
        return Entry(direct=True)
    if chosen is False:
        return Entry(limits=None if alone else _limits(settings), proxies=settings.proxies)
    if ANY in settings.origins:
        raise ServingError(
            "ASKARTICLE_ORIGINS is *, so any page could try keys. Name the origins, or serve without keys: --no-keys."
        )
    return Entry(_keyring(settings, address), _limits(settings), proxies=settings.proxies)


def _keyring(settings: Settings, address: str) -> "Keyring":
    from bot.keys.store import KeyStore
    from web.access.keyring import Keyring

    store = KeyStore(settings.keys_file)
    if not store.any():
        store.close()
        raise ServingError(
            f"A server on {address} needs keys, and there is none in {settings.data}. Make one: askarticle keys create "
            "NAME. Or let everybody in who can reach it: --no-keys."
        )
    return Keyring(store)


def _limits(settings: Settings) -> "RateLimits":
    from web.access.rate_limits import RateLimits

    return RateLimits(parse_rate(settings.key_rate), parse_rate(settings.address_rate))
