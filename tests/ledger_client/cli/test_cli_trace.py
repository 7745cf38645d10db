"""Every command of `shecang trace`, and the report of a recall, on a real ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from office import (
    MASKS,
    OTHER_SITE,
    RICE,
    RICE_BAGS,
    SITE,
    USCC,
    HurriedClock,
    OfficeShell,
    Papers,
    found_city,
)

from ledger_client.cli._sums import origin_sentences
from ledger_client.fold.verdicts import Status
from ledger_client.trace import Edge, EdgeKind, Graph, Node, NodeKind

KEEPER = ("--keeper", "keeper")
APPROVER = ("--approver", "approver")
SIGNED = ("--supplier", USCC, "--supplier-key", "supplier")
MASK = "made=2026-01-01,expires=2096-01-01"


def in_days(days: int) -> str:
    """A day ahead, as it is typed."""
    return (date.today() + timedelta(days)).isoformat()


def receive(shell: OfficeShell, goods: str, *more: str) -> tuple[str, str]:
    """Receive goods; the document and the lot."""
    item = goods.split("=")[0]
    before = {each["lot"]: each["quantity"] for each in shell.lots(SITE, item)}
    answer = shell.ok("stock", "receive", SITE, *KEEPER, "--goods", goods, *more, "--json")
    changed = [each for each in shell.lots(SITE, item) if before.get(each["lot"]) != each["quantity"]]
    return answer.json()["document"], changed[0]["lot"]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeShell]:
    """An office of its own: on which qualification goods come depends on all that there are."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SHECANG_HOME", "SHECANG_LANG"):
            patch.delenv(name, raising=False)
        patch.setenv("SHECANG_PASSPHRASE", "words")
        made = OfficeShell(tmp_path_factory.mktemp("traced") / "home", HurriedClock())
        found_city(made)
        yield made


@pytest.fixture(scope="module")
def qualification(shell: OfficeShell, papers: Papers) -> str:
    """The only qualification there is at first."""
    shell.ok(*papers.issue_words(in_days(365)))
    (row,) = shell.ok("qualification", "list", "--json").lines()
    return str(row["qualification"])


@pytest.fixture(scope="module")
def masks(shell: OfficeShell, qualification: str) -> Iterator[str]:
    """A lot that was received on a qualification, issued, handed over and sent with a shortage."""
    _, lot = receive(shell, f"{MASKS}=100,batch=T-1,{MASK}", *SIGNED)
    line = ("--line", f"{lot}=30:distribution")
    shell.ok("stock", "issue", SITE, USCC, *line, *KEEPER)
    shell.ok(
        *("stock", "hand-over", SITE, OTHER_SITE, "--line", f"{lot}=20", *KEEPER),
        *("--receiver", "other-keeper"),
    )
    dispatched = shell.ok(
        *("stock", "dispatch", SITE, OTHER_SITE, "--line", f"{lot}=10", *KEEPER),
        *("--deadline", in_days(30), "--json"),
    ).json()["document"]
    shell.ok(
        *("stock", "accept", "--consignment", dispatched, "--keeper", "other-keeper"),
        *("--missing", f"{lot}=4:short-delivered"),
    )
    yield lot
    # Other tests of this office count the open consignments.
    shell.ok(
        *("stock", "settle", "--consignment", dispatched, "--approver", "settler"),
        *("--line", f"{lot}=4:lost"),
    )


def dispatch_of(shell: OfficeShell, lot: str) -> str:
    steps = shell.ok("trace", "lot", lot, "--json").json()["steps"]
    return next(str(each["document"]) for each in steps if each["kind"] == "dispatch")


