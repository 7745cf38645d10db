"""What the client computes from events alone, compared with what the contracts stored, on both engines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import played_ledger as played
import pytest
from played_ledger import Ledger
from web3 import Web3
from web3._utils.events import get_event_data

from ledger_client.addresses import address_to_bytes
from ledger_client.artifacts import load_artifact
from ledger_client.calldata import ACCEPTED, OPEN, Consignment, calldata
from ledger_client.chain import Chain, connect
from ledger_client.contracts import decode_result, encode_call, read
from ledger_client.digests import (
    commitment,
    consignment_signers,
    content_digest,
    digest_of_event,
    document_key,
    entry_digest,
    grant_key,
    recording_site,
    roll,
)
from ledger_client.documents import SECONDS_A_DAY, Kind, Timestamp
from ledger_client.embedded import EmbeddedProvider, ManualClock, create_chain
from ledger_client.events import (
    AccreditationRecorded,
    ClassAccepted,
    DocumentRecorded,
    GrantMade,
    IssuerRegistered,
    Log,
    QualificationRecorded,
    SupplierRegistered,
    decode_event,
)
from ledger_client.lines import Line, OpeningLine, pack_lines, unpack_lines
from ledger_client.node import Node
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.documents import (
    ConsentMissingError,
    DeadlineAheadError,
    KeyTakenError,
    SiteNotOpenError,
    TimeAheadError,
)
from ledger_client.reverts.stock import LotUnknownError, StockInsufficientError
from ledger_client.words import (
    CONSIGNMENT_CLOSED,
    REFERENCE_CONSIGNMENT,
    BalanceWord,
    LotStatus,
    LotWord,
    VerdictStatus,
    pack_reference,
    unpack_balance,
    unpack_document,
    unpack_journal,
    unpack_lot,
    unpack_verdict,
)

START = 1_790_000_000


@pytest.fixture(scope="module", params=["embedded", "anvil"])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger on which a document of every kind is recorded."""
    if request.param == "anvil":
        played_ledger = played.set_up(connect(request.getfixturevalue("anvil")))
        played.play(played_ledger)
        yield played_ledger
        return
    with embedded_ledger(tmp_path_factory.mktemp("ledger"), ManualClock(START)) as played_ledger:
        played.play(played_ledger)
        yield played_ledger


@contextmanager
def embedded_ledger(directory: Path, clock: ManualClock) -> Iterator[Ledger]:
    """A ledger of which nothing but places, people and goods is registered."""
    create_chain(directory, 20_250_601, clock)
    with EmbeddedProvider(directory, clock=clock, seal_on_request=True) as provider:
        yield played.set_up(Chain(Node(provider, str(directory))), clock)


def stored(ledger: Ledger, contract: str, function: str, *arguments: Any) -> Any:
    return read(ledger.chain, ledger.deployment, contract, function, *arguments)


def test_every_kind_but_contest_and_return_was_recorded(ledger: Ledger) -> None:
    # The other two need a deadline that has passed; `test_overdue_consignments` waits for it.
    assert {event.kind for event in ledger.documents} == set(Kind) - {Kind.CONTEST, Kind.RETURN}


def test_keys_and_content_digests_are_those_stored(ledger: Ledger) -> None:
    for number, event in enumerate(ledger.documents, 1):
        original = Kind.HAND_OVER if event.kind is Kind.REVERSAL else None
        site = recording_site(event.kind, event, original)
        word = unpack_document(stored(ledger, "StockLedger", "document", event.key))
        assert word is not None
        assert document_key(site, number.to_bytes(32, "big")) == event.key
        assert content_digest(event.kind, event.key, event)[:31] == word.content.to_bytes(31, "big")


def test_flags_say_what_was_reversed_and_named(ledger: Ledger) -> None:
    words = {
        event.key: unpack_document(stored(ledger, "StockLedger", "document", event.key))
        for event in ledger.documents
    }
    reversed_ = {key for key, word in words.items() if word and word.is_reversed}
    named = {key for key, word in words.items() if word and word.is_named}
    late = next(event for event in ledger.documents if event.kind is Kind.RECEIPT and event.is_late)
    assert reversed_ == {event.key for event in ledger.documents if event.kind is Kind.HAND_OVER}
    assert named == {late.key}


