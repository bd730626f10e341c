"""Connections of a fetch: a host is resolved once, its addresses are checked, and a checked one is connected to.

What the name says a moment later no longer matters, so no second answer of its name server (DNS rebinding)
can lead inside. Each step has what is left of the whole fetch's time, so no server can hold one by dripping.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore

from knowledge_base.reading.faults import ReadingFault

# Prefixes under which an IPv6 address stands for an IPv4 one (RFC 6052).
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::/96"))


def is_public(address: str, allowed: Sequence[IPv4Network | IPv6Network] = ()) -> bool:
    """Whether an address may be connected to: a public one, or one of a network that is allowed by name."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if any(found in network for network in allowed):
        return True
    if isinstance(found, IPv6Address):
        inner = _embedded(found)
        if inner is not None:
            return is_public(str(inner), allowed)
        if found.is_site_local:
            return False
    return found.is_global and not (
        found.is_private
        or found.is_loopback
        or found.is_link_local
        or found.is_multicast
        or found.is_reserved
        or found.is_unspecified
    )


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses alone, each step within what is left of the time."""

    def __init__(
        self,
        resolve: Callable[[str, int], Sequence[str]],
        allowed: Sequence[IPv4Network | IPv6Network],
        deadline: float,
    ):
        self._resolve = resolve
        self._allowed = allowed
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = list(self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise ReadingFault(f"找不到主机 {host}：请核对网址") from error
        # One inward address among public ones is a trap, not an accident.
        if not addresses or not all(is_public(address, self._allowed) for address in addresses):
            raise ReadingFault(
                f"{host} 指向内部或保留的网络地址，已拒绝：请填公开网站的网址，或下载后导入文件"
            )
        for address in addresses[:-1]:
            # A host with several addresses may be reachable by the later ones alone: IPv6 without a route.
            with suppress(httpcore.ConnectError):
                return self._connect(address, port, local_address, socket_options)
        return self._connect(addresses[-1], port, local_address, socket_options)

    def _connect(
        self, address: str, port: int, local_address: str | None, socket_options: Iterable[Any] | None
    ) -> httpcore.NetworkStream:
        seconds = left(self._deadline)
        stream = self._plain.connect_tcp(address, port, seconds, local_address, socket_options)
        return _TimedStream(stream, self._deadline)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: float):
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left(self._deadline)), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def left(deadline: float) -> float:
    """Seconds until the deadline. Raises httpcore's time-out where there are none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the whole fetch took too long")
    return seconds