class TestLot:
    def test_forward_back_and_the_sum(self, shell: OfficeShell, masks: str, qualification: str) -> None:
        trace = shell.ok("trace", "lot", masks[:8], "--json").json()
        assert trace["conserved"] is True
        (arrival,) = trace["arrivals"]
        assert (arrival["verdict"], arrival["now"], arrival["quantity"]) == ("valid", "valid", "100")
        assert arrival["qualification"] == qualification
        places = {(each["how"], each["place"]): each["quantity"] for each in trace["places"]}
        assert places["held", SITE] == "40"
        assert places["held", OTHER_SITE] == "26"
        assert places["missing", SITE] == "4"
        assert arrival["source"] == next(
            each["id"].removeprefix("supplier:")
            for each in trace["graph"]["nodes"]
            if each["kind"] == "supplier"
        )
        assert [units for (how, _), units in places.items() if how == "issued"] == ["30"]
        kinds = {each["kind"] for each in trace["graph"]["nodes"]}
        assert {"root", "accreditation", "issuer", "qualification", "supplier", "document"} <= kinds
        (account,) = trace["accounts"].values()
        assert (account["received"], account["held"], account["missing"]) == ("100", "66", "4")

    def test_steps_say_who_signed_as_what(self, shell: OfficeShell, masks: str) -> None:
        steps = shell.ok("trace", "lot", masks, "--json").json()["steps"]
        hand_over = next(each for each in steps if each["kind"] == "hand_over")
        assert [each["role"] for each in hand_over["signed"]] == ["keeper", "keeper"]
        receipt = next(each for each in steps if each["kind"] == "receipt")
        assert [each["role"] for each in receipt["signed"]] == ["keeper", "supplier"]

    def test_a_damaged_key_file_names_nobody(self, shell: OfficeShell, masks: str) -> None:
        damaged = shell.home / "keys" / "damaged.json"
        damaged.write_text("{}", encoding="utf-8")
        try:
            assert "keeper other-keeper" in " ".join(shell.ok("trace", "lot", masks).out.split())
        finally:
            damaged.unlink()

    def test_for_people_in_both_languages(self, shell: OfficeShell, masks: str) -> None:
        english = shell.ok("trace", "lot", masks).out
        assert "received 100 = at sites 66 + missing 4 + issued 30" in english
        assert "accredited by the root authority for category" in english
        chinese = shell.run("trace", "lot", masks, language="zh")
        assert chinese.code == 0
        assert "收货 100 = 在库 66 + 缺失 4 + 发放 30" in chinese.out
        assert "截至区块" in chinese.out
        assert "全国主管认可其签发类别" in chinese.out

    def test_pictures(self, shell: OfficeShell, masks: str, tmp_path: Path) -> None:
        dot, svg = tmp_path / "lot.dot", tmp_path / "lot.svg"
        shell.run("trace", "lot", masks, "--dot", str(dot), "--svg", str(svg), language="zh")
        assert dot.read_text(encoding="utf-8").startswith("digraph trace {")
        drawn = svg.read_text(encoding="utf-8")
        texts = ["".join(each.itertext()) for each in ElementTree.fromstring(drawn).iter()]
        assert any("检验院" in each for each in texts)
        assert any("发放 30" in each for each in texts)
        assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")

    def test_a_picture_that_cannot_be_written(self, shell: OfficeShell, masks: str, tmp_path: Path) -> None:
        answer = shell.run("trace", "lot", masks, "--svg", str(tmp_path / "no" / "where.svg"))
        assert answer.code == 3
        assert "where.svg" in answer.err

    def test_a_repack_leads_on(self, shell: OfficeShell) -> None:
        lot = next(str(each["lot"]) for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])
        shell.ok(
            *("stock", "repack", SITE, "--line", f"{lot}=3:unpacked", *KEEPER, *APPROVER),
            *("--into", f"{RICE}=75,made=2026-11-02"),
        )
        trace = shell.ok("trace", "lot", lot, "--json").json()
        assert ("3", "75") in [(each["quantity"], each["into"]) for each in trace["graph"]["edges"]]
        assert "75" in [each["quantity"] for each in trace["places"] if each["item"] == RICE]
        assert trace["conserved"] is True


class _NoNames:
    def of(self, kind: NodeKind, number: int) -> str:
        return ""


def test_what_stands_behind_a_qualification() -> None:
    graph, issuer = Graph(), Node(NodeKind.ISSUER, 0xA11)
    qualification, known, never = (
        graph.add(Node(kind, number, part), status=status)
        for kind, number, part, status in (
            (NodeKind.QUALIFICATION, 0xB22, 0, Status.REVOKED),
            (NodeKind.ACCREDITATION, 0xA11, 7, Status.VALID),
            (NodeKind.ACCREDITATION, 0xA11, 8, Status.UNKNOWN),
        )
    )
    graph.join(Edge(Node(NodeKind.ROOT, 0), known, EdgeKind.ACCREDITS))
    graph.join(Edge(known, issuer, EdgeKind.ACCREDITS))
    graph.join(Edge(never, issuer, EdgeKind.ACCREDITS))
    graph.join(Edge(issuer, qualification, EdgeKind.QUALIFIES))
    assert list(origin_sentences(graph, _NoNames())) == [  # type: ignore[arg-type]
        "qualification 00000000: revoked; issued by 00000000…; "
        "accredited by the root authority for category 7: valid; never accredited for category 8"
    ]


