import pytest
from web3 import Web3

from ledger_client.addresses import address_from_bytes
from ledger_client.artifacts import load_artifact
from ledger_client.calldata import (
    ACCEPTED,
    FUNCTIONS,
    OPEN,
    STEPS,
    Consignment,
    Original,
    Signing,
    calldata,
)
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import Line, pack_lines
from ledger_client.signers import CompactSignature
from ledger_client.words import split_words

SIGNERS = (address_from_bytes(b"\x01" * 20), address_from_bytes(b"\xee" * 20))
LINES = pack_lines(Kind.DISPATCH, [Line(7, 3), Line(9, (1 << 63) - 1, 2), Line((1 << 160) - 1, 1)])
DOCUMENT = Document(
    client_id=keccak(b"mine"),
    from_=(1 << 256) - 1,
    to=420106001001201,
    occurred_at=Timestamp(1_790_000_000, is_day_only=True),
    reference=(1 << 256) - 2,
    reason=65_535,
    qualification=(1 << 160) - 1,
    deadline=(1 << 64) - 1,
    lines=LINES,
)
EMPTY = Document(client_id=bytes(32), occurred_at=Timestamp(0))
SIGNING = Signing(
    sender_division=420106001001,
    body=keccak(b"body"),
    valid_until=(1 << 64) - 1,
    other_division=420106,
    approver_division=42,
    other=CompactSignature(keccak(b"r"), keccak(b"vs")),
    approver=CompactSignature(keccak(b"R"), keccak(b"VS")),
)
CONTRACT = Web3().eth.contract(abi=load_artifact("StockLedger").abi)


def as_tuple(document: Document) -> tuple[object, ...]:
    return (
        document.client_id,
        document.from_,
        document.to,
        document.occurred_at.word,
        document.reference,
        document.reason,
        document.qualification,
        document.deadline,
        list(split_words(document.lines)),
    )


def signing_tuple(signing: Signing) -> tuple[object, ...]:
    signatures = [
        (signature.r, signature.vs) if signature else (bytes(32), bytes(32))
        for signature in (signing.other, signing.approver)
    ]
    return (
        signing.body,
        signing.valid_until,
        signing.sender_division,
        signing.other_division,
        signing.approver_division,
        *signatures,
    )


def encoded(kind: Kind, *arguments: object) -> bytes:
    return bytes.fromhex(CONTRACT.encode_abi(FUNCTIONS[kind], args=arguments)[2:])


def test_the_wrong_companions_are_refused() -> None:
    consignment = Consignment(OPEN, SIGNERS, LINES)
    original = Original(Kind.ISSUE, DOCUMENT)
    for kind in STEPS:
        with pytest.raises(TypeError):
            calldata(kind, DOCUMENT, SIGNING)
    with pytest.raises(TypeError):
        calldata(Kind.ISSUE, DOCUMENT, SIGNING, consignment)
    with pytest.raises(TypeError):
        calldata(Kind.REVERSAL, DOCUMENT, SIGNING)
    with pytest.raises(TypeError):
        calldata(Kind.REVERSAL, DOCUMENT, SIGNING, consignment, original)


def test_every_kind_has_a_function_of_the_contract() -> None:
    assert FUNCTIONS.keys() == set(Kind)
    assert set(FUNCTIONS.values()) <= {
        entry["name"] for entry in load_artifact("StockLedger").abi if entry["type"] == "function"
    }


@pytest.mark.parametrize("document", [DOCUMENT, EMPTY], ids=["full", "empty"])
@pytest.mark.parametrize("signing", [SIGNING, Signing(sender_division=0)], ids=["three", "one"])
@pytest.mark.parametrize("kind", Kind)
def test_calldata_is_what_web3_encodes(kind: Kind, document: Document, signing: Signing) -> None:
    if kind in STEPS:
        for signers, lines in ((SIGNERS, LINES), ((), b"")):
            consignment = Consignment(ACCEPTED, signers, lines)
            middle = (2, list(signers), list(split_words(lines)))
            expected = encoded(kind, as_tuple(document), middle, signing_tuple(signing))
            assert calldata(kind, document, signing, consignment) == expected
    elif kind is Kind.REVERSAL:
        for dispatchers in (SIGNERS, ()):
            original = Original(Kind.DISPATCH, DOCUMENT, dispatchers)
            undone = (Kind.DISPATCH.value, as_tuple(DOCUMENT), list(dispatchers))
            expected = encoded(kind, as_tuple(document), undone, signing_tuple(signing))
            assert calldata(kind, document, signing, original=original) == expected
    else:
        expected = encoded(kind, as_tuple(document), signing_tuple(signing))
        assert calldata(kind, document, signing) == expected
