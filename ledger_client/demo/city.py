"""The story of the sample city: four weeks of September 2026, told in documents.

East Community holds masks, gowns and alcohol. It receives goods from a sound and from a lapsed supplier,
helps North Gate, sends masks over the district's border of which some are lost, records one issue late and
another twice, while North Gate's count disagrees. `data/expected.json` lists what an audit must find.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from ledger_client.calldata import ACCEPTED, OPEN, Consignment, Original
from ledger_client.demo.cast import (
    ALCOHOL_LOT,
    BAD_MASK_LOT,
    BUREAU,
    CHECKPOINT,
    CITY,
    CLINIC,
    CONSIGNEES,
    COUNTRY,
    DISINFECTANT,
    DIVISIONS,
    EAST,
    EAST_AGREEMENT,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    GOWN_LOT,
    HOLDERS,
    ITEMS,
    LAPSED,
    MASK_LOT,
    MEDICAL_DEVICE,
    NORTH,
    NORTH_ENTERPRISE,
    NORTH_HOUSEHOLDS,
    SITES,
    SOUND,
    SUPPLIERS,
    WEST,
    WEST_DISTRICT,
    WEST_GOVERNMENT,
    WEST_MERCHANT,
    at,
    id_of,
    on,
)
from ledger_client.digests import document_key
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.lines import CountLine, Line, OpeningLine, pack_lines
from ledger_client.reasons import FOUND_AT_SENDER, LOST, reason_named
from ledger_client.signers import KeystoreSigner, Signer
from ledger_client.stock import Goods, Particulars
from ledger_client.writing import Party, Prepared

Progress = Callable[[str, str], None]
"""Told what happens next, in English and Chinese."""


@dataclass(slots=True)
class City:
    """The city while it is played through."""

    ledger: Ledger
    clock: ManualClock
    tell: Progress

    # -- who

    def signer(self, name: str) -> Signer:
        """Open a demo key."""
        return KeystoreSigner.open(self.ledger.home.keys / f"{name}.json", "")

    def keeper(self, place: str) -> Party:
        """Return a community's keeper."""
        return Party(self.signer(f"keeper-{place}"), {"east": EAST, "north": NORTH, "west": WEST}[place])

    def approver(self, place: str) -> Party:
        """Return the approver of a district, or of the city."""
        divisions = {"east": EAST_DISTRICT, "west": WEST_DISTRICT, "city": CITY}
        return Party(self.signer(f"approver-{place}"), divisions[place])

    # -- the story

    def play(self) -> None:
        """Play everything."""
        self._found()
        self._open()
        self._receive()
        self._help_the_neighbour()
        self._lose_some_on_the_way()
        self._count()
        self._record_late()
        self._record_twice()
        # An audit four weeks on: what expired on the eleventh day is still there.
        self._go_to(20)
        self.ledger.index()

    def _go_to(self, day: int, hour: int = 9) -> None:
        self.clock.set(at(day, hour))

    def _write(self, *prepared: Prepared) -> None:
        self.ledger.write(prepared)

    def _found(self) -> None:
        self.tell("divisions, sites, suppliers and roles", "登记行政区划、储备点、供应商和角色")
        ledger, root = self.ledger, Party(self.signer("root"), COUNTRY)
        calls = [ledger.divisions.register(d, zh=zh, en=en, by=root) for d, (zh, en) in DIVISIONS.items()]
        calls += [ledger.sites.register(s, zh=zh, en=en, by=root) for s, (zh, en) in SITES.items()]
        calls += [
            ledger.consignees.register(c, division, zh=zh, en=en, by=root)
            for c, (division, zh, en) in CONSIGNEES.items()
        ]
        calls += [
            ledger.items.register(item, zh=zh, en=en, unit=unit, category=category, by=root)
            for item, (zh, en, unit, category) in ITEMS.items()
        ]
        calls += [ledger.suppliers.register(s, zh=zh, en=en, by=root) for s, (zh, en) in SUPPLIERS.items()]
        calls.append(
            ledger.suppliers.register_issuer(BUREAU, zh="样例市卫生局", en="Sample health bureau", by=root)
        )
        calls += [ledger.suppliers.accredit(BUREAU, c, by=root) for c in (MEDICAL_DEVICE, DISINFECTANT)]
        for holder in HOLDERS:
            create_keystore(ledger.home.keys / f"{holder.name}.json", "", demo=True)
            signer = self.signer(holder.name)
            consent = ledger.roles.class_consent(signer, holder.role)
            calls += [
                ledger.roles.grant(
                    signer.address, holder.role, d, subject=holder.subject, consent=consent, by=root
                )
                for d in holder.divisions
            ]
        ledger.write(calls, check=False)
        self._qualify()

    def _qualify(self) -> None:
        """The sound supplier is qualified for a year, the lapsed one until the end of the first day."""
        bureau = self.signer("bureau")
        self._write(
            *(
                self.ledger.qualifications.issue(
                    BUREAU,
                    supplier,
                    MEDICAL_DEVICE,
                    grade=grade,
                    from_=at(0, 0),
                    until=until,
                    certificate=sha256(f"certificate of {supplier}".encode()).digest(),
                    by=bureau,
                )
                for supplier, grade, until in ((SOUND, 1, at(365)), (LAPSED, 3, at(1, 0)))
            )
        )

    def _open(self) -> None:
        self.tell("every site is opened with what it holds", "各储备点期初登记")
        stock = self.ledger.stock
        opening = {
            EAST_GOVERNMENT: (
                "east",
                [OpeningLine(MASK_LOT, 1_200), OpeningLine(ALCOHOL_LOT, 240)],
            ),
            EAST_AGREEMENT: ("east", [OpeningLine(MASK_LOT, 400)]),
            NORTH_ENTERPRISE: ("north", []),
            NORTH_HOUSEHOLDS: ("north", [OpeningLine(MASK_LOT, 100)]),
            WEST_GOVERNMENT: ("west", [OpeningLine(GOWN_LOT, 50)]),
            WEST_MERCHANT: ("west", [OpeningLine(MASK_LOT, 60)]),
        }
        self._write(
            *(
                stock.open(
                    site,
                    lines,
                    keeper=self.keeper(place),
                    approver=self.approver("west" if place == "west" else "east"),
                    particulars=Particulars(client_id=id_of(f"opening {site}")),
                )
                for site, (place, lines) in opening.items()
            )
        )

    def _receive(self) -> None:
        self.tell("receipts: one supplier is qualified, the other's qualification has lapsed",
                  "收货：一家供应商资质有效，另一家资质已过期")  # fmt: skip
        self._go_to(2)
        for supplier, name, goods, is_held in (
            (SOUND, "sound-supplies", Goods(GOWN_LOT, 600), False),
            (LAPSED, "lapsed-trading", Goods(BAD_MASK_LOT, 300), True),
        ):
            [qualification] = self.ledger.index().qualifications(supplier)
            self._write(
                self.ledger.stock.receive(
                    EAST_GOVERNMENT,
                    supplier,
                    [goods],
                    keeper=self.keeper("east"),
                    supplier=Party(self.signer(name), CITY),
                    qualification=qualification,
                    held=is_held,
                    particulars=Particulars(client_id=id_of(f"receipt {name}"), occurred_at=on(2)),
                )
            )

    def _help_the_neighbour(self) -> None:
        self.tell("a hand-over to the neighbouring community", "向相邻社区交接")
        self._go_to(3)
        self._write(
            self.ledger.stock.hand_over(
                EAST_GOVERNMENT,
                NORTH_ENTERPRISE,
                [Line(MASK_LOT.lot_id, 300), Line(GOWN_LOT.lot_id, 100)],
                keeper=self.keeper("east"),
                receiver=self.keeper("north"),
                particulars=Particulars(client_id=id_of("hand-over")),
            )
        )

    def _lose_some_on_the_way(self) -> None:
        self.tell("a transfer to the other district, 20 short; the shortage is settled",
                  "向另一区发运，短少 20 盒；短少已处理")  # fmt: skip
        stock, lot = self.ledger.stock, MASK_LOT.lot_id
        self._go_to(4)
        dispatch = stock.dispatch(
            EAST_GOVERNMENT,
            WEST_GOVERNMENT,
            [Line(lot, 200)],
            deadline=at(9),
            keeper=self.keeper("east"),
            approver=self.approver("city"),
            particulars=Particulars(client_id=id_of("dispatch")),
        )
        self._write(dispatch)
        signers = (self.signer("keeper-east").address, self.signer("approver-city").address)
        sent = pack_lines(Kind.DISPATCH, [Line(lot, 200)])
        missing = [Line.missing(lot, 20, reason_named("short-delivered").code)]

        self._go_to(5)
        self._write(
            stock.step(
                Kind.ACCEPTANCE,
                dispatch.key,
                EAST_GOVERNMENT,
                WEST_GOVERNMENT,
                Consignment(OPEN, signers, sent),
                missing,
                sender=self.keeper("west"),
                particulars=Particulars(client_id=id_of("acceptance")),
            )
        )
        self._go_to(6)
        all_signers = (*signers, self.signer("keeper-west").address)
        remaining = pack_lines(Kind.ACCEPTANCE, missing)
        self._write(
            stock.step(
                Kind.SETTLEMENT,
                dispatch.key,
                EAST_GOVERNMENT,
                WEST_GOVERNMENT,
                Consignment(ACCEPTED, all_signers, remaining),
                [Line(lot, 5, FOUND_AT_SENDER), Line(lot, 15, LOST)],
                sender=Party(self.signer("settler-city"), CITY),
                particulars=Particulars(client_id=id_of("settlement")),
            )
        )

    def _count(self) -> None:
        self.tell("a count that disagrees", "盘点不符")
        self._go_to(7)
        [*_, last] = self.ledger.index().stock_card(NORTH_HOUSEHOLDS)
        self._write(
            self.ledger.stock.count(
                NORTH_HOUSEHOLDS,
                [CountLine(MASK_LOT.lot_id, 94, 100, reason_named("unexplained").code)],
                journal=last.journal,
                keeper=self.keeper("north"),
                second=Party(self.signer("second-keeper"), EAST_DISTRICT),
                particulars=Particulars(client_id=id_of("count")),
            )
        )

    def _record_late(self) -> None:
        self.tell("issues, one of them recorded more than a week late", "发放，其中一笔迟报一周以上")
        self._issue("issue 1", CLINIC, 40, on(4), 8)
        self._issue("issue 2", CHECKPOINT, 25, on(6), 8)
        self._issue("issue 3", CLINIC, 30, on(7), 8)
        self._issue("issue late", CHECKPOINT, 60, on(1), 10)

    def _record_twice(self) -> None:
        self.tell("an issue recorded twice, and the reversal of the second", "一笔发放重复记录，其后冲销")
        self._issue("issue 4", CLINIC, 50, on(10), 11)
        self._issue("issue 4 again", CLINIC, 50, on(10), 11)
        document = Document(
            client_id=bytes(32),
            occurred_at=on(10),
            from_=EAST_GOVERNMENT,
            to=CLINIC,
            reason=reason_named("distribution").code,
            lines=pack_lines(Kind.ISSUE, [Line(MASK_LOT.lot_id, 50)]),
        )
        self._go_to(12)
        self._write(
            self.ledger.stock.reverse(
                document_key(EAST_GOVERNMENT, id_of("issue 4 again")),
                Original(Kind.ISSUE, document),
                keeper=self.keeper("east"),
                approver=self.approver("east"),
                particulars=Particulars(client_id=id_of("reversal")),
            )
        )

    def _issue(self, name: str, consignee: int, quantity: int, occurred: Timestamp, day: int) -> None:
        self._go_to(day)
        self._write(
            self.ledger.stock.issue(
                EAST_GOVERNMENT,
                consignee,  # type: ignore[arg-type]
                [Line(MASK_LOT.lot_id, quantity)],
                keeper=self.keeper("east"),
                approver=self.approver("east") if "late" in name else None,
                particulars=Particulars(
                    client_id=id_of(name),
                    occurred_at=occurred,
                    reason=reason_named("distribution").code,
                ),
            )
        )
