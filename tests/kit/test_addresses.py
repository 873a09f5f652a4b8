"""Which numbers lie out in the open: no inner one passes, in whatever it is wrapped."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gridcommons.kit.addresses import is_outer, plain


@pytest.mark.parametrize(
    "number", ["93.184.216.34", "192.88.99.1", "2606:2800:220:1::1", "2400:3200::1", "::ffff:93.184.216.34"]
)
def test_what_is_open_passes(number: str) -> None:
    assert is_outer(plain(number))


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff0e::1",
        "2001:db8::1", "::ffff:127.0.0.1", "::7f00:1", "::5db8:d822", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
        "2002:7f00:1::", "2001:0:5db8:d822::1", "::ffff:0:127.0.0.1",
    ],
)  # fmt: skip
def test_what_is_inner_or_wraps_another_does_not(number: str) -> None:
    assert not is_outer(plain(number))


WRAPPED = ("::ffff:{0:x}:{1:x}", "::{0:x}:{1:x}", "64:ff9b::{0:x}:{1:x}", "64:ff9b:1::{0:x}:{1:x}",
           "2002:{0:x}:{1:x}::1", "::ffff:0:{0:x}:{1:x}")  # fmt: skip
INNER = st.one_of(
    *(st.ip_addresses(v=4, network=net) for net in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"))
)


@given(inner=INNER, way=st.sampled_from(WRAPPED))
@example(inner=ipaddress.ip_address("169.254.169.254"), way=WRAPPED[2])
def test_no_inner_number_passes_in_any_wrapping(inner: ipaddress.IPv4Address, way: str) -> None:
    high, low = divmod(int(inner), 1 << 16)
    assert not is_outer(plain(way.format(high, low)))
