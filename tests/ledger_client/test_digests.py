"""Digests against a general ABI encoder; against the contracts themselves: `test_recorded_documents`."""

from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_account.messages import _hash_eip191_message, encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.addresses import address_from_bytes, parse_address
from ledger_client.digests import (
    CONTENT_TYPEHASH,
    DOCUMENT_TYPEHASH,
    ROLL_TYPEHASH,
    commitment,
    consent_digest,
    content_digest,
    document_digest,
    document_key,
    domain_separator,
    grant_key,
    recording_site,
    roll,
    signers_digest,
)
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.events import SignedBy
from ledger_client.keccak import keccak
from ledger_client.lines import Line, pack_lines
from ledger_client.roles import Role

LEDGER = parse_address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
DOCUMENT = Document(
    client_id=keccak(b"mine"),
    from_=420106001001101,
    to=420106001001201,
    occurred_at=Timestamp(1_790_000_000, is_day_only=True),
    reference=1 << 248 | 5,
    reason=10,
    qualification=77,
    deadline=1_790_100_000,
    lines=pack_lines(Kind.DISPATCH, [Line(7, 3), Line(9, 4, 2)]),
)
CONTENT, BODY = keccak(b"content"), keccak(b"body")


def test_key_is_that_of_the_recording_site() -> None:
    expected = keccak(encode(["uint256", "bytes32"], [420106001001101, DOCUMENT.client_id]))
    assert document_key(420106001001101, DOCUMENT.client_id) == int.from_bytes(expected, "big") >> 8


@pytest.mark.parametrize("kind", Kind)
def test_the_receiver_records_what_comes_in(kind: Kind) -> None:
    receiver = kind in (Kind.OPENING, Kind.RECEIPT, Kind.ACCEPTANCE, Kind.CONTEST)
    assert recording_site(kind, DOCUMENT) == (DOCUMENT.to if receiver else DOCUMENT.from_)


def test_a_reversal_is_recorded_where_the_original_was() -> None:
    assert recording_site(Kind.REVERSAL, DOCUMENT, Kind.RECEIPT) == DOCUMENT.to
    assert recording_site(Kind.REVERSAL, DOCUMENT, Kind.HAND_OVER) == DOCUMENT.from_


def test_content_digest_is_that_of_a_general_encoder() -> None:
    key = document_key(DOCUMENT.from_, DOCUMENT.client_id)
    types = [
        "bytes32",
        "uint8",
        "uint248",
        "uint256",
        "uint256",
        "uint64",
        "uint256",
        "uint16",
        "uint160",
        "uint64",
        "uint256",
        "bytes32",
    ]
    values = [
        *(CONTENT_TYPEHASH, Kind.DISPATCH, key, DOCUMENT.from_, DOCUMENT.to, DOCUMENT.occurred_at.word),
        *(DOCUMENT.reference, DOCUMENT.reason, DOCUMENT.qualification, DOCUMENT.deadline, 2),
        keccak(DOCUMENT.lines),
    ]
    assert content_digest(Kind.DISPATCH, key, DOCUMENT) == keccak(encode(types, values))


def test_content_digest_covers_every_field_but_the_client_id() -> None:
    first = content_digest(Kind.DISPATCH, 1, DOCUMENT)
    changed = [
        replace(DOCUMENT, from_=1),
        replace(DOCUMENT, to=1),
        replace(DOCUMENT, occurred_at=Timestamp(1_790_000_000)),
        replace(DOCUMENT, reference=1),
        replace(DOCUMENT, reason=1),
        replace(DOCUMENT, qualification=1),
        replace(DOCUMENT, deadline=1),
        replace(DOCUMENT, lines=DOCUMENT.lines[:32]),
    ]
    digests = {content_digest(Kind.DISPATCH, 1, document) for document in changed}
    digests |= {content_digest(Kind.HAND_OVER, 1, DOCUMENT), content_digest(Kind.DISPATCH, 2, DOCUMENT)}
    assert len(digests) == len(changed) + 2 and first not in digests
    # The client id stands in the key.
    assert content_digest(Kind.DISPATCH, 1, replace(DOCUMENT, client_id=bytes(32))) == first


def test_consent_is_what_eth_account_hashes_as_typed_data() -> None:
    message = encode_typed_data(
        {"chainId": 1337, "verifyingContract": LEDGER},
        {
            "Consent": [
                {"name": "content", "type": "bytes32"},
                {"name": "body", "type": "bytes32"},
                {"name": "validUntil", "type": "uint64"},
            ]
        },
        {"content": CONTENT, "body": BODY, "validUntil": 1_790_000_000},
    )
    domain = domain_separator(1337, LEDGER)
    assert consent_digest(domain, CONTENT, BODY, 1_790_000_000) == _hash_eip191_message(message)


def test_consent_for_one_ledger_is_none_for_another() -> None:
    other = address_from_bytes(b"\x01" * 20)
    domains = {domain_separator(1, LEDGER), domain_separator(2, LEDGER), domain_separator(1, other)}
    assert len({consent_digest(domain, CONTENT, BODY, 5) for domain in domains}) == 3


def test_document_digest_is_that_of_a_general_encoder() -> None:
    sender = SignedBy(LEDGER, keccak(b"grant"), 3)
    approver = SignedBy(address_from_bytes(b"\x02" * 20), keccak(b"other grant"), 9)
    packed = b"".join(
        bytes.fromhex(signer.address[2:]) + signer.grant + signer.position.to_bytes(8, "big")
        for signer in (sender, approver)
    )
    signers = signers_digest(sender, None, approver)
    assert signers == keccak(packed[:60] + bytes(60) + packed[60:])
    types = ["bytes32", "bytes32", "bytes32", "uint64", "uint256", "bytes32"]
    values = [DOCUMENT_TYPEHASH, CONTENT, signers, 1_790_000_000, 257, BODY]
    assert document_digest(CONTENT, signers, 1_790_000_000, 257, BODY) == keccak(encode(types, values))


@given(st.integers(0, (1 << 256) - 2), st.integers(0, (1 << 160) - 1))
def test_rolling_keeps_192_bits_and_counts(journal: int, subject: int) -> None:
    digest = keccak(b"entry")
    rolled = roll(journal, subject, digest)
    types = ["bytes32", "uint256", "uint256", "bytes32"]
    expected = keccak(encode(types, [ROLL_TYPEHASH, journal, subject, digest]))
    assert rolled >> 64 == int.from_bytes(expected[:24], "big")
    assert rolled & ((1 << 64) - 1) == (journal + 1) % (1 << 64)


def test_commitment_is_that_of_a_general_encoder() -> None:
    signers = (LEDGER, address_from_bytes(b"\x02" * 20))
    padded = b"".join(bytes(12) + bytes.fromhex(signer[2:]) for signer in signers)
    types = ["uint8", "uint64", "uint64", "bytes32", "bytes32"]
    values = [2, 5, 6, keccak(padded), keccak(DOCUMENT.lines)]
    expected = int.from_bytes(keccak(encode(types, values)), "big") >> 64 << 64
    assert commitment(2, 5, 6, signers, DOCUMENT.lines) == expected


def test_grant_key_is_that_of_a_general_encoder() -> None:
    types = ["address", "uint8", "uint64", "uint256"]
    assert grant_key(LEDGER, Role.SUPPLIER, 42, 7) == keccak(encode(types, [LEDGER, 5, 42, 7]))
