"""What the client computes of drafts, for the page's tests: `api/web/tests/vectors/drafts.json`.

The drafts in it were recorded on a real ledger (one of every kind), or made by a server of the forms beside
them. Everything else follows from the drafts. Where that changes on purpose, it is written anew by

    python tests/page/draft_vectors.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger_client.documents import CHINA_OFFSET
from ledger_client.drafts import Draft, from_dict, say
from ledger_client.keccak import keccak
from ledger_client.language import LANGUAGES, use_language
from ledger_client.reasons import REASONS, SETTLEMENTS, Use
from ledger_client.records import Record, RecordId
from ledger_client.remote.drafts import signed_of
from ledger_client.signers import EnvironmentSigner, Signer

PATH = Path(__file__).parents[2] / "api/web/tests/vectors/drafts.json"
NONCE = 7
"""The number under which every transaction is signed."""

SIGNERS: dict[str, Signer] = {
    each.address: each
    for name in ("root", "keeper", "other keeper", "approver", "settler", "supplier", "issuer")
    for each in [EnvironmentSigner.from_value("TEST", keccak(name.encode()).hex())]
}
"""The keys of the ledger that was played, by address; whoever prepared the others has none here."""


def computed(draft: Draft) -> dict[str, Any]:
    """What follows from a draft; calldata stands in the transaction, where there is one."""
    signer = SIGNERS.get(draft.sender.address)
    found: dict[str, Any] = {
        "key": f"{draft.key:062x}",
        "content": f"0x{draft.content.hex()}",
        "consent_digest": f"0x{draft.consent_digest.hex()}",
        "waiting_for": [str(part) for part in draft.waiting_for],
        "gas": draft.gas,
        "sentences": {language: list(_said(draft, language)) for language in LANGUAGES},
    }
    if signer is None:
        return {**found, "calldata": f"0x{draft.submission().data.hex()}"}
    return {**found, "transaction": f"0x{signer.sign_transaction(draft.transaction(NONCE)).hex()}"}


def reasons() -> dict[str, Any]:
    """The published lists."""
    return {
        "reasons": [
            [each.code, each.name, each.en, each.zh, [_use_name(use) for use in Use if use in each.uses]]
            for each in REASONS.values()
        ],
        "settlements": [[code, *names] for code, names in SETTLEMENTS.items()],
    }


def renewed(vectors: dict[str, Any]) -> dict[str, Any]:
    """The vectors with everything that is computed computed anew."""
    return {"nonce": NONCE, **reasons(), "drafts": [_entry(each) for each in vectors["drafts"]]}


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    given = {name: entry[name] for name in ("name", "form", "salt", "draft") if name in entry}
    draft = from_dict(entry["draft"])
    if "salt" not in entry:
        return {**given, **computed(draft)}
    body = {name: entry["form"][name] for name in ("note", "order") if name in entry["form"]}
    record = Record.new(RecordId("document", draft.key), body=body, salt=bytes.fromhex(entry["salt"]))
    if record.body_digest() != draft.body:
        raise ValueError(f"the note of {entry['name']} is another one")
    return {**given, **computed(draft), "record_digest": f"0x{signed_of(record).hex()}"}


def written(vectors: dict[str, Any]) -> str:
    """The text of the file: a line for each reason and draft, so that changes can be read."""
    rows = [f"{json.dumps(name)}: {_block(value)}" for name, value in vectors.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _block(value: Any) -> str:
    return "[\n" + ",\n".join(map(_line, value)) + "\n]" if isinstance(value, list) else _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _said(draft: Draft, language: str) -> Iterator[str]:
    use_language(language)  # type: ignore[arg-type]
    try:
        yield from say(draft, CHINA_OFFSET)
    finally:
        use_language("en")


def _use_name(use: Use) -> str:
    return str(use.name).lower().replace("_", "-")


if __name__ == "__main__":
    PATH.write_text(written(renewed(json.loads(PATH.read_text()))))
