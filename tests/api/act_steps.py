"""An act that is handed in, and the process that is killed while it does that."""

from __future__ import annotations

from pathlib import Path

from relay_steps import DyingCommits

from ledger_client.act_forms import parse_act_form
from ledger_client.acts import Act, parse_act
from ledger_client.databases import open_database
from ledger_client.demo.cast import EAST, EAST_DISTRICT
from ledger_client.desk import Desk
from ledger_client.home import Home
from ledger_client.identifiers import SiteId
from ledger_client.index.reads import IndexReader
from ledger_client.signers import KeystoreSigner

NEW_SITE = SiteId(EAST * 1_000 + 509)

COMMITS_IN = {"before record": 1, "before store": 2}
"""Where whoever hands in is killed: the name, and the transaction."""


def registered(home: Home) -> tuple[Act, bytes]:
    """Prepare the registration of a site and sign it under its number."""
    signer = KeystoreSigner.open(home.keys / "city-authority.json", "")
    form = {
        "act": "register-site",
        "site": str(NEW_SITE),
        "zh": "新设商户储备点",
        "by": {"address": signer.address},
    }
    with Desk.open(home) as desk:
        engine = open_database(home.index)  # a ledger that is opened would send what waits
        act = desk.acts.prepare(parse_act_form(form), IndexReader(engine))
        engine.dispose()
        signed = act.signed(signer)
        raw = signer.sign_transaction(signed.transaction(desk.acts.reserve(act).nonce))
    return signed, raw


def declared(desk: Desk, home: Home) -> tuple[Act, bytes]:
    """Prepare the declaration of an emergency and sign it under its number."""
    signer = KeystoreSigner.open(home.keys / "city-authority.json", "")
    form = {
        "act": "declare-emergency",
        "division": str(EAST_DISTRICT),
        "until": "2026-12-05",
        "reason": "outbreak",
        "source": f"0x{'ab' * 32}",
        "by": {"address": signer.address},
    }
    engine = open_database(home.index)
    act = desk.acts.prepare(parse_act_form(form), IndexReader(engine))
    engine.dispose()
    return act, signer.sign_transaction(act.transaction(desk.acts.reserve(act).nonce))


def main_hand_in(path: str, text: bytes, raw: bytes, point: str) -> None:
    """Hand an act in, and be killed at `point`."""
    with Desk.open(Home(Path(path))) as desk:
        DyingCommits(COMMITS_IN[point])
        desk.acts.hand_in(parse_act(text, "it"), raw)
