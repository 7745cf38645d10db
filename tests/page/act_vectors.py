"""What the page's reader of acts is held against: tables that it takes from the client, acts of every form.

Nothing of it is random, so that a test makes all of it again. After a change of the client::

    PYTHONPATH=. python tests/page/act_vectors.py     # writes the files anew
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from act_form_samples import APPROVED, COUNT, DISPATCH, FORMS, GIVER, OFFERED, RECEIVER, SIGNER

from ledger_client.act_forms import Offices, parse_act_form, prepare_act
from ledger_client.acts import SAID, Act, say, to_dict, writing_functions
from ledger_client.acts._sentences import HEADLINES
from ledger_client.addresses import parse_address
from ledger_client.artifacts import load_artifact
from ledger_client.contracts import CONTRACTS
from ledger_client.documents import CHINA_OFFSET
from ledger_client.keccak import keccak
from ledger_client.language import use_language

WEB = Path(__file__).resolve().parents[2] / "api/web"
NONCE = 7


@dataclass(frozen=True)
class Place:
    """A ledger that lies nowhere; an act says which one it is for, and nobody asks it."""

    chain_id: int = 20_200_123
    genesis_hash: bytes = keccak(b"genesis")
    offset: int = CHINA_OFFSET

    @property
    def addresses(self) -> dict[str, Any]:
        return {name: parse_address(f"0x{keccak(name.encode())[:20].hex()}") for name in CONTRACTS}

    @property
    def stock_ledger(self) -> Any:
        return self.addresses["StockLedger"]


class Known:
    """What an index would say of what a form leaves open."""

    def grant(self, _address: object, _role: object, division: int) -> int:
        return int(str(division)[:6])

    def granter(self, *_: object) -> int:
        return 420106

    def declared_by(self, _division: int) -> int:
        return 4201

    def request(self, _key: int) -> Any:
        return SimpleNamespace(site=RECEIVER)

    def proposal(self, key: int) -> Any:
        lines = OFFERED if key == APPROVED else OFFERED[:32]
        return SimpleNamespace(giver=GIVER, lines=lines), self.request(key)

    def document(self, key: int) -> Any:
        return COUNT if key == COUNT.key else DISPATCH


class _NoBodies:
    def get(self, _id: object) -> None:
        return None


@contextmanager
def _nothing_random() -> Iterator[None]:
    count = itertools.count()

    def token_bytes(length: int) -> bytes:
        return keccak(b"random %d" % next(count))[:length]

    with patch("secrets.token_bytes", token_bytes):
        yield


def _hex(data: bytes | None) -> str | None:
    return None if data is None else f"0x{data.hex()}"


def _said(act: Act) -> dict[str, list[str]]:
    found = {}
    for language in ("zh", "en"):
        use_language(language)
        found[language] = say(act, CHINA_OFFSET)
    use_language("en")
    return found


def _vector(form: dict[str, Any], act: Act) -> dict[str, Any]:
    signed = act.signed(SIGNER)
    return {
        "form": form,
        "act": to_dict(act),
        "key": f"{act.key:062x}" if act.key else None,
        "data": _hex(act.data),
        "record_digest": _hex(act.record_digest),
        "consent_digest": _hex(act.consent_digest),
        "record_signature": (to_dict(signed)["record"] or {}).get("signature"),
        "consent": None if act.consent_digest is None else _hex(b"".join(signed.named["consent"])),
        "transaction": _hex(SIGNER.sign_transaction(signed.transaction(NONCE))),
        "sentences": _said(act),
    }


def vectors() -> dict[str, Any]:
    """An act of every form, and all that follows from it."""
    place = Place()
    offices = Offices.of(place, _NoBodies(), lambda: 1_790_000_000)  # type: ignore[arg-type]
    made = {}
    with _nothing_random():
        for name, form in FORMS.items():
            act = prepare_act(parse_act_form(form), offices, Known()).act  # type: ignore[arg-type]
            assert act is not None
            made[name] = _vector(form, act)
    return {
        "trust": {
            "chainId": place.chain_id,
            "genesis": _hex(place.genesis_hash),
            "ledger": place.stock_ledger,
            "contracts": place.addresses,
        },
        "key": _hex(keccak(b"signer of acts")),
        "nonce": NONCE,
        "vectors": made,
    }


def _parameter(entry: dict[str, Any]) -> dict[str, Any]:
    parts = [_parameter(each) for each in entry.get("components", ())]
    return {"name": entry["name"], "type": entry["type"], **({"components": parts} if parts else {})}


def abi() -> dict[str, Any]:
    """Arguments of every function that an act may call."""
    return {
        contract: {
            entry["name"]: [_parameter(each) for each in entry["inputs"]]
            for entry in load_artifact(contract).abi
            if (contract, entry.get("name")) in SAID and entry["type"] == "function"
        }
        for contract in CONTRACTS
        if any((contract, name) in SAID for name in writing_functions(contract))
    }


def headlines() -> dict[str, Any]:
    """The first sentence of every act."""
    found: dict[str, Any] = {}
    for (contract, function), (en, zh) in HEADLINES.items():
        found.setdefault(contract, {})[function] = {"en": en, "zh": zh}
    return found


FILES = {
    "src/signing/acts/abi.json": abi,
    "src/signing/acts/headlines.json": headlines,
    "tests/vectors/acts.json": vectors,
}
"""Where each stands in `api/web`."""


def text_of(name: str) -> str:
    """The text of a file."""
    return json.dumps(FILES[name](), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for each in FILES:
        (WEB / each).parent.mkdir(parents=True, exist_ok=True)
        (WEB / each).write_text(text_of(each), encoding="utf-8")
