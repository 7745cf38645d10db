"""Reader accounts: a key is shown once, kept as a hash, and stands for nothing once it is revoked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.access.accounts import AccountRevokedError, AccountStore, AccountUnknownError
from api.access.rights import KeyUnusableError, Rights, Scope
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.characters import CharacterError
from ledger_client.divisions import DivisionId

NOW = 1_790_000_000
DISTRICT = DivisionId(420102)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "readers.db"


@pytest.fixture
def accounts(path: Path) -> Iterator[AccountStore]:
    """An empty one."""
    with AccountStore.open(path) as found:
        yield found


def issue(accounts: AccountStore, name: str = "health bureau") -> str:
    """An account that reads a district."""
    return accounts.issue(name, [DISTRICT], [Scope.READ], by=ZERO_ADDRESS, now=NOW)


def test_a_key_stands_for_what_it_was_issued_for(accounts: AccountStore) -> None:
    key = issue(accounts)
    id_ = key.split("_")[1]
    assert accounts.rights(key, now=NOW) == Rights(id_, (DISTRICT,), frozenset({Scope.READ}))
    [account] = accounts.accounts()
    assert (account.id, account.name, account.issued_at) == (id_, "health bureau", NOW)


def test_the_key_is_kept_nowhere(accounts: AccountStore, path: Path) -> None:
    secret = issue(accounts).split("_", 2)[2]
    kept = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert secret.encode() not in kept
    assert len(secret) >= 43  # 256 bits
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_known_already_is_told_without_the_database(accounts: AccountStore, path: Path) -> None:
    key = issue(accounts)
    assert accounts.known_rights(key, now=NOW) is None  # nobody asked before
    rights = accounts.rights(key, now=NOW)
    accounts.rights(key, now=NOW)  # after its use was noted
    assert accounts.known_rights(key, now=NOW + 59) == rights
    assert accounts.known_rights(key, now=NOW + 60) is None  # its use is to be noted again
    assert accounts.known_rights(key + "x", now=NOW) is None
    with AccountStore.open(path) as others:
        others.revoke(key.split("_")[1], by=ZERO_ADDRESS, now=NOW)
    assert accounts.known_rights(key, now=NOW) is None


@pytest.mark.parametrize("spoil", ["", "x", "last", "id", "prefix", "case", "only id", "twice", "null"])
def test_anything_else_stands_for_nothing(accounts: AccountStore, spoil: str) -> None:
    key = issue(accounts)
    prefix, id_, secret = key.split("_", 2)
    altered = {
        "": "",
        "x": "x",
        "last": key[:-1] + ("A" if key[-1] != "A" else "B"),
        "id": f"{prefix}_00000000_{secret}",
        "prefix": f"other_{id_}_{secret}",
        "case": key.swapcase(),
        "only id": f"{prefix}_{id_}_",
        "twice": key + key,
        "null": key + "\0",
    }[spoil]
    with pytest.raises(KeyUnusableError):
        accounts.rights(altered, now=NOW)


def test_a_revoked_one_from_the_next_request_on(accounts: AccountStore) -> None:
    key, other = issue(accounts), issue(accounts, "another")
    id_ = key.split("_")[1]
    account = accounts.revoke(id_, by=ZERO_ADDRESS, now=NOW + 5)
    assert (account.revoked_by, account.revoked_at) == (ZERO_ADDRESS, NOW + 5)
    with pytest.raises(KeyUnusableError):
        accounts.rights(key, now=NOW + 5)
    assert accounts.rights(other, now=NOW + 5).account == other.split("_")[1]
    with pytest.raises(AccountRevokedError):
        accounts.revoke(id_, by=ZERO_ADDRESS, now=NOW)
    with pytest.raises(AccountUnknownError):
        accounts.revoke("ffffffff", by=ZERO_ADDRESS, now=NOW)


def test_one_that_another_process_revoked_from_the_next_request_on(
    accounts: AccountStore, path: Path
) -> None:
    key, other = issue(accounts), issue(accounts, "another")
    for each in (key, key, other):
        accounts.rights(each, now=NOW)  # looked up, and kept
    with AccountStore.open(path) as elsewhere:
        elsewhere.revoke(key.split("_")[1], by=ZERO_ADDRESS, now=NOW)
        with pytest.raises(KeyUnusableError):
            accounts.rights(key, now=NOW)
        with pytest.raises(KeyUnusableError):
            accounts.rights_of(key.split("_")[1])
        assert accounts.rights(other, now=NOW).account == other.split("_")[1]
        elsewhere_key = issue(elsewhere, "a third")
    assert accounts.rights(elsewhere_key, now=NOW).account == elsewhere_key.split("_")[1]


def test_the_last_use_is_told_to_the_minute(accounts: AccountStore) -> None:
    key = issue(accounts)
    seen = []
    for at in (0, 30, 61, 100, 130):
        accounts.rights(key, now=NOW + at)
        seen.append(accounts.accounts()[0].last_used_at)
    assert seen == [NOW, NOW, NOW + 61, NOW + 61, NOW + 130]


def test_a_failed_try_is_no_use(accounts: AccountStore) -> None:
    key = issue(accounts)
    with pytest.raises(KeyUnusableError):
        accounts.rights(key[:-1], now=NOW)
    assert accounts.accounts()[0].last_used_at is None


def test_names_that_look_like_others(accounts: AccountStore) -> None:
    with pytest.raises(CharacterError):
        issue(accounts, "heаlth bureau")  # a Cyrillic a
    assert accounts.accounts() == []


def test_they_are_there_after_a_restart(accounts: AccountStore, path: Path) -> None:
    key = issue(accounts)
    accounts.close()
    with AccountStore.open(path) as again:
        assert again.rights(key, now=NOW).divisions == (DISTRICT,)
