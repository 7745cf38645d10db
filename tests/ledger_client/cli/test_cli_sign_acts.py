"""`shecang sign` of acts: what a command prepares for a key that is elsewhere, that key reads and records."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asking_office import ASKING, FAR, GIVING, MASKS, AskingOffice

from ledger_client.acts import act_text, read_act, to_dict, write_act
from ledger_client.canonical import canonical
from ledger_client.records import RecordId
from ledger_client.signers import read_transaction

DECISION = "sha256:" + "ab" * 32


def prepared(office: AskingOffice, key: str, *command: str, option: str = "--by") -> list[Path]:
    """Run a command with the address of a key in place of its name; return the files of its acts."""
    address = office.signer(key).address
    said = office.shell.ok(*command, option, address, "--json")
    rows = [json.loads(line) for line in said.out.splitlines()]
    assert all(row["waiting_for"] == {"sender": address} for row in rows)
    return [Path(row["file"]) for row in rows]


def sign(file: Path, key: str, *more: str) -> tuple[str, ...]:
    """The command."""
    return ("sign", str(file), "--key", key, "--yes", *more)


def send(office: AskingOffice, key: str, *files: Path) -> list[dict[str, Any]]:
    """Sign and record acts, which leave no file behind."""
    found = [office.shell.ok(*sign(file, key, "--send", "--json")).json() for file in files]
    assert not any(file.exists() for file in files)
    return found


def test_a_request_from_need_to_a_second_office(asking: AskingOffice) -> None:
    """Asked, proposed, approved and withdrawn, and no command but `sign` opens a key."""
    [file] = prepared(
        asking,
        "keeper",
        *("request", "make", ASKING, "--item", MASKS, "--quantity", "20", "--needed-by", asking.day(9)),
        *("--reason", "outbreak", "--note", "门诊缺口"),
        option="--keeper",
    )
    shown = asking.shell.ok("sign", str(file))
    assert f"Ask for 20 of item {MASKS} for site {ASKING}" in shown.err and "门诊缺口" in shown.err
    [request] = send(asking, "keeper", file)
    key = request["request"]
    with asking.ledger() as ledger:
        record = ledger.records.get(RecordId("request", int(key, 16)))
        assert record is not None and record.body == {"note": "门诊缺口"}
        assert ledger.records.registrar(record.id) == asking.signer("keeper").address
    lot = asking.shell.lots(GIVING, MASKS)[0]["lot"]
    [offer] = prepared(
        *(asking, "giver", "reallocate", "offer", key[:10], GIVING, "--line", f"{lot}=20"), option="--keeper"
    )
    [proposal] = send(asking, "giver", offer)
    [approval] = prepared(
        *(asking, "street", "reallocate", "approve", proposal["proposal"]), option="--approver"
    )
    send(asking, "street", approval)
    assert asking.shell.ok("reallocate", "show", proposal["proposal"], "--json").json()["state"] == "approved"
    [back] = prepared(
        *(asking, "giver", "reallocate", "withdraw", proposal["proposal"], "--reason", "giver-needs-it"),
        option="--keeper",
    )
    send(asking, "giver", back)
    [off] = prepared(
        *(asking, "keeper", "request", "withdraw", key[:10], "--reason", "not-needed"),
        option="--keeper",
    )
    send(asking, "keeper", off)


def test_an_approval_with_a_consent(asking: AskingOffice) -> None:
    """The goods leave the district: the approver's key consents to the document when it signs the act."""
    request = asking.ask(20, site=FAR)
    proposal = asking.propose(request, 20)
    [file] = prepared(
        *(asking, "city", "reallocate", "approve", proposal, "--deadline", asking.day(6), "--note", "加急"),
        option="--approver",
    )
    assert not any(b"".join(read_act(file).named["consent"]))
    shown = asking.shell.ok("sign", str(file)).err
    assert f"goods leave site {GIVING} for site {FAR}" in shown and "加急" in shown
    send(asking, "city", file)
    asking.shell.ok("reallocate", "deliver", proposal, "--keeper", "giver")
    assert asking.sheet(request)["deliveries"]