class TestRadius:
    def test_of_a_revoked_qualification(self, shell: OfficeShell, papers: Papers) -> None:
        before = {each["qualification"] for each in shell.ok("qualification", "list", "--json").lines()}
        # The best grade counts, so that the goods come on this one.
        shell.ok(*("A" if word == "B" else word for word in papers.issue_words(in_days(90))))
        now = {each["qualification"] for each in shell.ok("qualification", "list", "--json").lines()}
        (own,) = now - before
        _, lot = receive(shell, f"{MASKS}=50,batch=T-2,{MASK}", *SIGNED)
        shell.ok("stock", "issue", SITE, USCC, "--line", f"{lot}=15:distribution", *KEEPER)
        shell.ok("qualification", "revoke", own, "--reason", "certificate-invalid", "--by", "issuer")
        radius = shell.ok("trace", "qualification", own[:8], "--json").json()
        assert radius["status"]["status"] == "revoked"
        assert radius["status"]["since"] <= radius["status"]["recorded"]
        assert [each["lot"] for each in radius["lots"]] == [lot]
        assert [(each["verdict"], each["quantity"]) for each in radius["arrivals"]] == [("valid", "50")]
        places = {each["how"]: each["quantity"] for each in radius["places"]}
        assert places == {"held": "35", "issued": "15"}
        said = shell.ok("trace", "qualification", own).out
        assert "the qualification is revoked, certificate invalid, since 20" in said

    def test_of_a_supplier_with_what_is_held(self, shell: OfficeShell, masks: str) -> None:
        _, held = receive(shell, f"{RICE}=8,batch=T-3", "--supplier", USCC)
        radius = shell.ok("trace", "supplier", USCC, "--json").json()
        lots = {each["lot"]: each for each in radius["lots"]}
        assert {masks, held} <= lots.keys()
        assert lots[held]["status"] == "held"
        unqualified = [each for each in radius["arrivals"] if each["lot"] == held]
        assert [(each["verdict"], each["now"]) for each in unqualified] == [("not_needed", None)]

    def test_of_an_issuer(self, shell: OfficeShell, masks: str) -> None:
        radius = shell.ok("trace", "issuer", USCC, "--json").json()
        assert masks in [each["lot"] for each in radius["lots"]]
        assert RICE not in [each["item"] for each in radius["lots"]]

    def test_of_a_key(self, shell: OfficeShell, masks: str) -> None:
        radius = shell.ok("trace", "key", "other-keeper", "--json").json()
        assert radius["since"] is None
        kinds = [each["kind"] for each in radius["documents"]]
        assert {"opening", "hand_over", "acceptance"} <= set(kinds)
        assert masks in [each["lot"] for each in radius["lots"]]
        moved = [line for each in radius["documents"] for line in each["lines"] if line["lot"] == masks]
        assert [each["quantity"] for each in moved][:2] == ["20", "6"]
        address = json.loads(shell.ok("keys", "show", "other-keeper", "--json").out)["address"]
        assert shell.ok("trace", "key", address, "--json").json()["documents"] == radius["documents"]
        later = shell.ok("trace", "key", "other-keeper", "--since", "2095-01-01", "--json").json()
        assert later["documents"] == []

    def test_of_a_key_since_it_is_claimed_to_be_in_foreign_hands(self, shell: OfficeShell) -> None:
        shell.ok("keys", "new", "thief", "--demo")
        shell.ok("role", "grant", "thief", "keeper", "420106001001", "--by", "district")
        lot = next(str(each["lot"]) for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])
        issued = shell.ok(
            *("stock", "issue", SITE, USCC, "--line", f"{lot}=1:distribution", "--keeper", "thief", "--json")
        )
        shell.ok(
            *("role", "revoke", "thief", "keeper", "420106001001", "--by", "district"),
            *("--reason", "key-compromised", "--compromised-since", "2026-01-01"),
        )
        radius = shell.ok("trace", "key", "thief", "--json").json()
        assert radius["since"].startswith("2026-01-01")
        assert [each["document"] for each in radius["documents"]] == [issued.json()["document"]]
        assert "what it signed and gave since 2026-01-01" in shell.ok("trace", "key", "thief").out

    def test_of_a_key_with_what_it_gave(self, shell: OfficeShell, qualification: str) -> None:
        shell.ok("keys", "new", "deputy", "--demo")
        shell.ok("role", "grant", "deputy", "keeper", "420106001001", "--by", "district")
        lot = next(str(each["lot"]) for each in shell.lots(SITE, RICE_BAGS) if not each["marks"])
        issued = shell.ok(
            *("stock", "issue", SITE, USCC, "--line", f"{lot}=1:distribution", "--keeper", "deputy", "--json")
        ).json()["document"]
        radius = shell.ok("trace", "key", "district", "--json").json()
        deputy = json.loads(shell.ok("keys", "show", "deputy", "--json").out)["address"]
        (grant,) = [each for each in radius["granted"] if each["holder"] == deputy]
        assert (grant["role"], grant["division"], grant["until"]) == ("keeper", "420106001001", None)
        assert [each["role"] for each in grant["signed"]] == ["authority"]
        assert issued in [each["document"] for each in radius["following"]]
        assert [each["lines"] for each in radius["following"] if each["document"] == issued] == [
            [{"lot": lot, "quantity": "1"}]
        ]
        said = shell.ok("trace", "key", "district").out
        assert "grants that it made, and those made by these" in said
        assert "documents that hang on these" in said
        said = shell.run("trace", "key", "district", language="zh").out
        assert "由其授予及逐级再授予的权限" in said
        assert "依赖上述权限与登记的单据" in said
        radius = shell.ok("trace", "key", "issuer", "--json").json()
        (entry,) = [each for each in radius["registered"] if each["qualification"] == qualification]
        assert (entry["kind"], entry["signed"][0]["role"]) == ("issued", "issuer")
        assert "entries recorded by it and by those" in shell.ok("trace", "key", "issuer").out
        radius = shell.ok("trace", "key", "root", "--json").json()
        assert [each["category"] for each in radius["registered"] if each["issuer"]] != []

    def test_of_a_document(self, shell: OfficeShell, masks: str) -> None:
        key = dispatch_of(shell, masks)
        radius = shell.ok("trace", "document", key[:10], "--json").json()
        assert [each["lot"] for each in radius["lots"]] == [masks]
        assert shell.ok("trace", "document", key).out.count("dispatch") >= 1


