"""Drafts as text: what comes back is what was written, and everything else is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from played_ledger import LOOSE, MASK

from ledger_client.canonical import NotCanonicalError
from ledger_client.documents import Kind
from ledger_client.drafts import (
    Draft,
    DraftFormError,
    draft_text,
    from_dict,
    parse_draft,
    read_draft,
    to_dict,
    write_draft,
)
from ledger_client.drafts.draft_file import FILE_LIMIT
from ledger_client.files import FileSizeError, FileUnavailableError

STRANGE: tuple[Any, ...] = (
    None, True, -1, 1.5, 2**53, 2**70, "", "0x", "0X00", "0x0g", "0x00", "x" * 300, "\u202e",
    [], {}, [[]], {"a": 1},
)  # fmt: skip


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name.lower())
def test_there_and_back(drafts: Mapping[Kind, Draft], kind: Kind, tmp_path: Path) -> None:
    draft, path = replace(drafts[kind], lots=(MASK, LOOSE.owned_by(5, 1))), tmp_path / "draft.json"
    write_draft(path, draft)
    assert read_draft(path) == draft
    assert path.read_bytes() == draft_text(draft)
    assert path.stat().st_mode & 0o077 == 0
    assert parse_draft(draft_text(draft), "it").consent_digest == draft.consent_digest


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


@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.ACCEPTANCE, Kind.REVERSAL])
def test_strange_values_give_another_draft_or_a_refusal(drafts: Mapping[Kind, Draft], kind: Kind) -> None:
    """Nothing is taken for what it is not, whatever stands in whichever place."""
    value = to_dict(drafts[kind])
    refused = 0
    for path in places(value):
        for strange in STRANGE:
            altered = put(value, path, strange)
            if altered == value and type(strange) is not bool:
                continue
            try:
                found = from_dict(altered, "it")
            except DraftFormError as error:
                assert error.text("en").startswith("it is no draft (")
                assert error.text("zh").startswith("it 不是草稿")
                refused += 1
            else:
                assert to_dict(found) == altered
    assert refused > 500


@pytest.mark.parametrize("kind", [Kind.RECEIPT, Kind.DISPATCH, Kind.ACCEPTANCE, Kind.REVERSAL])
def test_each_member_is_needed_and_no_other_is_taken(drafts: Mapping[Kind, Draft], kind: Kind) -> None:
    value = to_dict(drafts[kind])
    for path in places(value):
        if not path or isinstance(path[-1], int):
            continue
        without = deepcopy(value)
        inner = without
        for step in path[:-1]:
            inner = inner[step]
        del inner[path[-1]]
        with pytest.raises(DraftFormError, match=str(path[-1])):
            from_dict(without)
        inner |= {path[-1]: None, "more": 1}
        with pytest.raises(DraftFormError):
            from_dict(without)


def test_companions_that_the_kind_has_not(drafts: Mapping[Kind, Draft]) -> None:
    issue, step, reversal = (to_dict(drafts[each]) for each in (Kind.ISSUE, Kind.ACCEPTANCE, Kind.REVERSAL))
    for altered, what in (
        ({**issue, "consignment": step["consignment"]}, "consignment"),
        ({**step, "consignment": None}, "consignment"),
        ({**issue, "original": reversal["original"]}, "original"),
        ({**reversal, "original": None}, "original"),
        ({**reversal, "approver": None}, "consents"),
    ):
        with pytest.raises(DraftFormError, match=what):
            from_dict(altered)


def test_lines_that_no_contract_accepts(drafts: Mapping[Kind, Draft]) -> None:
    """Nobody signs what cannot be shown: half a line, rubbish in a word, a lot with other attributes."""
    value = to_dict(drafts[Kind.RECEIPT])
    lines = value["document"]["lines"]
    for broken in (
        lines[:-64],
        "0x" + "f" * (len(lines) - 2),
        lines[:-1] + ("0" if lines[-1] != "0" else "1"),
    ):
        with pytest.raises(DraftFormError):
            from_dict(put(value, ("document", "lines"), broken))


@pytest.mark.parametrize("kind", [Kind.ACCEPTANCE, Kind.REVERSAL])
@pytest.mark.parametrize("lines", ["0x" + "f" * 64, "0x" + "0" * 40 + "f" * 24])
def test_companions_that_cannot_be_shown(drafts: Mapping[Kind, Draft], kind: Kind, lines: str) -> None:
    place = ("consignment",) if kind is Kind.ACCEPTANCE else ("original", "document")
    with pytest.raises(DraftFormError):
        from_dict(put(to_dict(drafts[kind]), (*place, "lines"), lines))


def test_a_reversal_of_a_reversal(drafts: Mapping[Kind, Draft]) -> None:
    with pytest.raises(DraftFormError, match=r"original\.kind"):
        from_dict(put(to_dict(drafts[Kind.REVERSAL]), ("original", "kind"), "reversal"))


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_reversal_of_what_was_between_others(drafts: Mapping[Kind, Draft], side: str) -> None:
    with pytest.raises(DraftFormError, match=r"original\.document"):
        from_dict(put(to_dict(drafts[Kind.REVERSAL]), ("original", "document", side), "0x5"))


def test_as_many_lots_as_a_draft_may_bring(drafts: Mapping[Kind, Draft]) -> None:
    lots = tuple(replace(LOOSE, made=day) for day in range(256))
    draft = replace(drafts[Kind.REVERSAL], lots=lots)
    assert parse_draft(draft_text(draft), "it") == draft


def test_a_member_with_the_name_of_a_terminal_s_command(drafts: Mapping[Kind, Draft]) -> None:
    with pytest.raises(DraftFormError) as caught:
        from_dict(to_dict(drafts[Kind.ISSUE]) | {"\x1b[2J\u202e\n": 1})
    assert caught.value.text("en").isprintable()
    assert caught.value.text("zh").isprintable()


class TestFiles:
    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a":' * 5_000]
    )
    def test_what_is_none(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "draft.json"
        path.write_bytes(content)
        with pytest.raises((DraftFormError, NotCanonicalError)) as caught:
            read_draft(path)
        assert str(path) in caught.value.text("en")

    def test_another_writing_of_the_same(self, tmp_path: Path, drafts: Mapping[Kind, Draft]) -> None:
        path = tmp_path / "draft.json"
        path.write_text(json.dumps(to_dict(drafts[Kind.ISSUE]), indent=1))
        with pytest.raises(NotCanonicalError):
            read_draft(path)
        text = draft_text(drafts[Kind.ISSUE]).decode()
        path.write_text(text.replace('"kind":', '"kind":"issue","kind":', 1))
        with pytest.raises(NotCanonicalError):
            read_draft(path)

    def test_too_long_or_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "draft.json"
        path.write_bytes(b" " * (FILE_LIMIT + 1))
        with pytest.raises(FileSizeError):
            read_draft(path)
        with pytest.raises(FileUnavailableError):
            read_draft(tmp_path / "none.json")
