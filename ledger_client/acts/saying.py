"""What an act says, in sentences made from the arguments that will be signed.

The first sentence says what is done, then a line for each thing of many, then every other argument, then who
signs. A function that has no sentence here is not signed at all::

    for sentence in say(act, offset=CHINA_OFFSET):
        print(sentence)
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from ledger_client.acts._sentences import HEADLINES
from ledger_client.acts.act import UNIT, Act, document_of
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.allocation import Urgency
from ledger_client.documents import Kind
from ledger_client.drafts import Draft, Seat
from ledger_client.drafts.saying import BY_CODE, minute, say_content
from ledger_client.identifiers import StorageMode
from ledger_client.language import tr
from ledger_client.reasons import reason_label
from ledger_client.roles import Role
from ledger_client.words import unpack_head

SAID = frozenset(HEADLINES)
"""Contract and function of every act that may be signed."""

_KEY_DIGITS, _ID_DIGITS = 62, 40
_DOCUMENTS: Mapping[str, frozenset[Kind]] = {
    "proveCount": frozenset({Kind.COUNT}),
    "approveWithConsent": frozenset({Kind.DISPATCH, Kind.HAND_OVER}),
    "show": frozenset(Kind) - {Kind.REVERSAL},
}
_SHARE = 100  # basis points of a hundredth
_GRADES = "ABCD"


def say(act: Act, offset: int) -> list[str]:
    """Return what an act says, a sentence each.

    Args:
        act: Of a function in `SAID`.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        ValueError: A number stands for nothing, so that nobody can say what it means.
        ShecangError: The lines of a document are none that a contract accepts.
    """
    said = _Said(act, offset)
    return [said.headline(), *said.lines(), *said.particulars(), *said.signature()]


class _Said:
    """The sentences of one act."""

    def __init__(self, act: Act, offset: int) -> None:
        self._act, self._offset = act, offset
        self._named: Mapping[str, Any] = act.named
        if act.function in ("request", "propose"):
            names = _ASKING if act.function == "request" else _OFFER
            self._named = {**dict(zip(names, act.arguments[0], strict=True)), **self._named}

    def headline(self) -> str:
        values = {name: self._text(name, value) for name, value in self._named.items()}
        return tr(*HEADLINES[self._act.contract, self._act.function]).format(**values, name=self._name())

    def _text(self, name: str, value: Any) -> str:
        """Return an argument as the first sentence says it."""
        if isinstance(value, bool):
            return tr(*_CHOICES[name][value])
        if isinstance(value, bytes):
            return _unit(value) if name == "unit" else f"0x{value.hex()}"
        if isinstance(value, int):
            return _NUMBERS.get(name, _plain)(value, self._offset)
        return str(value) if isinstance(value, str) else ""

    def _name(self) -> str:
        """Return the name that is registered, in both languages: both are signed."""
        record = self._act.record
        if record is None:
            return ""
        return json.dumps(" / ".join(filter(None, (record.name.zh, record.name.en))), ensure_ascii=False)

    # -- lines

    def lines(self) -> list[str]:
        """Say each thing of many."""
        named = self._named
        if "floors" in named:
            return [f"  {_item(item)}{_colon()}{units:,}" for item, units in named["floors"]]
        if "cycles" in named:
            return [f"  {_cycle(category, days)}" for category, days in named["cycles"]]
        if "proposals" in named:
            return [f"  {key:0{_KEY_DIGITS}x}" for key in named["proposals"]]
        if "grants" in named:
            return [f"  {_place(division)}{_subject(subject)}" for division, subject in named["grants"]]
        if self._act.function == "propose":
            return [f"  {self._offered(word)}" for word in named["lines"]]
        return self._document() if "document" in named else []

    def _offered(self, word: int) -> str:
        head = unpack_head(word)
        if head.reason:
            raise ValueError("lines")
        lot = BY_CODE.lot(head.lot)
        if not head.quantity:
            return tr(f"{lot} stays, and counts for the floor", f"{lot}：留存，计入保底量")
        return tr(f"{lot}: {head.quantity:,}", f"{lot}：{head.quantity:,}")

    def _document(self) -> list[str]:
        """Say the document that is shown or approved, as a draft of it does."""
        act, named = self._act, self._named
        kind = Kind.COUNT if act.function == "proveCount" else Kind.of(named["kind"])
        if kind not in _DOCUMENTS[act.function]:
            raise ValueError("kind")
        draft = Draft(
            chain_id=act.chain_id,
            genesis=act.genesis,
            ledger=act.ledger,
            kind=kind,
            document=document_of(named["document"]),
            sender=Seat(ZERO_ADDRESS, 0),
            valid_until=0,
            body=named.get("body", bytes(32)),
        )
        said = [f"  {each}" for each in say_content(draft, self._offset)]
        if act.function == "approveWithConsent":
            key, until = f"{draft.key:0{_KEY_DIGITS}x}", minute(named["validUntil"], self._offset)
            said.append(
                tr(
                    f"  It becomes document {key}; the consent to it counts until {until}.",
                    f"  将记录为单据 {key}；对其的会签有效期至 {until}。",
                )
            )
        return said

    # -- everything else

    def particulars(self) -> list[str]:
        """Say what else is signed."""
        told = ((_PARTICULARS.get(name), value) for name, value in self._named.items())
        found = [tell(value, self) for tell, value in told if tell is not None]
        return [each for each in [*found, *self._record()] if each]

    def _record(self) -> list[str]:
        """Say the note that goes with the act, and stays off chain."""
        act, record = self._act, self._act.record
        if act.digest is None:
            return []
        digest = f"0x{act.digest.hex()}"
        said = [tr(f"Salted digest on chain: {digest}.", f"上链的加盐摘要：{digest}。")]
        if record is not None and record.body:
            text = _visible(json.dumps(dict(record.body), ensure_ascii=False, sort_keys=True))
            said.insert(0, tr(f"Note, off chain: {text}", f"备注（不上链）：{text}"))
        return said

    @property
    def is_norm(self) -> bool:
        """Whether a time of 0 means: from the block that records it."""
        return self._act.contract == "Norms"

    def moment(self, seconds: int) -> str:
        """Return a moment as the ledger's clocks show it."""
        return minute(seconds, self._offset)

    def signature(self) -> list[str]:
        """Say who signs, and where it goes."""
        act = self._act
        said = [tr(f"It is signed by {act.sender}.", f"签署人：{act.sender}。")]
        if act.key:
            what = tr(*(("request", "申请") if act.function == "request" else ("proposal", "调剂方案")))
            key = f"{act.key:0{_KEY_DIGITS}x}"
            said.append(tr(f"It becomes {what} {key}.", f"将记录为{what} {key}。"))
        where, gas = f"{act.contract} {act.address}", f"{act.gas:,}"
        said.append(
            tr(
                f"It is a call of {act.function} of {where} on chain {act.chain_id}, with at most {gas} gas.",
                f"调用链 {act.chain_id} 上 {where} 的 {act.function}，燃料上限 {gas}。",
            )
        )
        return said


