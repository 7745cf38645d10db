"""Acts over HTTP by a server that lies: each field that it alters is noticed, and named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from lying_replies import altered, hex_after, lying
from remote_acting import Form, approval, asking, deceived, forms_of, offered
from running import running, trust_of
from served import account_of, copy_of

from api.access.rights import Scope
from ledger_client.act_forms import IndexActs
from ledger_client.acts import (
    ActDiffersError,
    ActFormError,
    ActLedgerError,
    from_dict,
    to_dict,
)
from ledger_client.errors import ShecangError
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.records import Record
from ledger_client.remote import (
    Remote,
    RemoteAnswerError,
)
from ledger_client.trust import Trust

SEEN = (ActDiffersError, ActLedgerError, ActFormError)
"""What whoever compares says."""

OTHER_KEY = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"
LEDGER_WORDS = {
    "chain_id": "chain",
    "genesis": "genesis block",
    "ledger": "stock ledger",
    "address": "contract",
}
WORDS = {"sender": "the sender", "gas": "the gas", "signature": "the signature of the record"}
"""As a sentence calls a member of an act."""


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


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each member of an act that holds no others."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in pairs:
            yield from leaves(each, (*path, name))
    else:
        yield path, value


def others(value: Any) -> list[Any]:
    """Other values of the same form: the least change, and one that is sayable as a time or day."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if value is None:
        return [f"0x{'11' * 64}"]
    if value.startswith("0x") and len(value) == 42 and value != value.lower():
        return [OTHER_KEY]
    if value.isdigit():
        return [str(int(value) + 1), str(int(value) + 86_400)]
    return [hex_after(value)] if value.startswith("0x") else [f"{value}x"]


def place_of(path: tuple[Any, ...]) -> str:
    """An argument as sentences call it."""
    return str(path[0]) + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path[1:])


def refused(remote: Remote, form: Form, known: IndexActs | None = None) -> ShecangError:
    with pytest.raises(SEEN) as caught:
        remote.acts.prepare(form, known)
    for language in ("en", "zh"):
        assert caught.value.text(language).isprintable()
    return caught.value


class Liar:
    """A server that puts other values into the act that a real one prepares."""

    def __init__(self, address: str, office: Remote) -> None:
        self._change: Callable[[Any], Any] = lambda act: act
        self._lying = lying(address, self._alter)
        self._office = office
        self.honest: dict[str, Any] = {}

    def __enter__(self) -> Liar:
        self.remote = deceived(self._lying.__enter__(), self._office)
        return self

    def __exit__(self, *error: Any) -> None:
        self._lying.__exit__(*error)

    def _alter(self, answer: Any) -> Any:
        if "act" not in answer:
            return answer
        self.honest = answer["act"]
        return {**answer, "act": self._change(answer["act"])}

    def saying(self, change: Callable[[Any], Any]) -> Remote:
        """The server, which changes each act from now on."""
        self._change = change
        return self.remote


@pytest.fixture(scope="module")
def liar(address: str, office: Remote) -> Iterator[Liar]:
    with Liar(address, office) as liar:
        yield liar


def try_each_field(liar: Liar, form: Form, known: IndexActs | None = None) -> set[str]:
    """Alter each field of what is prepared in turn; return what was named when it was refused."""
    liar.saying(lambda act: act).acts.prepare(form, known)
    named = set()
    for path, value in leaves(liar.honest):
        if path == ("id",):
            continue  # the server's own, and nothing of it is signed
        for other in others(value):
            error = refused(liar.saying(lambda act, p=path, o=other: altered(act, p, o)), form, known)
            if isinstance(error, ActFormError):
                continue  # no such value can be written, or its record would be another one
            if path[0] == "arguments":
                is_consent = path[1] == "consent" and liar.honest["function"] == "approveWithConsent"
                expected = "the consent" if is_consent else place_of(path[1:])
            else:
                words = LEDGER_WORDS if isinstance(error, ActLedgerError) else WORDS
                expected = words[path[-1]]
            assert error.facts["what"] == expected
            named.add(expected)
    return named


SIGNED = {"chain", "genesis block", "stock ledger", "contract", "the sender", "the gas"}
"""What every act has."""


