"""Which addresses of the network a URL may lead to."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from corpus.errors import UnreadableArticleError

_IPV4_IN_IPV6 = ip_network("64:ff9b::/96")  # NAT64, RFC 6052
_ASSIGNED = ip_network("192.0.0.0/24")  # to protocols, RFC 6890; Python calls some of it global


def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """Give the address to connect to: the first of the host's, if all of them may be.

    Who checks an address must connect to that very one: asked again, the host's name may give another.

    Raises:
        UnreadableArticleError: the host is not found, or has an address that may not be connected to.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # UnicodeError: a label that is empty or too long
        raise UnreadableArticleError(f"There is no host {host[:100]!r}, or no network. Check the URL.") from None
    addresses = [ip_address(str(place[4][0]).partition("%")[0]) for place in found]
    closed = next((address for address in addresses if not is_public(address)), None)
    if closed is not None and not allow_private:
        raise UnreadableArticleError(
            f"{host[:100]!r} is at {closed}, an address of this machine or a private network. "
            "Only `askarticle add --allow-private` reads those."
        )
    return str(addresses[0])


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public Internet, also where an IPv4 address is wrapped in an IPv6 one."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _IPV4_IN_IPV6:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address.is_site_local:
            return False
    closed = address.is_multicast or address.is_reserved or address.is_unspecified or address in _ASSIGNED
    return address.is_global and not closed
