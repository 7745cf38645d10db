"""The week before today in the sample city: what somebody who opens its page finds still to be done.

The story of `ledger_client.demo.city` ends in September 2026, and `data/expected.json` holds what an audit
finds in it. This goes on from there up to now, so that deadlines lie ahead: norms, an emergency, requests,
proposals that wait for a decision, goods on their way, a count that is overdue, a qualification that was
revoked, and goods that expire soon. Nothing of it is a lie.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256

from ledger_client.allocation import Urgency
from ledger_client.deliveries import reference_to
from ledger_client.demo.cast import (
    ALCOHOL,
    BUREAU,
    CITY,
    CLINIC,
    DISINFECTANT,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    EAST_STREET,
    GOWN_LOT,
    GOWNS,
    LAPSED,
    MASK_LOT,
    MASKS,
    NORTH_ENTERPRISE,
    NORTH_HOUSEHOLDS,
    PROVINCE,
    SOUND,
    WEST_GOVERNMENT,
    at,
    id_of,
)
from ledger_client.demo.city import City, Progress
from ledger_client.divisions import ROOT, DivisionId
from ledger_client.documents import CHINA_OFFSET, SECONDS_A_DAY, Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import StorageMode, SupplierId, batch_digest, category_of
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.lines import Line, LotAttributes
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Party

STREET = "approver-street"
"""Name of the key that decides what goes from one community of the eastern street to another."""

DAYS = 6
_STORY_ENDS = 21  # the day after its last
_DECISION = sha256(b"a decision of the sample city").digest()
_EXPIRES_IN = 20  # days from today


def certificate_of(supplier: SupplierId, category: str) -> bytes:
    """Return the file on which a supplier was qualified in this week."""
    return f"certificate of {supplier} for {category}".encode()


def play_week(home: Home, tell: Progress) -> None:
    """Go on with a city that was played through, up to an hour ago.

    Args:
        home: Of the city.
        tell: Told what happens next.
    """
    begin = max(int(time.time()) - 3_600 - DAYS * SECONDS_A_DAY, at(_STORY_ENDS))
    clock = ManualClock(begin)
    with Ledger.open(home, clock=clock) as ledger:
        Week(City(ledger, clock, tell), begin).play()
        ledger.index()


@dataclass(slots=True)
class Week:
    """The week while it is played through.

    Attributes:
        city: Its keys, its ledger and its clock.
        begin: When the week begins, seconds.
    """

    city: City
    begin: int
    _asked_by_north: int = 0

    def play(self) -> None:
        """Play everything."""
        tell = self.city.tell
        tell("the week before today: norms, an emergency, and what communities ask for",
             "今天之前的一周：保底量、应急状态与各社区的申请")  # fmt: skip
        self._set_norms()
        self._qualify()
        self._declare(EAST_STREET, "natural-disaster")
        self._go_to(1)
        self._receive()
        self._end(EAST_STREET)
        self._go_to(2)
        self._declare_and_revoke()
        self._go_to(3)
        self._help_north()
        self._go_to(DAYS)
        self._leave_to_be_done()

    @property
    def _ledger(self) -> Ledger:
        return self.city.ledger

    @property
    def _root(self) -> Party:
        return Party(self.city.signer("root"), ROOT)

    def _go_to(self, day: int) -> None:
        self.city.clock.set(self.begin + day * SECONDS_A_DAY)

    def _now(self) -> Timestamp:
        return Timestamp(int(self._ledger.now()))

    def _set_norms(self) -> None:
        norms, root = self._ledger.norms, self._root
        create_keystore(self._ledger.home.keys / f"{STREET}.json", "", demo=True)
        street = self.city.signer(STREET)
        consent = self._ledger.roles.class_consent(street, Role.APPROVER)
        floors = {
            EAST_GOVERNMENT: {MASKS: 200, ALCOHOL: 400},
            NORTH_ENTERPRISE: {MASKS: 400},
            WEST_GOVERNMENT: {MASKS: 100, ALCOHOL: 60},
        }
        self._ledger.write(
            [
                self._ledger.roles.grant(
                    street.address, Role.APPROVER, EAST_STREET, consent=consent, by=root
                ),
                *(
                    norms.set_terms(PROVINCE, mode, share=9_000, notice_days=0, source=_DECISION, by=root)
                    for mode in (StorageMode.GOVERNMENT, StorageMode.ENTERPRISE_HELD)
                ),
                *(norms.set_floors(site, each, source=_DECISION, by=root) for site, each in floors.items()),
                norms.set_cycles(EAST_GOVERNMENT, {category_of(MASKS): 5}, source=_DECISION, by=root),
            ]
        )

    def _qualify(self) -> None:
        bureau = self.city.signer("bureau")
        self._ledger.write(
            [
                self._ledger.qualifications.issue(
                    BUREAU,
                    supplier,
                    DISINFECTANT,
                    grade=grade,
                    from_=self.begin - SECONDS_A_DAY,
                    until=self.begin + 365 * SECONDS_A_DAY,
                    certificate=sha256(certificate_of(supplier, "disinfectants")).digest(),
                    by=bureau,
                )
                for supplier, grade in ((SOUND, 1), (LAPSED, 3))
            ]
        )

    def _qualification(self, supplier: SupplierId) -> int:
        [found] = self._ledger.index().qualifications(supplier, DISINFECTANT)
        return found

    def _receive(self) -> None:
        lot = LotAttributes(
            item=ALCOHOL,
            source=SOUND,
            batch=batch_digest("A-2611"),
            expires=(self.begin + CHINA_OFFSET) // SECONDS_A_DAY + DAYS + _EXPIRES_IN,
        )
        self._ledger.write(
            [
                self._ledger.stock.receive(
                    EAST_GOVERNMENT,
                    SOUND,
                    [Goods(lot, 240)],
                    keeper=self.city.keeper("east"),
                    supplier=Party(self.city.signer("sound-supplies"), CITY),
                    qualification=self._qualification(SOUND),
                    particulars=Particulars(client_id=id_of("alcohol"), occurred_at=self._now()),
                )
            ]
        )

    @property
    def _authority(self) -> Party:
        return Party(self.city.signer("city-authority"), CITY)

    def _declare(self, division: DivisionId, reason: str) -> None:
        """Declare an emergency that would last beyond today."""
        self._ledger.write(
            [
                self._ledger.norms.declare_emergency(
                    division,
                    until=self.begin + (DAYS + 10) * SECONDS_A_DAY,
                    reason=reason_named(reason).code,
                    source=_DECISION,
                    by=self._authority,
                )
            ]
        )

    def _end(self, division: DivisionId) -> None:
        past = reason_named("danger-past").code
        self._ledger.write([self._ledger.norms.end_emergency(division, reason=past, by=self._authority)])

    def _declare_and_revoke(self) -> None:
        self._declare(EAST_DISTRICT, "outbreak")
        self._ledger.write(
            [
                self._ledger.qualifications.revoke(
                    self._qualification(LAPSED),
                    reason=reason_named("certificate-invalid").code,
                    effective_at=self.begin,
                    by=self.city.signer("bureau"),
                ),
            ]
        )

    def _help_north(self) -> None:
        """NORTH asks for masks, EAST gives some of them, and the street approves."""
        asking, east = self._ledger.reallocation, self.city.keeper("east")
        request = asking.request(
            NORTH_ENTERPRISE,
            MASKS,
            60,
            needed_by=self.begin + 20 * SECONDS_A_DAY,
            urgency=Urgency.URGENT,
            reason=reason_named("outbreak").code,
            consignee=CLINIC,
            body={"note": "for the fever ward"},
            client_id=id_of("masks for north"),
            keeper=self.city.keeper("north"),
        )
        given = asking.propose(
            request.key, EAST_GOVERNMENT, {MASK_LOT.lot_id: 40}, client_id=id_of("east gives"), keeper=east
        )
        street = Party(self.city.signer(STREET), EAST_STREET)
        self._ledger.write([request])
        self._ledger.write([given])
        self._ledger.write([asking.approve([given.key], approver=street)])
        self._go_to(4)
        handed = self._ledger.stock.hand_over(
            EAST_GOVERNMENT,
            NORTH_ENTERPRISE,
            [Line(MASK_LOT.lot_id, 15)],
            keeper=east,
            receiver=self.city.keeper("north"),
            particulars=Particulars(
                client_id=id_of("handed to north"),
                reference=reference_to(given.key),
                occurred_at=self._now(),
            ),
        )
        self._ledger.write([handed])
        document = self._ledger.index().document(handed.key)
        assert document is not None  # noqa: S101  it was just recorded
        self._ledger.write([asking.shown(document, by=east.signer)])
        self._asked_by_north = request.key

    def _leave_to_be_done(self) -> None:
        """What waits: proposals for the street and for the city, a request without any, goods on the way."""
        asking, west, outbreak = (
            self._ledger.reallocation,
            self.city.keeper("west"),
            reason_named("outbreak").code,
        )
        needed_by = self.begin + (DAYS + 14) * SECONDS_A_DAY
        gowns = asking.request(
            WEST_GOVERNMENT,
            GOWNS,
            120,
            needed_by=needed_by,
            reason=outbreak,
            client_id=id_of("gowns for west"),
            keeper=west,
        )
        alcohol = asking.request(
            NORTH_HOUSEHOLDS,
            ALCOHOL,
            30,
            needed_by=needed_by,
            urgency=Urgency.URGENT,
            reason=outbreak,
            client_id=id_of("alcohol for north"),
            keeper=self.city.keeper("north"),
        )
        near = asking.request(
            NORTH_HOUSEHOLDS,
            GOWNS,
            20,
            needed_by=needed_by,
            reason=outbreak,
            client_id=id_of("gowns for north"),
            keeper=self.city.keeper("north"),
        )
        self._ledger.write([gowns, alcohol, near])
        self._ledger.write(
            [
                asking.propose(
                    near.key,
                    EAST_GOVERNMENT,
                    {GOWN_LOT.lot_id: 20},
                    client_id=id_of("east gives north gowns"),
                    keeper=self.city.keeper("east"),
                ),
                asking.propose(
                    self._asked_by_north,
                    EAST_GOVERNMENT,
                    {MASK_LOT.lot_id: 10},
                    client_id=id_of("east gives north masks"),
                    keeper=self.city.keeper("east"),
                ),
                asking.propose(
                    gowns.key,
                    EAST_GOVERNMENT,
                    {GOWN_LOT.lot_id: 80},
                    client_id=id_of("east gives gowns"),
                    keeper=self.city.keeper("east"),
                ),
                asking.propose(
                    self._asked_by_north,
                    WEST_GOVERNMENT,
                    {MASK_LOT.lot_id: 20},
                    client_id=id_of("west gives masks"),
                    keeper=west,
                ),
                self._ledger.stock.dispatch(
                    EAST_GOVERNMENT,
                    WEST_GOVERNMENT,
                    [Line(MASK_LOT.lot_id, 30)],
                    deadline=self.begin + (DAYS + 4) * SECONDS_A_DAY,
                    keeper=self.city.keeper("east"),
                    approver=self.city.approver("city"),
                    particulars=Particulars(client_id=id_of("on the way"), occurred_at=self._now()),
                ),
            ]
        )
