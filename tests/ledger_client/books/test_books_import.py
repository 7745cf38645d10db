"""Importing books: what is refused, what is recorded, and that nothing is recorded twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from book_office import (
    ISSUED,
    RECEIVED,
    ROOT,
    SIGNERS,
    SITE,
    START,
    Office,
    confirmed,
    new_home,
    open_site,
    opened,
    signer,
)

from ledger_client.book import Mapping
from ledger_client.books import Action, PlannedLine, import_book, reconcile
from ledger_client.calldata import Original
from ledger_client.divisions import DivisionId
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.embedded import ManualClock
from ledger_client.identifiers import consignee_id, donor_id
from ledger_client.index.dump import dump_digest
from ledger_client.ledger import Ledger
from ledger_client.records import BookSaltDeletedError, RecordAnswer, RecordId, RecordsKey, RecordStore
from ledger_client.reverts.directory import GrantMissingError
from ledger_client.reverts.documents import SiteNotOpenError
from ledger_client.stock import Particulars
from ledger_client.writing import Party


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_home(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def office(founded: Path, tmp_path: Path) -> Iterator[Office]:
    with opened(founded, tmp_path) as office:
        open_site(office.ledger)
        yield office


def why(each: PlannedLine) -> str | None:
    return each.why.rule if each.why else None


def actions(lines: tuple[PlannedLine, ...]) -> list[tuple[str, str | None]]:
    return [(str(each.action), why(each)) for each in lines]


class TestRefused:
    def test_a_keeper_without_the_role_before_anything_is_registered(self, office: Office) -> None:
        sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
        stranger = replace(SIGNERS, keeper=Party(signer("stranger"), SIGNERS.keeper.division))
        with pytest.raises(GrantMissingError):
            import_book(office.ledger, sheets, confirmed(sheets), SITE, stranger)
        assert not office.ledger.index().items()
        assert office.documents() == 1

    def test_an_approver_without_the_role_before_anything_is_registered(self, office: Office) -> None:
        sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
        stranger = replace(SIGNERS, approver=Party(signer("stranger"), SIGNERS.approver.division))
        with pytest.raises(GrantMissingError):
            import_book(office.ledger, sheets, confirmed(sheets), SITE, stranger)
        assert not office.ledger.index().items()

    def test_a_site_that_is_not_open(self, founded: Path, tmp_path: Path) -> None:
        with opened(founded, tmp_path) as office:
            with pytest.raises(SiteNotOpenError):
                office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,20"))
            assert not office.ledger.index().items()

    def test_a_deleted_book_salt(self, office: Office) -> None:
        office.ledger.records.delete_book_salt(SITE)
        with pytest.raises(BookSaltDeletedError):
            office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,20"))

    def test_records_of_another_office_record_nothing(self, office: Office) -> None:
        sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20", "甲公司,手套,箱,3")
        office.import_(sheets[:1])
        home = office.ledger.home
        office.ledger.close()
        home.records.unlink()
        RecordStore.open(home.records, RecordsKey.read(home.records_key)).close()
        with Ledger.open(home, clock=ManualClock(START + 1_000)) as ledger:
            ledger.index()
            before = dump_digest(ledger.index_engine)
            more = office.book("in", RECEIVED, "甲公司,口罩,箱,20", "甲公司,酒精,箱,3")
            plan = import_book(ledger, more, confirmed(more), SITE, SIGNERS)
            assert not plan.knows_salt
            assert actions(plan.lines) == [("recorded", None), ("not-recorded", "salt-elsewhere")]
            ledger.index()
            assert dump_digest(ledger.index_engine) == before

    def test_rows_that_somebody_must_mend_or_decide(self, office: Office) -> None:
        header = f"日期,{RECEIVED}"
        sheets = office.book(
            "in",
            header,
            "2020-01-30,甲公司,口罩,箱,",
            "2020-01-30,甲公司,手套,箱,3",
            ",甲公司,口罩,箱,4",
            "2031-01-30,甲公司,口罩,箱,5",
            "1970-01-01,甲公司,口罩,箱,5",
            "2020-01-30,甲公司,口罩,箱,6",
            title="入库",
        )
        mapping = Mapping(tuple(row for row in confirmed(sheets).rows if row.name != "手套"))
        plan = office.import_(sheets, mapping)
        assert actions(plan.lines) == [
            ("not-recorded", "quantity-missing"),
            ("not-recorded", "unmapped"),
            ("not-recorded", "date-missing"),
            ("not-recorded", "date-outside"),
            ("not-recorded", "date-outside"),
            ("record", None),
        ]
        assert office.stock() == {"口罩": [(6, True)]}

    def test_an_item_registered_in_another_unit(self, office: Office) -> None:
        sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
        (row,) = confirmed(sheets).rows
        office.ledger.write([office.ledger.items.register(row.item.item, zh="别物", unit="H87", by=ROOT)])
        assert actions(office.import_(sheets).lines) == [("not-recorded", "item-differs")]

    def test_a_line_whose_document_was_reversed(self, office: Office) -> None:
        sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
        office.import_(sheets)
        document = office.ledger.index().stock_card(SITE)[-1].document
        content = Document(
            client_id=bytes(32),
            occurred_at=Timestamp(document.occurred_at, document.is_day_only),
            from_=document.from_,
            to=document.to,
            lines=document.lines,
        )
        reversal = office.ledger.stock.reverse(
            document.key,
            Original(Kind.RECEIPT, content),
            keeper=SIGNERS.keeper,
            approver=SIGNERS.approver,
            particulars=Particulars(reason=81),
        )
        office.ledger.write([reversal])
        assert actions(office.import_(sheets).lines) == [("not-recorded", "reversed")]
        assert office.stock() == {}


class TestReceipts:
    def test_come_in_late_held_signed_by_an_approver_and_with_a_body(self, office: Office) -> None:
        header = "捐赠单位,品名,规格,计量单位,数量,批号,生产日期,有效期"
        sheets = office.book("in", header, "甲公司,口罩,50只/盒,盒,20,M-7,2019-12-01,2021-12-01")
        office.import_(sheets)
        index, records = office.ledger.index(), office.ledger.records
        document = index.stock_card(SITE)[-1].document
        (holding,) = index.on_hand(SITE)
        lot = holding.attributes
        assert document.is_late and document.is_day_only
        assert document.approver == SIGNERS.approver.signer.address
        assert (lot.is_own, lot.status, holding.quantity) == (True, 1, 20)
        assert (lot.made, lot.expires, lot.use_until) == (18_231, 18_962, 18_962)
        assert lot.batch != bytes(32)
        assert lot.source == donor_id(records.book_salt(SITE), "甲公司")
        donor = records.get(RecordId("donor", lot.source))
        assert donor is not None and donor.name.zh == "甲公司"
        id_ = RecordId("document", document.key)
        assert records.verify(id_, document.body) is RecordAnswer.MATCHES
        body = records.get(id_)
        assert body is not None
        assert body.body["book"] == {"file": "in.csv", "sheet": "in", "row": 3, "cell": "E3", "part": 1}
        wanted = {
            "party": "甲公司",
            "item": "口罩",
            "specification": "50只/盒",
            "unit": "盒",
            "quantity": "20",
        }
        assert wanted.items() <= body.body["line"].items()

    def test_a_dry_run_and_a_second_run_record_nothing(self, office: Office) -> None:
        sheets = office.book("in", RECEIVED, "甲公司,口罩,箱,20", "甲公司,口罩,箱,20", "乙公司,手套,箱,3")
        dry = office.plan(sheets)
        assert [str(each.action) for each in dry.lines] == ["record"] * 3
        assert office.documents() == 1
        office.import_(sheets)
        assert office.stock() == {"口罩": [(20, True), (20, True)], "手套": [(3, True)]}
        before = dump_digest(office.ledger.index_engine)
        again = office.import_(sheets)
        assert actions(again.lines) == [("recorded", None)] * 3
        office.ledger.index()
        assert dump_digest(office.ledger.index_engine) == before

    def test_an_inserted_row_is_all_that_is_recorded(self, office: Office) -> None:
        office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,20"))
        plan = office.import_(office.book("in", RECEIVED, "丙公司,酒精,箱,2", "甲公司,口罩,箱,20"))
        assert actions(plan.lines) == [("record", None), ("recorded", None)]

    def test_a_corrected_quantity_is_for_a_person_to_decide(self, office: Office) -> None:
        office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,20"))
        plan = office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,25"))
        assert actions(plan.lines) == [("not-recorded", "quantity-differs")]
        assert office.stock() == {"口罩": [(20, True)]}

    def test_a_copy_of_a_book_is_the_same_book(self, office: Office) -> None:
        first = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
        copy = office.book("copy", RECEIVED, "甲公司,口罩,箱,20")
        for sheets in ([*first, *copy], [*first, *first]):
            plan = office.import_(sheets)
            assert why(plan.lines[1]) == "copy"
        assert office.stock() == {"口罩": [(20, True)]}

    def test_another_book_of_the_day_is_another_book(self, office: Office) -> None:
        office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,20"))
        plan = office.import_(office.book("more", RECEIVED, "乙公司,口罩,箱,20", "乙公司,口罩,箱,7"))
        assert actions(plan.lines) == [("record", None)] * 2
        assert office.stock() == {"口罩": [(7, True), (20, True), (20, True)]}


class TestIssues:
    def test_draw_on_the_oldest_first_and_release_only_what_they_draw_on(self, office: Office) -> None:
        old = office.book("old", RECEIVED, "甲公司,口罩,箱,5", title="（2020年1月20日）")
        new = office.book("new", RECEIVED, "乙公司,口罩,箱,8", "乙公司,手套,箱,9")
        out = office.book("out", ISSUED, "一医院,口罩,箱,6")
        plan = office.import_([*new, *old, *out])
        assert [each.quantity for each in plan.lines[-1].drawn] == [5, 1]
        assert len(plan.releases) == 2
        assert office.stock() == {"口罩": [(7, False)], "手套": [(9, True)]}
        kinds = [Kind(entry.document.kind) for entry in office.ledger.index().stock_card(SITE)]
        assert kinds == [Kind.OPENING, *[Kind.RECEIPT] * 3, Kind.RELEASE, Kind.ISSUE]
        assert office.ledger.index().stock_card(SITE)[-1].document.is_late

    def test_a_partly_covered_line_is_recorded_in_part_and_its_rest_later(self, office: Office) -> None:
        received = office.book("in", RECEIVED, "甲公司,口罩,箱,5")
        out = office.book("out", ISSUED, "一医院,口罩,箱,8", "二医院,口罩,箱,1", "二医院,手套,箱,1")
        plan = office.import_([*received, *out])
        assert [(str(each.action), each.quantity, each.rest, why(each)) for each in plan.lines[1:]] == [
            ("record-part", 5, 3, "used-up"),
            ("not-covered", 0, 1, "used-up"),
            ("not-covered", 0, 1, "never-received"),
        ]
        before = office.documents()
        assert [str(each.action) for each in office.import_(out).lines] == ["not-covered"] * 3
        assert office.documents() == before

        more = office.book("more", RECEIVED, "乙公司,口罩,箱,4", title="（2020年2月20日）")
        plan = office.import_([*more, *out])
        assert [(str(each.action), each.part, each.quantity) for each in plan.lines[1:3]] == [
            ("record", 2, 3),
            ("record", 1, 1),
        ]
        compared = reconcile(office.ledger, [*received, *more, *out], confirmed(out), SITE)
        assert [str(each.status) for each in compared] == ["matched"] * 4 + ["missing-on-chain"]
        assert [len(each.entries) for each in compared[2:4]] == [2, 1]

    def test_earmarked_goods_go_to_their_consignee_alone(self, office: Office) -> None:
        received = office.book("in", RECEIVED, "甲公司,口罩(定向捐赠武汉市肺科医院),箱,5", "乙公司,口罩,箱,2")
        out = office.book("out", ISSUED, "一医院,口罩,箱,4", "武汉市肺科医院,口罩,箱,4")
        plan = office.import_([*received, *out])
        assert [(each.quantity, why(each)) for each in plan.lines[2:]] == [(2, "not-available"), (4, None)]
        # Once more in another run, when the lot is free: still nobody else's.
        other = office.book("other", ISSUED, "三医院,口罩,箱,1")
        assert actions(office.import_(other).lines) == [("not-covered", "not-available")]

    def test_suspected_goods_stay_held(self, office: Office) -> None:
        received = office.book("in", RECEIVED, "甲公司,口罩,箱,20", "甲公司,口罩,箱,20", "甲公司,口罩,箱,20")
        out = office.book("out", ISSUED, "一医院,口罩,箱,50")
        plan = office.import_([*received, *out])
        assert [each.kept for each in plan.lines] == [(), ("repeated",), ("repeated",), ()]
        assert (plan.lines[-1].quantity, why(plan.lines[-1])) == (20, "not-available")
        assert office.stock() == {"口罩": [(20, True), (20, True)]}
        assert [str(each.action) for each in office.import_(out).lines] == ["not-covered"]

    def test_goods_of_two_notices_stay_held_though_imported_days_apart(self, office: Office) -> None:
        names = "榄菊松木清香洁厕宝", "榄菊50g松木清香洁厕宝"
        title = "（2020年1月29日）"
        office.import_(office.book("first", RECEIVED, f"甲公司,{names[0]},箱,241", title=title))
        plan = office.import_(office.book("second", RECEIVED, f"甲公司,{names[1]},箱,241"))
        assert [each.kept for each in plan.lines] == [("next-day",)]

    def test_goods_held_by_somebody_else_are_not_released(self, office: Office) -> None:
        office.import_(office.book("in", RECEIVED, "甲公司,口罩,箱,20"))
        (holding,) = office.ledger.index().on_hand(SITE)
        hold = office.ledger.stock.hold(
            SITE, [holding.lot], approver=SIGNERS.approver, particulars=Particulars(reason=13)
        )
        office.ledger.write([hold])
        out = office.book("out", ISSUED, "一医院,口罩,箱,5")
        assert actions(office.import_(out).lines) == [("not-covered", "not-available")]

    def test_goods_expired_on_the_day_are_not_drawn_on(self, office: Office) -> None:
        received = office.book("in", f"{RECEIVED},有效期", "甲公司,口罩,箱,20,2020-01-29")
        out = office.book("out", ISSUED, "一医院,口罩,箱,5")
        plan = office.import_([*received, *out])
        assert actions(plan.lines) == [("record", None), ("not-covered", "not-available")]

    def test_a_registered_consignee_is_found_by_name_and_others_are_registered(self, office: Office) -> None:
        known = consignee_id("local", "FIRST")
        register = office.ledger.consignees.register
        office.ledger.write([register(known, DivisionId(420106), zh="一医院", by=ROOT)])
        received = office.book("in", RECEIVED, "甲公司,口罩,箱,20")
        out = office.book("out", ISSUED, "一医院,口罩,箱,5", "二医院,口罩,箱,5", "二医院,口罩,箱,6")
        office.import_([*received, *out])
        card = office.ledger.index().stock_card(SITE)
        one, two, three = (each.document.to for each in card if each.document.kind == Kind.ISSUE)
        assert (one, two) == (known, three)
        assert office.ledger.index().consignees().keys() == {known, two}


class TestInterrupted:
    @pytest.mark.parametrize("wave", ["items and consignees", "receipts", "releases", "issues"])
    def test_goes_on_where_it_was(self, office: Office, monkeypatch: pytest.MonkeyPatch, wave: str) -> None:
        monkeypatch.setattr("ledger_client.books._import.BATCH", 2)
        received = office.book("in", RECEIVED, *(f"甲公司,口罩,箱,{n}" for n in range(1, 6)))
        out = office.book("out", ISSUED, *(f"{n}医院,口罩,箱,{n}" for n in (2, 3, 4)))
        sheets = [*received, *out]

        def interrupt(en: str, zh: str, done: int, total: int) -> None:
            if en == wave and done:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_book(office.ledger, sheets, confirmed(sheets), SITE, SIGNERS, interrupt)
        office.import_(sheets)
        compared = reconcile(office.ledger, sheets, confirmed(sheets), SITE)
        assert [(str(each.status), len(each.entries)) for each in compared] == [("matched", 1)] * 8
        kinds = [each.document.kind for each in office.ledger.index().stock_card(SITE)]
        assert (kinds.count(Kind.RECEIPT), kinds.count(Kind.ISSUE)) == (5, 3)
        assert sum(quantity for quantity, _ in office.stock()["口罩"]) == 15 - 9
        again = office.import_(sheets)
        assert {each.action for each in again.lines} == {Action.RECORDED}