def test_journals_of_sites_follow_from_events(ledger: Ledger) -> None:
    journals: dict[int, int] = defaultdict(int)
    for event in ledger.documents:
        for site, written in ((event.from_, event.from_journal), (event.to, event.to_journal)):
            if written:
                journals[site] = roll(journals[site], site, digest_of_event(event))
                assert journals[site] == written
    assert journals.keys() == {played.SITE, played.OTHER_SITE}
    for site, journal in journals.items():
        assert stored(ledger, "StockLedger", "siteJournal", site) == journal
    assert (
        unpack_journal(journals[played.SITE]).sequence > unpack_journal(journals[played.OTHER_SITE]).sequence
    )


def test_journals_of_lots_follow_from_events(ledger: Ledger) -> None:
    journals: dict[int, int] = defaultdict(int)
    for event in ledger.documents:
        if event.kind in (Kind.RELEASE, Kind.HOLD, Kind.RECALL, Kind.LIFT):
            for line in unpack_lines(event.kind, event.lines):
                assert isinstance(line, Line)
                journals[line.lot] = roll(journals[line.lot], line.lot, digest_of_event(event))
    assert len(journals) == 3
    for lot, journal in journals.items():
        assert stored(ledger, "StockLedger", "lotJournal", lot) == journal


def test_journals_of_holders_suppliers_and_issuers_follow_from_events(ledger: Ledger) -> None:
    journals: dict[tuple[str, str, Any], int] = defaultdict(int)
    for event in ledger.events:
        match event:
            case ClassAccepted() | GrantMade():
                key: tuple[str, str, Any] = ("Directory", "journal", event.holder)
                subject = int.from_bytes(address_to_bytes(event.holder), "big")
            case SupplierRegistered() | QualificationRecorded():
                key, subject = ("SupplierRegistry", "supplierJournal", event.supplier), event.supplier
            case IssuerRegistered() | AccreditationRecorded():
                key, subject = ("SupplierRegistry", "issuerJournal", event.issuer), event.issuer
            case _:
                continue
        journals[key] = roll(journals[key], subject, entry_digest(event))
    assert len(journals) == 7 + 2
    for (contract, function, subject), journal in journals.items():
        assert stored(ledger, contract, function, subject) == journal


def test_signers_name_their_grants_by_key_and_position(ledger: Ledger) -> None:
    made = {
        grant_key(event.holder, event.role, event.division, event.subject)
        for event in ledger.events
        if isinstance(event, GrantMade)
    }
    for event in ledger.documents:
        for signer in (event.sender, event.other, event.approver):
            if signer is not None:
                assert signer.grant in made and signer.position == 2
    [hand_over] = [event for event in ledger.documents if event.kind is Kind.HAND_OVER]
    assert hand_over.sender.address == played.KEEPER.address
    assert hand_over.other is not None and hand_over.other.address == played.OTHER_KEEPER.address
    assert hand_over.approver is None


def test_domain_is_that_of_the_ledger(ledger: Ledger) -> None:
    assert stored(ledger, "StockLedger", "domainSeparator") == ledger.deployment.domain
    assert stored(ledger, "Directory", "domainSeparator") == ledger.deployment.class_domain


def test_verdict_of_a_receipt(ledger: Ledger) -> None:
    first, second = [event for event in ledger.documents if event.kind is Kind.RECEIPT]
    verdict = unpack_verdict(first.verdict)
    assert (verdict.status, verdict.grade) == (VerdictStatus.VALID, 1)
    assert (verdict.supplier_position, verdict.issuer_position) == (2, 2)
    assert unpack_verdict(second.verdict).status is VerdictStatus.NOT_NEEDED


