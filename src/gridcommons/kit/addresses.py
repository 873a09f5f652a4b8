"""Numbers of the network: which of them lie out in the open, whatever they are wrapped in."""

from __future__ import annotations

import ipaddress
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_GLOBAL: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA gives out of IPv6. Outside of it lie the inner, the old site-local and what translates to IPv4."""
_WRAPS: Final = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
"""Inside of it: 6to4 and Teredo, where another number is meant than the one that is written."""


def plain(number: str) -> Address:
    """The address that a number stands for: without its zone, and IPv4 where it is only written as IPv6."""
    own = ipaddress.ip_address(number.partition("%")[0])
    mapped = own.ipv4_mapped if isinstance(own, ipaddress.IPv6Address) else None
    return mapped or own


def is_outer(address: Address) -> bool:
    """Whether an address lies on the open network, and neither is nor wraps an inner one."""
    if not address.is_global or address.is_multicast:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    return address in _GLOBAL and not any(address in net for net in _WRAPS)
