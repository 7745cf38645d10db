"""Acts as text: what comes back is what was written, and everything else is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from acted import SIGNER

from ledger_client.acts import (
    SAID,
    Act,
    ActFormError,
    act_text,
    from_dict,
    parse_act,
    read_act,
    say,
    to_dict,
    write_act,
)
from ledger_client.acts.act_file import ACT_FILE_LIMIT
from ledger_client.canonical import NotCanonicalError
from ledger_client.files import FileSizeError, FileUnavailableError

STRANGE: tuple[Any, ...] = (
    None, True, -1, 1.5, 2**53, 2**70, "", "0x", "0X00", "0x0g", "0x00", "01", "١", str(2**64), "x" * 300,
    "\u202e", "\x1b[2J", "\ud800", [], {}, [[]], {"a": 1},
)  # fmt: skip


def test_there_and_back(acts: Mapping[str, Act], tmp_path: Path) -> None:
    for name, act in acts.items():
        for each in (act, act.signed(SIGNER)):
            path = tmp_path / name
            write_act(path, each)
            assert read_act(path) == each
            assert path.read_bytes() == act_text(each)
            assert path.stat().st_mode & 0o077 == 0
            assert parse_act(act_text(each), "it").submission() == each.submission()


def test_calldata_is_never_read(acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        assert act.data.hex() not in act_text(act).decode()
        with pytest.raises(ActFormError):
            from_dict({**to_dict(act), "data": "0x"})


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON value."""
    yield path
    each: Any
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*path, name))
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from places(each, (*path, at))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at a place."""
    if not path:
        return new
    copy = deepcopy(value)
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return copy


def test_strange_values_give_another_act_or_a_refusal(acts: Mapping[str, Act]) -> None:
    """Nothing is taken for what it is not, whatever stands in whichever place."""
    refused = taken = 0
    for act in acts.values():
        value = to_dict(act)
        for path in places(value):
            for strange in STRANGE:
                altered = put(value, path, strange)
                if repr(altered) == repr(value):
                    continue  # not by ==, for which True is 1
                try:
                    found = from_dict(altered)
                except ActFormError as error:
                    assert error.text("en") and error.text("zh")
                    assert error.text("en").isprintable()
                    refused += 1
                else:
                    assert found != act
                    assert to_dict(found) == altered
                    assert found.data
                    assert all(sentence.isprintable() for sentence in say(found, 0))
                    taken += 1
    assert refused > 10 * taken > 0


def test_members_left_out_or_added(acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        value = to_dict(act)
        for path in places(value):
            if not path or not isinstance(path[-1], str):
                continue
            copy = deepcopy(value)
            inner = copy
            for step in path[:-1]:
                inner = inner[step]
            if "body" in path[:-1]:
                continue  # a note says what it likes; its digest is looked at
            del inner[path[-1]]
            with pytest.raises(ActFormError):
                from_dict(copy)
            copy = put(value, (*path[:-1], path[-1] + "\x1b"), 1)
            with pytest.raises(ActFormError) as caught:
                from_dict(copy)
            assert caught.value.text("en").isprintable()


def test_only_functions_with_a_sentence(acts: Mapping[str, Act]) -> None:
    value = to_dict(acts["expire"])
    for contract, function in (
        ("StockLedger", "issue"),
        ("LedgerSteps", "reverse"),
        ("Reallocation", "proposalOf"),
        ("Directory", "expire"),
        ("Nothing", "expire"),
        ("../secret", "expire"),
    ):
        assert (contract, function) not in SAID
        with pytest.raises(ActFormError):
            from_dict({**value, "contract": contract, "function": function})


def test_arguments_of_another_function(acts: Mapping[str, Act]) -> None:
    with pytest.raises(ActFormError):
        from_dict({**to_dict(acts["approve"]), "function": "reject"})


def test_numbers_that_mean_nothing(acts: Mapping[str, Act]) -> None:
    """What nobody can say nobody signs."""
    for name, argument, value in (
        ("grant", "role", 7),
        ("withdraw", "role", 9),
        ("setTerms", "mode", 6),
        ("issueQualification", "grade", 5),
        ("issueQualification", "grade", 0),
        ("show", "kind", 99),
        ("show", "kind", 16),
        ("approveWithConsent", "kind", 5),
        ("registerItem", "unit", "0x1b5b4b"),
    ):
        altered = put(to_dict(acts[name]), ("arguments", argument), value)
        with pytest.raises(ActFormError):
            from_dict(altered)
    asking = put(to_dict(acts["request"]), ("arguments", "asking", "urgency"), 4)
    with pytest.raises(ActFormError):
        from_dict(asking)


def test_lines_that_no_contract_accepts(acts: Mapping[str, Act]) -> None:
    for name, path in (
        ("show", ("arguments", "document", "lines")),
        ("approveWithConsent", ("arguments", "document", "lines")),
        ("proveCount", ("arguments", "document", "lines")),
        ("propose", ("arguments", "offer", "lines")),
    ):
        with pytest.raises(ActFormError):
            from_dict(put(to_dict(acts[name]), path, [f"{2**256 - 1:#x}"]))
    offered = int(to_dict(acts["propose"])["arguments"]["offer"]["lines"][0], 16)
    with pytest.raises(ActFormError):  # a proposal says no reasons
        from_dict(put(to_dict(acts["propose"]), path, [f"{offered | 5 << 80:#x}"]))


class TestRefusedText:
    def test_another_spelling(self, acts: Mapping[str, Act]) -> None:
        act = acts["setFloors"]
        with pytest.raises(NotCanonicalError):
            parse_act(json.dumps(to_dict(act)).encode(), "it")
        with pytest.raises(NotCanonicalError):
            parse_act(act_text(act).replace(b"31000", b"31e3").replace(b'"gas":', b'"gas":3,"gas":'), "it")

    def test_a_deep_one(self) -> None:
        for deep in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 1_000 + b"]" * 1_000):
            with pytest.raises((NotCanonicalError, ActFormError)):
                parse_act(deep, "it")

    def test_no_text(self, tmp_path: Path) -> None:
        for content in (b"", b"\xff", b"null", b"\0", b'"\\ud800"'):
            (tmp_path / "act").write_bytes(content)
            with pytest.raises((NotCanonicalError, ActFormError)):
                read_act(tmp_path / "act")
        with pytest.raises(FileUnavailableError):
            read_act(tmp_path / "none")
        (tmp_path / "act").write_bytes(b" " * (ACT_FILE_LIMIT + 1))
        with pytest.raises(FileSizeError):
            read_act(tmp_path / "act")

    def test_a_long_list(self, acts: Mapping[str, Act]) -> None:
        with pytest.raises(ActFormError):
            from_dict(put(to_dict(acts["expire"]), ("arguments", "proposals"), ["0x1"] * 513))
        most = from_dict(put(to_dict(acts["expire"]), ("arguments", "proposals"), ["0x1"] * 512))
        assert parse_act(act_text(most), "it") == most


class TestRecordOfAFile:
    def test_another_name(self, acts: Mapping[str, Act]) -> None:
        value = to_dict(acts["registerSite"])
        for member in ("zh", "en", "salt"):
            new = "0x" + "11" * 16 if member == "salt" else "West site"
            with pytest.raises(ActFormError, match="digest"):
                from_dict(put(value, ("record", member), new))

    def test_a_name_that_is_not_as_it_is_kept(self, acts: Mapping[str, Act]) -> None:
        for name in ("  East  site ", "Ｅast site", "East\u200bsite", "E\u0430st"):
            with pytest.raises(ActFormError):
                from_dict(put(to_dict(acts["registerSite"]), ("record", "en"), name))

    def test_it_is_about_what_the_act_says(self, acts: Mapping[str, Act]) -> None:
        """There is no id to be altered: another site has the same name, and another record."""
        found = from_dict(put(to_dict(acts["registerSite"]), ("arguments", "site_"), "420106001001999"))
        assert found.record is not None
        assert found.record.id.number == 420106001001999

    def test_none_where_one_belongs(self, acts: Mapping[str, Act]) -> None:
        with_record = [act for act in acts.values() if act.record is not None]
        for act in with_record:
            with pytest.raises(ActFormError):
                from_dict({**to_dict(act), "record": None})
        record = to_dict(acts["registerSite"])["record"]
        with pytest.raises(ActFormError):
            from_dict({**to_dict(acts["closeSite"]), "record": record})
