"""What is signed elsewhere: drafts of documents and acts, written as files to pass on.

Drafts are kept in the office as well, since several sign them. An act has one signer: its file is all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ledger_client.acts import ID_BYTES, Act, read_act, say, write_act
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._tables import Shown, print_rows, short
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.drafts import Draft, Part, read_draft, write_draft
from ledger_client.drafts.saying import minute
from ledger_client.drafts.store import DraftStore, StoredDraft
from ledger_client.errors import ShecangError
from ledger_client.files import make_private_directory
from ledger_client.home import Home
from ledger_client.language import tr
from ledger_client.records import RecordsKey
from ledger_client.signers import KeyAbsentError

if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.writing import Prepared


_UNSIGNED = "unsigned"
_ACT = "act-"


def open_drafts(home: Home) -> DraftStore:
    """Return the office's drafts."""
    return DraftStore.open(home.unsigned, RecordsKey.read(home.records_key))


def keep_drafts(ledger: Ledger, prepared: Sequence[Prepared], as_json: bool) -> None:
    """Keep what waits for others, and say for whom.

    Raises:
        KeyAbsentError: Of several acts some could be recorded at once, and others wait for a key elsewhere.
        DiskFullError: There is no room for a file.
    """
    waiting = [each for each in prepared if each.act is not None and not each.is_complete]
    if waiting and len(waiting) < len(prepared):
        raise KeyAbsentError(address=waiting[0].submission.sender)
    for each in waiting:
        if each.act is not None:
            _tell_act(_act_file(ledger.home, each.act), each.act, as_json)
    if waiting:
        return
    index = ledger.index()
    with open_drafts(ledger.home) as drafts:
        for each in prepared:
            if each.draft is not None:
                # So that whoever signs elsewhere sees goods and dates, and not ids alone.
                lots = tuple(index.lot_attributes(each.draft.lots_named))
                stored = drafts.put(replace(each.draft, lots=lots), ledger.now(), each.record)
                _tell(_file(ledger.home, stored.draft), stored.draft, as_json)


def list_drafts(office: Office, as_json: bool) -> None:
    """Show the drafts of this office that wait for somebody; a file that was signed elsewhere is newer."""
    with office.ledger() as ledger, open_drafts(office.home) as drafts:
        now, offset = ledger.now(), ledger.deployment.offset
        rows = [_row(office.home, each, offset) for each in drafts.open_ones(now)]
        # Notes may name people, and nobody can sign what is over.
        drafts.forget(now)
    print_rows(office, [*rows, *_act_rows(office)], as_json)


def forget_act(home: Home, act: Act) -> None:
    """Remove the file of an act that was recorded: its name or note lies in the records now."""
    act_path(home, act).unlink(missing_ok=True)


def act_path(home: Home, act: Act) -> Path:
    """Return where this office keeps an act until it is signed."""
    return home.path / _UNSIGNED / f"{_ACT}{act.id.hex()[:12]}.json"


def _act_file(home: Home, act: Act) -> Path:
    path = act_path(home, act)
    make_private_directory(path.parent)
    write_act(path, act)
    return path


def _act_rows(office: Office) -> Iterator[dict[str, Any]]:
    """Return the acts of this office that nobody has recorded yet; a file that is none is said, and stays."""
    for path in sorted((office.home.path / _UNSIGNED).glob(f"{_ACT}*.json")):
        try:
            act = read_act(path)
        except ShecangError as error:
            office.err.print(error.text(), markup=False, soft_wrap=True)
            continue
        yield {
            "draft": short(int.from_bytes(act.id, "big"), 2 * ID_BYTES),
            "kind": Shown(act.function, say(act, 0)[0]),
            "waits_for": Shown(["sender"], act.sender),
            "until": None,
            "file": str(path),
        }


def _row(home: Home, stored: StoredDraft, offset: int) -> dict[str, Any]:
    if not _path(home, stored.draft).exists():  # killed before it was written
        _file(home, stored.draft)
    draft = _newest(home, stored.draft)
    until = minute(draft.valid_until, offset)
    return {
        "draft": short(draft.key, KEY_DIGITS),
        "kind": Shown(draft.kind.name.lower().replace("_", "-"), draft.kind.label),
        "waits_for": Shown(
            [str(part) for part in draft.waiting_for], ", ".join(part.label for part in draft.waiting_for)
        ),
        "until": Shown(draft.valid_until, until),
        "file": str(_path(home, draft)),
    }


def _newest(home: Home, draft: Draft) -> Draft:
    """Return the draft in its file where that has more consents: it came back from whoever signed it."""
    try:
        found = read_draft(_path(home, draft))
        found.require_true_consents()
    except ShecangError:
        return draft
    is_same = replace(found, consents={}) == replace(draft, consents={})
    return found if is_same and len(found.consents) > len(draft.consents) else draft


def _path(home: Home, draft: Draft) -> Path:
    return home.path / _UNSIGNED / f"{f'{draft.key:062x}'[:12]}.json"


def _file(home: Home, draft: Draft) -> Path:
    path = _path(home, draft)
    make_private_directory(path.parent)
    write_draft(path, draft)
    return path


def _tell(path: Path, draft: Draft, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "draft": f"{draft.key:062x}",
                "file": str(path),
                "waiting_for": {str(part): draft.seats[part].address for part in draft.waiting_for},
                "valid_until": draft.valid_until,
            }
        )
        return
    typer.echo(
        tr(
            f"nothing is recorded yet: draft {draft.key:062x} waits for {_waiting(draft)}; pass {path} on, "
            "for `shecang sign FILE --key KEY`",
            f"尚未记录：草稿 {draft.key:062x} 待{_waiting(draft)}签署；请转交 {path}，"
            "由其运行 `shecang sign 文件 --key 密钥`",
        )
    )


def _tell_act(path: Path, act: Act, as_json: bool) -> None:
    if as_json:
        row = {"act": act.id.hex(), "file": str(path), "waiting_for": {"sender": act.sender}}
        print_json({**row, "key": f"{act.key:0{KEY_DIGITS}x}" if act.key else None})
        return
    typer.echo(
        tr(
            f"nothing is recorded yet: act {act.short} waits for {act.sender}; pass {path} on, for "
            "`shecang sign FILE --key KEY --send`",
            f"尚未记录：操作 {act.short} 待 {act.sender} 签署；请转交 {path}，"
            "由其运行 `shecang sign 文件 --key 密钥 --send`",
        )
    )


def _waiting(draft: Draft) -> str:
    each = [f"{part.label} {draft.seats[part].address}" for part in draft.waiting_for]
    then = "" if draft.waiting_for == [Part.SENDER] else tr(", then for the sender", "，其后由提交人")
    return tr("the " + " and the ".join(each) + then, "、".join(each) + then)
