"""Drafts as a server answers with them: for the trusted ledger, with true consents and their own note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ledger_client.drafts import Draft, from_dict, require_ledger, require_same, say
from ledger_client.records import Record, RecordId, record_digest
from ledger_client.remote.place import SOURCE, TrustedPlace
from ledger_client.remote.web import Web


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
class DraftReader:
    """Reads the drafts of a server's answers.

    Attributes:
        web: The server.
        place: The ledger that is trusted.
    """

    web: Web
    place: TrustedPlace

    def require_ledger(self, draft: Draft) -> None:
        """Refuse a draft for another ledger.

        Raises:
            DraftLedgerError: It is.
        """
        require_ledger(
            draft,
            chain_id=self.place.chain_id,
            genesis=self.place.genesis_hash,
            ledger=self.place.stock_ledger,
            source=SOURCE,
        )

    def draft(self, answer: object) -> Draft:
        """Return the draft of an answer, for the trusted ledger and with true consents.

        Raises:
            RemoteAnswerError: There is none in it.
            DraftFormError: It is none.
            DraftLedgerError: It is for another ledger.
            ConsentWrongError: It has a consent that is none.
        """
        if not isinstance(answer, dict):
            raise self.web.unread("no draft")
        draft = from_dict(answer.get("draft"), "what the server prepared")
        self.require_ledger(draft)
        draft.require_true_consents()
        return draft

    def found(self, answer: Any) -> Found:
        """Return the draft of an answer with its state and note; see `draft`."""
        draft = self.draft(answer)
        return Found(draft, str(answer.get("state")), self._body(answer, draft), self.place.offset)

    def same(self, draft: Draft, answer: Any) -> Found:
        """Return the draft of an answer, which is the one that was signed but for its consents.

        Raises:
            DraftDiffersError: It is another one.
            RemoteAnswerError: Its consents would count for another time.
        """
        found = self.found(answer)
        require_same(found.draft, draft)
        if replace(found.draft, consents={}, lots=()) != replace(draft, consents={}, lots=()):
            raise self.web.unread("another end of the consents")
        return found

    def page(self, page: object) -> list[Any]:
        """Return the rows of a page of drafts.

        Raises:
            RemoteAnswerError: It is none.
        """
        drafts = page.get("drafts") if isinstance(page, dict) else None
        if not isinstance(drafts, list):
            raise self.web.unread("no inbox")
        return drafts

    def _body(self, answer: dict[str, Any], draft: Draft) -> Record | None:
        """Return the note of an answer, whose digest is the one that is signed."""
        body, salt = answer.get("body"), salt_of(answer)
        if body is None:
            return None
        content = body.get("content") if isinstance(body, dict) else None
        if salt is None or not isinstance(content, dict):
            raise self.web.unread("a note in another form")
        record = Record.new(RecordId("document", draft.key), body=content, salt=salt)
        if record.body_digest() != draft.body:
            raise self.web.unread("a note that is not the one in the draft")
        return record


def salt_of(answer: Any) -> bytes | None:
    """Return the salt that a server chose for a note; None where it says none."""
    body = answer.get("body") if isinstance(answer, dict) else None
    text = body.get("salt") if isinstance(body, dict) else None
    try:
        salt = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        salt = b""
    return salt if len(salt) == 16 else None


def signed_of(record: Record) -> bytes:
    """Return what a sender signs of the note that goes with its document."""
    return record_digest(record.id, record.name_digest(), record.body_digest())
