"""Who is at the other end of the line, as a key that tells nobody the address."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from web.senders import opaque_sender

_HOUSEHOLD = 64  # bits of an IPv6 address that one connection has; the rest is chosen by the device


def address_key(secret_key: str, request: Request) -> str:
    """HMAC of the client's address, of its /64 network for IPv6; 64 hex digits."""
    return opaque_sender(secret_key, "address", _counted_as(request.client.host if request.client else ""))


def _counted_as(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), _HOUSEHOLD), strict=False))