class TestLying:
    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            (
                "request",
                {f"asking.{each}" for each in ("clientId", "site", "item", "quantity", "neededBy")}
                | {f"asking.{each}" for each in ("urgency", "reason", "consignee")}
                | {"keeperDivision", "the signature of the record"},
            ),
            ("site", {"site_", "disposal", "authorityDivision", "the signature of the record"}),
            ("grant", {"holder", "role", "division_", "subject", "authorityDivision", "consent.r"}),
            ("floors", {"site", "floors[0].item", "floors[0].quantity", "effectiveAt", "source"}),
            ("terms", {"division", "mode", "share", "noticeDays", "effectiveAt", "source"}),
            ("emergency", {"division", "until", "reason", "source", "authorityDivision"}),
        ],
    )
    def test_each_field_in_turn(self, liar: Liar, home: Home, name: str, arguments: set[str]) -> None:
        assert try_each_field(liar, forms_of(home)[name]) >= SIGNED | arguments

    def test_each_field_of_an_approval_with_a_consent(self, liar: Liar, home: Home, proposal: int) -> None:
        with Ledger.open(home) as ledger:
            known = IndexActs(ledger.index(), time.time)
            named = try_each_field(liar, approval(home, proposal), known)
        document = {f"document.{each}" for each in ("clientId", "occurredAt", "from", "to", "deadline")}
        assert named >= SIGNED | document | {"document.lines[0]", "validUntil", "the consent"}

    @pytest.mark.parametrize(
        ("contract", "function"),
        [
            ("Directory", "request"),
            ("Reallocation", "propose"),
            ("Reallocation", "expire"),
            ("StockLedger", "record"),
            ("Nothing", "request"),
        ],
    )
    def test_another_contract_or_function(self, liar: Liar, home: Home, contract: str, function: str) -> None:
        lie = {"contract": contract, "function": function}
        refused(liar.saying(lambda act: {**act, **lie}), asking(home))

    def test_another_act_whole(self, liar: Liar, office: Remote, home: Home) -> None:
        """What a real server prepared, true in itself, for another form."""
        prepared = {name: to_dict(office.acts.prepare(form)) for name, form in forms_of(home).items()}
        for name, form in forms_of(home).items():
            for other in prepared.values():
                if other["function"] == prepared[name]["function"] and name != "request":
                    continue
                error = refused(liar.saying(lambda _, other=other: other), form)
                assert isinstance(error, ActDiffersError)

    @pytest.mark.parametrize(
        ("name", "change", "what"),
        [
            ("site", {"zh": "别的名称"}, "the name"),
            ("site", {"en": "Another"}, "the name"),
            ("request", {"body": {"note": "the clinic runs over"}}, "the note"),
            ("request", {"body": {"note": "the clinic runs short", "more": 1}}, "the note"),
        ],
    )
    def test_a_name_or_note_with_its_own_digest(
        self, liar: Liar, home: Home, name: str, change: dict[str, Any], what: str
    ) -> None:
        def lie(told: Any) -> Any:
            act = from_dict(told)
            assert act.record is not None
            texts = {"zh": act.record.name.zh, "en": act.record.name.en, "body": act.record.body, **change}
            record = Record.new(act.record.id, **texts, salt=act.record.salt)
            told = {**told, "record": {**told["record"], **change}}
            if name == "request":
                return altered(told, ("arguments", "asking", "body"), f"0x{record.body_digest().hex()}")
            return altered(told, ("arguments", "nameDigest"), f"0x{record.name_digest().hex()}")

        error = refused(liar.saying(lie), forms_of(home)[name])
        assert error.facts["what"] == what

    def test_no_name_and_no_note(self, liar: Liar, home: Home) -> None:
        def lie(told: Any) -> Any:
            return {**altered(told, ("arguments", "asking", "body"), f"0x{'00' * 32}"), "record": None}

        assert refused(liar.saying(lie), asking(home)).facts["what"] == "the name"
        refused(liar.saying(lambda told: {**told, "record": None}), asking(home))

    def test_a_salt_and_an_id_are_the_servers(self, liar: Liar, home: Home) -> None:
        """Nobody asked for one; the digest is the record's all the same."""
        form = asking(home)

        def lie(told: Any) -> Any:
            act = from_dict(told)
            assert act.record is not None
            record = replace(act.record, salt=bytes(16))
            told = altered(told, ("record", "salt"), f"0x{bytes(16).hex()}")
            told = altered(told, ("arguments", "asking", "body"), f"0x{record.body_digest().hex()}")
            return {**told, "id": f"0x{'11' * 16}"}

        act = liar.saying(lie).acts.prepare(form)
        assert act.record is not None and act.record.body == {"note": form["note"]}

    def test_what_stands_beside_the_act_is_not_used(self, address: str, office: Remote, home: Home) -> None:
        def lie(answer: Any) -> Any:
            return {"act": answer["act"]} if "sentences" in answer else answer

        with lying(address, lie) as between:
            remote = deceived(between, office)
            act = remote.acts.prepare(asking(home))
            assert remote.acts.sentences(act)[0].startswith("Ask for 40 of item")

    @pytest.mark.parametrize(
        "answer", [None, [], "x", 1, {}, {"act": None}, {"act": []}, {"act": {"form": "x"}}]
    )
    def test_no_act_at_all(self, address: str, office: Remote, home: Home, answer: Any) -> None:
        with lying(address, lambda _: answer) as between, pytest.raises((ActFormError, RemoteAnswerError)):
            deceived(between, office).acts.prepare(asking(home))
