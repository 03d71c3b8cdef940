"""Origins, networks and servers as people write them into settings; what cannot be meant is refused in words."""

from __future__ import annotations

import re
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Nothing that would end a word in a header: origins are written into one as they are.
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


def read_origin(text: str, *, must_be_private: bool) -> str:
    """An origin as browsers send it: lower case, no default port; raises `ValueError` in words.

    `must_be_private`: `http://` is refused, unless it never leaves the machine.
    """
    parts = _split(text)
    host = (parts.hostname or "") if ":" not in (parts.hostname or "") else f"[{parts.hostname}]"
    if "*" in text:
        raise ValueError(f"{text!r} has a *: name each site by itself")
    if parts.scheme not in _DEFAULT_PORTS:
        raise ValueError(f"{text!r} must begin with https://, such as https://www.clinic.example")
    if not _HOST.fullmatch(host):
        raise ValueError(f"{text!r} names no host (a name with other letters is written in its xn-- form)")
    if text.rstrip("/").count("/") != 2 or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"{text!r} is more than an origin: leave out everything behind the host and its port")
    if must_be_private and parts.scheme == "http" and host not in _LOOPBACK:
        raise ValueError(f"{text!r} must begin with https:// in production")
    return origin_of(text)


def origin_of(url: str) -> str:
    """The origin of an address, as browsers send it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def read_network(text: str) -> str:
    """An address or a network such as `10.0.0.0/8`; raises `ValueError` in words."""
    try:
        network = ip_network(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not an address or a network such as 10.0.0.2 or 10.0.0.0/8: {error}") from error
    if network.prefixlen == 0:
        raise ValueError(f"{text!r} is everybody: name the proxy's own address")
    return text


def read_redis_url(text: str) -> str:
    """The address of a Redis server; raises `ValueError` in words, which never hold a password."""
    try:
        parts = _split(text)
    except ValueError:
        raise ValueError("it cannot be read: write redis://host:6379/0") from None
    is_named = parts.path if parts.scheme == "unix" else parts.hostname
    if parts.scheme not in {"redis", "rediss", "unix"} or not is_named:
        raise ValueError("it must read redis://host:6379/0, rediss://... (encrypted) or unix:///path/to/the/socket")
    return text


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port  # which is read only when asked for
    except ValueError as error:
        raise ValueError(f"{text!r} cannot be read: {error}") from error
    return parts