@pytest.mark.parametrize(
    "command",
    [
        ("site", "add", "420106001001109", "--zh", "新储备点"),
        ("consignee", "add", "local:N-1", "420106001001", "--zh", "新医院"),
        ("supplier", "add", "91420100MA4KY12343", "--zh", "新商行"),
        ("role", "grant", "keeper", "keeper", "420106001"),
        ("norm", "floor", ASKING, "--item", f"{MASKS}=120", "--source", DECISION),
        ("norm", "cycle", ASKING, "--category", "1010101=30", "--source", DECISION),
        (
            "norm",
            "terms",
            "420106",
            "--mode",
            "agreement",
            "--share",
            "50%",
            "--notice",
            "1",
            "--source",
            DECISION,
        ),
        ("emergency", "declare", "420106", "--reason", "outbreak", "--source", DECISION, "--until", "+3"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_what_authorities_do(asking: AskingOffice, command: tuple[str, ...]) -> None:
    typed = tuple(asking.day(int(each)) if each == "+3" else each for each in command)
    [file] = prepared(asking, "root", *typed)
    listed = asking.shell.ok("sign", "--json").json()
    assert file in [Path(each["file"]) for each in (listed if isinstance(listed, list) else [listed])]
    [told] = send(asking, "root", file)
    assert told["block"]
    assert "act-" not in asking.shell.ok("sign").out


def test_the_transaction_for_a_server(asking: AskingOffice) -> None:
    [file] = prepared(asking, "root", "site", "add", "420106001001109", "--zh", "新储备点")
    said = asking.shell.ok(*sign(file, "root", "--number", "3", "--json")).json()
    act, signed = read_act(file), read_transaction(bytes.fromhex(said["transaction"][2:]))
    assert said["act"] == to_dict(act)
    act.require_record_signature()
    assert (signed.nonce, signed.data, signed.to) == (3, act.data, act.address)
    asking.refused(*sign(file, "root"), says="--send records it from here", code=2)


def test_it_is_recorded_once(asking: AskingOffice, tmp_path: Path) -> None:
    [file] = prepared(asking, "root", "emergency", "declare", "420106", "--reason", "outbreak",
                      "--source", DECISION, "--until", asking.day(3))  # fmt: skip
    copy = tmp_path / "copy.json"
    copy.write_bytes(file.read_bytes())
    [one] = send(asking, "root", file)
    assert asking.shell.ok(*sign(copy, "root", "--send", "--json")).json() == one


def test_without_a_key_it_is_only_shown(asking: AskingOffice) -> None:
    [file] = prepared(asking, "root", "site", "close", GIVING)
    before = file.read_bytes()
    told = asking.shell.ok("sign", str(file), "--json").json()
    assert (told["function"], told["waiting_for"]) == ("closeSite", {"sender": asking.signer("root").address})
    shown = asking.shell.run("sign", str(file), language="zh")
    assert f"永久关闭储备点 {GIVING}" in shown.err
    assert file.read_bytes() == before


class TestRefused:
    @pytest.fixture
    def file(self, asking: AskingOffice) -> Path:
        """An act that registers a site."""
        [file] = prepared(asking, "root", "site", "add", "420106001001109", "--zh", "新储备点")
        return file

    def test_another_key(self, asking: AskingOffice, file: Path) -> None:
        asking.refused(*sign(file, "keeper", "--send"), says="it was prepared for 0x")

    def test_nobody_agreed(self, asking: AskingOffice, file: Path) -> None:
        asking.refused("sign", str(file), "--key", "root", "--send", says="nothing was signed", code=2)

    def test_another_ledger(self, asking: AskingOffice, file: Path) -> None:
        act = read_act(file)
        for member, value in (
            ("chain_id", act.chain_id + 1),
            ("address", act.ledger),
            ("ledger", act.address),
        ):
            altered = file.with_name("altered.json")
            altered.write_bytes(canonical({**to_dict(act), member: value}) + b"\n")
            asking.refused(*sign(altered, "root", "--send"), says="is for another ledger")

    def test_a_tampered_one(self, asking: AskingOffice, file: Path) -> None:
        """Calldata cannot be slipped in, a name has its digest, and what is left is what is shown."""
        value = to_dict(read_act(file))
        for altered in (
            {**value, "data": "0x00"},
            {**value, "record": {**value["record"], "zh": "别的储备点"}},
            {**value, "record": None},
            {**value, "function": "closeSite"},
        ):
            file.write_bytes(canonical(altered) + b"\n")
            asking.refused(*sign(file, "root", "--send"), says="is no act that can be signed")
        file.write_bytes(b'{"form":"shecang act 1"}')
        asking.refused(*sign(file, "root", "--send"), says="is no act that can be signed")
        file.write_bytes(act_text(read_act(_written(file, value)))[:-2])
        asking.refused(*sign(file, "root", "--send"), says="not JSON")

    def test_by_the_contract(self, asking: AskingOffice) -> None:
        [file] = prepared(asking, "keeper", "site", "add", "420106001001109", "--zh", "新储备点")
        answer = asking.shell.run(*sign(file, "keeper", "--send"))
        assert answer.code == 1 and file.exists()

    def test_one_here_and_one_elsewhere(self, asking: AskingOffice) -> None:
        """A consent to a class is the holder's, whose key must be here."""
        holder = asking.signer("keeper").address
        asking.refused(*("role", "consent", "auditor", "--by", holder), says="there is no key 0x", code=2)


def _written(file: Path, value: dict[str, Any]) -> Path:
    from ledger_client.acts import from_dict

    write_act(file, from_dict(value))
    return file
