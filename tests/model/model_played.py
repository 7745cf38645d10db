"""The real ledger beside the model: every act is offered to both, and they must say and become the same."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

from ledger_model import is_resent, moves, record, refusals
from model_act import NO_BODY, Act
from model_audit import expected_findings, of_document, told_by
from model_cast import ISSUING, REVOCABLE, ROOT_PARTY, SIGNERS, START, STRANGER, founded_state, register_site
from model_facade import by_facade
from model_patterns import Found
from model_state import Place
from model_stock import moves_of, verdict_word
from sqlalchemy import select

from ledger_client.audit import FindingKind, audit
from ledger_client.contracts import encode_call
from ledger_client.databases import reading
from ledger_client.divisions import DivisionId
from ledger_client.documents import Kind
from ledger_client.embedded import ManualClock
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.identifiers import IssuerId, SiteId
from ledger_client.index.tables import MAPS_BY_NAME
from ledger_client.ledger import Ledger
from ledger_client.outbox import ContentDiffersError, Outbox, SenderDiffersError
from ledger_client.records import Record, RecordId
from ledger_client.reverts.documents import KeyTakenError
from ledger_client.writing import CONSENT_LASTS, Party, Prepared

Getter = tuple[Any, ...]
Words = dict[Getter, int]
CALLS_AT_ONCE = 200


class Played:
    """A ledger that is played and the model of it.

    Attributes:
        recorded: How many documents of each kind stand.
        refused: How often each error was given.
        sole: How many refusals only one rule gave reason for, so that the error was foretold exactly.
        acts: What stands, by key.
        found: The most findings of each kind that an audit had.
    """

    def __init__(self, founded: Path, home: Path) -> None:
        shutil.copytree(founded, home)
        self.clock = ManualClock(START)
        self.ledger = Ledger.open(Home(home), clock=self.clock)
        self.state = founded_state(self.ledger)
        self.recorded: Counter[Kind] = Counter()
        self.refused: Counter[type[Exception]] = Counter()
        self.sole = self.resent = self.steps = self.ids = 0
        self.acts: dict[int, Act] = {}
        self.for_ever: list[Found] = []
        self.found: Counter[FindingKind] = Counter()

    def close(self) -> None:
        self.ledger.close()

    def tick(self, seconds: int = 1) -> int:
        """Let time pass, so that the next block is of this second; return it."""
        self.clock.advance(seconds)
        self.steps += 1
        return self.clock.now()

    # -- offering

    def offer(
        self, act: Act, *, check: bool = True, plain: bool = False, after: int = 0, text: str = ""
    ) -> bool:
        """Offer an act to model and ledger; return whether it stands.

        Args:
            act: What.
            check: Ask the contract first; otherwise a refusal takes a block.
            plain: It can be said with the methods of the facade.
            after: Seconds between the consents and the sending.
            text: A body.
        """
        prepared = by_facade(self.ledger, act, text) if plain else self.prepared(act, text)
        assert (prepared.key, prepared.submission.content) == (act.key, act.content)
        body = prepared.record.body_digest() if prepared.record else NO_BODY
        act = act.but(body=body, valid_until=self.clock.now() + CONSENT_LASTS)
        self.clock.advance(after)
        now = self.clock.now()
        if act.key in self.state.documents:
            return self._offer_again(act, prepared, now)
        reasons = refusals(self.state, act, now)
        error = self._written(prepared, check)
        assert self.clock.now() == now, "the block is of this second"
        self._compare_outcome(act, reasons, error)
        if error is None:
            self._became(act, now)
        elif not check:
            self._compare_words(self.touched(act))
        return error is None

    def prepared(self, act: Act, text: str = "", sender: Party | None = None) -> Prepared:
        body = Record.new(RecordId("document", act.key), body={"text": text}) if text else None
        return self.ledger.writer.document(
            act.kind,
            act.document,
            sender or act.sender,
            other=act.other,
            approver=act.approver,
            body=body,
            consignment=act.consignment,
            original=act.original,
        )

    def _written(self, prepared: Prepared, check: bool) -> ShecangError | None:
        try:
            self.ledger.write([prepared], check=check)
        except ShecangError as error:
            assert error.text("en") and error.text("zh")
            return error
        return None

    def _compare_outcome(
        self, act: Act, reasons: frozenset[type[Exception]], error: ShecangError | None
    ) -> None:
        names = sorted(reason.__name__ for reason in reasons)
        if error is None:
            assert not reasons, f"{act.kind.name} was recorded; the model refuses it: {names}"
            return
        assert type(error) in reasons, (
            f"{act.kind.name}: {error!r} {error.text('en')}; the model says {names}"
        )
        self.refused[type(error)] += 1
        self.sole += len(reasons) == 1

    def _became(self, act: Act, now: int) -> None:
        """Change the model, and compare what the index and the contract say of the document."""
        verdict = verdict_word(self.state, act, now)
        digest = record(self.state, act, now)
        self.recorded[act.kind] += 1
        self.acts[act.key] = act
        self.for_ever += of_document(self.state, act, now, verdict)
        indexed = self.ledger.index().document(act.key)
        assert indexed is not None
        facts = (indexed.recorded_at, indexed.is_late, indexed.verdict, indexed.body, indexed.digest)
        assert facts == (now, act.is_late(now), verdict, act.body, digest)
        self._compare_words(self.touched(act))

    def _offer_again(self, act: Act, prepared: Prepared, now: int) -> bool:
        """A key that is taken: the same content changes nothing and is answered, other content is refused."""
        before = self.ledger.chain.height()
        error, told = self._written(prepared, True), self._asked(prepared)
        if is_resent(self.state, act):
            assert told is None and (error is None or type(error) is SenderDiffersError), (told, error)
            self._resend_from_elsewhere(act)
            self.resent += 1
        else:
            assert type(told) in refusals(self.state, act, now) == frozenset([KeyTakenError])
            assert isinstance(error, ContentDiffersError | SenderDiffersError)
            self.refused[KeyTakenError] += 1
            assert self.ledger.chain.height() == before
        self._compare_words(self.touched(act))
        return False

    def _asked(self, prepared: Prepared) -> ShecangError | None:
        try:
            data = prepared.submission.data
            answer = self.ledger.chain.call(prepared.to, data, "pending", sender=prepared.submission.sender)
        except ShecangError as error:
            return error
        assert int.from_bytes(answer, "big") == prepared.key
        return None

    def _resend_from_elsewhere(self, act: Act) -> None:
        """A stranger sends it from another office: the same content is the same document."""
        prepared = self.prepared(act, sender=Party(STRANGER, 0))
        path = self.ledger.home.path / f"office {self.resent}.db"
        with Outbox.open(path) as outbox:
            outbox.store([prepared.submission], STRANGER, self.ledger.chain)
            outbox.send([prepared.submission.key], self.ledger.chain)
            [entry] = outbox.wait([prepared.submission.key], self.ledger.chain)
        assert entry.state.value == "recorded", entry

    # -- comparing

    def touched(self, act: Act) -> Words:
        """The words that an act changes, or could, as the model has them."""
        state = self.state
        sites = {act.document.from_, act.document.to} & state.places.keys()
        lots = {head.lot for head in act.heads} | {lot for _, lot, _ in moves(state, act)}
        if act.kind in (Kind.REPACK, Kind.OPENING, Kind.RECEIPT):
            lots |= {lot for _, lot, _ in moves_of(act.kind, act.document, act.rows)}
        keys = {act.key, act.reference_id}
        return self._words(sites, {(site, lot) for site in sites for lot in lots}, lots, keys)

    def everything(self) -> Words:
        state = self.state
        keys = state.documents.keys()
        return self._words(set(state.places), state.balances.keys(), state.lots.keys(), keys)

    def _words(self, sites: Any, balances: Any, lots: Any, keys: Any) -> Words:
        state = self.state
        words: Words = {("siteJournal", site): state.journals.get(site, 0) for site in sites}
        words |= {("balance", *pair): state.balance_word(*pair) for pair in balances}
        words |= {("lot", lot): state.lots[lot].word if lot in state.lots else 0 for lot in lots}
        words |= {("lotJournal", lot): state.lot_journals.get(lot, 0) for lot in lots}
        for key in keys:
            stands, transit = state.documents.get(key), state.transits.get(key)
            words["document", key] = stands.flagged if stands else 0
            words["consignment", key] = transit.word if transit else 0
        return words

    def _compare_words(self, words: Words) -> None:
        to = self.ledger.deployment.stock_ledger
        getters = list(words)
        for at in range(0, len(getters), CALLS_AT_ONCE):
            some = getters[at : at + CALLS_AT_ONCE]
            answers = self.ledger.chain.calls([(to, encode_call("StockLedger", *getter)) for getter in some])
            said = {
                getter: int.from_bytes(answer, "big") for getter, answer in zip(some, answers, strict=True)
            }
            wrong = {
                getter: (hex(words[getter]), hex(word))
                for getter, word in said.items()
                if word != words[getter]
            }
            assert not wrong, f"model and storage differ: {wrong}"

    def compare(self) -> None:
        """Compare everything: storage, index, and what an audit finds."""
        self._compare_words(self.everything())
        self._compare_index()
        self._compare_audit()

    def _compare_index(self) -> None:
        state = self.state
        self.ledger.index()
        balances = {
            (site, int.from_bytes(lot, "big")): (units, bool(flag))
            for (site, lot), (units, flag) in self._unpacked("balances")
        }
        pairs = state.balances.keys() | state.held_here
        expected = {pair: (state.balances.get(pair, 0), pair in state.held_here) for pair in pairs}
        assert _not_nothing(balances) == _not_nothing(expected)
        lots = {int.from_bytes(lot, "big"): each.word for lot, each in self._rows("lots")}
        assert lots == {lot: each.word for lot, each in state.lots.items()}
        assert {key: each.word for key, each in self._rows("documents")} == {
            key: each.flagged for key, each in state.documents.items()
        }
        assert {key: each.word for key, each in self._rows("consignments")} == {
            key: each.word for key, each in state.transits.items()
        }
        assert dict(self._rows("site_journals")) == state.journals
        journals = {int.from_bytes(lot, "big"): word for lot, word in self._rows("lot_journals")}
        assert journals == state.lot_journals

    def _rows(self, name: str) -> list[tuple[Any, Any]]:
        spec = MAPS_BY_NAME[name]
        with reading(self.ledger.index_engine) as connection:
            return [spec.entry(row) for row in connection.execute(select(spec.table))]

    def _unpacked(self, name: str) -> list[tuple[Any, tuple[int, bool]]]:
        return [(key, (word & (1 << 63) - 1, bool(word >> 63))) for key, word in self._rows(name)]

    def _compare_audit(self) -> None:
        report = audit(
            self.ledger.index_engine,
            self.ledger.source,
            first_block=self.ledger.deployment.first_block,
            offset=self.ledger.deployment.offset,
        )
        found = told_by(report.findings)
        expected = expected_findings(self.state, self.for_ever, report.at.time)
        assert found == expected, (found - expected, expected - found)
        self.found |= Counter(kind for kind, *_ in found.elements())
        assert report.agreed and report.documents == len(self.state.documents)

    # -- registers change

    def new_site(self, community: int) -> int:
        """Register one more site of a community, without opening."""
        number = sum(site // 1000 == community for site in self.state.places)
        site = community * 1000 + 100 * (1 + number // 90) + 2 + number % 90
        self.ledger.write([register_site(self.ledger, site)])
        self.state.places[site] = Place()
        self.clock.advance(1)
        return site

    def close_site(self, site: int) -> None:
        self.ledger.write([self.ledger.sites.close(SiteId(site), by=ROOT_PARTY)])
        self.state.places[site].is_closed = True

    def turn_keeper(self, compromised_since: int = 0) -> None:
        """Revoke the grant of the second keeper, perhaps claiming something of its key, or make it again."""
        holder, role, division, _ = REVOCABLE
        roles = self.ledger.roles
        if REVOCABLE in self.state.grants:
            claim = {"reason": 1, "compromised_since": compromised_since}
            self.ledger.write([roles.revoke(holder, role, DivisionId(division), by=ROOT_PARTY, **claim)])
            self.state.grants.pop(REVOCABLE)
            self.state.claimed += [compromised_since] * bool(compromised_since)
            return
        self.ledger.write([roles.grant(holder, role, DivisionId(division), by=ROOT_PARTY)])
        [grant] = self.ledger.index().grants(SIGNERS[holder].address)
        self.state.grants[REVOCABLE] = grant.position

    def turn_paper(self, choice_issuer: bool, id_: int) -> None:
        """Suspend a qualification or an accreditation as of now, or let it count again."""
        qualification = self.state.qualifications[id_]
        if choice_issuer:
            history = self.state.accreditations[qualification.issuer, qualification.category]
        else:
            history = qualification.history
        counts, now = history.is_suspended(self.clock.now()), self.clock.now()
        self.ledger.write([self._paper_call(choice_issuer, id_, counts, now)])
        history.entries.append((now, counts))
        self._move_position(choice_issuer, id_)

    def _paper_call(self, of_issuer: bool, id_: int, counts: bool, now: int) -> Prepared:
        found, ledger = self.state.qualifications[id_], self.ledger
        by, issuer = SIGNERS[ISSUING.address], IssuerId(found.issuer)
        if of_issuer and counts:
            return ledger.suppliers.reinstate_accreditation(issuer, found.category, reason=1, by=ROOT_PARTY)
        if of_issuer:
            return ledger.suppliers.suspend_accreditation(
                issuer, found.category, reason=1, effective_at=now, by=ROOT_PARTY
            )
        if counts:
            return ledger.qualifications.reinstate(id_, reason=1, by=by)
        return ledger.qualifications.suspend(id_, reason=1, effective_at=now, by=by)

    def _move_position(self, of_issuer: bool, id_: int) -> None:
        """The journal of issuer or supplier went on by one entry, which is the last change of this."""
        state, found = self.state, self.state.qualifications[id_]
        if of_issuer:
            same = [each for (issuer, _), each in state.accreditations.items() if issuer == found.issuer]
            changed = state.accreditations[found.issuer, found.category]
        else:
            same = [each.history for each in state.qualifications.values() if each.supplier == found.supplier]
            changed = found.history
        changed.position = max(each.position for each in same) + 1


def _not_nothing(pairs: dict[Any, tuple[int, bool]]) -> dict[Any, tuple[int, bool]]:
    return {pair: value for pair, value in pairs.items() if value != (0, False)}