class TestResponsibility:
    def test_of_a_shortage(self, shell: OfficeShell, masks: str) -> None:
        (lack,) = shell.ok("trace", "shortage", dispatch_of(shell, masks), "--json").lines()
        assert (lack["lot"], lack["quantity"]) == (masks, "4")
        assert lack["certified"]["kind"] == "receipt"
        assert lack["shown"]["kind"] == "acceptance"
        assert [each["kind"] for each in lack["custody"]] == [
            *("receipt", "issue", "hand_over", "dispatch", "acceptance")
        ]
        assert [each["role"] for each in lack["last"]["signed"]] == ["keeper"]
        said = shell.ok("trace", "shortage", dispatch_of(shell, masks)).out
        assert "4 lacking" in said
        assert "it can have happened between 20" in said

    def test_of_a_difference(self, shell: OfficeShell) -> None:
        _, lot = receive(shell, f"{RICE_BAGS}=9,batch=T-4", "--supplier", USCC)
        entry = shell.entries(SITE)
        counted = shell.ok(
            *("stock", "count", SITE, *KEEPER, "--second", "other-keeper", "--entry", str(entry)),
            *("--line", f"{lot}=7:unexplained", "--json"),
        ).json()["document"]
        (lack,) = shell.ok("trace", "difference", counted, "--json").lines()
        assert (lack["quantity"], lack["certified"]) == ("2", None)
        assert [each["kind"] for each in lack["custody"]] == ["receipt", "count"]
        assert "nobody beside the keeper certified all of it" in shell.ok("trace", "difference", counted).out
        again = shell.ok(
            *("stock", "count", SITE, *KEEPER, "--second", "other-keeper"),
            *("--entry", str(shell.entries(SITE)), "--line", f"{lot}=6:unexplained", "--json"),
        ).json()["document"]
        late = shell.ok(
            *("stock", "write-off", SITE, "--line", f"{lot}=1:damaged", *KEEPER, "--json"),
            *("--occurred", "2026-01-02", *APPROVER),
        ).json()["document"]
        (lack,) = shell.ok("trace", "difference", counted, "--json").lines()
        (told,) = [each for each in lack["told_later"] if each["late"]]
        assert (told["document"], told["delta"]) == (late, "-1")
        assert told["occurred"].startswith("2026-01-02")
        assert "said to have occurred before the counting" in shell.ok("trace", "difference", counted).out
        chinese = shell.run("trace", "difference", counted, language="zh")
        assert (chinese.code, "所述发生时间早于盘点" in chinese.out) == (0, True)
        (lack,) = shell.ok("trace", "difference", again, "--json").lines()
        assert (lack["quantity"], lack["certified"]["document"]) == ("1", counted)

    def test_nothing_lacks(self, shell: OfficeShell, masks: str) -> None:
        dispatched = shell.ok(
            *("stock", "dispatch", SITE, OTHER_SITE, "--line", f"{masks}=1", *KEEPER),
            *("--deadline", in_days(30), "--json"),
        ).json()["document"]
        shell.ok("stock", "accept", "--consignment", dispatched, "--keeper", "other-keeper")
        assert "nothing lacks" in shell.ok("trace", "shortage", dispatched).out


