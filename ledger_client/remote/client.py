r"""Documents and acts over HTTP, for another system: what a server prepares is compared before it is signed.

::

    remote = Remote("http://127.0.0.1:8000", read_accepted(trust).trust, account=key)
    draft = remote.prepare(form)                    # refused where it is not what the form says
    …
    remote = Remote("http://127.0.0.1:8000", trust)
    remote.sign_in(supplier)
    for found in remote.inbox(supplier.address):    # each for the trusted ledger, with true consents
        print(*found.sentences(), sep="\n")
        remote.consent(found.draft, supplier)
    act = remote.acts.prepare(form)                 # of an act, see `RemoteActs`

The server is trusted with nothing: digests, calldata and sentences are made here, from the draft itself.
A key never leaves its signer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger_client.addresses import Address
from ledger_client.drafts import Draft, Part, part_of, require_same, require_time
from ledger_client.forms import Known, NothingKnown, parse_form, prepare
from ledger_client.keccak import keccak
from ledger_client.preparing import Drafter
from ledger_client.remote.acts import RemoteActs
from ledger_client.remote.drafts import DraftReader, Found, salt_of, signed_of
from ledger_client.remote.forms import Bodies, FormTimeError
from ledger_client.remote.place import TrustedPlace
from ledger_client.remote.transactions import hash_of, number_of, wait
from ledger_client.remote.web import Web
from ledger_client.sign_in import SignIn
from ledger_client.signers import CompactSignature, Signer
from ledger_client.stock import Stock
from ledger_client.trust import Trust

_SESSION = 3_600  # seconds


@dataclass(slots=True)
class Remote:
    """A server of a ledger.

    Attributes:
        address: Of the server, `http://…` or `https://…`.
        trust: What is trusted of the ledger, by itself.
        account: Key of a reader account, None for a session of a key, or for the public.
        acts: What is done beside documents.
    """

    address: str
    trust: Trust
    account: str | None = None
    acts: RemoteActs = field(init=False)
    _web: Web = field(init=False)
    _drafts: DraftReader = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.account}"} if self.account else {}
        self._web = Web(self.address, headers)
        place = TrustedPlace.of(self.trust)
        self.acts = RemoteActs(self._web, place)
        self._drafts = DraftReader(self._web, place)

    def sign_in(self, signer: Signer) -> None:
        """Begin a session of a key (EIP-4361), for an hour.

        Raises:
            RemoteProblemError: The server refuses.
            RemoteAnswerError: It is the server of another chain, or of another name.
        """
        given, _ = self._web.ask("GET", "/v1/sign-in/nonce")
        domain = self._web.address.split("://", 1)[1]
        if not isinstance(given, dict) or (given.get("domain"), given.get("chain_id")) != (
            domain,
            self.trust.chain_id,
        ):
            raise self._web.unread("another server or chain")
        now = int(time.time())
        request = SignIn(
            domain,
            signer.address,
            self._web.address,
            self.trust.chain_id,
            str(given.get("nonce")),
            now,
            now + _SESSION,
        )
        form = {"message": request.text, "signature": request.signed_by(signer)}
        answer, headers = self._web.ask("POST", "/v1/sign-in", form)
        cookie = next((text for name, text in headers.items() if name.lower() == "set-cookie"), "")
        self._web.headers = {
            "Cookie": cookie.split(";", 1)[0],
            "X-CSRF-Token": str(answer.get("csrf_token")),
        }

    # -- preparing

    def prepare(self, form: Mapping[str, Any], known: Known | None = None) -> Draft:
        """Have a document prepared, and compare it with what was asked for, field by field.

        Args:
            form: As `ledger_client.forms` has it. It says when it occurred, and leaves open nothing that
                `known` does not know.
            known: An index of one's own, for what the form leaves to the ledger; nothing where not given.

        Raises:
            FormMalformedError: It is no form.
            FormTimeError: It does not say when it occurred.
            FormOpenError: It leaves something to the server that cannot be compared.
            DraftLedgerError: What the server prepared is for another ledger.
            DraftDiffersError: It is something else than was asked for.
            DraftOverError: Its consents would count too long, or no longer.
            ConsentWrongError: It has a consent that is none.
            RemoteProblemError: The server refuses, as for what the contract would refuse.
        """
        parsed = parse_form(dict(form))
        if parsed.occurred_at is None:
            raise FormTimeError()
        # Before the server is asked: what is left open cannot be compared later.
        self._asked(parsed, known, None)
        answer, _ = self._web.ask("POST", "/v1/drafts", parsed.model_dump(mode="json"))
        draft = self._drafts.draft(answer)
        require_same(draft, self._asked(parsed, known, salt_of(answer)))
        require_time(draft, time.time(), self.trust.offset)
        return draft

    def _asked(self, form: Any, known: Known | None, salt: bytes | None) -> Draft:
        """Return the draft that a form means, made here; the salt of its note alone is the server's."""
        stock = Stock(Drafter(self._drafts.place), Bodies(form, salt))
        made = prepare(form, stock, known or NothingKnown(), self.trust.offset)
        if made.draft is None:
            raise TypeError("a form makes a document")
        return made.draft

    # -- signing

    def inbox(self, address: Address) -> Iterator[Found]:
        """Give the drafts that wait for the signature of an address, the oldest first; each is looked at.

        Raises:
            DraftLedgerError: One is for another ledger.
            ConsentWrongError: One has a consent that is none.
        """
        query: dict[str, str] = {"waiting_for": address}
        while True:
            page, _ = self._web.ask("GET", "/v1/drafts", query=query)
            for each in self._drafts.page(page):
                yield self._drafts.found(each)
            if not page.get("next_after"):
                return
            query = {"waiting_for": address, "after": str(page["next_after"])}

    def find(self, key: int) -> Found:
        """Return the draft of a key.

        Raises:
            RemoteProblemError: There is none, or it is not for whoever asks.
            DraftLedgerError: It is for another ledger.
            ConsentWrongError: It has a consent that is none.
        """
        answer, _ = self._web.ask("GET", f"/v1/drafts/{key:062x}")
        found = self._drafts.found(answer)
        if found.draft.key != key:
            raise self._web.unread("another draft")
        return found

    def consent(self, draft: Draft, signer: Signer) -> Draft:
        """Consent to a draft that somebody has read, and deliver it.

        Raises:
            DraftLedgerError: It is for another ledger.
            DraftOverError: The time of its consents is over.
            DraftPartError: The key signs nothing of it.
            RemoteProblemError: The server refuses.
        """
        self._require_signable(draft)
        part = part_of(draft, signer.address)
        if part is Part.SENDER:
            raise TypeError("the sender signs the transaction: see `send`")
        form = {"part": str(part), "signature": _hex(signer.sign_digest(draft.consent_digest))}
        answer, _ = self._web.ask("POST", f"/v1/drafts/{draft.key:062x}/consents", form)
        return self._drafts.same(draft, answer).draft

    def send(self, draft: Draft, signer: Signer) -> bytes:
        """Sign a draft's transaction as its sender, hand it in, and return the hash by which it is followed.

        It may be called again after a failure: what was handed in is handed in once.

        Raises:
            ConsentsMissingError: Somebody has not consented yet.
            ConsentWrongError: A consent is none.
            DraftDiffersError: The server has something else under its key.
            NumberWrongError: The server gives a number that is none.
            RemoteProblemError: The server refuses, as where the contract would.
        """
        self._require_signable(draft)
        if draft.sender.address != signer.address:
            part_of(draft, signer.address)
            raise TypeError("only the sender sends")
        answer, _ = self._web.ask("GET", f"/v1/drafts/{draft.key:062x}")
        found = self._drafts.same(draft, answer)
        if found.state == "sent":  # handed in before, and the answer was lost
            return hash_of({"hash": answer.get("transaction")}, bytes(32))
        ready = found.draft
        ready.require_consents()
        reserved, _ = self._web.ask("POST", f"/v1/drafts/{draft.key:062x}/number")
        raw = signer.sign_transaction(ready.transaction(number_of(reserved)))
        form = {"draft": f"{draft.key:062x}", "raw": f"0x{raw.hex()}"}
        if found.body is not None:
            form["record_signature"] = _hex(signer.sign_digest(signed_of(found.body)))
        handed, _ = self._web.ask("POST", "/v1/transactions", form)
        return hash_of(handed, keccak(raw))

    def withdraw(self, draft: Draft) -> None:
        """Withdraw a draft, as one of its signers.

        Raises:
            RemoteProblemError: The server refuses.
        """
        self._web.ask("DELETE", f"/v1/drafts/{draft.key:062x}")

    def wait(self, hash_: bytes, seconds: float = 60.0) -> int:
        """Wait until a transaction is in a block, by the server's word, and return that block's number.

        It also waits, as long as there is time, until the server answers of that block. Whoever wants more
        than its word asks a node, or verifies evidence.

        Raises:
            TransactionRefusedError: Nothing was recorded.
            TransactionWaitingError: It is on its way still.
            RemoteAnswerError: The server answers with something else.
        """
        return wait(self._web, hash_, seconds)

    def _require_signable(self, draft: Draft) -> None:
        self._drafts.require_ledger(draft)
        draft.require_true_consents()
        require_time(draft, time.time(), self.trust.offset)


def _hex(signature: CompactSignature) -> str:
    return f"0x{signature.r.hex()}{signature.vs.hex()}"
