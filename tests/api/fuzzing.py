"""A city that is asked with everything: a real server, kinds of callers, and what leads it to real work."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import uvicorn
from acting import act_of, emergency_form, request_form, signed_form, site_form
from asking_city import Asking
from drafting import consent, hand_over_form, receipt_form, session_of, signer_of
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from schemathesis import Case
from sent_books import CSV, book
from served import UNLIMITED, account_of, wait_for

from api.access.rights import Scope
from api.app import create_app
from ledger_client.acts import to_dict
from ledger_client.demo.cast import EAST_GOVERNMENT
from ledger_client.drafts import Part
from ledger_client.home import Home

DISTRICT = int(str(EAST_GOVERNMENT)[:6])
SESSION = "session"
CALLERS: Mapping[str, tuple[int, Sequence[Scope]] | None] = {
    "public": None,
    "no scope": (0, ()),
    "other district": (420103, (Scope.READ,)),
    "district": (DISTRICT, (Scope.READ,)),
    "country": (0, tuple(Scope)),
    SESSION: None,
}
"""Kind of a caller → division and scopes of its account; the session is of a key that keeps a site."""

HEAVY = frozenset(
    {
        "export_evidence",
        "make_plan",
        "read_checkpoints",
        "send_book",
        "send_mapping",
        "start_audit",
        "verify_evidence",
    }
)
"""Operations whose every request is worked on in a process of its own, which takes longer than an answer."""

STREAM = "follow_documents"
"""The operation that goes on for as long as it is listened to, unless `wait` is false."""

SIGN_OUT = "sign_out"

_YES = frozenset({"", "true", "1", "on", "t", "y", "yes"})  # as pydantic reads it


@dataclass(frozen=True, slots=True)
class Ground:
    """What is asked.

    Attributes:
        root: Address of the server.
        home: Of the server.
        places: Beginning of a path → what its parameters name there.
        forms: Operation → bodies that it does something with.
        headers: Kind of a caller → what it sends.
    """

    root: str
    home: Home
    places: Mapping[str, Mapping[str, str]]
    forms: Mapping[str, Sequence[Any]]
    headers: Mapping[str, Mapping[str, str]]

    def there(self, operation: Any) -> dict[str, str]:
        """Return what stands in an operation's path so that it is there: of the city, else as described."""
        shown = {
            each.name: str(each.definition["schema"]["examples"][0])
            for each in operation.iter_parameters()
            if each.location == "path" and "examples" in each.definition["schema"]
        }
        for beginning, places in self.places.items():
            if operation.path.startswith(beginning):
                return {**shown, **places}
        return shown

    def signed_in(self) -> Mapping[str, str]:
        """Return what a new session of the keeper sends."""
        with httpx2.Client(base_url=self.root) as client:
            return session_of(client, signer_of(self.home, "keeper-east"))


@contextmanager
def standing(asking: Asking, home: Home) -> Iterator[Ground]:
    """Serve a copy of the city, with drafts, transactions, a book and an audit."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(home, UNLIMITED), log_config=None, log_level="critical", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        wait_for(lambda: server.started)
        root = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx2.Client(base_url=root, timeout=60) as client:
            yield _prepared(asking, home, root, client)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _prepared(asking: Asking, home: Home, root: str, client: httpx2.Client) -> Ground:
    headers = {
        caller: {"Authorization": f"Bearer {account_of(home, each[0], scopes=each[1])}"} if each else {}
        for caller, each in CALLERS.items()
    }
    office = headers["country"]
    wait_for(lambda: client.get("/v1/stock/on-hand/0", headers=office).status_code == 200)
    keeper = signer_of(home, "keeper-east")
    headers[SESSION] = session_of(client, keeper)

    def sent(path: str, status: int, **content: Any) -> httpx2.Response:
        content["headers"] = {**office, **content.get("headers", {})}
        answer = client.post(path, **content)
        assert answer.status_code == status, answer.text
        return answer

    receipt, hand_over = receipt_form(home), hand_over_form(home)
    drafts = [sent("/v1/drafts", 201, json=each).json() for each in (receipt, hand_over)]
    signer = signer_of(home, "sound-supplies")
    assert consent(client, drafts[0], Part.OTHER, signer, office).status_code == 200
    acts = [request_form(home), site_form(home), emergency_form(home)]
    act = sent("/v1/acts", 200, json=acts[0]).json()
    handed = signed_form(client, act, keeper, office)
    transaction = sent("/v1/transactions", 202, json=handed)
    content, query = book("样例慈善会,棉被,件,40"), {"site": str(EAST_GOVERNMENT), "name": "received.csv"}
    books = sent("/v1/books", 201, params=query, content=content, headers={"Content-Type": CSV})
    audit = sent("/v1/audits", 202).json()["id"]
    plan = sent("/v1/proposals/plans", 201, json={"place": "0"}).json()["plan"]
    places = {
        "/v1/audits/": {"audit": audit},
        "/v1/books/{book}": {"book": books.json()["id"]},
        "/v1/consignments/": {"key": f"{asking.consignment:062x}"},
        "/v1/documents/{key}": {"key": f"{asking.hand_over:062x}"},
        "/v1/drafts/": {"key": drafts[0]["key"]},
        "/v1/proposals/plans/": {"plan": plan},
        "/v1/proposals/{key}": {"key": f"{asking.waiting:062x}"},
        "/v1/requests/": {"key": f"{asking.request:062x}"},
        "/v1/traces/documents/": {"key": f"{asking.hand_over:062x}"},
        "/v1/transactions/": {"hash": transaction.headers["location"].rpartition("/")[2]},
    }
    forms = {
        "consent_to_draft": [{"part": "other", "signature": f"0x{'11' * 64}"}],
        "hand_in_transaction": [handed, {"draft": drafts[0]["key"], "raw": handed["raw"]}],
        "make_plan": [{"place": "0"}, {"place": str(DISTRICT), "distances": "from,to,metres\n"}],
        "prepare_act": acts,
        "prepare_draft": [receipt, hand_over],
        "put_draft": [each["draft"] for each in drafts],
        "reserve_act_number": [{"act": to_dict(act_of(act))}],
        "sign_in": [{"key": office["Authorization"].partition(" ")[2]}],
    }
    return Ground(root, home, places, forms, headers)


def with_forms(cases: SearchStrategy[Case], forms: Sequence[Any]) -> SearchStrategy[Case]:
    """Return cases whose bodies are forms, of which a part is what was generated."""
    drawn = st.sampled_from(list(forms)).flatmap(
        lambda form: st.tuples(st.just(form), st.sets(st.sampled_from(sorted(form)), max_size=2))
    )

    def mixed(case: Case, form_and_names: tuple[dict[str, Any], set[str]]) -> Case:
        form, names = form_and_names
        made = case.body if isinstance(case.body, dict) else {}
        case.body = {**form, **{name: made[name] for name in sorted(names) if name in made}}
        case.media_type = "application/json"
        return case

    return st.builds(mixed, cases, drawn)


def ending(case: Case) -> Case:
    """Return a case of the stream that ends with the last document, or at once where `wait` is wrong."""
    query = case.query or {}
    wait = query.get("wait")
    said = wait if isinstance(wait, list) else [wait]
    if wait is None or any(str(each).lower() in _YES for each in said):
        case.query = {**query, "wait": "false"}
    return case