class TestRecall:
    def test_names_the_batch_and_whom_to_tell(self, shell: OfficeShell) -> None:
        lot, other, third = (
            receive(shell, f"{RICE_BAGS}={units},batch=T-5", "--supplier", USCC)[1] for units in (5, 6, 7)
        )
        at_site = ("--site", SITE, "--by", "approver", "--reason", "papers-completed")
        shell.ok("lot", "release", lot, other, third, *at_site)
        shell.ok("stock", "issue", SITE, USCC, "--line", f"{other}=2:distribution", *KEEPER)
        words = ("--reason", "recalled-by-maker", "--by", "root")
        answer = shell.ok("lot", "recall", lot, "--only", *words, "--json")
        document, report = answer.lines()
        assert len(document["document"]) == 62
        assert "1 lot of the batch" in answer.err
        assert report["left_out"] == sorted([other, third])
        listed = {each["lot"]: (each["listed"], each["status"]) for each in report["lots"]}
        # What is recalled by now is shown so.
        assert listed == {lot: (True, 2), other: (False, 0), third: (False, 0)}
        told = sorted((each["lot"], each["kind"], each["how"], each["quantity"]) for each in report["tell"])
        assert told == sorted(
            [
                (lot, "site", "held", "5"),
                (other, "site", "held", "4"),
                (other, "consignee", "issued", "2"),
                (third, "site", "held", "7"),
            ]
        )
        said = shell.run("lot", "recall", other, "--only", *words, language="zh")
        assert (said.code, "同批中有 1 个批次未列入" in said.err, "应通知" in said.out) == (0, True, True)
        said = shell.ok("lot", "recall", third, "--only", *words)
        assert "may still be issued" not in said.err
        assert "医院" in said.out


class TestBadInput:
    @pytest.mark.parametrize("what", ["lot", "qualification", "document", "shortage", "difference"])
    def test_what_nobody_knows(self, shell: OfficeShell, what: str) -> None:
        answer = shell.run("trace", what, "0123456789")
        assert answer.code == 2
        assert "begins with 0123456789" in answer.err
        assert "0123456789 开头" in shell.run("trace", what, "0123456789", language="zh").err

    def test_too_few_digits(self, shell: OfficeShell) -> None:
        answer = shell.run("trace", "lot", "012")
        assert answer.code == 2
        assert "at least the first 8" in answer.err

    def test_an_unregistered_supplier_and_issuer(self, shell: OfficeShell) -> None:
        for what in ("supplier", "issuer"):
            answer = shell.run("trace", what, "91420100MA4KX5XK42")
            assert answer.code == 1
            assert "is not registered" in answer.err

    def test_a_key_that_is_none(self, shell: OfficeShell) -> None:
        assert shell.run("trace", "key", "nobody").code == 2
        assert shell.run("trace", "key", "0x12").code == 2
        # It stands where nobody signed, and is nobody's.
        nobody = shell.ok("trace", "key", "0x" + "0" * 40, "--json").json()
        assert [nobody[name] for name in ("documents", "granted", "following", "lots")] == [[], [], [], []]

    def test_a_document_of_another_kind(self, shell: OfficeShell, masks: str) -> None:
        key = dispatch_of(shell, masks)
        answer = shell.run("trace", "difference", key)
        assert answer.code == 2
        assert "is of kind dispatch; name a count" in answer.err
        receipt = shell.ok("trace", "lot", masks, "--json").json()["steps"][0]["document"]
        answer = shell.run("trace", "shortage", receipt, language="zh")
        assert answer.code == 2
        assert "是收货；请填写在途单的发运单据" in answer.err
