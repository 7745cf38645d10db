"""Drafts in an office: kept once, in the inbox of whose turn it is, and gone when their time is over."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from drafted import SIGNERS, all_consented, unsigned
from played_ledger import APPROVER, KEEPER, OTHER_KEEPER, STRANGER

from ledger_client.documents import Kind
from ledger_client.drafts import ConsentWrongError, Draft, DraftPartError, Part
from ledger_client.drafts.checks import LONGEST
from ledger_client.drafts.store import (
    DraftBodyError,
    DraftClosedError,
    DraftState,
    DraftStore,
    DraftTakenError,
    DraftTimeError,
    DraftUnknownError,
)
from ledger_client.keccak import keccak
from ledger_client.records import Record, RecordId, RecordsKey
from ledger_client.signers import CompactSignature


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "unsigned.db"


@pytest.fixture
def key(tmp_path: Path) -> RecordsKey:
    """The key of the office's records."""
    return RecordsKey.create(tmp_path / "records.key")


@pytest.fixture
def store(path: Path, key: RecordsKey) -> Iterator[DraftStore]:
    """An empty one."""
    with DraftStore.open(path, key) as found:
        yield found


@pytest.fixture
def draft(drafts: Mapping[Kind, Draft]) -> Draft:
    """A reversal: three signers."""
    return unsigned(drafts[Kind.REVERSAL])


@pytest.fixture
def now(draft: Draft) -> int:
    """A time at which it may be signed."""
    return draft.valid_until - 60


def signature(draft: Draft, part: Part) -> CompactSignature:
    """The consent of a part, as its own key gives it."""
    return SIGNERS[draft.seats[part].address].sign_digest(draft.consent_digest)


def inboxes(store: DraftStore, now: int) -> dict[str, list[int]]:
    """What waits for whom."""
    people = {"keeper": KEEPER, "other": OTHER_KEEPER, "approver": APPROVER, "stranger": STRANGER}
    return {
        name: [each.draft.key for each in store.waiting_for(who.address, now)] for name, who in people.items()
    }


def test_from_inbox_to_inbox(store: DraftStore, draft: Draft, now: int) -> None:
    store.put(draft, now)
    mine = [draft.key]
    assert inboxes(store, now) == {"keeper": [], "other": mine, "approver": mine, "stranger": []}
    store.consent(draft.key, Part.APPROVER, signature(draft, Part.APPROVER), now)
    assert inboxes(store, now) == {"keeper": [], "other": mine, "approver": [], "stranger": []}
    stored = store.consent(draft.key, Part.OTHER, signature(draft, Part.OTHER), now)
    assert inboxes(store, now) == {"keeper": mine, "other": [], "approver": [], "stranger": []}
    assert stored.draft == all_consented(draft)
    store.mark_sent(draft.key)
    assert inboxes(store, now) == {"keeper": [], "other": [], "approver": [], "stranger": []}
    assert store.get(draft.key).state(now) is DraftState.SENT


def test_it_is_there_after_the_store_was_opened_again(
    store: DraftStore, path: Path, key: RecordsKey, draft: Draft, now: int
) -> None:
    store.put(draft, now)
    store.consent(draft.key, Part.APPROVER, signature(draft, Part.APPROVER), now)
    with DraftStore.open(path, key) as again:
        assert again.get(draft.key) == store.get(draft.key)
        assert list(again.get(draft.key).draft.consents) == [Part.APPROVER]


