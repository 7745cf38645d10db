"""Signing in to a server with a key: Sign-In with Ethereum (EIP-4361), one strict form of it.

A server gives a nonce; whoever holds a key signs a text that names the server, the ledger's chain, the
nonce and an end. The text is for people, too: a wallet shows it. Nothing that is signed here counts on
chain (EIP-191)::

    request = SignIn("ledger.example", signer.address, "https://ledger.example", chain, nonce, issued, ends)
    answer = request.text, request.signed_by(signer)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from ledger_client.addresses import Address, parse_address
from ledger_client.errors import RefusedError
from ledger_client.keccak import keccak
from ledger_client.signers import CompactSignature, Signer, recover_signer

MESSAGE_LIMIT = 1_000
"""Characters of a text that is signed."""

_FORM = re.compile(
    r"(?P<domain>[!-~]{1,255}) wants you to sign in with your Ethereum account:\n"
    r"(?P<address>0x[0-9a-fA-F]{40})\n"
    r"\n(?:[ -~]{1,200}\n)?\n"
    r"URI: (?P<uri>[!-~]{1,255})\n"
    r"Version: 1\n"
    r"Chain ID: (?P<chain_id>[1-9][0-9]{0,15})\n"
    r"Nonce: (?P<nonce>[0-9A-Za-z]{8,64})\n"
    r"Issued At: (?P<issued_at>[0-9T:.Z+-]{20,35})\n"
    r"Expiration Time: (?P<expires_at>[0-9T:.Z+-]{20,35})"
)


class SignInFormError(RefusedError):
    """A text is no request to sign in, or says more than is taken here."""

    en = (
        "this is no request to sign in as EIP-4361 writes it ({what}); it has domain, address, URI, version, "
        "chain, nonce, issue and end, and nothing else: ask for a new nonce and sign again"
    )
    zh = (
        "这不是 EIP-4361 格式的登录请求（{what_zh}）：应为域名、地址、URI、版本、链、随机数、签发与失效时间，"
        "此外别无内容；请重新获取随机数并签署"
    )


class SignatureWrongError(RefusedError):
    """A text was not signed by whom it names."""

    en = "the text was not signed by {address}, which it names; sign it as it stands with the key of that one"
    zh = "该文本不是由其所载地址 {address} 签署；请用该地址的密钥按原文签署"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A request to sign in.

    Attributes:
        domain: Of the server, with its port where it is not the usual one.
        address: Who signs in.
        uri: Of the server.
        chain_id: Of the ledger's chain.
        nonce: As the server gave it.
        issued_at: Seconds since 1970.
        expires_at: Until when the session lasts at most, seconds since 1970.
    """

    domain: str
    address: Address
    uri: str
    chain_id: int
    nonce: str
    issued_at: int
    expires_at: int

    @property
    def text(self) -> str:
        """What is signed."""
        return (
            f"{self.domain} wants you to sign in with your Ethereum account:\n{self.address}\n\n\n"
            f"URI: {self.uri}\nVersion: 1\nChain ID: {self.chain_id}\nNonce: {self.nonce}\n"
            f"Issued At: {_iso(self.issued_at)}\nExpiration Time: {_iso(self.expires_at)}"
        )

    @classmethod
    def parse(cls, text: str) -> SignIn:
        """Return the request that a text makes.

        Raises:
            SignInFormError: It makes none, or says more than is taken here.
        """
        found = _FORM.fullmatch(text) if len(text) <= MESSAGE_LIMIT else None
        if found is None:
            raise SignInFormError(what="the text has another form", what_zh="文本格式不符")
        try:
            return cls(
                domain=found["domain"],
                address=parse_address(found["address"]),
                uri=found["uri"],
                chain_id=int(found["chain_id"]),
                nonce=found["nonce"],
                issued_at=_seconds(found["issued_at"]),
                expires_at=_seconds(found["expires_at"]),
            )
        except ValueError as error:
            raise SignInFormError(what="a time is none", what_zh="时间格式不符") from error

    def signed_by(self, signer: Signer) -> str:
        """Return the signature of 65 bytes in hexadecimal, as wallets give it."""
        given = signer.sign_digest(_digest(self.text))
        vs = int.from_bytes(given.vs, "big")
        s, parity = vs & (1 << 255) - 1, vs >> 255
        return f"0x{given.r.hex()}{s:064x}{27 + parity:02x}"


def require_signed(text: str, address: Address, signature: str) -> None:
    """Refuse a text that an address has not signed.

    Args:
        text: What was signed.
        address: Who signed.
        signature: 65 bytes in hexadecimal: r, s, and 27 or 28.

    Raises:
        SignatureWrongError: It has not.
    """
    raw = bytes.fromhex(signature[2:]) if re.fullmatch("0x[0-9a-fA-F]{130}", signature) else b""
    if len(raw) == 65 and raw[64] in (27, 28) and raw[32] < 128:
        vs = bytes([raw[32] | (raw[64] - 27) << 7]) + raw[33:64]
        if recover_signer(_digest(text), CompactSignature(raw[:32], vs)) == address:
            return
    raise SignatureWrongError(address=address)


def _digest(text: str) -> bytes:
    """Return what a wallet signs for a text (EIP-191, version 0x45)."""
    raw = text.encode()
    return keccak(b"\x19Ethereum Signed Message:\n%d" % len(raw) + raw)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return int(moment.timestamp())
