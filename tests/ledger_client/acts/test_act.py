"""Acts: an ordinary command and an act give the same bytes, and the sender signs all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from acted import CLIENT, SIGNER, act_of, elsewhere, prepared_calls
from played_ledger import ROOT

from ledger_client.acts import (
    SAID,
    Act,
    ActConsentError,
    ActRecordError,
    ActSignerError,
    writing_functions,
)
from ledger_client.contracts import CONTRACTS
from ledger_client.ledger import Ledger
from ledger_client.records import Record, RecordSignatureError
from ledger_client.signers import KeyAbsentError, read_transaction
from ledger_client.writing import Prepared

DOCUMENTS = ("StockLedger", "LedgerSteps")
"""Contracts whose functions record documents, which are drafts, and nothing else."""


def test_every_writing_function_is_an_act_or_records_documents(acts: Mapping[str, Act]) -> None:
    every = {(contract, each) for contract in CONTRACTS for each in writing_functions(contract)}
    assert every == SAID | {(each, name) for each in DOCUMENTS for name in writing_functions(each)}
    assert {(each.contract, each.function) for each in acts.values()} == SAID


def test_a_command_and_an_act_give_the_same_bytes(acting: Ledger) -> None:
    """But for what is random in each of them: here the record, which says the same with another salt."""
    here, there = prepared_calls(acting, SIGNER), prepared_calls(acting, elsewhere())
    for one, two in zip(here, there, strict=True):
        act = replace(act_of(two), record=one.record, id=act_of(one).id)
        act = replace(act, arguments=act_of(one).arguments) if one.record else act.signed(SIGNER)
        assert replace(act, record_signature=None).submission() == one.submission
        assert one.key == two.key == act.key


def test_what_is_not_here_is_not_written(acting: Ledger) -> None:
    for prepared in prepared_calls(acting, elsewhere()):
        assert not prepared.is_complete
        with pytest.raises(KeyAbsentError):
            acting.write([prepared])


def test_the_sender_signs_the_transaction(acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        signed = read_transaction(SIGNER.sign_transaction(act.signed(SIGNER).transaction(3)))
        assert (signed.sender, signed.nonce, signed.gas) == (SIGNER.address, 3, act.gas)
        assert (signed.chain_id, signed.to) == (act.chain_id, act.address)
        assert signed.data == act.signed(SIGNER).data


def test_its_key_says_what_is_the_same(acting: Ledger, acts: Mapping[str, Act]) -> None:
    again = {each.function: each for each in map(act_of, prepared_calls(acting, elsewhere()))}
    same = {name for name, act in acts.items() if act.outbox_key == again[name].outbox_key}
    named = {"Division", "Site", "Consignee", "Supplier", "Issuer", "Item"}
    assert same == {"request", "propose"} | {f"register{each}" for each in named}


def test_an_approval_carries_the_consent_of_its_sender(acts: Mapping[str, Act]) -> None:
    act = acts["approveWithConsent"]
    with pytest.raises(ActConsentError):
        act.transaction(0)
    signed = act.signed(SIGNER)
    digest = act.consent_digest
    assert digest is not None
    consent = signed.named["consent"]
    with pytest.raises(ActConsentError):
        replace(act, arguments=(*act.arguments[:-1], (consent[0], bytes(32)))).transaction(0)
    with pytest.raises(ActConsentError):
        replace(signed, ledger=act.address).transaction(0)
    assert signed.transaction(0)["data"] == signed.data
    assert all(each.consent_digest is None for name, each in acts.items() if name != "approveWithConsent")


def test_nobody_else_signs_it(acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        with pytest.raises(ActSignerError):
            act.signed(ROOT)


class TestRecords:
    def test_the_sender_signs_the_record(self, acts: Mapping[str, Act]) -> None:
        with_record = {name for name, act in acts.items() if act.record is not None}
        assert len(with_record) == 8  # six names and two notes
        for name in with_record:
            act, signed = acts[name], acts[name].signed(SIGNER)
            with pytest.raises(RecordSignatureError):
                act.require_record_signature()
            signed.require_record_signature()
            with pytest.raises(RecordSignatureError):
                replace(signed, sender=ROOT.address).require_record_signature()

    def test_another_record(self, acts: Mapping[str, Act]) -> None:
        for act in acts.values():
            act.require_record()
            if act.record is None:
                continue
            record = act.record
            others = [
                replace(record, salt=bytes(16)),
                replace(record, id=replace(record.id, number=record.id.number + 1)),
                replace(record, body={"note": "else"}),
                replace(record, name=replace(record.name, zh="别的", en="else")),
                None,
            ]
            for other in others:
                with pytest.raises(ActRecordError):
                    replace(act, record=other).require_record()

    def test_a_record_too_many(self, acts: Mapping[str, Act]) -> None:
        record = acts["registerSite"].record
        with pytest.raises(ActRecordError):
            replace(acts["closeSite"], record=record).require_record()

    def test_a_request_without_a_note(self, acting: Ledger, acts: Mapping[str, Act]) -> None:
        asking = acts["request"].arguments[0]
        bare = replace(
            acts["request"], record=None, arguments=((*asking[:-1], bytes(32)), acts["request"].arguments[1])
        )
        bare.require_record()
        assert bare.key == acts["request"].key
        assert asking[0] == CLIENT


def test_prepared_elsewhere_and_recorded(acting: Ledger) -> None:
    """From an absent key to the ledger: the act is signed where its key is, and written with its record."""
    calls: dict[str, Prepared] = {
        act_of(each).function: each for each in prepared_calls(acting, elsewhere(ROOT))
    }
    act = act_of(calls["registerSupplier"])
    id_ = replace(act, arguments=(act.arguments[0] + 1, *act.arguments[1:])).record_id
    assert id_ is not None
    record = Record.new(id_, zh="南城商行")
    arguments = (act.arguments[0] + 1, record.name_digest(), 0)
    [entry] = acting.write(
        [acting.writer.adopted_act(replace(act, arguments=arguments, record=record), ROOT)]
    )
    assert entry.block_number
    assert acting.records.registrar(id_) == ROOT.address
    assert acting.records.name(id_, record.name_digest()) == record.name