class TestPut:
    def test_the_same_is_kept_once(self, store: DraftStore, draft: Draft, now: int) -> None:
        first = store.put(draft, now)
        store.consent(draft.key, Part.OTHER, signature(draft, Part.OTHER), now)
        again = store.put(replace(draft, valid_until=draft.valid_until + 600), now + 5)
        assert again.made_at == first.made_at
        assert again.draft.valid_until == draft.valid_until
        assert list(again.draft.consents) == [Part.OTHER]

    def test_one_that_was_signed_elsewhere_since(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        assert store.put(all_consented(draft), now).draft.waiting_for == [Part.SENDER]

    def test_another_under_the_same_client_id(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        other = replace(draft, document=replace(draft.document, reason=81))
        assert other.key == draft.key
        with pytest.raises(DraftTakenError, match="says something else under the same client id"):
            store.put(other, now)
        assert store.get(draft.key).draft == draft

    def test_one_whose_time_is_over_gives_its_place_up(
        self, store: DraftStore, draft: Draft, now: int
    ) -> None:
        store.put(all_consented(draft), now)
        later = draft.valid_until + 1
        anew = replace(draft, valid_until=later + 3_600, document=replace(draft.document, reason=81))
        assert store.put(anew, later).draft == anew
        assert store.get(draft.key).draft.consents == {}

    def test_with_a_consent_that_is_none(self, store: DraftStore, draft: Draft, now: int) -> None:
        forged = replace(draft, consents={Part.APPROVER: signature(draft, Part.OTHER)})
        with pytest.raises(ConsentWrongError):
            store.put(forged, now)
        with pytest.raises(DraftUnknownError):
            store.get(draft.key)

    def test_for_longer_than_any_document_waits(self, store: DraftStore, draft: Draft, now: int) -> None:
        far = replace(draft, valid_until=now + LONGEST + 1)
        with pytest.raises(DraftTimeError, match="more than 8 days"):
            store.put(far, now)
        store.put(replace(far, valid_until=now + LONGEST), now)

    def test_with_a_note_that_is_another(self, store: DraftStore, draft: Draft, now: int) -> None:
        body = Record.new(RecordId("document", draft.key), body={"note": "x"})
        with pytest.raises(DraftBodyError):
            store.put(draft, now, body)
        with pytest.raises(DraftUnknownError):
            store.get(draft.key)


class TestConsent:
    def test_a_wrong_one_is_not_kept(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        with pytest.raises(ConsentWrongError):
            store.consent(draft.key, Part.APPROVER, signature(draft, Part.OTHER), now)
        assert store.get(draft.key).draft == draft

    def test_the_same_again_and_another_one(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        given = signature(draft, Part.OTHER)
        first = store.consent(draft.key, Part.OTHER, given, now)
        assert store.consent(draft.key, Part.OTHER, given, now + 10) == first
        other = CompactSignature(given.r, bytes([given.vs[0] ^ 128]) + given.vs[1:])
        with pytest.raises(DraftClosedError, match="is signed by the other party"):
            store.consent(draft.key, Part.OTHER, other, now)

    def test_after_its_time(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        later = draft.valid_until + 1
        assert inboxes(store, later)["approver"] == []
        with pytest.raises(DraftClosedError, match="is expired") as caught:
            store.consent(draft.key, Part.APPROVER, signature(draft, Part.APPROVER), later)
        assert "已过期" in caught.value.text("zh")

    def test_many_at_once_lose_none(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        parts = [Part.OTHER, Part.APPROVER] * 4
        threads = [
            threading.Thread(target=store.consent, args=(draft.key, part, signature(draft, part), now))
            for part in parts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert store.get(draft.key).draft == all_consented(draft)


class TestWithdraw:
    @pytest.mark.parametrize("who", [KEEPER, OTHER_KEEPER, APPROVER])
    def test_by_each_of_its_signers(self, store: DraftStore, draft: Draft, now: int, who: object) -> None:
        store.put(draft, now)
        address = who.address  # type: ignore[attr-defined]
        stored = store.withdraw(draft.key, address, now)
        assert (stored.state(now), stored.withdrawn_by) == (DraftState.WITHDRAWN, address)
        assert not any(inboxes(store, now).values())
        with pytest.raises(DraftClosedError, match="is withdrawn"):
            store.consent(draft.key, Part.OTHER, signature(draft, Part.OTHER), now)
        with pytest.raises(DraftClosedError, match="is withdrawn"):
            store.put(draft, now)

    def test_by_nobody_else_nor_twice_nor_when_sent(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        with pytest.raises(DraftPartError):
            store.withdraw(draft.key, STRANGER.address, now)
        store.mark_sent(draft.key)
        with pytest.raises(DraftClosedError, match="is sent"):
            store.withdraw(draft.key, KEEPER.address, now)

    def test_of_what_is_not_there(self, store: DraftStore) -> None:
        with pytest.raises(DraftUnknownError, match="there is no draft 00000000 here"):
            store.withdraw(5, KEEPER.address, 0)


class TestBody:
    NOTE = "given to Mrs Liang at the east gate"

    def test_it_is_kept_encrypted_and_goes_with_the_draft(
        self, store: DraftStore, path: Path, draft: Draft, now: int
    ) -> None:
        body = Record.new(RecordId("document", draft.key), body={"note": self.NOTE})
        draft = replace(draft, body=body.body_digest())
        store.put(draft, now, body)
        stored = store.get(draft.key).body
        assert stored is not None
        assert (stored.body["note"], stored.body_digest()) == (self.NOTE, draft.body)
        assert not any(self.NOTE.encode() in each.read_bytes() for each in path.parent.glob("unsigned.db*"))
        store.mark_sent(draft.key)
        assert store.get(draft.key).body is None

    def test_forgotten_when_its_time_is_over(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now)
        assert store.forget(draft.valid_until) == 0
        assert store.forget(draft.valid_until + 1) == 1
        with pytest.raises(DraftUnknownError):
            store.get(draft.key)


def test_the_oldest_comes_first(store: DraftStore, draft: Draft, now: int) -> None:
    keys = []
    for at in range(5):
        each = replace(draft, document=replace(draft.document, client_id=keccak(b"%d" % at)))
        store.put(each, now + at)
        keys.append(each.key)
    assert inboxes(store, now)["approver"] == keys


class TestForms:
    FORM = keccak(b"a form")

    def test_a_draft_is_found_by_the_form_it_was_made_of(
        self, store: DraftStore, draft: Draft, now: int
    ) -> None:
        assert store.of_form(self.FORM) is None
        store.put(draft, now, form=self.FORM)
        found = store.of_form(self.FORM)
        assert found is not None
        assert found.draft == draft
        assert store.of_form(keccak(b"another")) is None
        other = replace(draft, document=replace(draft.document, reason=draft.document.reason + 1))
        with pytest.raises(DraftTakenError):
            store.put(other, now, form=keccak(b"another"))
        assert store.of_form(keccak(b"another")) is None

    def test_it_goes_with_the_draft(self, store: DraftStore, draft: Draft, now: int) -> None:
        store.put(draft, now, form=self.FORM)
        assert store.forget(draft.valid_until + 1) == 1
        assert store.of_form(self.FORM) is None
        assert store.find(draft.key) is None

    def test_a_store_of_an_older_version_has_none(
        self, path: Path, key: RecordsKey, draft: Draft, now: int
    ) -> None:
        import sqlite3

        with DraftStore.open(path, key) as older:
            older.put(draft, now)
        with sqlite3.connect(path) as database:
            database.execute("DROP TABLE forms")
        database.close()
        with DraftStore.open(path, key) as store:
            assert store.get(draft.key).draft == draft
            assert store.of_form(self.FORM) is None


def test_an_inbox_by_pages(store: DraftStore, draft: Draft, now: int) -> None:
    documents = [replace(draft.document, client_id=bytes([each]) * 32) for each in range(5)]
    made = [replace(draft, document=each, consents={}) for each in documents]
    for at, each in enumerate(made):
        store.put(each, now + at // 2)  # several in one second
    address = draft.seats[draft.waiting_for[0]].address
    whole = [each.draft.key for each in store.waiting_for(address, now)]
    assert sorted(whole) == sorted(each.key for each in made)
    found: list[int] = []
    after = None
    while page := store.waiting_for(address, now, after=after, limit=2):
        assert len(page) <= 2
        found += [each.draft.key for each in page]
        after = (page[-1].made_at, page[-1].draft.key)
    assert found == whole
