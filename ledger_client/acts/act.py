"""An act: everything that is done beside documents of stock, as its one signer sees it before signing.

A registration, a grant, a norm, a request or an approval is a call of one contract. Whoever signs it computes
the calldata from contract, function and arguments by the ABI of this client, never from bytes that somebody
else prepared::

    act = read_act(path)
    raw = signer.sign_transaction(act.signed(signer).transaction(nonce))

An approval whose goods leave the district carries the approver's own consent to the prepared document, and a
name or a request's body goes into the records with its registrar's signature: `signed` makes both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ledger_client.acts._abi import parameters
from ledger_client.addresses import Address
from ledger_client.allocation import proposal_key, request_key
from ledger_client.contracts import encode_call
from ledger_client.digests import consent_digest, content_digest, document_key, domain_separator
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.errors import MismatchError, RefusedError
from ledger_client.keccak import keccak
from ledger_client.outbox import Submission
from ledger_client.records import Record, RecordId, RecordKind, RecordSignatureError
from ledger_client.records.content import record_digest
from ledger_client.signers import CompactSignature, Signer, recover_signer
from ledger_client.words import join_words

ACT_GAS = 400_000
"""Gas of a call of one thing."""

ID_BYTES = 16

UNIT = re.compile(r"[A-Z0-9]{2,3}")
"""What the code of a unit looks like (UN/CEFACT Recommendation 20)."""

_NOTHING = bytes(32)
_REGISTERED: dict[str, RecordKind] = {
    "registerDivision": "division",
    "registerSite": "site",
    "registerConsignee": "consignee",
    "registerSupplier": "supplier",
    "registerIssuer": "issuer",
    "registerItem": "item",
}
"""Functions whose first argument is registered, with a name."""


class ActSignerError(RefusedError):
    """A key is asked to sign an act that names another sender."""

    en = "{address} does not sign act {act}: it was prepared for {sender}; sign it with that key"
    zh = "{address} 不是操作 {act} 的签署人：该操作是为 {sender} 准备的；请使用其密钥签署"


class ActConsentError(RefusedError):
    """An approval lacks its approver's consent to the prepared document, or has one of somebody else."""

    en = (
        "act {act} has no consent of {sender} to the document that it approves; have {sender} sign it with "
        "`shecang sign FILE`"
    )
    zh = "操作 {act} 缺少 {sender} 对所批单据的会签；请由其使用 `shecang sign 文件` 签署"


