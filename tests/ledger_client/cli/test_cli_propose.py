"""`shecang reallocate propose` and `recheck` on a real ledger: planned, anchored, approved, computed anew."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asking_office import ASKING, DAY, FAR, GIVING, GLOVES, MASKS, SOURCE, AskingOffice, in_chinese

from ledger_client.draft_file import KeptDraft, keep_drafts, read_drafts
from ledger_client.home import Home
from ledger_client.identifiers import SiteId, parse_item

PROPOSE = ("reallocate", "propose")
SUBMIT = (*PROPOSE, "--submit", "--keeper", "keeper")


def planned(office: AskingOffice, *more: str) -> dict[str, Any]:
    """The plan as JSON."""
    found: dict[str, Any] = office.shell.ok(*PROPOSE, "--json", *more).json()
    return found


def submitted(office: AskingOffice, *more: str) -> list[str]:
    """Submit a plan and return the keys of its proposals."""
    rows = office.shell.ok(*SUBMIT, "--json", *more).lines()
    return [row["proposal"] for row in rows if "proposal" in row]


def distances(tmp_path: Path, unit: str = "metres", near: int = 850) -> Path:
    """A file of distances."""
    path = tmp_path / f"distances-{unit}-{near}.csv"
    path.write_text(f"from,to,{unit}\n{GIVING},{ASKING},{near}\n{FAR},{ASKING},12400\n")
    return path


class TestPropose:
    def test_refuses(self, asking: AskingOffice, tmp_path: Path) -> None:
        asking.refused(*PROPOSE, "--profile", "fast", says="there is no profile 'fast'", code=2)
        asking.refused(*PROPOSE, "--submit", says="--keeper names a key", code=2)
        wrong = tmp_path / "wrong.csv"
        wrong.write_text("from,to,metres\n420106001001101,1,5\n")
        asking.refused(*PROPOSE, "--distances", str(wrong), says="line 2: '1' is no site", code=2)

    def test_with_nothing_to_do(self, asking: AskingOffice) -> None:
        answer = asking.shell.ok(*SUBMIT)
        assert "proposals shown: 0, open requests looked at: 0" in answer.out
        assert "nothing to propose" in answer.out
        assert not (asking.shell.home / "plans").exists()

    def test_plans_without_recording(self, asking: AskingOffice, tmp_path: Path) -> None:
        request = asking.ask(800)
        plan = planned(asking, "--explain", "-o", str(tmp_path / "plan.json"))
        assert {each["giver"] for each in plan["proposals"]} == {GIVING, FAR}
        assert sum(int(each["quantity"]) for each in plan["proposals"]) == 800
        assert {each["request"] for each in plan["proposals"]} == {request}
        assert plan["flagged"] == [request]
        assert any("nearest of those that may give it" in why for why in plan["proposals"][0]["why"])
        assert asking.shell.ok("reallocate", "list", "--json").out == ""
        head = json.loads((tmp_path / "plan.json").read_text().splitlines()[0])
        assert head["block"]["number"] == plan["block"]
        text = asking.shell.ok(*PROPOSE, "--explain").out
        assert "Flagged: request" in text
        assert "about 300 m" in text
        chinese = in_chinese(asking.shell.run(*PROPOSE, "--explain", language="zh"))
        assert "为保底量的 0%" in chinese
        assert "已标记：申请" in chinese

    def test_tells_emergencies_and_old_figures_from_others(self, asking: AskingOffice) -> None:
        asking.ask(100)
        asking.cycle(ASKING)
        [found] = planned(asking)["proposals"]
        assert (found["emergency"], found["receiver_is_stale"]) == (False, False)
        assert "emergency" not in asking.shell.ok(*PROPOSE).out
        asking.clock.advance(7 * DAY + 60)
        asking.declare("4201")
        [found] = planned(asking)["proposals"]
        assert (found["emergency"], found["receiver_is_stale"]) == (True, True)
        text = " ".join(asking.shell.ok(*PROPOSE).out.split())
        assert "emergency" in text
        assert "(count" in text
        chinese = in_chinese(asking.shell.run(*PROPOSE, language="zh"))
        assert " 是 " in chinese
        assert "盘点" in chinese

    def test_says_what_stays_open(self, asking: AskingOffice) -> None:
        asking.ask(2_000)
        plan = planned(asking)
        [rest] = plan["unfilled"]
        given = sum(int(each["quantity"]) for each in plan["proposals"])
        assert int(rest["quantity"]) == 2_000 - given
        # 700 above the floor of 200; at the far site nine tenths of 500, which leaves more than its floor.
        assert given == 700 + 450
        assert "stay open" in asking.shell.ok(*PROPOSE).out

    def test_of_a_place_shows_what_its_sites_get(self, asking: AskingOffice) -> None:
        asking.ask(100)
        assert planned(asking, "420111")["proposals"] == []
        assert len(planned(asking, ASKING)["proposals"]) == 1
        assert planned(asking, "420111")["anchor"] == planned(asking)["anchor"]

    def test_what_is_submitted_is_approved_as_it_stands_and_proposed_once(self, asking: AskingOffice) -> None:
        asking.ask(800)
        asking.ask(250)
        keys = submitted(asking)
        assert len(keys) >= 2
        assert planned(asking)["proposals"] == []
        assert submitted(asking) == []
        rows = {row["proposal"]: row for row in asking.shell.ok("reallocate", "list", "--json").lines()}
        assert set(rows) == set(keys)
        near = [key for key in keys if rows[key]["giver"] == GIVING]
        far = [key for key in keys if rows[key]["giver"] == FAR]
        asking.shell.ok("reallocate", "approve", *near, "--approver", "street")
        asking.shell.ok("reallocate", "approve", *far, "--approver", "city", "--deadline", asking.day(8))
        for key in keys:
            keeper = "giver" if key in near else "far-keeper"
            how = ("--deadline", asking.day(8)) if key in near else ()
            asking.shell.ok("reallocate", "deliver", key, "--keeper", keeper, *how)
        assert asking.shell.ok("reallocate", "list", "--json").out == ""

    def test_proposals_of_other_keepers_are_left_to_them(self, asking: AskingOffice) -> None:
        asking.ask(100)
        answer = asking.shell.ok(*PROPOSE, "--submit", "--keeper", "far-keeper")
        assert "1 proposals lie between sites of other keepers" in answer.out
        assert asking.shell.ok("reallocate", "list", "--json").out == ""

    def test_the_bound(self, asking: AskingOffice) -> None:
        asking.ask(300)
        answer = asking.shell.ok(*PROPOSE, "--bound")
        try:
            import ortools  # type: ignore[import-not-found, unused-ignore]  # noqa: F401
        except ModuleNotFoundError:
            assert "install OR-Tools" in answer.err
        else:
            assert "the plan fills 100.00%" in answer.out


class TestDrafts:
    @pytest.fixture
    def draft(self, asking: AskingOffice) -> KeptDraft:
        """A draft for gloves of which only the item is open."""
        kept = KeptDraft(
            row_id="ab" * 32,
            list_digest="cd" * 32,
            file="list.json",
            number=3,
            institution="湖北 武汉市 武昌区 东城医院",
            written="手套",
            specification="",
            category=1010102,
            item=None,
            quantity="50",
            site=ASKING,
            consignee=None,
            needed_by=asking.day(10),
            urgency=2,
            reason=110,
            questions=("item",),
        )
        keep_drafts(Home(asking.shell.home).drafts, [kept])
        return kept

    def test_become_requests_for_what_somebody_near_has(self, asking: AskingOffice, draft: KeptDraft) -> None:
        looked = planned(asking)
        assert [each["item"] for each in looked["drafts"]] == [GLOVES]
        assert [each["item"] for each in looked["proposals"]] == [GLOVES]
        assert asking.shell.ok("request", "list", "--json").out == ""
        text = asking.shell.ok(*PROPOSE).out
        assert "Asks for 50 pieces of gloves" in text
        assert "申请手套 50 个" in in_chinese(asking.shell.run(*PROPOSE, language="zh"))

        [proposal] = submitted(asking)
        [row] = asking.shell.ok("request", "list", "--json").lines()
        assert (row["item"], row["asked"], row["site"]) == (GLOVES, "50", ASKING)
        assert read_drafts(Home(asking.shell.home).drafts) == ()
        assert asking.sheet(row["request"])["note"] == "湖北 武汉市 武昌区 东城医院: 手套"
        assert asking.shell.ok("reallocate", "recheck", proposal).code == 0

    def test_without_a_reason_that_is_due_stays_a_draft(self, asking: AskingOffice, draft: KeptDraft) -> None:
        keep_drafts(Home(asking.shell.home).drafts, [replace(draft, reason=0)])
        with asking.ledger() as ledger:
            floors = {parse_item(GLOVES): 5}
            root = asking.party("root", "0")
            ledger.write([ledger.norms.set_floors(SiteId(int(ASKING)), floors, source=SOURCE, by=root)])
        answer = asking.shell.ok(*SUBMIT)
        assert "It stays a draft" in answer.out
        assert len(read_drafts(Home(asking.shell.home).drafts)) == 1
        assert asking.shell.ok("request", "list", "--json").out == ""


class TestRecheck:
    def test_the_same(self, asking: AskingOffice, tmp_path: Path) -> None:
        asking.ask(800)
        file = str(distances(tmp_path))
        keys = submitted(asking, "--distances", file)
        asking.ask(5)
        asking.shell.ok("reallocate", "approve", keys[0], "--approver", "street")
        for key in keys:
            words = ("reallocate", "recheck", key, "--distances", file)
            assert "is the same." in asking.shell.ok(*words).out
            assert asking.shell.ok(*words, "--json").json()["is_same"] is True
            assert "结果一致" in in_chinese(asking.shell.run(*words, language="zh"))

    def test_what_is_not_there(self, asking: AskingOffice, tmp_path: Path) -> None:
        by_hand = asking.propose(asking.ask(100), 50)
        asking.refused("reallocate", "recheck", by_hand, says="names no plan", code=3)
        [key] = submitted(asking, "--distances", str(distances(tmp_path)))
        words = ("reallocate", "recheck", key)
        asking.refused(*words, says="was made with a file of distances", code=3)
        [plan] = (asking.shell.home / "plans").iterdir()
        elsewhere = tmp_path / "elsewhere.json"
        elsewhere.write_bytes(plan.read_bytes())
        plan.unlink()
        asking.refused(*words, says="is not kept here; get the file", code=3)
        given = ("--plan", str(elsewhere), "--distances", str(distances(tmp_path)))
        asking.shell.ok(*words, *given)
        lines = elsewhere.read_bytes().splitlines(keepends=True)
        head = json.loads(lines[0])
        head["block"]["number"] += 1_000
        ahead = tmp_path / "ahead.json"
        ahead.write_bytes(json.dumps(head, sort_keys=True, separators=(",", ":")).encode() + b"\n")
        with ahead.open("ab") as file:
            file.writelines(lines[1:])
        asking.refused(
            *words, "--plan", str(ahead), *given[2:], says="the chain reached here ends before it", code=3
        )

    def test_what_differs(self, asking: AskingOffice, tmp_path: Path) -> None:
        asking.ask(100)
        [key] = submitted(asking, "--distances", str(distances(tmp_path)))
        words = ("reallocate", "recheck", key)
        other = asking.shell.run(*words, "--distances", str(distances(tmp_path, near=50_000)))
        assert other.code == 1
        assert "It was made with other distances than those given." in other.out
        assert "Computed anew" in other.out
        chinese = asking.shell.run(
            *words, "--distances", str(distances(tmp_path, near=50_000)), language="zh"
        )
        assert "所用距离与所给的不同。" in chinese.out

        asking.shell.ok("reallocate", "reject", key, "--reason", "unsuitable", "--approver", "street")
        [second] = submitted(asking, "--distances", str(distances(tmp_path)))
        plans = sorted((asking.shell.home / "plans").iterdir())
        anchor = asking.shell.ok("reallocate", "show", second, "--json").json()["anchor"]
        wrong = next(path for path in plans if path.stem not in anchor)
        mixed = asking.shell.run(
            *("reallocate", "recheck", second, "--plan", str(wrong)),
            *("--distances", str(distances(tmp_path)), "--json"),
        )
        assert mixed.code == 1
        assert mixed.json()["is_anchored"] is False

    def test_a_proposal_that_names_a_plan_it_is_not_in(self, asking: AskingOffice) -> None:
        request = asking.ask(100)
        [key] = submitted(asking)
        sheet = asking.shell.ok("reallocate", "show", key, "--json").json()
        asking.shell.ok("reallocate", "reject", key, "--reason", "unsuitable", "--approver", "street")
        with asking.ledger() as ledger:
            lot = int(asking.shell.lots(FAR, MASKS)[0]["lot"], 16)
            call = ledger.reallocation.propose(
                int(request, 16),
                SiteId(int(FAR)),
                {lot: 100},
                anchor=bytes.fromhex(sheet["anchor"][2:]),
                keeper=asking.party("keeper", "420106001001"),
            )
            ledger.write([call])
        answer = asking.shell.run("reallocate", "recheck", f"{call.key:062x}")
        assert answer.code == 1
        assert "the plan has no proposal like" in answer.out