def test_commitments_follow_from_events(ledger: Ledger) -> None:
    """The word that was stored after the block of each step is the one computed from the events so far."""
    steps = [
        event
        for event in ledger.documents
        if event.kind in (Kind.DISPATCH, Kind.ACCEPTANCE, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT)
    ]
    dispatch, acceptance, returned, settlement = steps
    missing = pack_lines(Kind.ACCEPTANCE, [Line.missing(played.MASK.lot_id, 5, 20)])
    sides = (played.SITE, played.OTHER_SITE)
    expected = (
        (dispatch, commitment(OPEN, *sides, consignment_signers(dispatch), dispatch.lines)),
        (acceptance, commitment(ACCEPTED, *sides, consignment_signers(*steps[:2]), acceptance.lines)),
        (returned, commitment(ACCEPTED, *sides, consignment_signers(*steps[:3]), missing)),
    )
    for event, committed in expected:
        word = _consignment(ledger, dispatch.key, event.place.block)
        assert word == committed | dispatch.deadline
    assert _consignment(ledger, dispatch.key, settlement.place.block) == CONSIGNMENT_CLOSED


def _consignment(ledger: Ledger, key: int, block: int) -> int:
    data = encode_call("StockLedger", "consignment", key)
    answer = ledger.chain.call(ledger.deployment.stock_ledger, data, block)
    return cast(int, decode_result("StockLedger", "consignment", answer)[0])


def test_balances_and_lots_are_read_as_words(ledger: Ledger) -> None:
    masks, loose = played.MASK.lot_id, played.LOOSE.lot_id
    at = {
        (site, lot): unpack_balance(stored(ledger, "StockLedger", "balance", site, lot))
        for site in (played.SITE, played.OTHER_SITE)
        for lot in (masks, loose)
    }
    # 80 received, 10 issued, 1 counted too many, 30 sent, 2 of the 5 missing found at the sender.
    assert at[played.SITE, masks] == BalanceWord(43, is_held_here=False)
    assert at[played.OTHER_SITE, masks] == BalanceWord(25, is_held_here=False)
    # 500 opened, 5 written off, 100 repacked, 5 counted too few, 40 sent, 8 returned.
    assert at[played.SITE, loose] == BalanceWord(558, is_held_here=False)
    assert at[played.OTHER_SITE, loose] == BalanceWord(32, is_held_here=False)
    lot = unpack_lot(stored(ledger, "StockLedger", "lot", masks))
    assert lot == LotWord(played.MASKS, played.SITE, 40_000, LotStatus.RELEASED)


def test_lines_of_every_document_unpack_to_what_was_packed(ledger: Ledger) -> None:
    for event in ledger.documents:
        lines = unpack_lines(event.kind, event.lines, source=event.from_, key=event.key)
        assert pack_lines(event.kind, lines) == event.lines


def test_events_are_what_web3_reads_in_the_logs(ledger: Ledger) -> None:
    """The oracle of the decoder by slicing is web3's own, over every log of the ledger."""
    web3 = Web3()
    forms = {
        bytes(Web3.keccak(text=_signature(entry))): entry
        for name in ledger.deployment.addresses
        for entry in load_artifact(name).abi
        if entry["type"] == "event"
    }
    addresses = list(ledger.deployment.addresses.values())
    query = {"address": addresses, "fromBlock": "0x0", "toBlock": "latest"}
    raws = ledger.chain.node.request("eth_getLogs", query)
    assert len(raws) == len(ledger.events)
    for raw, event in zip(raws, ledger.events, strict=True):
        log = Log.from_rpc(raw)
        assert decode_event(log) == event
        prepared = {**raw, "topics": list(log.topics), "data": log.data, "logIndex": 0, "transactionIndex": 0}
        oracle = get_event_data(web3.codec, forms[log.topics[0]], cast(Any, prepared))
        assert oracle["event"] == type(event).__name__
        assert _plain(event) == list(_leaves(oracle["args"].values()))


def _signature(entry: dict[str, Any]) -> str:
    from eth_utils.abi import collapse_if_tuple

    return f"{entry['name']}({','.join(collapse_if_tuple(item) for item in entry['inputs'])})"


