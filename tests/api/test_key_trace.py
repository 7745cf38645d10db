"""`GET /v1/traces/keys/…`: what a key signed and gave, to each reader as far as it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from asking_city import Asking
from served import assert_problem, copy_of, iso
from several_readers import PUBLIC, Caller, several_readers

from api.reading import Reading
from api.routes import _traces, key_traces
from ledger_client.addresses import ZERO_ADDRESS, Address
from ledger_client.demo.cast import (
    CITY,
    COUNTRY,
    EAST,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    NORTH,
    WEST,
    WEST_DISTRICT,
    at,
    id_of,
)
from ledger_client.digests import document_key, grant_key
from ledger_client.embedded import ManualClock
from ledger_client.keystores import create_keystore
from ledger_client.ledger import Ledger
from ledger_client.node import NodeUnreachableError
from ledger_client.reasons import reason_named
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.trace import Radius, TraceReader, of_key, registrations
from ledger_client.writing import Party

STOLEN = at(3)
"""Since when the keeper of the east is said to have lost its key."""

DISPATCH = f"{document_key(EAST_GOVERNMENT, id_of('dispatch')):062x}"


@dataclass(frozen=True, slots=True)
class World:
    """The city after the city's authority made a keeper, and the root took a key and replaced another one.

    Attributes:
        readers: By division.
        keys: Addresses by the names of the demo keys.
        radii: What `shecang trace key` follows, by name of the key.
    """

    readers: dict[int, Caller]
    keys: dict[str, Address]
    radii: dict[str, Radius]

    def got(self, division: int, key: str, **query: str) -> dict[str, Any]:
        answer = self.readers[division].get(f"/v1/traces/keys/{self.keys[key]}", params=query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def world(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = copy_of(asking.home, tmp_path_factory.mktemp("keys") / "home")
    for name in ("keeper-new", "keeper-spare"):
        create_keystore(home.keys / f"{name}.json", "", demo=True)
    signers = {each.stem: KeystoreSigner.open(each, "") for each in sorted(home.keys.iterdir())}
    clock = ManualClock(asking.at + 60)
    with Ledger.open(home, clock=clock) as ledger:
        roles, new = ledger.roles, signers["keeper-new"]
        consent = roles.class_consent(new, Role.KEEPER)
        authority = Party(signers["city-authority"], CITY)
        ledger.write([roles.grant(new.address, Role.KEEPER, EAST, consent=consent, by=authority)])
        ledger.write(
            [
                roles.revoke(
                    signers["keeper-east"].address,
                    Role.KEEPER,
                    EAST,
                    reason=reason_named("key-compromised").code,
                    compromised_since=STOLEN,
                    by=Party(signers["root"], COUNTRY),
                )
            ]
        )
        spare = signers["keeper-spare"]
        replaced = roles.propose_replacement(
            signers["keeper-west"].address,
            spare.address,
            [(WEST, 0)],
            consent=roles.class_consent(spare, Role.KEEPER),
            by=Party(signers["root"], COUNTRY),
        )
        ledger.write([replaced])
        position = ledger.index().position()
        reader = TraceReader(ledger.index_engine)
        radii = {
            name: of_key(
                reader,
                each.address,
                asking.at,
                None,
                registrations(ledger.chain, ledger.deployment, 0, position.number),
            )
            for name, each in signers.items()
        }
    addresses = {name: each.address for name, each in signers.items()}
    with several_readers(
        home, COUNTRY, EAST_DISTRICT, WEST_DISTRICT, NORTH, block=position.number
    ) as readers:
        yield World(readers, addresses, radii)


NAMES = ("root", "bureau", "city-authority", "keeper-east", "keeper-new", "sound-supplies", "auditor-east")


class TestWhole:
    """To whoever reads the whole country: what the command says."""

    @pytest.mark.parametrize("name", NAMES)
    def test_as_the_command(self, world: World, name: str) -> None:
        told, radius = world.got(COUNTRY, name), world.radii[name]
        assert (told["subject"], told["id"]) == ("key", world.keys[name])
        assert told["since"] == (iso(radius.since) if radius.since else None)
        for field, documents in (("signed", radius.documents), ("following", radius.following)):
            assert [each["key"] for each in told[field]] == [f"{each.key:062x}" for each in documents]
            for each in told[field]:
                said = {
                    (f"{step.lot:040x}", str(step.quantity))
                    for step in radius.steps
                    if f"{step.document.key:062x}" == each["key"]
                }
                assert {(line["lot"], line["quantity"]) for line in each["lines"]} == said
        assert [(each["grant"], each["by"]["address"], each["until"]) for each in told["granted"]] == [
            (each.key.hex(), each.by.address, iso(each.until) if each.until else None)
            for each in radius.given.grants
        ]
        assert [
            (each["kind"], each["qualification"] or each["issuer"], each["category"], each["by"]["role"])
            for each in told["registered"]
        ] == [
            (
                each.kind.name.lower(),
                f"{each.subject.number:040x}",
                each.subject.part or None,
                each.by.role and each.by.role.name.lower(),
            )
            for each in radius.given.entries
        ]
        assert {each["lot"]["lot"] for each in told["accounts"]} == {
            f"{each.lot:040x}" for each in radius.lots
        }
        assert told["is_conserved"] is radius.is_conserved is True

    def test_what_the_city_tells(self, world: World) -> None:
        root, bureau = world.got(COUNTRY, "root"), world.got(COUNTRY, "bureau")
        assert len(root["granted"]) > 10
        assert {each["kind"] for each in bureau["registered"]} == {"issued"}
        assert {each["kind"] for each in bureau["following"]} == {"receipt"}
        [made] = world.got(COUNTRY, "city-authority")["granted"]
        key = grant_key(world.keys["keeper-new"], Role.KEEPER, EAST)
        assert (made["grant"], made["division"], made["granted_at"]) == (key.hex(), str(EAST), str(CITY))
        auditor = world.got(COUNTRY, "auditor-east")
        assert not any(auditor[name] for name in ("signed", "granted", "registered", "following", "entries"))

    def test_since_when(self, world: World) -> None:
        claimed = world.got(COUNTRY, "keeper-east")
        assert claimed["since"] == claimed["claimed_since"] == iso(STOLEN)
        assert "opening" not in {each["kind"] for each in claimed["signed"]}
        every = world.got(COUNTRY, "keeper-east", since="1970-01-01T00:00:00Z")
        assert (every["since"], every["claimed_since"]) == (None, iso(STOLEN))
        assert [each["kind"] for each in every["signed"][:2]] == ["opening", "opening"]
        [last] = every["signed"][-1:]
        late = world.got(COUNTRY, "keeper-east", since=last["recorded_at"])
        assert [each["key"] for each in late["signed"]] == [last["key"]]
        assert late["since"] == last["recorded_at"]

    def test_grants_since_a_time(self, world: World) -> None:
        """Events before it are not asked of the node, and nothing is lost by that."""
        [made] = world.got(COUNTRY, "city-authority", since=iso(at(20)))["granted"]
        assert made["holder"] == world.keys["keeper-new"]
        assert world.got(COUNTRY, "root", since=iso(at(20)))["granted"][0]["role"] == "approver"
        assert world.got(COUNTRY, "root", since="9999-12-31T00:00:00Z")["granted"] == []


class TestBeyond:
    """To whoever reads a part."""

    def test_documents_of_the_caller_alone(self, world: World) -> None:
        west, country = (
            world.got(WEST_DISTRICT, "keeper-east"),
            world.got(COUNTRY, "keeper-east", since=iso(0)),
        )
        assert len(country["signed"]) > 10
        ours = [each for each in country["signed"] if str(each["to_site"]).startswith("420103")]
        assert west["signed"] == ours
        assert DISPATCH in {each["key"] for each in ours}
        text = world.readers[WEST_DISTRICT].get(f"/v1/traces/keys/{world.keys['keeper-east']}").text
        for each in country["signed"]:
            assert (each["key"] in text) == (each in ours)

    def test_a_claim_on_a_grant_elsewhere_is_not_told(self, world: World) -> None:
        west, east = world.got(WEST_DISTRICT, "keeper-east"), world.got(EAST_DISTRICT, "keeper-east")
        assert (west["since"], west["claimed_since"]) == (None, None)
        assert east["since"] == east["claimed_since"] == iso(STOLEN)

    def test_what_is_beyond_are_quantities(self, world: World) -> None:
        told = world.got(WEST_DISTRICT, "keeper-east")
        beyond = [each for each in told["entries"] if each["is_beyond"]]
        assert beyond
        bare = {"kind", "lot", "quantity", "from_site", "to_site", "is_beyond"}
        for each in beyond:
            assert {name for name, value in each.items() if value is not None} <= bare
        assert {code[:6] for code in told["site_names"]} == {"420103"}

    def test_grants_of_the_divisions_of_the_caller(self, world: World) -> None:
        whole = world.got(COUNTRY, "root")["granted"]
        for division in (EAST_DISTRICT, WEST_DISTRICT, NORTH):
            told = world.got(division, "root")["granted"]
            expected = [each for each in whole if each["division"].startswith(str(division))]
            assert [each["grant"] for each in told] == [each["grant"] for each in expected]
            assert told

    def test_who_made_a_grant_by_one_that_lies_beyond(self, world: World) -> None:
        """The root made the city's authority, which made the keeper: of that the district does not hear."""
        key = grant_key(world.keys["keeper-new"], Role.KEEPER, EAST).hex()
        authority = world.keys["city-authority"]
        [whole] = [each for each in world.got(COUNTRY, "root")["granted"] if each["grant"] == key]
        assert whole["by"]["address"] == authority
        told = world.got(EAST_DISTRICT, "root")
        [seen] = [each for each in told["granted"] if each["grant"] == key]
        assert seen == {**whole, "by": None}
        assert authority not in str(told)
        [other, *_] = [each for each in told["granted"] if each["grant"] != key]
        assert other["by"]["address"] == world.keys["root"]
        # Whoever asks for the authority itself, and reads what it made, hears what it knows.
        [made] = world.got(EAST_DISTRICT, "city-authority")["granted"]
        assert made["by"]["address"] == authority

    def test_entries_are_told_to_readers_of_the_country(self, world: World) -> None:
        told = world.got(EAST_DISTRICT, "bureau")
        assert told["registered"] == []
        assert [each["kind"] for each in told["following"]] == ["receipt", "receipt"]

    @pytest.mark.parametrize(
        ("division", "name"),
        [
            (WEST_DISTRICT, "bureau"),
            (WEST_DISTRICT, "keeper-north"),
            (WEST_DISTRICT, "auditor-east"),
            (EAST_DISTRICT, "keeper-spare"),
            (NORTH, "keeper-west"),
            (NORTH, "city-authority"),
        ],
    )
    def test_whoever_reads_nothing_of_it_is_refused(self, world: World, division: int, name: str) -> None:
        answer = world.readers[division].get(f"/v1/traces/keys/{world.keys[name]}")
        problem = assert_problem(answer, 403, "not-allowed", "whole country")
        assert "42010200" not in problem["detail"].replace(f"read in {division}", "")

    @pytest.mark.parametrize(
        ("division", "name"), [(EAST_DISTRICT, "auditor-east"), (WEST_DISTRICT, "keeper-spare")]
    )
    def test_whoever_reads_a_grant_or_a_replacement_alone_hears_that_it_did_nothing(
        self, world: World, division: int, name: str
    ) -> None:
        told = world.got(division, name)
        for field in ("signed", "granted", "registered", "following", "entries", "documents", "accounts"):
            assert told[field] == []

    def test_the_public_is_refused(self, world: World) -> None:
        for address in (world.keys["root"], f"0x{1:040x}", "x"):
            answer = world.readers[PUBLIC].get(f"/v1/traces/keys/{address}")
            assert answer.status_code in {401, 422}
        assert_problem(
            world.readers[PUBLIC].get(f"/v1/traces/keys/{world.keys['root']}"), 401, "not-signed-in"
        )


