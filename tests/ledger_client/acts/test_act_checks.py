"""What is compared before an act is signed: nothing that is signed differs from what is trusted and asked."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from acted import SIGNER, act_of, elsewhere, prepared_calls
from played_ledger import ROOT
from test_act_file import places, put

from ledger_client.acts import (
    Act,
    ActDiffersError,
    ActFormError,
    ActLedgerError,
    ActSignerError,
    from_dict,
    require_ledger,
    require_same,
    require_signer,
    to_dict,
)
from ledger_client.ledger import Ledger


def trusted(ledger: Ledger) -> dict[str, Any]:
    """What is known of a ledger."""
    own = ledger.deployment
    return {
        "chain_id": own.chain_id,
        "genesis": own.genesis_hash,
        "contracts": own.addresses,
        "source": "trust.json",
    }


def test_its_ledger(acting: Ledger, acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        require_ledger(act, **trusted(acting))
        others = [
            replace(act, chain_id=act.chain_id + 1),
            replace(act, genesis=bytes(32)),
            replace(act, ledger=act.address),
            replace(act, address=act.ledger),
        ]
        for other in others:
            with pytest.raises(ActLedgerError) as caught:
                require_ledger(other, **trusted(acting))
            assert caught.value.text("en") and caught.value.text("zh")


def test_the_address_of_another_contract_of_the_same_ledger(acting: Ledger, acts: Mapping[str, Act]) -> None:
    directory = acting.deployment.directory
    with pytest.raises(ActLedgerError):
        require_ledger(replace(acts["approve"], address=directory), **trusted(acting))


def test_the_same_was_asked(acting: Ledger, acts: Mapping[str, Act]) -> None:
    """Salts and ids are the preparer's own; so is what the sender adds."""
    again = {each.function: each for each in map(act_of, prepared_calls(acting, elsewhere()))}
    for name, act in acts.items():
        require_same(act, again[name])
        require_same(act.signed(SIGNER), again[name])


def test_every_field_that_is_signed(acts: Mapping[str, Act]) -> None:
    """Each member of the text is altered in turn: it is noticed, or nothing that is signed has changed."""
    noticed = 0
    for name, act in acts.items():
        value = to_dict(act)
        for path in places(value):
            if not path or isinstance(inner_of(value, path), dict | list) or path[0] in ("form", "id"):
                continue
            new = altered(inner_of(value, path))
            try:
                other = from_dict(put(value, path, new))
            except ActFormError:
                continue
            own = name == "approveWithConsent" and path[:2] == ("arguments", "consent")
            if own or path[-1] == "signature":
                continue  # what the sender itself adds
            with pytest.raises(ActDiffersError) as caught:
                require_same(other, act)
                pytest.fail(f"{name} {path}")
            assert caught.value.text("en").isprintable() and caught.value.text("zh").isprintable()
            noticed += 1
    assert noticed > 150


def test_another_name_with_its_own_digest(acts: Mapping[str, Act]) -> None:
    for name in ("registerSite", "request"):
        other = acts[name]
        record = other.record
        assert record is not None
        changed = (
            replace(record, body={"note": "else"})
            if name == "request"
            else replace(record, name=replace(record.name, zh="西城储备点"))
        )
        digest = changed.body_digest() if name == "request" else changed.name_digest()
        value = to_dict(replace(other, record=changed))
        path = ("arguments", "asking", "body") if name == "request" else ("arguments", "nameDigest")
        with pytest.raises(ActDiffersError, match=r"the (name|note) is"):
            require_same(from_dict(put(value, path, f"0x{digest.hex()}")), other)


def test_who_signs(acts: Mapping[str, Act]) -> None:
    require_signer(acts["approve"], SIGNER.address)
    with pytest.raises(ActSignerError):
        require_signer(acts["approve"], ROOT.address)


def inner_of(value: Any, path: tuple[Any, ...]) -> Any:
    """What stands at a place."""
    for step in path:
        value = value[step]
    return deepcopy(value)


def altered(value: Any) -> Any:
    """Another value of the same form."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return "0x" + "11" * 64
    if value.startswith("0x") and len(value) == 42 and value != value.lower():
        return ROOT.address if value != ROOT.address else SIGNER.address
    if value.startswith("0x"):
        return (
            value[:-1] + ("1" if value[-1] == "0" else "0") if len(value) > 3 else f"0x{int(value, 16) ^ 1:x}"
        )
    # A time is said to the minute, of a day to the day.
    return str(int(value) + 86_400) if value.isdigit() else value + "x"
