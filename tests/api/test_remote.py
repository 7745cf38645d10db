"""Another system over HTTP: it signs what it asked for, and nothing that a lying server makes of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from drafting import fresh_id, signer_of
from lying_replies import NoSigner, alterations, altered, hex_after, lying, signed_in
from running import running, trust_of
from served import account_of, copy_of

from api.access.rights import Scope
from ledger_client.demo.cast import EAST_GOVERNMENT, GOWNS, SOUND
from ledger_client.drafts import (
    ConsentWrongError,
    Draft,
    DraftDiffersError,
    DraftFormError,
    DraftLedgerError,
)
from ledger_client.errors import ShecangError
from ledger_client.forms import FormOpenError
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.remote import (
    FormTimeError,
    Remote,
    RemoteAnswerError,
    RemoteProblemError,
    RemoteUnreachableError,
)
from ledger_client.trust import Trust

SEEN = (DraftDiffersError, DraftLedgerError, DraftFormError, ConsentWrongError)
"""What whoever compares says."""


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("remote") / "home")


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with running(home) as address:
        yield address


@pytest.fixture(scope="module")
def trust(home: Home) -> Trust:
    return trust_of(home)


@pytest.fixture(scope="module")
def account(home: Home) -> str:
    return account_of(home, 420102, scopes=(Scope.DRAFTS,))


@pytest.fixture(scope="module")
def qualification(home: Home) -> str:
    with Ledger.open(home) as ledger:
        [found] = ledger.index().qualifications(SOUND)
    return f"{found:040x}"


@pytest.fixture
def form(home: Home, qualification: str) -> dict[str, Any]:
    """A receipt that leaves nothing open, by two signers."""
    return {
        "kind": "receipt",
        "client_id": fresh_id(),
        "occurred_at": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        "site": str(EAST_GOVERNMENT),
        "supplier": "91420100MA4KXMPL1B",
        "goods": [{"item": str(GOWNS), "quantity": "40", "batch": "G-2611"}],
        "keeper": {"address": signer_of(home, "keeper-east").address, "division": "420102001001"},
        "supplier_signer": {"address": signer_of(home, "sound-supplies").address, "division": "4201"},
        "qualification": qualification,
        "held": False,
        "note": "two boxes were wet outside",
    }


class TestHonest:
    def test_a_receipt_by_two_signers(
        self, address: str, trust: Trust, account: str, home: Home, form: dict[str, Any]
    ) -> None:
        keeper, supplier = signer_of(home, "keeper-east"), signer_of(home, "sound-supplies")
        office = Remote(address, trust, account=account)
        draft = office.prepare(form)
        assert office.prepare(form) == draft
        theirs = signed_in(address, trust, supplier)
        [found] = [each for each in theirs.inbox(supplier.address) if each.draft.key == draft.key]
        assert found.sentences()[0].startswith("Receipt: site 420102001001101 receives")
        assert found.body is not None and found.body.body == {"note": "two boxes were wet outside"}
        theirs.consent(found.draft, supplier)
        own = signed_in(address, trust, keeper)
        sent = own.send(draft, keeper)
        block = own.wait(sent)
        assert own.send(draft, keeper) == sent  # the answer was lost, say
        with Ledger.open(home) as ledger:
            document = ledger.index().document(draft.key)
        assert document is not None
        assert (document.block, document.transaction) == (block, sent)

    def test_what_is_left_open_is_not_asked_for(
        self, address: str, trust: Trust, account: str, form: dict[str, Any]
    ) -> None:
        office = Remote(address, trust, account=account)
        with pytest.raises(FormTimeError):
            office.prepare({**form, "occurred_at": None})
        for change in (
            {"qualification": None},
            {"held": None},
            {"keeper": {"address": form["keeper"]["address"]}},
        ):
            with pytest.raises(FormOpenError):
                office.prepare({**form, **change})

    def test_refusals_come_through(
        self, address: str, trust: Trust, account: str, form: dict[str, Any], home: Home
    ) -> None:
        office = Remote(address, trust, account=account)
        with pytest.raises(RemoteProblemError) as caught:
            office.prepare({**form, "qualification": "0" * 39 + "1"})
        assert caught.value.status == 409
        with pytest.raises(RemoteProblemError) as caught:
            Remote(address, trust).prepare(form)
        assert "not-signed-in" in caught.value.type
        with pytest.raises(RemoteUnreachableError):
            Remote("http://127.0.0.1:9", trust).prepare(form)

    def test_the_sender_signs_last(
        self, address: str, trust: Trust, account: str, home: Home, form: dict[str, Any]
    ) -> None:
        keeper = signer_of(home, "keeper-east")
        draft = Remote(address, trust, account=account).prepare(form)
        with pytest.raises(ShecangError, match="still waits for the other party"):
            signed_in(address, trust, keeper).send(draft, keeper)

    def test_withdrawn(
        self, address: str, trust: Trust, account: str, home: Home, form: dict[str, Any]
    ) -> None:
        supplier = signer_of(home, "sound-supplies")
        draft = Remote(address, trust, account=account).prepare(form)
        theirs = signed_in(address, trust, supplier)
        theirs.withdraw(draft)
        assert theirs.find(draft.key).state == "withdrawn"
        with pytest.raises(RemoteProblemError, match="is withdrawn"):
            theirs.consent(draft, supplier)


class TestLying:
    def test_each_field_of_what_was_prepared_in_turn(
        self, address: str, trust: Trust, account: str, home: Home, form: dict[str, Any]
    ) -> None:
        honest = Remote(address, trust, account=account)
        draft = honest.prepare(form)
        answers: list[Any] = []
        with lying(address, lambda answer: answers.append(answer) or answer) as between:
            assert Remote(between, trust, account=account).prepare(form) == draft
        tried: list[str] = []
        lie: list[Any] = []

        def alter(answer: Any) -> Any:
            return {**answer, "draft": altered(answer["draft"], *lie)}

        with lying(address, alter) as between:
            deceived = Remote(between, trust, account=account)
            for path, other in alterations(answers[0]["draft"]):
                if path[-1] == "valid_until" or path[0] == "lots":
                    continue  # bounded below; and each lot proves itself, see test_draft_lots.py
                lie[:] = [path, other]
                with pytest.raises(SEEN):
                    deceived.prepare(form)
                tried.append(".".join(map(str, path)))
        assert {"chain_id", "genesis", "ledger", "kind", "body", "document.lines", "sender.division"} <= set(
            tried
        )
        assert len(tried) > 25

    @pytest.mark.parametrize("change", [-8 * 86_400, 8 * 86_400, 1 << 40])
    def test_until_when(
        self, address: str, trust: Trust, account: str, form: dict[str, Any], change: int
    ) -> None:
        def alter(answer: Any) -> Any:
            draft = answer["draft"]
            return {**answer, "draft": {**draft, "valid_until": draft["valid_until"] + change}}

        with lying(address, alter) as between, pytest.raises(ShecangError, match="consents of draft"):
            Remote(between, trust, account=account).prepare(form)

    @pytest.mark.parametrize("words", range(8))
    def test_each_word_of_its_lines(
        self, address: str, trust: Trust, account: str, form: dict[str, Any], words: int
    ) -> None:
        """Two lines of four words: quantity, amounts, attributes and batch of each."""
        goods = [*form["goods"], {"item": str(GOWNS), "quantity": "7", "batch": "G-2612"}]

        def alter(answer: Any) -> Any:
            lines = answer["draft"]["document"]["lines"]
            at = 2 + 64 * (words + 1)
            document = {**answer["draft"]["document"], "lines": hex_after(lines[:at]) + lines[at:]}
            return {**answer, "draft": {**answer["draft"], "document": document}}

        with lying(address, alter) as between, pytest.raises(SEEN):
            Remote(between, trust, account=account).prepare({**form, "goods": goods})

    @pytest.mark.parametrize("what", ["content", "salt", "form", "none"])
    def test_the_note(
        self, address: str, trust: Trust, account: str, form: dict[str, Any], what: str
    ) -> None:
        def alter(answer: Any) -> Any:
            body = {
                "content": {**answer["body"], "content": {"note": "all was well"}},
                "salt": {**answer["body"], "salt": "11" * 16},
                "form": "no body",
                "none": None,
            }[what]
            return {**answer, "body": body}

        with lying(address, alter) as between:
            deceived = Remote(between, trust, account=account)
            if what == "content":  # not looked at: the digest is made of the note that was asked for
                deceived.prepare(form)
            else:
                with pytest.raises(ShecangError, match="body is"):
                    deceived.prepare(form)

    @pytest.mark.parametrize(
        "answer", [None, [], "x", 1, {}, {"draft": None}, {"draft": []}, {"draft": {"form": "x"}}]
    )
    def test_no_draft_at_all(
        self, address: str, trust: Trust, account: str, form: dict[str, Any], answer: Any
    ) -> None:
        with lying(address, lambda _: answer) as between, pytest.raises(ShecangError):
            Remote(between, trust, account=account).prepare(form)

    def test_nothing_is_signed_of_what_was_altered_since(
        self, address: str, trust: Trust, account: str, home: Home, form: dict[str, Any]
    ) -> None:
        """The sender compares once more, with the draft that it has."""
        draft = Remote(address, trust, account=account).prepare(form)
        supplier, keeper = signer_of(home, "sound-supplies"), signer_of(home, "keeper-east")
        signed_in(address, trust, supplier).consent(draft, supplier)
        nobody = NoSigner(keeper)

        def alter(answer: Any) -> Any:
            if "draft" not in answer:
                return answer
            document = {**answer["draft"]["document"], "reason": 1}
            return {**answer, "draft": {**answer["draft"], "document": document}}

        def forged(answer: Any) -> Any:
            if "draft" not in answer:
                return answer
            consents = {"other": f"0x{'11' * 64}", "approver": None}
            return {**answer, "draft": {**answer["draft"], "consents": consents}}

        def other_end(answer: Any) -> Any:
            if "draft" not in answer:
                return answer
            return {
                **answer,
                "draft": {**answer["draft"], "valid_until": answer["draft"]["valid_until"] + 1},
            }

        for lie in (alter, forged, other_end):
            with lying(address, lie) as between, pytest.raises((*SEEN, RemoteAnswerError)):
                Remote(between, trust, account=account).send(draft, nobody)
        for number in (-1, 1.5, "7", None, 1 << 64, True):

            def numbered(answer: Any, number: Any = number) -> Any:
                return {**answer, "number": number} if "number" in answer else answer

            refused = pytest.raises(ShecangError, match="as the number of a transaction")
            with lying(address, numbered) as between, refused:
                Remote(between, trust, account=account).send(draft, nobody)

    def test_a_draft_for_another_ledger_is_not_consented_to(
        self, address: str, trust: Trust, account: str, home: Home, form: dict[str, Any]
    ) -> None:
        from dataclasses import replace

        draft = Remote(address, trust, account=account).prepare(form)
        nobody = NoSigner(signer_of(home, "sound-supplies"))
        remote = Remote(address, trust, account=account)
        others: list[Draft] = [
            replace(draft, chain_id=draft.chain_id + 1),
            replace(draft, genesis=bytes(32)),
            replace(draft, ledger=nobody.address),
            replace(draft, valid_until=1),
        ]
        for other in others:
            with pytest.raises(ShecangError):
                remote.consent(other, nobody)

    def test_a_server_of_another_chain_or_name(self, address: str, trust: Trust, home: Home) -> None:
        for change in ({"domain": "evil.example"}, {"chain_id": 1}):
            lies = lying(address, lambda answer, change=change: {**answer, **change})
            with lies as between, pytest.raises(RemoteAnswerError):
                Remote(between, trust).sign_in(NoSigner(signer_of(home, "keeper-east")))
