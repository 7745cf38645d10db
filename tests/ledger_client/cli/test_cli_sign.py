"""`shecang sign`: a draft goes from signer to signer as a file, and its sender records it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from asking_office import ASKING, FAR, GIVING, HOSPITAL, MASKS, AskingOffice, in_chinese
from office import OfficeShell

from ledger_client.addresses import parse_address
from ledger_client.cli._drafts import open_drafts
from ledger_client.documents import Document, Kind, Timestamp
from ledger_client.drafts import Draft, Part, Seat, read_draft, write_draft
from ledger_client.drafts.store import DraftUnknownError
from ledger_client.home import Home
from ledger_client.identifiers import consignee_id, parse_site
from ledger_client.lines import Line, pack_lines
from ledger_client.records import RecordId
from ledger_client.signers import AbsentSigner, KeyAbsentError
from ledger_client.writing import Party

COMMUNITY, FAR_COMMUNITY = 420106001001, 420111001001


@pytest.fixture
def draft(asking: AskingOffice) -> Draft:
    """A hand-over out of the district, which three keys sign."""
    lot = asking.shell.lots(GIVING, MASKS)[0]
    document = Document(
        client_id=bytes(31) + b"\x01",
        occurred_at=Timestamp(asking.clock.now()),
        from_=int(GIVING),
        to=int(FAR),
        lines=pack_lines(Kind.HAND_OVER, [Line(int(lot["lot"], 16), 20)]),
    )
    with asking.ledger() as ledger:
        return ledger.writer.draft(
            Kind.HAND_OVER,
            document,
            Seat(asking.signer("giver").address, COMMUNITY),
            other=Seat(asking.signer("far-keeper").address, FAR_COMMUNITY),
            approver=Seat(asking.signer("city").address, 4201),
            valid_until=asking.clock.now() + 3_600,
        )


@pytest.fixture
def file(tmp_path: Path, draft: Draft) -> Path:
    """Its file."""
    path = tmp_path / "draft.json"
    write_draft(path, draft)
    return path


def held(office: AskingOffice, site: str) -> int:
    """Masks at a site."""
    return sum(int(each["quantity"]) for each in office.shell.lots(site, MASKS))


def sign(file: Path, key: str, *more: str) -> tuple[str, ...]:
    """The command."""
    return ("sign", str(file), "--key", key, "--yes", *more)


def test_from_signer_to_signer_and_recorded(asking: AskingOffice, file: Path, draft: Draft) -> None:
    first = asking.shell.ok(*sign(file, "city"))
    assert f"signed as approver; {file} waits for the other party now" in first.out
    assert f"hands over to site {FAR}, at once." in first.err
    second = asking.shell.run(*sign(file, "far-keeper"), language="zh")
    assert f"已作为另一方签署；{file} 现待提交人签署" in in_chinese(second)
    before = held(asking, GIVING)
    said = asking.shell.ok(*sign(file, "giver", "--send", "--json")).json()
    assert said["document"] == f"{draft.key:062x}"
    assert (held(asking, GIVING), held(asking, FAR)) == (before - 20, 520)


def test_it_is_recorded_once(asking: AskingOffice, file: Path) -> None:
    asking.shell.ok(*sign(file, "city"))
    asking.shell.ok(*sign(file, "far-keeper"))
    one, two = (asking.shell.ok(*sign(file, "giver", "--send", "--json")).json() for _ in range(2))
    assert one == two
    assert held(asking, FAR) == 520


def test_the_transaction_for_a_server(asking: AskingOffice, file: Path, draft: Draft) -> None:
    asking.shell.ok(*sign(file, "city"))
    asking.shell.ok(*sign(file, "far-keeper"))
    raw = asking.shell.ok(*sign(file, "giver", "--number", "3", "--json")).json()["transaction"]
    giver = asking.signer("giver")
    assert bytes.fromhex(raw[2:]) == giver.sign_transaction(read_draft(file).transaction(3))
    assert held(asking, FAR) == 500
    asking.refused(*sign(file, "giver"), says="--send records it from here", code=2)


def test_without_a_key_it_is_only_shown(asking: AskingOffice, file: Path) -> None:
    before = file.read_bytes()
    shown = asking.shell.ok("sign", str(file))
    assert f"Hand-over: site {GIVING} hands over" in shown.err
    told = asking.shell.ok("sign", str(file), "--json").json()
    assert (told["kind"], set(told["waiting_for"])) == ("hand-over", {"other", "approver"})
    assert file.read_bytes() == before


def test_with_the_trust_file_of_somebody_who_has_no_ledger(
    asking: AskingOffice, file: Path, tmp_path: Path
) -> None:
    """An approver's own machine: keys and a trust file, and neither chain nor records."""
    offer, trust = tmp_path / "offer.json", tmp_path / "trust.json"
    asking.shell.ok("keys", "new", "witness", "--demo")
    said = asking.shell.ok(
        *("trust", "init", "--witness", "witness", "--threshold", "1", "--every", "2", "-o", str(offer))
    )
    fingerprint = said.out.splitlines()[0].removeprefix("fingerprint ")
    asking.shell.ok("trust", "accept", str(offer), "--fingerprint", fingerprint, "-o", str(trust))
    for own in ("deployment.json", "trust.json"):
        (asking.shell.home / own).unlink()
    asking.refused(*sign(file, "city"), says="there is no trust file", code=3)
    asking.shell.ok(*sign(file, "city", "--trust", str(trust)))
    assert len(read_draft(file).consents) == 1