def _leaves(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _leaves(value)
        elif hasattr(value, "values"):
            yield from _leaves(value.values())
        else:
            yield value


def _plain(event: Any) -> list[Any]:
    """The values of an event in the order of the ABI."""
    if isinstance(event, DocumentRecorded):
        nobody = ("0x" + "0" * 40, bytes(32), 0)
        signers = [
            (signer.address, signer.grant, signer.position) if signer else nobody
            for signer in (event.sender, event.other, event.approver)
        ]
        lines = [int.from_bytes(event.lines[at : at + 32], "big") for at in range(0, len(event.lines), 32)]
        return [
            *(event.key, event.from_, event.to, event.kind, event.occurred_at.word, event.reference),
            *(
                event.reason,
                event.qualification,
                event.deadline,
                event.recorded_at,
                event.verdict,
                event.body,
            ),
            *(value for signer in signers for value in signer),
            *(event.from_journal, event.to_journal),
            *lines,
        ]
    names = [name for name in event.__dataclass_fields__ if name != "place"]
    values = [getattr(event, name) for name in names]
    return [
        part
        for value in values
        for part in (
            [getattr(value, name) for name in value.__dataclass_fields__]
            if hasattr(value, "__dataclass_fields__")
            else [value]
        )
    ]


# -- refusals, as exceptions


def _refused(ledger: Ledger, kind: Kind, who: Any, document: Any, **signers: Any) -> None:
    data = calldata(kind, document, ledger.signing(kind, document, who, **signers))
    ledger.chain.call(ledger.deployment.stock_ledger, data, sender=who.address)


def test_refusals_are_exceptions_with_the_facts(ledger: Ledger) -> None:
    lot = played.BAGGED.lot_id
    many = ledger.document(
        from_=played.SITE, to=played.CONSIGNEE, lines=pack_lines(Kind.ISSUE, [Line(lot, 999)])
    )
    with pytest.raises(StockInsufficientError) as insufficient:
        _refused(ledger, Kind.ISSUE, played.KEEPER, many)
    assert (insufficient.value.site, insufficient.value.lot) == (played.SITE, lot)
    assert (insufficient.value.available, insufficient.value.requested) == (96, 999)

    unknown = replace(many, lines=pack_lines(Kind.ISSUE, [Line(5, 1)]))
    with pytest.raises(LotUnknownError):
        _refused(ledger, Kind.ISSUE, played.KEEPER, unknown)
    with pytest.raises(SiteNotOpenError):
        _refused(ledger, Kind.ISSUE, played.KEEPER, replace(many, from_=played.SITE + 1))
    with pytest.raises(TimeAheadError):
        ahead = Timestamp(ledger.chain.head().time + 10_000)
        _refused(ledger, Kind.ISSUE, played.KEEPER, replace(many, occurred_at=ahead))
    with pytest.raises(GrantMissingError) as missing:
        _refused(ledger, Kind.ISSUE, played.APPROVER, many)
    assert (missing.value.holder, missing.value.division) == (played.APPROVER.address, played.DISTRICT)


def test_a_missing_consent_is_refused(ledger: Ledger) -> None:
    lines = pack_lines(Kind.WRITE_OFF, [Line(played.BAGGED.lot_id, 1, 10)])
    document = ledger.document(from_=played.SITE, lines=lines)
    signing = replace(
        ledger.signing(Kind.WRITE_OFF, document, played.KEEPER), approver_division=played.DISTRICT
    )
    data = calldata(Kind.WRITE_OFF, document, signing)
    with pytest.raises(ConsentMissingError, match="as approver"):
        ledger.chain.call(ledger.deployment.stock_ledger, data, sender=played.KEEPER.address)


def test_same_content_is_answered_and_other_content_refused(ledger: Ledger) -> None:
    [event] = [event for event in ledger.documents if event.kind is Kind.ISSUE]
    number = ledger.documents.index(event) + 1
    again = replace(ledger.document(), client_id=number.to_bytes(32, "big"), occurred_at=event.occurred_at)
    again = replace(again, from_=event.from_, to=event.to, lines=event.lines)
    data = calldata(Kind.ISSUE, again, ledger.signing(Kind.ISSUE, again, played.KEEPER))
    answer = ledger.chain.call(ledger.deployment.stock_ledger, data, sender=played.KEEPER.address)
    assert int.from_bytes(answer, "big") == event.key
    with pytest.raises(KeyTakenError) as taken:
        _refused(ledger, Kind.ISSUE, played.KEEPER, replace(again, reason=40))
    assert taken.value.key == event.key


def test_a_failed_transaction_says_why(ledger: Ledger) -> None:
    document = ledger.document(
        from_=played.SITE,
        to=played.CONSIGNEE,
        lines=pack_lines(Kind.ISSUE, [Line(played.BAGGED.lot_id, 999)]),
    )
    before = len(ledger.events)
    with pytest.raises(played.RefusedTransactionError) as refused:
        ledger.record(Kind.ISSUE, played.KEEPER, document)
    assert isinstance(refused.value.__cause__, StockInsufficientError)
    assert len(ledger.events) == before


def test_overdue_consignments(tmp_path: Path) -> None:
    """What nobody answers for goes back; what is contested stays to be settled."""
    clock = ManualClock(START)
    with embedded_ledger(tmp_path, clock) as ledger:
        for site, opened in ((played.SITE, [OpeningLine(played.LOOSE, 500)]), (played.OTHER_SITE, [])):
            opening = ledger.document(to=site, lines=pack_lines(Kind.OPENING, opened))
            ledger.record(Kind.OPENING, played.KEEPER, opening, approver=played.APPROVER)
        sent = pack_lines(Kind.DISPATCH, [Line(played.LOOSE.lot_id, 40)])
        sides = {"from_": played.SITE, "to": played.OTHER_SITE}
        deadline = ledger.chain.head().time + SECONDS_A_DAY
        dispatches = [
            ledger.record(
                Kind.DISPATCH, played.KEEPER, ledger.document(**sides, deadline=deadline, lines=sent)
            )
            for _ in range(2)
        ]
        open_ = Consignment(OPEN, (played.KEEPER.address,), sent)
        first, second = (pack_reference(REFERENCE_CONSIGNMENT, dispatch.key) for dispatch in dispatches)
        missing = pack_lines(Kind.CONTEST, [Line.missing(played.LOOSE.lot_id, 15, 21)])
        contest = ledger.document(**sides, reference=first, lines=missing)
        with pytest.raises(played.RefusedTransactionError) as early:
            ledger.record(Kind.CONTEST, played.OTHER_KEEPER, contest, consignment=open_)
        assert isinstance(early.value.__cause__, DeadlineAheadError)

        clock.advance(2 * SECONDS_A_DAY)
        contested = ledger.record(Kind.CONTEST, played.OTHER_KEEPER, contest, consignment=open_)
        remaining = pack_lines(
            Kind.ACCEPTANCE, [Line(played.LOOSE.lot_id, 25), Line.missing(played.LOOSE.lot_id, 15, 21)]
        )
        signers = consignment_signers(dispatches[0], contested)
        committed = commitment(ACCEPTED, played.SITE, played.OTHER_SITE, signers, remaining)
        assert stored(ledger, "StockLedger", "consignment", dispatches[0].key) == committed | deadline

        clock.advance(7 * SECONDS_A_DAY)
        back = ledger.document(**sides, reference=second)
        returned = ledger.record(
            Kind.RETURN, played.KEEPER, back, approver=played.APPROVER, consignment=open_
        )
        assert stored(ledger, "StockLedger", "consignment", dispatches[1].key) == CONSIGNMENT_CLOSED
        written = {played.SITE: returned.from_journal, played.OTHER_SITE: returned.to_journal}
        for site, journal in written.items():
            assert stored(ledger, "StockLedger", "siteJournal", site) == journal
