"""Drafts that an office keeps: rows of lists of needs of which something is still to be answered.

A draft is not on the ledger: nobody can deliver on "masks for the county hospital". It stays in the file
`drafts.jsonl` of the home until its questions are answered, or until the matching turns a category into items
(`ledger_client.matching.drafts`). The file is written whole or not at all; a row stands in it once, however
often its list is read. It has one line of canonical JSON that says what it is, and one for each draft.

Example::

    keep_drafts(home.drafts, [KeptDraft.of(draft, plan.needs) for draft in plan.drafts], rows)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ledger_client.canonical import NotCanonicalError, canonical, parse_canonical
from ledger_client.errors import MismatchError
from ledger_client.files import read_limited, replace_private
from ledger_client.needs import Draft, NeedsList

BYTES = 64 * 1024 * 1024
"""Most bytes of the file; 100,000 drafts have 45 million."""

_HEAD = {"kind": "shecang drafts 1"}
_BRACKETS = 4_096  # of one line; texts of a list may have some


class DraftFileError(MismatchError):
    """The file of drafts is not what this program wrote."""

    en = "{path} holds no drafts as this program keeps them; move it away and import the lists again"
    zh = "{path} 不是本程序保存的草案文件；请移走该文件并重新导入需求清单"


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A row with open questions; what is None is one, see `ledger_client.needs.Draft`.

    Attributes:
        row_id: Identity of the row, 64 hexadecimal digits.
        list_digest: Of the list that it was read from, 64 hexadecimal digits.
        file: Name of that list.
        number: Place of the row in it, from 1.
        institution: Who needs it, as the list has it.
        written: The goods as written.
        specification: Likewise; empty for none.
        category: Category of the goods, 7 digits.
        item: The item, 12 digits.
        quantity: Base units, in decimal digits.
        site: The receiving site, 15 digits.
        consignee: To whom the goods will be issued, 40 hexadecimal digits.
        needed_by: The last day of use, as 2020-02-10.
        urgency: 1 to 3.
        reason: A code of `ledger_client.reasons`, 0 for none.
        questions: What is open, as `ledger_client.needs.Question` names it.
    """

    row_id: str
    list_digest: str
    file: str
    number: int
    institution: str
    written: str
    specification: str
    category: int
    item: str | None
    quantity: str | None
    site: str | None
    consignee: str | None
    needed_by: str | None
    urgency: int | None
    reason: int
    questions: tuple[str, ...]

    @classmethod
    def of(cls, draft: Draft, needs: NeedsList) -> KeptDraft:
        """Return a draft as it is kept."""
        row = draft.row
        return cls(
            row_id=row.identity.digest.hex(),
            list_digest=needs.digest.hex(),
            file=needs.file,
            number=row.number,
            institution=str(row.institution),
            written=row.item,
            specification=row.specification,
            category=draft.category,
            item=None if draft.item is None else str(draft.item),
            quantity=None if draft.quantity is None else str(draft.quantity),
            site=None if draft.site is None else f"{draft.site:015d}",
            consignee=None if draft.consignee is None else f"{draft.consignee:040x}",
            needed_by=draft.needed_by.isoformat() if draft.needed_by else None,
            urgency=None if draft.urgency is None else int(draft.urgency),
            reason=draft.reason,
            questions=tuple(map(str, draft.questions)),
        )


def read_drafts(path: Path) -> tuple[KeptDraft, ...]:
    """Return the drafts in a file, in its order; none where there is no file.

    Raises:
        FileSizeError: It has more than `BYTES`.
        FileUnavailableError: It is not readable.
        DraftFileError: It is not what `keep_drafts` wrote.
    """
    if not path.exists():
        return ()
    lines = read_limited(path, BYTES).splitlines()
    try:
        head, *rows = [parse_canonical(line, path.name, _BRACKETS) for line in lines]
        if head != _HEAD:
            raise ValueError(head)
        return tuple(map(_draft, rows))
    except (NotCanonicalError, LookupError, TypeError, ValueError) as error:
        raise DraftFileError(path=path) from error


def keep_drafts(path: Path, drafts: Iterable[KeptDraft], rows: Iterable[str] = ()) -> tuple[KeptDraft, ...]:
    """Keep drafts beside those that are there, and return all of them.

    Args:
        path: The file, new or old.
        drafts: Those to keep.
        rows: Identities of rows that were looked at anew: what was kept of them is replaced or falls away.

    Raises:
        DraftFileError, FileUnavailableError, DiskFullError: The file cannot be read or written.
    """
    looked_at = set(rows)
    kept = {each.row_id: each for each in read_drafts(path) if each.row_id not in looked_at}
    kept |= {each.row_id: each for each in drafts}
    lines = [_HEAD, *(_row(each) for each in kept.values())]
    replace_private(path, b"".join(canonical(line) + b"\n" for line in lines))
    return tuple(kept.values())


def _row(draft: KeptDraft) -> dict[str, Any]:
    return {**asdict(draft), "questions": list(draft.questions)}


def _draft(row: Any) -> KeptDraft:
    draft = KeptDraft(**{**row, "questions": tuple(row["questions"])})
    texts = (draft.row_id, draft.list_digest, draft.file, draft.institution, draft.written, *draft.questions)
    codes = (draft.item, draft.quantity, draft.site, draft.consignee, draft.needed_by)
    if not all(isinstance(each, str) for each in (*texts, *(code for code in codes if code is not None))):
        raise TypeError(row)
    numbers = (draft.category, draft.number, draft.reason, draft.urgency or 0)
    if not all(type(each) is int for each in numbers):
        raise TypeError(row)
    return draft
