r"""Documents over HTTP, for another system: what a server prepares is compared before anything is signed.

::

    remote = Remote("http://127.0.0.1:8000", read_accepted(trust).trust, account=key)
    draft = remote.prepare(form)                    # refused where it is not what the form says
    …
    remote = Remote("http://127.0.0.1:8000", trust)
    remote.sign_in(supplier)
    for found in remote.inbox(supplier.address):    # each for the trusted ledger, with true consents
        print(*found.sentences(), sep="\n")
        remote.consent(found.draft, supplier)

The server is trusted with nothing: digests, calldata and sentences are made here, from the draft itself.
A key never leaves its signer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ledger_client.addresses import Address
from ledger_client.drafts import (
    Draft,
    Part,
    from_dict,
    part_of,
    require_ledger,
    require_same,
    require_time,
    say,
)
from ledger_client.errors import MismatchError, RefusedError, UnavailableError, UsageError
from ledger_client.forms import Known, NothingKnown, parse_form, prepare
from ledger_client.keccak import keccak
from ledger_client.preparing import Drafter
from ledger_client.records import Record, RecordId, record_digest
from ledger_client.remote.web import RemoteAnswerError, Web
from ledger_client.sign_in import SignIn
from ledger_client.signers import CompactSignature, Signer
from ledger_client.stock import Stock
from ledger_client.trust import Trust

_SESSION = 3_600  # seconds
_NUMBER_LIMIT = (1 << 64) - 2  # the highest number that a transaction can have (EIP-2681)
_PAUSE = 0.25  # seconds between two looks for what became of a transaction


class FormTimeError(UsageError):
    """A form does not say when it occurred, which a server would then say."""

    en = "the form leaves to the server when it occurred, which nobody here can compare: write `occurred_at`"
    zh = "表单将发生时间留给服务器填写，此处无法核对：请填写 occurred_at"


class NumberWrongError(MismatchError):
    """A server gives a number that no transaction can have."""

    en = "the server gives {value} as the number of a transaction, which it cannot be; nothing was signed"
    zh = "服务器给出的交易序号 {value} 不可能；未签署任何内容"


class TransactionRefusedError(RefusedError):
    """A transaction recorded nothing.

    Attributes:
        type: What kind of refusal it is, which never changes.
    """

    en = "nothing was recorded: {reason} ({type})"
    zh = "未作任何记录：{reason_zh}（{type}）"


class TransactionWaitingError(UnavailableError):
    """A transaction is on its way still."""

    en = "transaction {hash} is {state} after {seconds:g} s{missing}; it is kept, look again later"
    zh = "交易 {hash} 在 {seconds:g} 秒后状态为 {state}{missing_zh}；已保存，请稍后再查"


@dataclass(frozen=True, slots=True)
class Found:
    """A draft that a server has, for the trusted ledger and with true consents.

    Attributes:
        draft: As it stands there.
        state: open, expired, withdrawn or sent, by the server's word.
        body: Its note, whose digest the draft has; None where it has none, or the server shows none.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """

    draft: Draft
    state: str
    body: Record | None
    offset: int

    def sentences(self) -> list[str]:
        """Return what it says, made from the bytes that are signed."""
        return say(self.draft, self.offset)


@dataclass(frozen=True, slots=True)
class _Place:
    """The ledger of a trust file, for `Drafter`."""

    chain_id: int
    genesis_hash: bytes
    stock_ledger: Address
    addresses: Mapping[str, Address]

    @classmethod
    def of(cls, trust: Trust) -> _Place:
        addresses = {name: each.address for name, each in trust.contracts.items()}
        return cls(trust.chain_id, trust.genesis_hash, addresses["StockLedger"], addresses)


@dataclass(slots=True)
class Remote:
    """A server of a ledger.

    Attributes:
        address: Of the server, `http://…` or `https://…`.
        trust: What is trusted of the ledger, by itself.
        account: Key of a reader account, None for a session of a key, or for the public.
    """

    address: str
    trust: Trust
    account: str | None = None
    _web: Web = field(init=False)
    _place: _Place = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Authorization": f"Bearer {self.account}"} if self.account else {}
        self._web = Web(self.address, headers)
        self._place = _Place.of(self.trust)

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
            raise self._unread("another server or chain")
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
        draft = self._draft(answer)
        require_same(draft, self._asked(parsed, known, _salt(answer)))
        require_time(draft, time.time(), self.trust.offset)
        return draft

    def _asked(self, form: Any, known: Known | None, salt: bytes | None) -> Draft:
        """Return the draft that a form means, made here; the salt of its note alone is the server's."""
        bodies = _Bodies(form, salt)
        stock = Stock(Drafter(self._place), bodies)
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
            for each in self._list(page):
                yield self._found(each)
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
        found = self._found(answer)
        if found.draft.key != key:
            raise self._unread("another draft")
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
        return self._same(draft, answer).draft

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
        found = self._same(draft, answer)
        if found.state == "sent":  # handed in before, and the answer was lost
            return self._hash({"hash": answer.get("transaction")}, bytes(32))
        ready = found.draft
        ready.require_consents()
        reserved, _ = self._web.ask("POST", f"/v1/drafts/{draft.key:062x}/number")
        number = reserved.get("number") if isinstance(reserved, dict) else None
        if type(number) is not int or not 0 <= number <= _NUMBER_LIMIT:
            raise NumberWrongError(value=ascii(number)[:40])
        raw = signer.sign_transaction(ready.transaction(number))
        form = {"draft": f"{draft.key:062x}", "raw": f"0x{raw.hex()}"}
        if found.body is not None:
            form["record_signature"] = _hex(signer.sign_digest(_record_digest(found.body)))
        handed, _ = self._web.ask("POST", "/v1/transactions", form)
        return self._hash(handed, keccak(raw))

    def withdraw(self, draft: Draft) -> None:
        """Withdraw a draft, as one of its signers.

        Raises:
            RemoteProblemError: The server refuses.
        """
        self._web.ask("DELETE", f"/v1/drafts/{draft.key:062x}")

    def wait(self, hash_: bytes, seconds: float = 60.0) -> int:
        """Wait until a transaction is in a block, by the server's word, and return that block's number.

        Whoever wants more than its word asks a node, or verifies evidence.

        Raises:
            TransactionRefusedError: Nothing was recorded.
            TransactionWaitingError: It is on its way still.
        """
        deadline = time.monotonic() + seconds
        while True:
            told, _ = self._web.ask("GET", f"/v1/transactions/0x{hash_.hex()}")
            state = told.get("state") if isinstance(told, dict) else None
            if state == "recorded" and type(told.get("recorded_in")) is int:
                return int(told["recorded_in"])
            if state == "refused":
                why = told.get("refusal") or {}
                raise TransactionRefusedError(
                    type=why.get("type"), reason=why.get("en"), reason_zh=why.get("zh")
                )
            if time.monotonic() > deadline:
                missing = ", ".join(map(str, told.get("missing_numbers") or []))
                raise TransactionWaitingError(
                    hash=f"0x{hash_.hex()}",
                    state=state,
                    seconds=seconds,
                    missing=f" and waits for number {missing} of its sender" if missing else "",
                    missing_zh=f"，尚待其提交人的序号 {missing}" if missing else "",
                )
            time.sleep(_PAUSE)

    # -- what a server says

    def _require_signable(self, draft: Draft) -> None:
        self._require_ledger(draft)
        draft.require_true_consents()
        require_time(draft, time.time(), self.trust.offset)

    def _require_ledger(self, draft: Draft) -> None:
        require_ledger(
            draft,
            chain_id=self.trust.chain_id,
            genesis=self.trust.genesis_hash,
            ledger=self._place.stock_ledger,
            source="the trust file",
        )

    def _draft(self, answer: object) -> Draft:
        """Return the draft of an answer, for the trusted ledger and with true consents."""
        if not isinstance(answer, dict):
            raise self._unread("no draft")
        draft = from_dict(answer.get("draft"), "what the server prepared")
        self._require_ledger(draft)
        draft.require_true_consents()
        return draft

    def _found(self, answer: Any) -> Found:
        draft = self._draft(answer)
        return Found(draft, str(answer.get("state")), self._body(answer, draft), self.trust.offset)

    def _same(self, draft: Draft, answer: Any) -> Found:
        """Return the draft of an answer, which is the one that was signed but for its consents."""
        found = self._found(answer)
        require_same(found.draft, draft)
        if replace(found.draft, consents={}, lots=()) != replace(draft, consents={}, lots=()):
            raise self._unread("another end of the consents")
        return found

    def _body(self, answer: dict[str, Any], draft: Draft) -> Record | None:
        """Return the note of an answer, whose digest is the one that is signed."""
        body, salt = answer.get("body"), _salt(answer)
        if body is None:
            return None
        content = body.get("content") if isinstance(body, dict) else None
        if salt is None or not isinstance(content, dict):
            raise self._unread("a note in another form")
        record = Record.new(RecordId("document", draft.key), body=content, salt=salt)
        if record.body_digest() != draft.body:
            raise self._unread("a note that is not the one in the draft")
        return record

    def _list(self, page: object) -> list[Any]:
        drafts = page.get("drafts") if isinstance(page, dict) else None
        if not isinstance(drafts, list):
            raise self._unread("no inbox")
        return drafts

    def _hash(self, handed: object, sent: bytes) -> bytes:
        """Return the hash that is followed: another one where the document was handed in before."""
        text = handed.get("hash") if isinstance(handed, dict) else None
        try:
            hash_ = bytes.fromhex(str(text).removeprefix("0x"))
        except ValueError:
            hash_ = b""
        return hash_ if len(hash_) == len(sent) else sent

    def _unread(self, reason: str) -> RemoteAnswerError:
        return RemoteAnswerError(address=self._web.address, reason=reason)


@dataclass(frozen=True, slots=True)
class _Bodies:
    """The note of a form with the salt that the server chose: its digest is compared."""

    form: Any
    salt: bytes | None

    def get(self, id: RecordId) -> Record | None:
        texts = {"note": self.form.note, "order": getattr(self.form, "order", None)}
        body = {name: text for name, text in texts.items() if text}
        return Record.new(id, body=body, salt=self.salt) if self.salt and body else None


def _salt(answer: Any) -> bytes | None:
    body = answer.get("body") if isinstance(answer, dict) else None
    text = body.get("salt") if isinstance(body, dict) else None
    try:
        salt = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        salt = b""
    return salt if len(salt) == 16 else None


def _record_digest(record: Record) -> bytes:
    return record_digest(record.id, record.name_digest(), record.body_digest())


def _hex(signature: CompactSignature) -> str:
    return f"0x{signature.r.hex()}{signature.vs.hex()}"