_ASKING = ("clientId", "site", "item", "quantity", "neededBy", "urgency", "reason", "consignee", "body")
_OFFER = ("clientId", "request", "giver", "anchor", "lines")


def _colon() -> str:
    return tr(": ", "：")


def _plain(value: int, _: int = 0) -> str:
    return f"{value:,}"


def _place(value: int, _: int = 0) -> str:
    return tr(f"division {value}", f"行政区划 {value}") if value else tr("the country", "全国")


def _site(value: int, _: int = 0) -> str:
    return BY_CODE.site(value)


def _item(value: int, _: int = 0) -> str:
    return BY_CODE.item(value)


def _id(value: int, _: int = 0) -> str:
    return f"{value:0{_ID_DIGITS}x}"


def _key(value: int, _: int = 0) -> str:
    return f"{value:0{_KEY_DIGITS}x}"


def _successor(value: int, _: int = 0) -> str:
    return str(value) if value else tr("nobody", "无")


def _subject(value: int, _: int = 0) -> str:
    return tr(f", speaking for {_id(value)}", f"（代表 {_id(value)}）") if value else ""


def _category(value: int, _: int = 0) -> str:
    return tr(f"category {value:07d}", f"类别 {value:07d}") if value else tr("no category", "无类别")


def _cycle(category: int, days: int) -> str:
    what = _category(category)
    if not days:
        return tr(f"{what}: no count is due", f"{what}：无须定期盘点")
    return tr(f"{what}: every {days} days", f"{what}：每 {days} 天")


def _whom(value: int, _: int = 0) -> str:
    return tr(f", for {_id(value)}", f"，供 {_id(value)} 领用") if value else ""


def _grade(value: int, _: int = 0) -> str:
    if not 1 <= value <= len(_GRADES):
        raise ValueError("grade")
    return _GRADES[value - 1]


def _unit(code: bytes) -> str:
    text = code.rstrip(b"\0").decode("ascii", "replace")
    if not UNIT.fullmatch(text):
        raise ValueError("unit")
    return text