def test_a_link_to_a_draft_signs_what_it_leads_to(asking: AskingOffice, file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    asking.shell.ok(*sign(link, "city"))
    assert link.is_symlink()
    assert len(read_draft(file).consents) == 1


class TestRefused:
    def test_before_the_others_have_signed(self, asking: AskingOffice, file: Path) -> None:
        says = "still waits for the other party and the approver"
        asking.refused(*sign(file, "giver", "--send"), says=says)
        assert held(asking, FAR) == 500

    def test_a_consent_that_came_while_the_other_read(
        self, asking: AskingOffice, file: Path, draft: Draft, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Two signers open one file at once, and neither takes away what the other has signed."""
        consent = asking.signer("far-keeper").sign_digest(draft.consent_digest)

        def meanwhile(yes: bool) -> None:
            assert yes
            write_draft(file, draft.consented(Part.OTHER, consent))

        monkeypatch.setattr("ledger_client.cli.sign.require_agreed", meanwhile)
        asking.shell.ok(*sign(file, "city"))
        assert set(read_draft(file).consents) == {Part.OTHER, Part.APPROVER}

    def test_twice_and_by_somebody_else(self, asking: AskingOffice, file: Path) -> None:
        asking.shell.ok(*sign(file, "city"))
        asking.refused(*sign(file, "city"), says="has signed already; it waits for the other party", code=2)
        asking.refused(*sign(file, "stranger"), says="is none of the signers of draft")

    def test_where_nobody_agrees(self, asking: AskingOffice, file: Path) -> None:
        before = file.read_bytes()
        asking.refused("sign", str(file), "--key", "city", says="nothing was signed: read what", code=2)
        assert file.read_bytes() == before

    def test_another_ledger(self, asking: AskingOffice, file: Path, draft: Draft) -> None:
        write_draft(file, replace(draft, ledger=asking.signer("stranger").address))
        asking.refused(*sign(file, "city"), says="is for another ledger: its address is")

    def test_a_consent_beside_what_it_was_not_for(self, asking: AskingOffice, file: Path) -> None:
        """A server that changes the quantity after everybody has consented."""
        asking.shell.ok(*sign(file, "city"))
        asking.shell.ok(*sign(file, "far-keeper"))
        signed = read_draft(file)
        [lot] = [int(each["lot"], 16) for each in asking.shell.lots(GIVING, MASKS)][:1]
        lines = pack_lines(Kind.HAND_OVER, [Line(lot, 200)])
        write_draft(file, replace(signed, document=replace(signed.document, lines=lines)))
        asking.refused(*sign(file, "giver", "--send"), says="is not a signature by")
        assert held(asking, FAR) == 500

    def test_a_consent_that_is_none_is_not_shown_as_one(
        self, asking: AskingOffice, file: Path, draft: Draft
    ) -> None:
        """A colleague on the way who says that the other keeper has signed already."""
        forged = asking.signer("stranger").sign_digest(draft.consent_digest)
        write_draft(file, replace(draft, consents={Part.OTHER: forged}))
        for words in (("sign", str(file)), sign(file, "city")):
            refused = asking.refused(*words, says="is not a signature by")
            assert "who has signed" not in refused.err

    def test_a_number_that_no_transaction_has(self, asking: AskingOffice, file: Path) -> None:
        asking.shell.ok(*sign(file, "city"))
        asking.shell.ok(*sign(file, "far-keeper"))
        asking.refused(*sign(file, "giver", "--number", str(2**64)), says="--number", code=2)

    def test_a_ledger_that_is_trusted_and_not_this_home_s(
        self, asking: AskingOffice, file: Path, draft: Draft, tmp_path: Path
    ) -> None:
        """What is for one ledger is not sent to another's node, where nobody would refuse it."""
        offer, trust = tmp_path / "offer.json", tmp_path / "trust.json"
        asking.shell.ok("keys", "new", "witness", "--demo")
        asking.shell.ok(
            *("trust", "init", "--witness", "witness", "--threshold", "1", "--every", "2", "-o", str(offer))
        )
        away = replace(draft, ledger=asking.signer("stranger").address)
        own, other = (each.ledger.removeprefix("0x").lower() for each in (draft, away))
        assert own in offer.read_text()
        offer.write_text(offer.read_text().replace(own, other))
        shown = asking.shell.ok("trust", "show", str(offer))
        fingerprint = shown.out.splitlines()[0].removeprefix("fingerprint ")
        asking.shell.ok("trust", "accept", str(offer), "--fingerprint", fingerprint, "-o", str(trust))
        digest = away.consent_digest
        consents = {
            Part.OTHER: asking.signer("far-keeper").sign_digest(digest),
            Part.APPROVER: asking.signer("city").sign_digest(digest),
        }
        write_draft(file, replace(away, consents=consents))
        words = sign(file, "giver", "--trust", str(trust), "--send")
        asking.refused(*words, says="is for another ledger")

    def test_when_its_time_is_over(self, asking: AskingOffice, file: Path, draft: Draft) -> None:
        write_draft(file, replace(draft, valid_until=1))
        asking.refused(*sign(file, "city"), says="which is over; have it prepared anew")

    def test_what_is_no_draft(self, asking: AskingOffice, tmp_path: Path) -> None:
        path = tmp_path / "other.json"
        path.write_text("{}")
        asking.refused(*sign(path, "city"), says="is no draft")
        asking.refused(*sign(tmp_path / "none.json", "city"), says="none.json", code=3)

    def test_what_the_ledger_refuses(self, asking: AskingOffice, file: Path, draft: Draft) -> None:
        """More than there is: everybody agrees, and the contract does not."""
        lot = int(asking.shell.lots(GIVING, MASKS)[0]["lot"], 16)
        lines = pack_lines(Kind.HAND_OVER, [Line(lot, 5_000)])
        write_draft(file, replace(draft, document=replace(draft.document, lines=lines)))
        asking.shell.ok(*sign(file, "city"))
        asking.shell.ok(*sign(file, "far-keeper"))
        asking.refused(*sign(file, "giver", "--send"), says="5000")
        assert held(asking, ASKING) == 0


class TestDrafted:
    """What ordinary commands make of signers whose keys are elsewhere."""

    @pytest.fixture
    def approver(self, asking: AskingOffice, tmp_path: Path) -> str:
        """The address of the city's approver, whose key file is on a machine of its own."""
        address = asking.signer("city").address
        (asking.shell.home / "keys" / "city.json").rename(tmp_path / "city.json")
        return address

    def hand_over(self, office: AskingOffice, approver: str, *more: str) -> tuple[str, ...]:
        """The command."""
        lot = office.shell.lots(GIVING, MASKS)[0]["lot"]
        parties = ("--keeper", "giver", "--receiver", "far-keeper", "--approver", approver)
        return ("stock", "hand-over", GIVING, FAR, "--line", f"{lot}=20", *parties, *more)

    def elsewhere(self, office: AskingOffice, tmp_path: Path, file: str) -> None:
        """Sign on the approver's own machine, which has a trust file and one key."""
        office.shell.ok("keys", "new", "witness", "--demo")
        offer = tmp_path / "offer.json"
        said = office.shell.ok(
            *("trust", "init", "--witness", "witness", "--threshold", "1", "--every", "2", "-o", str(offer))
        )
        fingerprint = said.out.splitlines()[0].removeprefix("fingerprint ")
        alone = OfficeShell(tmp_path / "approver")
        (alone.home / "keys").mkdir(parents=True)
        (tmp_path / "city.json").rename(alone.home / "keys" / "city.json")
        trust = str(alone.home / "trust.json")
        alone.ok("trust", "accept", str(offer), "--fingerprint", fingerprint, "-o", trust)
        alone.ok("sign", file, "--key", "city", "--yes")

    def test_drafted_signed_elsewhere_and_sent_with_its_note(
        self, asking: AskingOffice, approver: str, tmp_path: Path
    ) -> None:
        said = asking.shell.ok(
            *self.hand_over(asking, approver, "--note", "at the east gate", "--json")
        ).json()
        assert said["waiting_for"] == {"approver": approver}
        assert said["valid_until"] == asking.clock.now() + 7 * 86_400
        assert held(asking, FAR) == 500
        asking.refused("sign", said["file"], "--key", "giver", "--yes", "--send", says="still waits for")
        self.elsewhere(asking, tmp_path, said["file"])
        recorded = asking.shell.ok("sign", said["file"], "--key", "giver", "--yes", "--send", "--json").json()
        assert recorded["document"] == said["draft"]
        assert held(asking, FAR) == 520
        with asking.ledger() as ledger:
            record = ledger.records.get(RecordId("document", int(said["draft"], 16)))
        assert record is not None
        assert record.body == {"note": "at the east gate"}

    def test_what_it_says(self, asking: AskingOffice, approver: str) -> None:
        said = asking.shell.ok(*self.hand_over(asking, approver)).out
        assert f"waits for the approver {approver}, then for the sender; pass " in said
        shown = asking.shell.ok("sign", str(next((asking.shell.home / "unsigned").iterdir()))).err
        assert f"  item {MASKS}, lot " in shown
        assert ", use by 2026-11-20: 20" in shown
        chinese = in_chinese(asking.shell.run(*self.hand_over(asking, approver), language="zh"))
        assert f"待审批人 {approver}，其后由提交人签署" in chinese

    def test_the_sender_elsewhere(self, asking: AskingOffice) -> None:
        address = asking.signer("giver").address
        lot = asking.shell.lots(GIVING, MASKS)[0]["lot"]
        words = ("stock", "issue", GIVING, HOSPITAL, "--line", f"{lot}=20", "--keeper", address)
        said = asking.shell.ok(*words, "--json").json()
        assert said["waiting_for"] == {"sender": address}
        asking.shell.ok("sign", said["file"], "--key", "giver", "--yes", "--send")
        assert sum(int(each["quantity"]) for each in asking.shell.lots(GIVING, MASKS)) == 880

    def test_what_waits_is_listed(self, asking: AskingOffice, approver: str, tmp_path: Path) -> None:
        assert "nothing yet" in asking.shell.ok("sign").out
        said = asking.shell.ok(*self.hand_over(asking, approver), "--json").json()
        [row] = asking.shell.ok("sign", "--json").lines()
        assert (row["draft"], row["waits_for"], row["file"]) == (said["draft"], ["approver"], said["file"])
        self.elsewhere(asking, tmp_path, said["file"])
        [row] = asking.shell.ok("sign", "--json").lines()
        assert row["waits_for"] == ["sender"]
        shown = asking.shell.run("sign", language="zh")
        assert "交接" in in_chinese(shown)
        asking.shell.ok("sign", said["file"], "--key", "giver", "--yes", "--send")
        assert asking.shell.ok("sign", "--json").lines() == []

    def test_what_is_written_at_once_waits_for_nobody_and_leaves_nobody_out(
        self, asking: AskingOffice, approver: str
    ) -> None:
        """As the import of a book does; the contract does not miss a consent that it does not need."""
        absent = Party(AbsentSigner(parse_address(approver)), 4201)
        keeper = Party(asking.signer("giver"), COMMUNITY)
        lot = int(asking.shell.lots(GIVING, MASKS)[0]["lot"], 16)
        hospital = consignee_id("local", HOSPITAL.removeprefix("local:"))
        with asking.ledger() as ledger:
            call = ledger.stock.issue(
                parse_site(GIVING), hospital, [Line(lot, 20)], keeper=keeper, approver=absent
            )
            with pytest.raises(KeyAbsentError, match=approver):
                ledger.write([call])
        assert sum(int(each["quantity"]) for each in asking.shell.lots(GIVING, MASKS)) == 900

    def test_a_file_that_comes_back_with_something_else_in_it(
        self, asking: AskingOffice, approver: str
    ) -> None:
        """What waits, and for whom, is not what somebody on the way says."""
        said = asking.shell.ok(*self.hand_over(asking, approver), "--json").json()
        path = Path(said["file"])
        own = read_draft(path)
        forged = asking.signer("stranger").sign_digest(own.consent_digest)
        for altered in (
            replace(own, consents={**own.consents, Part.APPROVER: forged}),
            replace(own, kind=Kind.DISPATCH, consents={**own.consents, Part.APPROVER: forged}),
        ):
            write_draft(path, altered)
            [row] = asking.shell.ok("sign", "--json").lines()
            assert (row["kind"], row["waits_for"]) == ("hand-over", ["approver"])

    def test_killed_before_the_file_was_written(self, asking: AskingOffice, approver: str) -> None:
        said = asking.shell.ok(*self.hand_over(asking, approver), "--json").json()
        content = Path(said["file"]).read_bytes()
        Path(said["file"]).unlink()
        [row] = asking.shell.ok("sign", "--json").lines()
        assert Path(row["file"]).read_bytes() == content

    def test_what_nobody_signed_in_its_time_is_forgotten_with_its_note(
        self, asking: AskingOffice, approver: str
    ) -> None:
        said = asking.shell.ok(*self.hand_over(asking, approver, "--note", "for Li", "--json")).json()
        asking.clock.advance(8 * 86_400)
        assert asking.shell.ok("sign", "--json").lines() == []
        with open_drafts(Home(asking.shell.home)) as drafts, pytest.raises(DraftUnknownError):
            drafts.get(int(said["draft"], 16))

    def test_no_address(self, asking: AskingOffice) -> None:
        asking.refused(*self.hand_over(asking, "0x12"), says="'0x12' is no address", code=2)