class TestLimits:
    def test_too_many_lots(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_traces, "MOST_LOTS", 0)
        monkeypatch.setattr(key_traces, "on_documents", None)  # nothing is followed before
        for division in (COUNTRY, WEST_DISTRICT):
            answer = world.readers[division].get(f"/v1/traces/keys/{world.keys['keeper-east']}")
            assert_problem(answer, 409, "trace-too-wide")

    def test_too_many_documents_count_as_far_as_the_caller_reads(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(key_traces, "MOST", 5)
        address = f"/v1/traces/keys/{world.keys['keeper-east']}"
        answer = world.readers[COUNTRY].get(address)
        signed = len(world.radii["keeper-east"].documents)
        assert_problem(answer, 409, "key-too-wide", f"{signed} things", "later `since`")
        assert world.readers[WEST_DISTRICT].get(address).status_code == 200
        monkeypatch.setattr(key_traces, "MOST", 0)
        answer = world.readers[WEST_DISTRICT].get(address)
        assert_problem(answer, 409, "key-too-wide", "2 things")

    def test_the_node_is_asked_for_keys_that_can_give_alone(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(reading: Reading, first: int, last: int) -> Any:
            raise NodeUnreachableError(address="a node", reason="it is away")

        monkeypatch.setattr(Reading, "registrations", away)
        assert world.got(COUNTRY, "keeper-east")["signed"]
        answer = world.readers[COUNTRY].get(f"/v1/traces/keys/{world.keys['bureau']}")
        assert_problem(answer, 503, "node-unreachable")


class TestBadInput:
    @pytest.mark.parametrize("address", [f"0x{1:040x}", str(ZERO_ADDRESS)])
    def test_unknown(self, world: World, address: str) -> None:
        for division in (COUNTRY, NORTH):
            answer = world.readers[division].get(f"/v1/traces/keys/{address}")
            assert_problem(answer, 404, "holder-unknown", address)

    @pytest.mark.parametrize("address", ["1", "0x" + "g" * 40, "%00", "root", "0x" + "٣" * 40, "%ED%A0%80"])
    def test_malformed(self, world: World, address: str) -> None:
        assert world.readers[COUNTRY].get(f"/v1/traces/keys/{address}").status_code == 422

    @pytest.mark.parametrize(
        "query",
        [
            "since=x",
            "since=",
            "since=2026-09-01",
            "since=2026-09-01T00:00:00",
            "since=1969-01-01T00:00:00Z",
            "since=99999-01-01T00:00:00Z",
            "since=%00",
            "since=" + "9" * 100,
            "until=2026-09-01T00:00:00Z",
        ],
    )
    def test_malformed_query(self, world: World, query: str) -> None:
        answer = world.readers[COUNTRY].get(f"/v1/traces/keys/{world.keys['root']}?{query}")
        assert answer.status_code == 422, answer.text