def _visible(text: str) -> str:
    """Return a text with what nobody can see, or what moves a terminal's cursor, written out."""
    return "".join(
        f"\\u{ord(each):04x}" if unicodedata.category(each).startswith("C") else each for each in text
    )


def _share(value: int, _: int = 0) -> str:
    return f"{value // _SHARE}.{value % _SHARE:02d}%"


def _shelf_life(value: int, _: int = 0) -> str:
    return tr(f"{value} days", f"{value} 天") if value else tr("no limit", "无期限")


_NUMBERS: Mapping[str, Callable[[int, int], str]] = {
    "division_": _place,
    "division": _place,
    "site_": _site,
    "site": _site,
    "giver": _site,
    "consignee_": _id,
    "supplier": _id,
    "issuer": _id,
    "qualification": _id,
    "consignee": _whom,
    "successor": _successor,
    "subject": _subject,
    "role": lambda value, _: Role(value).label,
    "mode": lambda value, _: StorageMode(value).label,
    "urgency": lambda value, _: Urgency(value).label,
    "category": _category,
    "qualificationCategory": _category,
    "grade": _grade,
    "share": _share,
    "item_": _item,
    "item": _item,
    "pack": _item,
    "unit": _item,
    "shelfLife": _shelf_life,
    "request": _key,
    "proposal": _key,
    "key": _key,
    "from": minute,
    "until": minute,
    "neededBy": minute,
}
"""How the first sentence writes a number, by the name of its argument; others as they are."""

_CHOICES: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "disposal": (("", ""), (", which takes goods that may not be used", "，接收不可用物资")),
    "uphold": (
        ("the old key acts again", "恢复原密钥"),
        ("the new key takes over", "由新密钥接替"),
    ),
    "serial": (("", ""), (", each piece with a number of its own", "，逐件编号")),
}
"""What the first sentence says of a choice: not chosen, chosen; English, Chinese."""


def _grant(division: int, _: _Said) -> str:
    place = _place(division)
    return tr(f"It relies on the signer's grant for {place}.", f"所依据的授权：{place}。")


def _reason(code: int, _: _Said) -> str:
    label = reason_label(code)
    return tr(f"Reason: {label}.", f"原因：{label}。") if code else tr("No reason is given.", "未填写原因。")


def _stale(code: int, _: _Said) -> str:
    label = reason_label(code)
    if not code:
        return tr("No giver whose count is overdue gives.", "盘点逾期的调出方不得调出。")
    return tr(
        f"Givers whose count is overdue give all the same: {label}.", f"盘点逾期的调出方仍可调出：{label}。"
    )


def _effect(seconds: int, said: _Said) -> str:
    if said.is_norm and not seconds:
        return tr("It holds from the block that records it.", "自记录所在区块起生效。")
    when = said.moment(seconds)
    return tr(f"It takes effect at {when}.", f"生效时间：{when}。")


def _source(digest: bytes, _: _Said) -> str:
    return tr(f"A decision of digest 0x{digest.hex()} orders it.", f"所依据文件的摘要：0x{digest.hex()}。")


def _compromised(seconds: int, said: _Said) -> str:
    if not seconds:
        return ""
    when = said.moment(seconds)
    return tr(f"The key is said to be in foreign hands since {when}.", f"据称该密钥自 {when} 起为他人掌握。")


def _class_consent(consent: tuple[bytes, bytes], _: _Said) -> str:
    if not any(consent[0] + consent[1]):
        return tr("No consent to a class of roles comes with it.", "未随附角色类别同意书。")
    text = f"0x{(consent[0] + consent[1]).hex()}"
    return tr(
        f"The holder's consent to its class of roles, for life, comes with it: {text}.",
        f"随附持有人对其角色类别（终身）的同意：{text}。",
    )


def _anchor(digest: bytes, _: _Said) -> str:
    if not any(digest):
        return tr("Nobody computed it: it was chosen.", "人工选定，非计算结果。")
    return tr(f"It comes from the matching 0x{digest.hex()}.", f"源自撮合结果 0x{digest.hex()}。")


_PARTICULARS: Mapping[str, Callable[[Any, _Said], str]] = {
    "authorityDivision": _grant,
    "approverDivision": _grant,
    "keeperDivision": _grant,
    "reason": _reason,
    "staleReason": _stale,
    "effectiveAt": _effect,
    "source": _source,
    "compromisedSince": _compromised,
    "consent": lambda consent, said: "" if "document" in said._named else _class_consent(consent, said),
    "newHolderConsent": _class_consent,
    "anchor": _anchor,
}
"""What is said of an argument behind the first sentence, by its name."""
