"""Which servers an address from upstream may lead to: only those on the internet, after each look-up and redirect.

An address could name the router, the metadata service of a cloud, or the dashboard itself.
"""

import ipaddress
import socket
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.util import parse_url

from kling.errors import UnexpectedAnswer
from kling.http import retries

REDIRECTS = 5
Origin = tuple[str, int]
NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class PublicAdapter(HTTPAdapter):
    """For requests to addresses that upstream names; `but`, which is set by whoever runs this, may be anywhere."""

    def __init__(self, but: Origin, **options: Any) -> None:
        super().__init__(**options)
        self._but = but

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Also called for each redirect."""
        origin = origin_of(request.url or "")
        if origin != self._but:
            public_address(*origin)
        return super().send(request, *args, **options)

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        pool = retries.with_send_timeout(super().get_connection_with_tls_context(request, verify, proxies, cert))
        if pool.proxy is None and (pool.host, pool.port) != self._but:
            pool.ConnectionCls = _pinned(pool.ConnectionCls)
        return pool


def origin_of(url: str) -> Origin:
    """Host and port; `UnexpectedAnswer` unless it is an address of http or https."""
    parts = parse_url(url)
    if parts.scheme not in _PORTS or not parts.host:
        raise UnexpectedAnswer("The address of a file is none of http or https.")
    return parts.host.strip("[]"), parts.port or _PORTS[parts.scheme]


def public_address(host: str, port: int) -> str:
    """The numeric address to connect to; `UnexpectedAnswer` unless all that the name stands for are on the internet."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return host  # connecting will say it
    if not all(map(is_public, found)):
        raise UnexpectedAnswer("The address of a file leads into a private network.")
    return found[0]


def is_public(address: str) -> bool:
    """Whether a numeric address is one of the internet, also where it holds another one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _pinned(connection: Any) -> Any:
    """A connection that goes to the address that was looked at: a second look-up might give another."""

    class Pinned(connection):  # type: ignore[misc]
        _dns_host: str

        def _new_conn(self) -> socket.socket:
            name, self._dns_host = self._dns_host, public_address(self._dns_host, self.port)
            try:
                opened: socket.socket = super()._new_conn()
            finally:
                self._dns_host = name
            return opened

    return Pinned
