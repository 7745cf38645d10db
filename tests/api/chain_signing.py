"""What chains of requests send beside what an answer gave them: forms that are new, and real signatures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

import httpx2
from acting import act_of
from drafting import draft_of, fresh_id, hex_of, signer_of
from fuzzing import Ground
from schemathesis import Case

from api.links import LINKS
from ledger_client.acts import to_dict
from ledger_client.errors import ShecangError
from ledger_client.signers import Signer

SIGNED = sorted({name for name, _ in LINKS} | {each.to for links in LINKS.values() for each in links})
"""Operations by which something is prepared, signed, handed in, and found again."""

NAMES = ("keeper-east", "keeper-north", "sound-supplies", "city-authority")
"""Whose signatures the forms ask for."""

_DRAFT_KEY = re.compile("[0-9a-f]{62}")
_KNOWN = ("Authorization", "Cookie")  # headers by which a caller is known
_Body = Callable[[Case], Any]


class ChainSigning:
    """The signers of one chain, who sign what it comes to.

    Args:
        ground: Whom the chain asks.
        headers: What the caller of the chain sends.
    """

    def __init__(self, ground: Ground, headers: Mapping[str, str]) -> None:
        self._ground = ground
        self._headers = dict(headers)
        self._signers: dict[str, Signer] = {
            each.address: each for each in (signer_of(ground.home, name) for name in NAMES)
        }
        self._handed: dict[str, Any] | None = None  # what the last number was taken for, signed under it
        self._act: Any = None  # that the chain has made last
        self._newest = ""  # key of the draft that the chain has made last
        self._bodies: Mapping[str, _Body] = {
            "consent_to_draft": self._consent,
            # What was handed in before is answered as it was then.
            "hand_in_transaction": lambda case: self._handed or ground.forms["hand_in_transaction"][0],
            "prepare_act": self._form,
            "prepare_draft": self._form,
            # A link's body is mixed with what was generated, and both of these are signed as they are.
            "put_draft": lambda case: self._draft_of(case).get("draft"),
            "reserve_act_number": lambda case: self._act and {"act": self._act},
        }

    def prepare(self, case: Case) -> None:
        """Give a case what only a signer has, for the most part; what was generated decides whether and what.

        So that a chain does its work: a draft that is there, a consent to that very draft, what was signed
        under the number that was reserved. The rest goes as it was generated, or with a form of the ground.
        """
        name, chance = _name(case), _chance(case)
        if "Authorization" not in self._headers:
            # A key that was made up would come before the session, and stands for nobody.
            case.headers = {each: value for each, value in (case.headers or {}).items() if each not in _KNOWN}
        if self._newest and self._names_nothing(case):
            case.path_parameters = {**(case.path_parameters or {}), "key": self._newest}
        if name == "list_drafts" and case.query and chance % 2:
            case.query = {**case.query, "waiting_for": next(iter(self._signers))}
        body = self._bodies[name](case) if name in self._bodies and chance % 4 else None
        forms = self._ground.forms.get(name)
        if body is not None:
            case.body = body
        elif forms and (name in self._bodies or chance % 4 == 0):
            case.body = forms[chance // 4 % len(forms)]
        else:
            return
        case.media_type = "application/json"

    def look(self, case: Case, answer: Any) -> None:
        """Sign what has got its number."""
        if answer.status_code == 201 and _name(case) == "prepare_draft":
            self._newest = answer.json()["key"]
        if answer.status_code != 200:
            return
        if _name(case) == "prepare_act":
            self._act = answer.json()["act"]
        number = answer.json().get("number")
        try:
            if _name(case) == "reserve_number":
                self._handed = self._signed_draft(answer.json()["key"], number)
            elif _name(case) == "reserve_act_number":
                self._handed = self._signed_act(case.body, number)
        except (KeyError, ShecangError):
            self._handed = None  # of a key that is not here

    def _names_nothing(self, case: Case) -> bool:
        """Return whether a case names a draft, in the right form, of which there is none."""
        key = str((case.path_parameters or {}).get("key"))
        return (
            case.path.startswith("/v1/drafts/") and bool(_DRAFT_KEY.fullmatch(key)) and not self._draft(key)
        )

    def _form(self, case: Case) -> Any:
        forms = self._ground.forms[_name(case)]
        form = forms[_chance(case) // 4 % len(forms)]
        return {**form, "client_id": fresh_id()} if "client_id" in form else form

    def _consent(self, case: Case) -> Any:
        answer = self._draft_of(case)
        waiting = (
            [
                each
                for each in answer["waiting_for"]
                if each["part"] != "sender" and each["address"] in self._signers
            ]
            if answer
            else []
        )
        if not waiting:
            return None
        digest = draft_of(answer).consent_digest
        signature = hex_of(self._signers[waiting[0]["address"]].sign_digest(digest))
        return {"part": waiting[0]["part"], "signature": signature}

    def _signed_draft(self, key: str, number: int) -> dict[str, Any]:
        answer = self._draft(key)
        draft = draft_of(answer)
        sender = self._signers[draft.sender.address]
        form = {"draft": key, "raw": f"0x{sender.sign_transaction(draft.transaction(number)).hex()}"}
        if answer["body"]:
            digest = bytes.fromhex(answer["body"]["record_digest"][2:])
            form["record_signature"] = hex_of(sender.sign_digest(digest))
        return form

    def _signed_act(self, body: Any, number: int) -> dict[str, Any]:
        act = act_of(body)
        signer = self._signers[act.sender]
        act = act.signed(signer)
        return {"act": to_dict(act), "raw": f"0x{signer.sign_transaction(act.transaction(number)).hex()}"}

    def _draft_of(self, case: Case) -> Any:
        return self._draft(str((case.path_parameters or {}).get("key")))

    def _draft(self, key: str) -> Any:
        """Return a draft as the caller reads it; nothing where there is none or the caller may not."""
        if not _DRAFT_KEY.fullmatch(key):
            return {}
        with httpx2.Client(base_url=self._ground.root, timeout=60) as client:
            answer = client.get(f"/v1/drafts/{key}", headers=self._headers)
        return answer.json() if answer.status_code == 200 else {}


def _name(case: Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def _chance(case: Case) -> int:
    """Return a number that what was generated decides."""
    return crc32(repr((case.query, case.body)).encode())
