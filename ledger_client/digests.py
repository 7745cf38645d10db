"""Digests, as `TypedData.sol`, `DocumentBook.sol` and `Consignments.sol` compute them.

::

    document key     = keccak(recording site, client id)[:248]
    content digest   = keccak(CONTENT_TYPEHASH, kind, key, from, to, occurredAt, reference, reason,
                              qualification, deadline, number of words, keccak(lines))
    consent          = keccak(0x1901, domain separator, keccak(CONSENT_TYPEHASH, content, body, validUntil))
    document digest  = keccak(DOCUMENT_TYPEHASH, content, keccak(three signers of 60 bytes), recordedAt,
                              verdict, body)
    journal          = keccak(ROLL_TYPEHASH, journal, subject, document digest)[:192] ‖ sequence + 1
    commitment       = keccak(state, from, to, keccak(signers, a word each), keccak(lines))[:192]
    grant key        = keccak(holder, role, division, subject)
    entry digest     = keccak(topics of the log ‖ data of the log)    all other journals; the lines of a
                       proposal enter as their keccak

All is concatenation of whole words: no general ABI encoder is called, because a rebuild hashes millions.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.documents import Content, Kind
from ledger_client.events import DocumentRecorded, FixedEvent, SignedBy, entry_bytes
from ledger_client.keccak import keccak
from ledger_client.roles import Role

CONTENT_TYPEHASH = keccak(
    b"Content(uint8 kind,uint248 key,uint256 from,uint256 to,uint64 occurredAt,uint256 reference,"
    b"uint16 reason,uint160 qualification,uint64 deadline,uint256 words,bytes32 lines)"
)
CONSENT_TYPEHASH = keccak(b"Consent(bytes32 content,bytes32 body,uint64 validUntil)")
DOCUMENT_TYPEHASH = keccak(
    b"Document(bytes32 content,bytes32 signers,uint64 recordedAt,uint256 verdict,bytes32 body)"
)
ROLL_TYPEHASH = keccak(b"Roll(uint256 journal,uint256 subject,bytes32 digest)")
DOMAIN_TYPEHASH = keccak(b"EIP712Domain(uint256 chainId,address verifyingContract)")

_RECORDED_BY_RECEIVER = frozenset({Kind.OPENING, Kind.RECEIPT, Kind.ACCEPTANCE, Kind.CONTEST})
_NO_SIGNER = bytes(60)
_MASK_64 = (1 << 64) - 1


def recording_site(kind: Kind, content: Content, original: Kind | None = None) -> int:
    """Return the site whose key a document gets (of a recall: the issuer, 0 for an authority).

    Args:
        kind: Of the document.
        content: The document.
        original: Of a reversal: the kind of the document that it undoes.
    """
    return content.to if (original or kind) in _RECORDED_BY_RECEIVER else content.from_


def document_key(site: int, client_id: bytes) -> int:
    """Return the key (248 bits) of the document that the client calls `client_id` at a recording site."""
    return int.from_bytes(keccak(_word(site) + client_id)[:31], "big")


def content_digest(kind: Kind, key: int, content: Content) -> bytes:
    """Return the digest of what a document says, whoever signs it: 32 bytes, of which the ledger keeps 31."""
    lines = content.lines
    return keccak(
        b"".join(
            (
                CONTENT_TYPEHASH,
                _word(kind),
                _word(key),
                _word(content.from_),
                _word(content.to),
                _word(content.occurred_at.word),
                _word(content.reference),
                _word(content.reason),
                _word(content.qualification),
                _word(content.deadline),
                _word(len(lines) // 32),
                keccak(lines),
            )
        )
    )


def consent_struct_hash(content: bytes, body: bytes, valid_until: int) -> bytes:
    """Return the struct hash of a consent.

    Args:
        content: Content digest of the document.
        body: Salted digest of its body, 32 zero bytes where it has none.
        valid_until: Seconds since 1970 until which the consent counts.
    """
    return keccak(CONSENT_TYPEHASH + content + body + _word(valid_until))


def consent_digest(domain: bytes, content: bytes, body: bytes, valid_until: int) -> bytes:
    """Return the 32 bytes that a co-signer signs; see `consent_struct_hash` and `domain_separator`."""
    return keccak(b"\x19\x01" + domain + consent_struct_hash(content, body, valid_until))


def domain_separator(chain_id: int, contract: Address) -> bytes:
    """Return the EIP-712 domain: nothing signed for one ledger counts on another."""
    return keccak(DOMAIN_TYPEHASH + _word(chain_id) + bytes(12) + address_to_bytes(contract))


def signers_digest(sender: SignedBy, other: SignedBy | None, approver: SignedBy | None) -> bytes:
    """Return the digest of who signed: three slots of address, grant and position, zeros where nobody did."""
    return keccak(_packed_signer(sender) + _packed_signer(other) + _packed_signer(approver))


def document_digest(content: bytes, signers: bytes, recorded_at: int, verdict: int, body: bytes) -> bytes:
    """Return the digest that is rolled into the journals.

    Args:
        content: Content digest.
        signers: `signers_digest`.
        recorded_at: Block time, seconds since 1970.
        verdict: Word of a receipt's verdict, 0 elsewhere.
        body: Salted digest of the body.
    """
    return keccak(DOCUMENT_TYPEHASH + content + signers + _word(recorded_at) + _word(verdict) + body)


def digest_of_event(event: DocumentRecorded) -> bytes:
    """Return the document digest from the event alone."""
    return document_digest(
        content_digest(event.kind, event.key, event),
        signers_digest(event.sender, event.other, event.approver),
        event.recorded_at,
        event.verdict,
        event.body,
    )


def entry_digest(event: FixedEvent) -> bytes:
    """Return the digest of an entry in the journal of whatever is no site or lot of the stock ledger."""
    return keccak(entry_bytes(event))


def roll(journal: int, subject: int, digest: bytes) -> int:
    """Return the journal word of `subject` after an entry with `digest`.

    Args:
        journal: The word before, 0 at the beginning.
        subject: A site, a lot, a holder's address as a number, a supplier, an issuer, a division, a request.
        digest: Of the entry.
    """
    rolled = keccak(ROLL_TYPEHASH + _word(journal) + _word(subject) + digest)
    return int.from_bytes(rolled[:24], "big") << 64 | (journal + 1) & _MASK_64


def commitment(state: int, from_: int, to: int, signers: Iterable[Address], lines: bytes) -> int:
    """Return the commitment to a consignment: the upper 192 bits of its word, the lower 64 zero.

    Args:
        state: 1 open, 2 accepted.
        from_: The sending site.
        to: The receiving site.
        signers: Everybody who signed dispatch, acceptance, contest and return-acceptance, in order.
        lines: What remains, packed.
    """
    who = keccak(b"".join([bytes(12) + address_to_bytes(signer) for signer in signers]))
    committed = keccak(_word(state) + _word(from_) + _word(to) + who + keccak(lines))
    return int.from_bytes(committed[:24], "big") << 64


def consignment_signers(*documents: DocumentRecorded) -> list[Address]:
    """Return the signers that the documents of one consignment add up to, in order; settlements add none."""
    signers: list[Address] = []
    for event in documents:
        signers.append(event.sender.address)
        if event.approver is not None:
            signers.append(event.approver.address)
    return signers


def grant_key(holder: Address, role: Role, division: int, subject: int = 0) -> bytes:
    """Return the key under which the Directory keeps a grant."""
    return keccak(bytes(12) + address_to_bytes(holder) + _word(role) + _word(division) + _word(subject))


def _packed_signer(signer: SignedBy | None) -> bytes:
    if signer is None:
        return _NO_SIGNER
    return address_to_bytes(signer.address) + signer.grant + signer.position.to_bytes(8, "big")


def _word(value: int) -> bytes:
    return value.to_bytes(32, "big")
