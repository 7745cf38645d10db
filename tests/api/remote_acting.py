"""Acts that another system does over HTTP: forms that leave nothing open, and from form to block."""

from __future__ import annotations

import itertools
import secrets
import time
from typing import Any

from acting import DECISION, emergency_form, request_form, site_form
from drafting import signer_of

from ledger_client.act_forms import IndexActs
from ledger_client.acts import (
    Act,
)
from ledger_client.demo.cast import CLINIC, EAST_GOVERNMENT, MASK_LOT, MASKS, WEST_GOVERNMENT
from ledger_client.home import Home
from ledger_client.remote import (
    Remote,
)
from ledger_client.signers import Signer

Form = dict[str, Any]

_NEW = itertools.count(20)  # sites that are not registered yet


def asking(home: Home, **changes: Any) -> Form:
    """A request that leaves nothing open."""
    by = {"address": signer_of(home, "keeper-east").address, "division": "420102001001"}
    return request_form(home, **{"by": by, **changes})


def by_authority(home: Home) -> dict[str, str]:
    return {"address": signer_of(home, "city-authority").address, "division": "4201"}


def forms_of(home: Home) -> dict[str, Form]:
    """Forms with arguments of every kind, which the contracts take now and which leave nothing open."""
    by = by_authority(home)
    return {
        "request": asking(home, consignee=f"{CLINIC:040x}"),
        "site": site_form(home, by=by, site=f"4201020010015{next(_NEW)}"),
        "grant": {
            "act": "grant",
            "holder": signer_of(home, "keeper-east").address,
            "role": "keeper",
            "division": "420102001002",
            "by": by,
        },
        "floors": {
            "act": "set-floors",
            "site": str(EAST_GOVERNMENT),
            "source": DECISION,
            "by": by,
            "floors": [{"item": str(MASKS), "quantity": "10"}],
        },
        "terms": {
            "act": "set-terms",
            "division": "420102",
            "mode": "agreement",
            "share": 5_000,
            "notice_days": 2,
            "source": DECISION,
            "by": by,
        },
        "emergency": emergency_form(home, by=by),
    }


def done(remote: Remote, form: Form, signer: Signer, known: IndexActs | None = None) -> tuple[Act, int]:
    """Prepare, sign and hand in; return the act and the block that took it."""
    act = remote.acts.prepare(form, known)
    return act, remote.wait(remote.acts.hand_in(remote.acts.sign(act, signer)))


def approval(home: Home, proposal: int, **changes: Any) -> Form:
    """An approval with a consent that leaves nothing open but what was proposed."""
    return {
        "act": "approve-with-consent",
        "client_id": f"0x{secrets.token_hex(32)}",
        "proposal": f"{proposal:062x}",
        "kind": "dispatch",
        "occurred_at": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        "deadline": "2026-12-20",
        "note": "handle with care",
        "by": {"address": signer_of(home, "approver-city").address, "division": "4201"},
        **changes,
    }


def offered(office: Remote, home: Home) -> int:
    """Propose masks that leave their district as soon as the city approves; the proposal's key."""
    by = by_authority(home)
    terms = {**forms_of(home)["terms"], "mode": "government", "notice_days": 0, "by": by}
    done(office, terms, signer_of(home, "city-authority"))
    west, east = signer_of(home, "keeper-west"), signer_of(home, "keeper-east")
    asked, _ = done(
        office,
        asking(
            home,
            site=str(WEST_GOVERNMENT),
            by={"address": west.address, "division": "420103001001"},
            quantity="5",
        ),
        west,
    )
    offer = {
        "act": "propose",
        "client_id": f"0x{secrets.token_hex(32)}",
        "request": f"{asked.key:062x}",
        "giver": str(EAST_GOVERNMENT),
        "lots": [{"lot": f"{MASK_LOT.lot_id:040x}", "quantity": "5"}],
        "by": {"address": east.address, "division": "420102001001"},
    }
    return done(office, offer, east)[0].key


def deceived(between: str, office: Remote) -> Remote:
    """Whoever takes what stands between for the server."""
    return Remote(between, office.trust, account=office.account)
