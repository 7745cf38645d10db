"""Where `shecang serve` listens, and what it takes to listen to more than this machine."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Self

from api.settings import LOOPBACK_NAMES, Settings
from ledger_client.errors import UnavailableError, UsageError
from ledger_client.language import tr

_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*")
_LONGEST_NAME = 253


class PortTakenError(UnavailableError):
    """Somebody listens at the port."""

    en = "port {port} of {address} is taken; stop what listens there, or choose another with --port"
    zh = "{address} 的端口 {port} 已被占用；请停止占用该端口的程序，或用 --port 另选端口"


class PortRefusedError(UnavailableError):
    """The system does not let this process listen at the port."""

    en = "port {port} of {address} cannot be listened at ({reason}); choose another with --port"
    zh = "无法监听 {address} 的端口 {port}（{reason}）；请用 --port 另选端口"


class AddressUnknownError(UnavailableError):
    """This machine has no such address."""

    en = "this machine has no address {address}; give one that it has with --address"
    zh = "本机没有地址 {address}；请用 --address 填写本机地址"


class AddressFormError(UsageError):
    """A text is no address of a network."""

    en = "{given!r} is no IPv4 or IPv6 address; write it in digits, like 127.0.0.1 or ::1"
    zh = "{given!r} 不是 IPv4 或 IPv6 地址；请填写数字形式，如 127.0.0.1 或 ::1"


class AddressOpenError(UsageError):
    """Others than this machine would ask without encryption."""

    en = (
        "at {address} others than this machine can ask, and what they ask would travel in the clear: give "
        "--tls-cert and --tls-key, or name the proxy that does it with --behind-proxy and --proxy-address"
    )
    zh = (
        "{address} 可从其他机器访问，内容将以明文传输：请提供 --tls-cert 与 --tls-key，"
        "或用 --behind-proxy 与 --proxy-address 指明负责加密的代理"
    )


class TlsHalfError(UsageError):
    """A certificate without its key, or the other way round."""

    en = "--tls-cert and --tls-key belong together; give both"
    zh = "--tls-cert 与 --tls-key 须同时提供"


class ProxyHalfError(UsageError):
    """A proxy of which it is not said what it is called, or where it asks from."""

    en = "--proxy-address says from where a proxy asks; say with --behind-proxy under which name it is asked"
    zh = "--proxy-address 指明代理的地址；请用 --behind-proxy 填写代理对外的主机名"


class HostNameFormError(UsageError):
    """A text is no host name."""

    en = "{given!r} is no host name; write it without port and address, like ledger.example"
    zh = "{given!r} 不是主机名；请填写不带端口和路径的名称，如 ledger.example"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens, and who may ask it how.

    Attributes:
        address: Of this machine.
        port: 0 for any that is free.
        names: By which it is asked from elsewhere, the main one first.
        context: With which it answers over HTTPS; None where it does not.
        proxies: Addresses of the proxies before it.
    """

    address: IPv4Address | IPv6Address
    port: int
    names: tuple[str, ...] = ()
    context: ssl.SSLContext | None = None
    proxies: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        address: str,
        port: int,
        *,
        certificate: Path | None = None,
        key: Path | None = None,
        behind: Sequence[str] = (),
        proxies: Sequence[str] = (),
    ) -> Self:
        """Return what the options of the command mean.

        Args:
            address: To listen at.
            port: Likewise.
            certificate: Of the server, PEM.
            key: Of the certificate.
            behind: Names under which proxies are asked.
            proxies: From where they ask; from this machine where left out.

        Raises:
            UsageError: What was given cannot be meant, or would let others ask in the clear.
            UnavailableError: The certificate or its key cannot be used.
        """
        own = _address(address)
        if (certificate is None) != (key is None):
            raise TlsHalfError()
        if proxies and not behind:
            raise ProxyHalfError()
        if not (own.is_loopback or certificate or behind):
            raise AddressOpenError(address=own)
        names = tuple(_host_name(each) for each in behind)
        from_ = frozenset(str(_address(each)) for each in proxies or ("127.0.0.1", "::1")) if names else None
        context = None
        if certificate is not None and key is not None:
            from api.tls import ServerCertificate

            loaded = ServerCertificate.load(certificate, key)
            names, context = (*names, *loaded.names), loaded.context
        return cls(own, port, names, context, from_ or frozenset())

    @property
    def settings(self) -> Settings:
        """What the application has to know of it."""
        own = {str(self.address)} if self.address.is_loopback else set()
        return Settings(
            host_names=LOOPBACK_NAMES | own | set(self.names),
            proxies=self.proxies,
            is_for_proxies=bool(self.proxies) and self.context is None,
        )

    def listen(self) -> socket.socket:
        """Return a socket that is bound there.

        Raises:
            PortTakenError: Somebody listens there.
            AddressUnknownError: The machine does not have the address.
            PortRefusedError: The system does not allow it.
        """
        try:
            [(family, kind, _, _, place), *_] = socket.getaddrinfo(
                str(self.address), self.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
            # Where the protocol is not named, asyncio leaves Nagle's algorithm on, and answers wait 40 ms.
            listener = socket.socket(family, kind, socket.IPPROTO_TCP)
        except OSError as error:
            raise self._refused(error) from error
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                # An address is what it says: `::` is every one of IPv6, and no other one in its clothes.
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(place)
            listener.listen()
        except OSError as error:
            listener.close()
            raise self._refused(error) from error
        return listener

    def _refused(self, error: OSError) -> UnavailableError:
        if error.errno == errno.EADDRINUSE:
            return PortTakenError(port=self.port, address=self.address)
        if error.errno == errno.EADDRNOTAVAIL:
            return AddressUnknownError(address=self.address)
        return PortRefusedError(port=self.port, address=self.address, reason=error.strerror)

    def root(self, port: int) -> str:
        """Return the address of the server's pages at the port that it came to have."""
        host = str(self.address)
        if self.address.is_unspecified:
            host = next((name for name in self.names if not name.startswith("*")), host)
        scheme = "http" if self.context is None else "https"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def described(self) -> str:
        """Return by which names it is asked, and through whom; empty where by this machine alone."""
        names, proxies = ", ".join(self.names), ", ".join(sorted(self.proxies))
        if self.proxies:
            return tr(f"as {names}, behind a proxy at {proxies}", f"主机名 {names}，代理地址 {proxies}")
        return tr(f"as {names}", f"主机名 {names}") if names else ""


def _address(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError as error:
        raise AddressFormError(given=text) from error


def _host_name(text: str) -> str:
    name = text.lower()
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise HostNameFormError(given=text)
    return name
