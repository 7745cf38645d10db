"""A form makes the very document of the command of its kind: the same draft under the same client id."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from drafting import signer_of
from fastapi.testclient import TestClient
from served import account_of, copy_of, serving
from typer.testing import CliRunner

from api.access.rights import Scope
from ledger_client.cli.app import app
from ledger_client.demo.cast import (
    CLINIC,
    EAST,
    EAST_GOVERNMENT,
    GOWN_LOT,
    GOWNS,
    MASK_LOT,
    MASKS,
    NORTH_ENTERPRISE,
    WEST_GOVERNMENT,
)
from ledger_client.drafts.store import DraftStore
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.records import RecordsKey
from ledger_client.stock import Particulars
from ledger_client.writing import Party

SITE, NORTH, WEST = str(EAST_GOVERNMENT), str(NORTH_ENTERPRISE), str(WEST_GOVERNMENT)
MASK, GOWN = f"{MASK_LOT.lot_id:040x}", f"{GOWN_LOT.lot_id:040x}"
CONSIGNEE = f"{CLINIC:040x}"
USCC = "91420100MA4KXMPL1B"
NEW_SITE = "420102001001102"


@dataclass(frozen=True)
class Office:
    """A served home, its drafts, and commands in it."""

    home: Home
    client: TestClient
    consignment: str
    settled: str
    received: str
    held: str

    def address(self, name: str) -> str:
        return signer_of(self.home, name).address

    def command(self, words: Sequence[str]) -> Any:
        """Run a command whose signers are elsewhere, and return the draft that it made."""
        result = CliRunner().invoke(app, ["--home", str(self.home.path), *words, "--json"])
        assert result.exit_code == 0, (words, result.output, result.exception)
        said = json.loads(result.stdout.splitlines()[-1])
        with DraftStore.open(self.home.unsigned, RecordsKey.read(self.home.records_key)) as drafts:
            return drafts.get(int(said["draft"], 16)).draft


@pytest.fixture(scope="module")
def office(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = copy_of(city, tmp_path_factory.mktemp("forms") / "home")
    with Ledger.open(home) as ledger:
        keeper = Party(signer_of(home, "keeper-east"), EAST)
        stock = ledger.stock
        open_, short = (
            stock.dispatch(
                EAST_GOVERNMENT,
                NORTH_ENTERPRISE,
                [Line(MASK_LOT.lot_id, units)],
                deadline=int(ledger.now()) + 86_400,
                keeper=keeper,
                particulars=Particulars(client_id=bytes([units]) * 32),
            )
            for units in (9, 11)
        )
        ledger.write([open_, short])
        index = ledger.index()
        history = index.history(EAST_GOVERNMENT, limit=200)
        [held] = [each.lot for each in index.on_hand(EAST_GOVERNMENT) if not each.is_free][:1] or [0]
    with serving(home) as client:
        client.headers["Authorization"] = f"Bearer {account_of(home, 0, scopes=(Scope.DRAFTS, Scope.READ))}"
        yield Office(
            home,
            client,
            f"{open_.key:062x}",
            f"{short.key:062x}",
            f"{history[1].key:062x}",
            f"{held:040x}",
        )


def cases(office: Office) -> dict[str, tuple[list[str], dict[str, Any]]]:
    """By kind: the words of a command, and the form that says the same."""
    east, north = office.address("keeper-east"), office.address("keeper-north")
    second, west = office.address("second-keeper"), office.address("keeper-west")
    approver, city = office.address("approver-east"), office.address("approver-city")
    supplier, bureau = office.address("sound-supplies"), office.address("bureau")
    keeper, signed = ["--keeper", east], ["--approver", approver]
    by: dict[str, Any] = {"keeper": {"address": east}}
    seen: dict[str, Any] = {"approver": {"address": approver}}
    line = [{"lot": MASK, "quantity": "3"}]
    stock = ["stock"]
    return {
        "opening": (
            [
                *stock,
                "open",
                NEW_SITE,
                "--goods",
                f"{MASKS}=5,batch=X-1,expires=2028-01-31",
                *keeper,
                *signed,
                "--supplier",
                USCC,
            ],
            {
                "site": NEW_SITE,
                "supplier": USCC,
                "goods": [{"item": str(MASKS), "quantity": "5", "batch": "X-1", "expires": "2028-01-31"}],
                **by,
                **seen,
            },
        ),
        "receipt": (
            [
                *stock,
                "receive",
                SITE,
                "--supplier",
                USCC,
                "--supplier-key",
                supplier,
                "--order",
                "PO-1",
                "--goods",
                f"{GOWNS}=40,batch=G-9,rejected=2,reason=damaged",
                *keeper,
                "--note",
                "wet",
            ],
            {
                "site": SITE,
                "supplier": USCC,
                "supplier_signer": {"address": supplier},
                "order": "PO-1",
                "goods": [
                    {
                        "item": str(GOWNS),
                        "quantity": "40",
                        "batch": "G-9",
                        "rejected": "2",
                        "reason": "damaged",
                    }
                ],
                "note": "wet",
                **by,
            },
        ),
        "issue": (
            [*stock, "issue", SITE, CONSIGNEE, "--line", f"{MASK}=3", "--reason", "distribution", *keeper],
            {"site": SITE, "consignee": CONSIGNEE, "lines": line, "reason": "distribution", **by},
        ),
        "hand-over": (
            [*stock, "hand-over", SITE, NORTH, "--line", f"{MASK}=3", *keeper, "--receiver", north],
            {"site": SITE, "to": NORTH, "lines": line, "receiver": {"address": north}, **by},
        ),
        "dispatch": (
            [
                *stock,
                "dispatch",
                SITE,
                WEST,
                "--line",
                f"{MASK}=3",
                "--deadline",
                "2027-01-31",
                *keeper,
                "--approver",
                city,
            ],
            {
                "site": SITE,
                "to": WEST,
                "lines": line,
                "deadline": "2027-01-31",
                "approver": {"address": city},
                **by,
            },
        ),
        "acceptance": (
            [
                *stock,
                "accept",
                "--consignment",
                office.consignment,
                "--keeper",
                north,
                "--missing",
                f"{MASK}=2:not-arrived",
                "--returning",
                f"{MASK}=1:damaged",
            ],
            {
                "consignment": office.consignment,
                "keeper": {"address": north},
                "missing": [{"lot": MASK, "quantity": "2", "reason": "not-arrived"}],
                "returning": [{"lot": MASK, "quantity": "1", "reason": "damaged"}],
            },
        ),
        "contest": (
            [
                *stock,
                "contest",
                "--consignment",
                office.consignment,
                "--keeper",
                north,
                "--missing",
                f"{MASK}=2:not-arrived",
            ],
            {
                "consignment": office.consignment,
                "keeper": {"address": north},
                "missing": [{"lot": MASK, "quantity": "2", "reason": "not-arrived"}],
            },
        ),
        "return": (
            [*stock, "return", "--consignment", office.consignment, *keeper, *signed],
            {"consignment": office.consignment, **by, **seen},
        ),
        "return-acceptance": (
            [
                *stock,
                "accept-return",
                "--consignment",
                office.settled,
                *keeper,
                "--missing",
                f"{MASK}=2:not-arrived",
            ],
            {
                "consignment": office.settled,
                "missing": [{"lot": MASK, "quantity": "2", "reason": "not-arrived"}],
                **by,
            },
        ),
        "settlement": (
            [
                *stock,
                "settle",
                "--consignment",
                office.settled,
                "--approver",
                city,
                "--line",
                f"{MASK}=2:lost",
            ],
            {
                "consignment": office.settled,
                "approver": {"address": city},
                "lines": [{"lot": MASK, "quantity": "2", "reason": "lost"}],
            },
        ),
        "release": (
            ["lot", "release", office.held, "--site", SITE, "--reason", "papers-completed", *signed],
            {"site": SITE, "lots": [office.held], "reason": "papers-completed", **seen},
        ),
        "hold": (
            [
                "lot",
                "hold",
                MASK,
                "--site",
                SITE,
                "--reason",
                "damaged",
                *signed,
                "--answers",
                office.received,
                "--note",
                "seen",
            ],
            {
                "site": SITE,
                "lots": [MASK],
                "reason": "damaged",
                "reference": {"type": "document", "key": office.received},
                "note": "seen",
                **seen,
            },
        ),
        "count": (
            [
                *stock,
                "count",
                SITE,
                "--line",
                f"{MASK}=600:unexplained",
                "--entry",
                "3",
                *keeper,
                "--second",
                second,
            ],
            {
                "site": SITE,
                "lines": [{"lot": MASK, "counted": "600", "reason": "unexplained"}],
                "entry": 3,
                "second": {"address": second},
                **by,
            },
        ),
        "write-off": (
            [*stock, "write-off", SITE, "--line", f"{MASK}=3:spoilage", *keeper, *signed],
            {
                "site": SITE,
                "lines": [{"lot": MASK, "quantity": "3", "reason": "spoilage"}],
                **by,
                **seen,
            },
        ),
        "repack": (
            [
                *stock,
                "repack",
                SITE,
                "--line",
                f"{MASK}=3",
                "--into",
                f"{GOWNS}=30,batch=R-1",
                *keeper,
                *signed,
            ],
            {
                "site": SITE,
                "lines": [
                    {
                        "lot": MASK,
                        "quantity": "3",
                        "into": {"item": str(GOWNS), "quantity": "30", "batch": "R-1"},
                    }
                ],
                **by,
                **seen,
            },
        ),
        "reversal": (
            [
                *stock,
                "reverse",
                office.received,
                *keeper,
                *signed,
                "--second",
                north,
                "--reason",
                "recorded-twice",
            ],
            {
                "document": office.received,
                "second": {"address": north},
                "reason": "recorded-twice",
                **by,
                **seen,
            },
        ),
        "recall": (
            [
                "lot",
                "recall",
                MASK,
                "--reason",
                "recalled-by-maker",
                "--by",
                bureau,
                "--issuer",
                "11420100XMPL0001TC",
            ],
            {
                "lots": [MASK],
                "reason": "recalled-by-maker",
                "by": {"address": bureau},
                "issuer": "11420100XMPL0001TC",
            },
        ),
        "lift": (
            ["lot", "lift", MASK, "--reason", "recall-mistaken", "--by", west, "--only"],
            {"lots": [MASK], "reason": "recall-mistaken", "by": {"address": west}, "only": True},
        ),
    }


KINDS = (
    "opening", "receipt", "issue", "hand-over", "dispatch", "acceptance", "contest", "return",
    "return-acceptance", "settlement", "release", "hold", "count", "write-off", "repack", "reversal",
    "recall", "lift",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document(office: Office, kind: str) -> None:
    words, says = cases(office)[kind]
    made = office.command(words)
    assert made.kind.name.lower().replace("_", "-") == kind
    moment = made.document.occurred_at
    from datetime import UTC, datetime

    form = {
        "kind": kind,
        "client_id": f"0x{made.document.client_id.hex()}",
        "occurred_at": datetime.fromtimestamp(moment.seconds, UTC).isoformat(),
        **says,
    }
    answer = office.client.post("/v1/drafts", json=form)
    assert answer.status_code == 200, answer.text  # it stands there already, as the command made it
    assert answer.json()["key"] == f"{made.key:062x}"
    other = office.client.post("/v1/drafts", json={**form, "note": "something else"})
    assert other.status_code == 409
    assert other.json()["type"].endswith("draft-taken")


def test_every_kind_is_compared(office: Office) -> None:
    assert set(cases(office)) == set(KINDS)
    described = office.client.get("/openapi.json").json()["components"]["schemas"]["DraftModel"]
    assert set(described["properties"]["kind"]["enum"]) == set(KINDS)
