"""The sample city a week later: norms, an emergency, requests, proposals, and goods on their way.

- The province's government stores give under terms; one site has a floor and a count cycle.
- NORTH asked for masks: EAST proposed some, the street approved, half was handed over and shown; then WEST
  proposed some, which waits for the city.
- WEST asked for gowns, and withdrew.
- 5 boxes of masks are on their way from EAST to WEST, and a lot is held and recalled.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from served import CHAIN_ID

from ledger_client.allocation import Urgency
from ledger_client.deliveries import reference_to
from ledger_client.demo.cast import (
    CLINIC,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    EAST_STREET,
    GOWN_LOT,
    MASK_LOT,
    NORTH_ENTERPRISE,
    PROVINCE,
    WEST_GOVERNMENT,
    at,
)
from ledger_client.demo.city import City
from ledger_client.divisions import ROOT
from ledger_client.documents import SECONDS_A_DAY, Kind, Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import ItemId, StorageMode, category_of
from ledger_client.keccak import keccak
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.stock import Particulars
from ledger_client.writing import Party

SOURCE = keccak(b"a decision")
DAY = 21
"""On which it is asked, counted from the city's first."""

FLOOR, CYCLE_DAYS = 50, 3


@dataclass(frozen=True, slots=True)
class Asking:
    """The city's home, and the keys of what was written.

    Attributes:
        at: When everything had been written, seconds.
    """

    home: Home
    request: int
    withdrawn: int
    approved: int
    waiting: int
    hand_over: int
    consignment: int
    at: int


def play_asking(path: Path) -> Asking:
    """Play the sample city, and what is told above."""
    home = Home(path)
    home.keys.mkdir(parents=True)
    create_keystore(home.keys / "root.json", "", demo=True)
    clock = ManualClock(at(0))
    signer = KeystoreSigner.open(home.keys / "root.json", "")
    Ledger.create(home, signer, chain_id=CHAIN_ID, delay=0, clock=clock)
    with Ledger.open(home, clock=clock) as ledger:
        city = City(ledger, clock, lambda en, zh: None)
        city.play()
        clock.set(at(DAY))
        return _ask(home, ledger, clock, city, Party(signer, ROOT))


def _ask(home: Home, ledger: Ledger, clock: ManualClock, city: City, root: Party) -> Asking:
    outbreak = reason_named("outbreak").code
    create_keystore(home.keys / "approver-street.json", "", demo=True)
    street = KeystoreSigner.open(home.keys / "approver-street.json", "")
    consent = ledger.roles.class_consent(street, Role.APPROVER)
    grant = ledger.roles.grant(street.address, Role.APPROVER, EAST_STREET, consent=consent, by=root)
    ledger.write([grant])
    norms, asking, east = ledger.norms, ledger.reallocation, city.keeper("east")
    masks = ItemId(MASK_LOT.item)
    modes = (StorageMode.GOVERNMENT, StorageMode.ENTERPRISE_HELD)
    ledger.write(
        [
            *(
                norms.set_terms(PROVINCE, mode, share=9_000, notice_days=0, source=SOURCE, by=root)
                for mode in modes
            ),
            norms.set_floors(EAST_GOVERNMENT, {masks: FLOOR}, source=SOURCE, by=root),
            norms.set_cycles(EAST_GOVERNMENT, {category_of(masks): CYCLE_DAYS}, source=SOURCE, by=root),
            norms.declare_emergency(
                EAST_DISTRICT, until=at(DAY + 3), reason=outbreak, source=SOURCE, by=root
            ),
        ]
    )
    needed_by = at(DAY + 10)
    request = asking.request(
        NORTH_ENTERPRISE,
        masks,
        60,
        needed_by=needed_by,
        urgency=Urgency.CRITICAL,
        reason=outbreak,
        consignee=CLINIC,
        body={"note": "for the fever ward"},
        keeper=city.keeper("north"),
    )
    withdrawn = asking.request(
        WEST_GOVERNMENT,
        ItemId(GOWN_LOT.item),
        10,
        needed_by=needed_by,
        reason=outbreak,
        keeper=city.keeper("west"),
    )
    ledger.write([request, withdrawn])
    approved = asking.propose(request.key, EAST_GOVERNMENT, {MASK_LOT.lot_id: 40}, keeper=east)
    waiting = asking.propose(request.key, WEST_GOVERNMENT, {MASK_LOT.lot_id: 20}, keeper=city.keeper("west"))
    ledger.write([approved, waiting])
    not_needed = reason_named("not-needed").code
    ledger.write(
        [
            asking.approve([approved.key], approver=Party(street, EAST_STREET)),
            asking.withdraw_request(withdrawn.key, reason=not_needed, keeper=city.keeper("west")),
        ]
    )
    hand_over = ledger.stock.hand_over(
        EAST_GOVERNMENT,
        NORTH_ENTERPRISE,
        [Line(MASK_LOT.lot_id, 15)],
        keeper=east,
        receiver=city.keeper("north"),
        particulars=Particulars(
            reference=reference_to(approved.key), occurred_at=Timestamp(int(ledger.now()))
        ),
    )
    ledger.write([hand_over])
    document = ledger.index().document(hand_over.key)
    assert document is not None
    ledger.write([asking.shown(document, by=east.signer)])
    dispatch = ledger.stock.dispatch(
        EAST_GOVERNMENT,
        WEST_GOVERNMENT,
        [Line(MASK_LOT.lot_id, 5)],
        deadline=int(ledger.now()) + 5 * SECONDS_A_DAY,
        keeper=east,
        approver=city.approver("city"),
    )
    recall = ledger.stock.recall(
        Kind.RECALL,
        [GOWN_LOT.lot_id],
        issuer=0,
        by=root,
        particulars=Particulars(reason=reason_named("recalled-by-authority").code),
    )
    ledger.write([dispatch, recall])
    position = ledger.index().position()
    return Asking(
        home,
        request.key,
        withdrawn.key,
        approved.key,
        waiting.key,
        hand_over.key,
        dispatch.key,
        position.time,
    )