class ActRecordError(MismatchError):
    """An act registers a digest, and what comes with it has another one."""

    en = (
        "act {act} registers digest {digest}, which is not that of the name or note that comes with it; have "
        "it prepared anew"
    )
    zh = "操作 {act} 所登记的摘要 {digest} 与随附的名称或备注不符；请重新编制"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A call that one key signs.

    Attributes:
        chain_id: Id of the chain.
        genesis: Hash of its block 0, 32 bytes.
        ledger: Address of the stock ledger, for which a consent to a document counts.
        contract: Name of the contract that is called.
        address: Its address.
        function: Name of the function.
        arguments: In the order of the ABI; structs and arrays are tuples.
        sender: Who signs.
        id: 16 random bytes that tell two acts of the same content apart.
        gas: The most gas that it may use.
        record: The name or body whose salted digest is among the arguments.
        record_signature: Its sender's signature of that record, where it was signed elsewhere.
    """

    chain_id: int
    genesis: bytes
    ledger: Address
    contract: str
    address: Address
    function: str
    arguments: tuple[Any, ...]
    sender: Address
    id: bytes
    gas: int = ACT_GAS
    record: Record | None = None
    record_signature: CompactSignature | None = None

    @property
    def named(self) -> dict[str, Any]:
        """The arguments by name."""
        names = (each.name for each in parameters(self.contract, self.function))
        return dict(zip(names, self.arguments, strict=True))

    @property
    def data(self) -> bytes:
        """The calldata, by the ABI of this client."""
        return encode_call(self.contract, self.function, *self.arguments)

    @property
    def key(self) -> int:
        """Of a request or proposal: the key that it will have; 0 for all others."""
        if self.contract != "Reallocation" or self.function not in ("request", "propose"):
            return 0
        client_id, place = self.arguments[0][:2]
        return request_key(place, client_id) if self.function == "request" else proposal_key(place, client_id)

    @property
    def outbox_key(self) -> str:
        """What makes it the same act when it comes again.

        Of what has a client id, its key; of what registers a name, what it names, so that of two processes of
        one home that register the same thing at once, one finds the other's entry and leaves its name alone;
        of all others an id of their own, since doing the same twice is the contract's to refuse.
        """
        if self.key:
            return f"{'request' if self.function == 'request' else 'proposal'}/{self.key:062x}"
        is_name = self.function in _REGISTERED and self.record is not None
        return f"{self.contract}.{self.function}/{self.record_id if is_name else self.id.hex()}"

    @property
    def short(self) -> str:
        """The first digits of what it is called by, as sentences name it."""
        return f"{self.key:062x}"[:8] if self.key else self.id.hex()[:8]

    @property
    def record_id(self) -> RecordId | None:
        """What the record that goes with it is about; None for acts that have none."""
        if self.function in _REGISTERED:
            return RecordId(_REGISTERED[self.function], self.arguments[0])
        if self.function == "request":
            return RecordId("request", self.key)
        document = self.approved
        return None if document is None else RecordId("document", _key_of(document))

    @property
    def digest(self) -> bytes | None:
        """The digest among the arguments whose record goes with it; None where there is none."""
        named = self.named
        if self.function in _REGISTERED:
            return bytes(named["nameDigest"])
        body = named["asking"][-1] if self.function == "request" else named.get("body", _NOTHING)
        return None if body == _NOTHING else bytes(body)

    @property
    def approved(self) -> Document | None:
        """Of an approval with a consent: the document that it is a consent to."""
        return document_of(self.named["document"]) if self.function == "approveWithConsent" else None

    @property
    def consent_digest(self) -> bytes | None:
        """Of an approval with a consent: the 32 bytes that the consent signs."""
        document, named = self.approved, self.named
        if document is None:
            return None
        content = content_digest(Kind(named["kind"]), _key_of(document), document)
        domain = domain_separator(self.chain_id, self.ledger)
        return consent_digest(domain, content, named["body"], named["validUntil"])

    def require_record(self) -> None:
        """Refuse an act whose record is not the one whose digest it registers.

        Raises:
            ActRecordError: It is another one, is missing, or is one too many.
        """
        digest, record = self.digest, self.record
        if record is None and digest is None:
            return
        found = None
        if record is not None and record.id == self.record_id:
            is_name = self.function in _REGISTERED
            # What else it held nobody would be shown.
            if not (record.body if is_name else record.name.zh or record.name.en):
                found = record.name_digest() if is_name else record.body_digest()
        if found != digest or found is None:
            raise ActRecordError(act=self.short, digest=f"0x{(digest or _NOTHING).hex()}")

    def signed(self, signer: Signer) -> Act:
        """Return the act with what its sender signs beside the transaction: consent and record.

        Raises:
            ActSignerError: It names another sender.
        """
        if signer.address != self.sender:
            raise ActSignerError(act=self.short, address=signer.address, sender=self.sender)
        digest, found = self.consent_digest, self
        if digest is not None:
            consent = signer.sign_digest(digest)
            found = replace(found, arguments=(*found.arguments[:-1], (consent.r, consent.vs)))
        if found.record is not None:
            found = replace(found, record_signature=signer.sign_digest(_signed_of(found.record)))
        return found

    @property
    def record_digest(self) -> bytes | None:
        """What the sender signs of the record that goes with it; None where none does."""
        return None if self.record is None else _signed_of(self.record)

    def require_consent(self) -> None:
        """Refuse an approval without its approver's consent to the document.

        Raises:
            ActConsentError: It has none.
        """
        digest = self.consent_digest
        if digest is not None:
            consent = CompactSignature(*self.named["consent"])
            if recover_signer(digest, consent) != self.sender:
                raise ActConsentError(act=self.short, sender=self.sender)

    def require_record_signature(self) -> None:
        """Refuse an act whose record its sender has not signed: it could not be kept.

        Raises:
            RecordSignatureError: That is so.
        """
        if self.record is None:
            return
        given = self.record_signature
        if given is None or recover_signer(_signed_of(self.record), given) != self.sender:
            raise RecordSignatureError(record=self.record.id, address=self.sender)

    def submission(self) -> Submission:
        """Return what the outbox takes."""
        data = self.data
        return Submission(self.outbox_key, keccak(data), self.sender, self.address, data, self.gas)

    def transaction(self, nonce: int) -> dict[str, Any]:
        """Return the fields of the transaction that the sender signs.

        Args:
            nonce: Its number among the sender's.

        Raises:
            ActConsentError: It needs a consent that it has not.
        """
        self.require_consent()
        submission = self.submission()
        return {
            "chainId": self.chain_id,
            "nonce": nonce,
            "gas": submission.gas,
            "to": submission.to,
            "data": submission.data,
        }


def document_of(argument: tuple[Any, ...]) -> Document:
    """Return the document that an argument is: the struct of `IDocuments.sol`.

    Raises:
        ShecangError: Its time is none.
    """
    client_id, from_, to, occurred_at, reference, reason, qualification, deadline, lines = argument
    return Document(
        client_id=client_id,
        occurred_at=Timestamp.from_word(occurred_at),
        from_=from_,
        to=to,
        reference=reference,
        reason=reason,
        qualification=qualification,
        deadline=deadline,
        lines=join_words(lines),
    )


def _key_of(document: Document) -> int:
    return document_key(document.from_, document.client_id)


def _signed_of(record: Record) -> bytes:
    return record_digest(record.id, record.name_digest(), record.body_digest())
