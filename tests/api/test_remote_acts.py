"""Acts over HTTP alone: whoever signs asks, compares, signs, hands in and waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from acting import emergency_form
from drafting import signer_of
from lying_replies import NoSigner, lying, signed_in
from remote_acting import approval, asking, by_authority, deceived, done, forms_of, offered
from running import running, trust_of
from served import account_of, copy_of

from api.access.rights import Scope
from ledger_client.act_forms import ActMalformedError, GrantOpenError, IndexActs
from ledger_client.acts import (
    ActFormError,
    ActLedgerError,
    ActSignerError,
    parse_act,
)
from ledger_client.acts.act_file import act_text
from ledger_client.addresses import parse_address
from ledger_client.demo.cast import WEST_GOVERNMENT
from ledger_client.forms import FormOpenError
from ledger_client.home import Home
from ledger_client.index.allocation import AllocationReader
from ledger_client.ledger import Ledger
from ledger_client.records import RecordId, RecordsKey, RecordStore
from ledger_client.remote import (
    FormTimeError,
    NumberWrongError,
    Remote,
    RemoteAnswerError,
    RemoteProblemError,
    RemoteUnreachableError,
    TransactionRefusedError,
    TransactionWaitingError,
)
from ledger_client.trust import Trust

NOBODY = "http://127.0.0.1:9"
"""Where nobody answers."""

OTHER_KEY = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("remote-acts") / "home")


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with running(home) as address:
        yield address


@pytest.fixture(scope="module")
def trust(home: Home) -> Trust:
    return trust_of(home)


@pytest.fixture(scope="module")
def office(address: str, trust: Trust, home: Home) -> Remote:
    return Remote(address, trust, account=account_of(home, 0, scopes=(Scope.DRAFTS, Scope.READ)))


@pytest.fixture(scope="module")
def proposal(office: Remote, home: Home) -> int:
    """Masks that leave their district."""
    return offered(office, home)


class TestHonest:
    def test_a_request_from_its_form_into_a_block(self, address: str, trust: Trust, home: Home) -> None:
        keeper, form = signer_of(home, "keeper-east"), asking(home)
        own = signed_in(address, trust, keeper)
        act = own.acts.prepare(form)
        assert own.acts.sentences(act)[0].startswith("Ask for 40 of item")
        signed = own.acts.sign(act, keeper)
        handed = own.acts.hand_in(signed)
        assert handed == signed.hash
        block = own.wait(handed)
        assert own.acts.hand_in(signed) == handed  # the answer was lost, say
        with Ledger.open(home) as ledger:
            found = AllocationReader.beside(ledger.index()).request(act.key)
            assert ledger.chain.receipt(handed) is not None
        assert found is not None
        assert found.request.quantity == 40
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            record = records.get(RecordId("request", act.key))
            assert records.registrar(RecordId("request", act.key)) == keeper.address
        assert record is not None and record.body == {"note": "the clinic runs short"}
        assert block > 0

    def test_a_name_goes_along(self, address: str, trust: Trust, home: Home) -> None:
        authority = signer_of(home, "city-authority")
        act, _ = done(signed_in(address, trust, authority), forms_of(home)["site"], authority)
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            assert act.record_id is not None
            found = records.get(act.record_id)
        assert found is not None and found.name.zh == "新设商户储备点"

    @pytest.mark.parametrize("name", ["request", "site", "grant", "floors", "terms", "emergency"])
    def test_what_is_prepared_is_a_file_that_can_be_signed(
        self, office: Remote, home: Home, name: str
    ) -> None:
        act = office.acts.prepare(forms_of(home)[name])
        assert parse_act(act_text(act), "it") == act
        assert office.acts.sentences(act)

    def test_with_an_index_of_ones_own(self, office: Remote, home: Home, proposal: int) -> None:
        """What was proposed, which the form only names."""
        form = approval(home, proposal)
        with pytest.raises(FormOpenError, match="what the proposal says"):
            office.acts.prepare(form)
        with Ledger.open(home) as ledger:
            act = office.acts.prepare(form, IndexActs(ledger.index(), time.time))
        assert any("goods leave site" in each for each in office.acts.sentences(act))
        signed = office.acts.sign(act, signer_of(home, "approver-city"))
        signed.act.require_consent()
        signed.act.require_record_signature()

    def test_what_is_left_open_is_not_asked_for(self, trust: Trust, home: Home) -> None:
        silent = Remote(NOBODY, trust)
        by = {"address": signer_of(home, "city-authority").address}
        with pytest.raises(FormOpenError):
            silent.acts.prepare({**forms_of(home)["floors"], "by": by})
        with pytest.raises(GrantOpenError):
            silent.acts.prepare(
                {"act": "register-supplier", "supplier": "91420100MA4KY12343", "zh": "商行", "by": by}
            )
        with pytest.raises(FormTimeError):
            silent.acts.prepare(approval(home, 1, occurred_at=None))
        with pytest.raises(ActMalformedError):
            silent.acts.prepare({**asking(home), "quantity": 40})
        with pytest.raises(RemoteUnreachableError):
            silent.acts.prepare(asking(home))

    def test_refusals_come_through(self, office: Remote, address: str, trust: Trust, home: Home) -> None:
        with pytest.raises(RemoteProblemError) as caught:
            office.acts.prepare(asking(home, site="420102001001598"))
        assert caught.value.status == 409
        with pytest.raises(RemoteProblemError) as caught:
            Remote(address, trust).acts.prepare(asking(home))
        assert "not-signed-in" in caught.value.type
        supplier = signer_of(home, "sound-supplies")
        with pytest.raises(RemoteProblemError) as caught:
            signed_in(address, trust, supplier).acts.prepare(asking(home))
        assert "not-allowed" in caught.value.type

    def test_what_did_not_come_to_be(self, office: Remote, home: Home) -> None:
        """A name is registered once: of two registrations the second gets no number any more."""
        authority, form = signer_of(home, "city-authority"), forms_of(home)["site"]
        one, two = office.acts.prepare(form), office.acts.prepare(form)
        office.wait(office.acts.hand_in(office.acts.sign(one, authority)))
        with pytest.raises(RemoteProblemError) as caught:
            office.acts.sign(two, authority)
        assert caught.value.status == 409
        with pytest.raises(RemoteProblemError) as caught:
            office.wait(bytes(32), seconds=0)
        assert caught.value.status == 404


class TestSigning:
    """Nothing is signed that could not be told, or for whom it is not."""

    def test_nothing_that_is_no_act_of_the_trusted_ledger(self, office: Remote, home: Home) -> None:
        keeper = NoSigner(signer_of(home, "keeper-east"))
        act = office.acts.prepare(asking(home))
        record = act.record
        assert record is not None
        for other, error in (
            (replace(act, chain_id=act.chain_id + 1), ActLedgerError),
            (replace(act, genesis=bytes(32)), ActLedgerError),
            (replace(act, ledger=act.address), ActLedgerError),
            (replace(act, address=act.ledger), ActLedgerError),
            (replace(act, function="nothing"), LookupError),
            (replace(act, record=replace(record, body={"note": "all is well"})), ActFormError),
            (replace(act, record=None), ActFormError),
            (replace(act, sender=parse_address(OTHER_KEY)), ActSignerError),
        ):
            with pytest.raises(error):
                office.acts.sign(other, keeper)

    def test_no_number_that_is_none(self, address: str, office: Remote, home: Home) -> None:
        authority = signer_of(home, "city-authority")
        act = office.acts.prepare(emergency_form(home, by=by_authority(home)))
        for number in (-1, 1.5, "7", None, 1 << 64, (1 << 64) - 1, True, [0]):

            def lie(answer: Any, number: Any = number) -> Any:
                return {**answer, "number": number} if "number" in answer else answer

            for change in (lie, lambda _: []):
                refusal = pytest.raises(NumberWrongError, match="as the number of a transaction")
                with lying(address, change) as between, refusal:
                    deceived(between, office).acts.sign(act, NoSigner(authority))
        office.wait(office.acts.hand_in(office.acts.sign(act, authority)))  # the number is still its own

    def test_another_number_records_nothing(self, address: str, office: Remote, home: Home) -> None:
        """A number is all that is taken from the server, and it takes back its own alone."""
        keeper = signer_of(home, "keeper-west")
        form = asking(
            home,
            site=str(WEST_GOVERNMENT),
            by={"address": keeper.address, "division": "420103001001"},
        )
        act = office.acts.prepare(form)

        def lie(answer: Any) -> Any:
            return {**answer, "number": answer["number"] + 1} if "number" in answer else answer

        with lying(address, lie) as between:
            signed = deceived(between, office).acts.sign(act, keeper)
        with pytest.raises(RemoteProblemError, match="number"):
            office.acts.hand_in(signed)
        block = office.wait(office.acts.hand_in(office.acts.sign(act, keeper)))
        assert block > 0


@pytest.fixture(scope="module")
def handed_in(office: Remote, home: Home) -> bytes:
    """The transaction of a request."""
    signed = office.acts.sign(office.acts.prepare(asking(home)), signer_of(home, "keeper-east"))
    office.wait(office.acts.hand_in(signed))
    return signed.hash


class TestBecame:
    """What became of a transaction, by the word of a server that may say anything."""

    @pytest.mark.parametrize("answer", [None, [], "recorded", 1])
    def test_nothing_that_can_be_read(
        self, address: str, office: Remote, handed_in: bytes, answer: Any
    ) -> None:
        with lying(address, lambda _: answer) as between, pytest.raises(RemoteAnswerError):
            deceived(between, office).wait(handed_in, seconds=0)

    @pytest.mark.parametrize(
        "lie",
        [
            {"state": "recorded", "recorded_in": None},
            {"state": "recorded", "recorded_in": True},
            {"state": "recorded", "recorded_in": "1"},
            {"state": "sent", "missing_numbers": [3]},
            {"state": "sent", "missing_numbers": 3},
            {"state": None},
            {"state": "\x1b[31mrecorded"},
        ],
    )
    def test_nothing_that_is_no_end(
        self, address: str, office: Remote, handed_in: bytes, lie: dict[str, Any]
    ) -> None:
        waiting = pytest.raises(TransactionWaitingError)
        with lying(address, lambda answer: {**answer, **lie}) as between, waiting as caught:
            deceived(between, office).wait(handed_in, seconds=0)
        assert str(caught.value).isprintable()

    @pytest.mark.parametrize("block", [None, {}, {"number": True}, {"number": "9999"}, {"number": 1}])
    def test_it_is_recorded_before_the_server_answers_of_its_block(
        self, address: str, office: Remote, handed_in: bytes, block: Any
    ) -> None:
        """It waits for that, so that what goes on from it is known; but only as long as it was told to."""
        asked, recorded_in = [], office.wait(handed_in)

        def behind(answer: Any) -> Any:
            asked.append(answer)
            return answer if len(asked) == 3 else {**answer, "block": block}

        with lying(address, behind) as between:
            assert deceived(between, office).wait(handed_in, seconds=30) == recorded_in
            assert len(asked) == 3
            assert deceived(between, office).wait(handed_in, seconds=0.1) == recorded_in

    @pytest.mark.parametrize("refusal", [None, [], "x", {}, {"type": 1, "en": "\x1b[31m", "zh": None}])
    def test_a_refusal_in_whatever_form(
        self, address: str, office: Remote, handed_in: bytes, refusal: Any
    ) -> None:
        lie, refused = {"state": "refused", "refusal": refusal}, pytest.raises(TransactionRefusedError)
        with lying(address, lambda answer: {**answer, **lie}) as between, refused as caught:
            deceived(between, office).wait(handed_in, seconds=0)
        assert str(caught.value).isprintable()
