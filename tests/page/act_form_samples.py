"""Forms of every act as the page fills them in, some of which leave to the server what may be left."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import CountLine, Line, pack_lines
from ledger_client.signers import EnvironmentSigner
from ledger_client.words import join_words, pack_head, pack_reference

Form = dict[str, Any]

SIGNER = EnvironmentSigner.from_value("KEY", keccak(b"signer of acts").hex())
HOLDER, OTHER = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf", "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"

GIVER, RECEIVER = 420106001001101, 420102001002301
LOT, STAYS = 0xA1 << 152 | 1, 0xB2 << 152 | 2
APPROVED, OTHER_PROPOSAL, REQUEST = 7 << 240 | 5, 2, 5 << 200
OFFERED = join_words((pack_head(LOT, 0, 1_234), pack_head(STAYS, 0, 0)))
DECISION = f"0x{'ab' * 32}"
CONSENT = f"0x{'1c' * 64}"
CLIENT = f"0x{keccak(b'a client id').hex()}"
ISSUER, SUPPLIER = f"{0xB2 << 152:040x}", f"{0xA1 << 152:040x}"
USCC, LEI, QUALIFICATION = "91110000600037341L", "5493001KJTIIGC8Y1R12", f"{8:040x}"


def _recorded(key: int, kind: Kind, **members: Any) -> Any:
    nothing = {"to": 0, "reference": 0, "reason": 0, "qualification": 0, "deadline": 0, "is_day_only": False}
    return SimpleNamespace(key=key, kind=int(kind), from_=GIVER, **{**nothing, **members})


COUNT = _recorded(
    6,
    Kind.COUNT,
    occurred_at=1_790_000_000,
    reference=9,
    lines=pack_lines(Kind.COUNT, [CountLine(LOT, 10, 9, 30), CountLine(STAYS, 3_000, 4_001, 0)]),
)
DISPATCH = _recorded(
    7,
    Kind.DISPATCH,
    occurred_at=1_789_920_000,
    is_day_only=True,
    to=RECEIVER,
    reference=pack_reference(4, APPROVED),
    deadline=1_790_086_400,
    lines=pack_lines(Kind.DISPATCH, [Line(LOT, 1_234)]),
)

_BY = {"address": SIGNER.address, "division": "420106"}
_NEAREST = {"address": SIGNER.address}
_KEYS = [f"{APPROVED:062x}", f"{OTHER_PROPOSAL:062x}"]
_GRANT = {"holder": HOLDER, "division": "420106001001"}
_ACCREDITATION = {"issuer": ISSUER, "category": "1010101"}
_SUSPENDED = {"reason": "under-investigation", "since": "2026-09-01"}
_ASKING = {
    "act": "request",
    "client_id": CLIENT,
    "site": str(RECEIVER),
    "item": "299010110001",
    "quantity": "9223372036854775807",
    "needed_by": "2026-12-20",
}
_DISPATCHED = {
    "act": "approve-with-consent",
    "client_id": CLIENT,
    "proposal": f"{APPROVED:062x}",
    "kind": "dispatch",
    "occurred_at": "2026-11-29T09:30+08:00",
    "deadline": "2026-12-20",
}

_FORMS: dict[str, Form] = {
    "register-division": {
        "act": "register-division", "division": "420106001001", "zh": "东城社区", "en": "East community",
    },
    "close-division": {"act": "close-division", "division": "420106001001", "successor": "420106001002"},
    "close-division, no successor": {"act": "close-division", "division": "420106001001", "by": _NEAREST},
    "register-site": {
        "act": "register-site", "site": str(GIVER), "zh": " 东城 （甲）储备点 ", "en": "East \"site\"",
        "disposal": True,
    },
    "register-site, nearest grant": {
        "act": "register-site", "site": str(GIVER), "zh": "东城储备点", "by": _NEAREST,
    },
    "close-site": {"act": "close-site", "site": str(GIVER), "successor": str(RECEIVER)},
    "close-site, no successor": {"act": "close-site", "site": str(GIVER)},
    "register-consignee": {
        "act": "register-consignee", "consignee": "local:clinic-7", "division": "420106", "zh": "东城医院",
    },
    "close-consignee": {"act": "close-consignee", "consignee": USCC, "division": "420106"},
    "register-supplier": {"act": "register-supplier", "supplier": LEI, "en": "East trading"},
    "register-supplier, by USCC": {
        "act": "register-supplier", "supplier": "９１110000-600037341l", "zh": "商行",
    },
    "register-issuer": {"act": "register-issuer", "issuer": ISSUER, "zh": "质检所", "by": _NEAREST},
    "register-item": {
        "act": "register-item", "item": "101010100001", "zh": "口罩", "en": "Masks", "unit": "H87",
        "category": "1010101", "shelf_life": 90, "serial": True,
    },
    "register-item, plain": {"act": "register-item", "item": "201010100001", "zh": "大米", "unit": "KG"},
    "set-factor": {"act": "set-factor", "pack": "201010100002", "unit": "201010100001", "factor": "2500"},
    "grant": {**_GRANT, "act": "grant", "role": "issuer", "subject": ISSUER, "class_consent": CONSENT},
    "grant, nearest grant": {**_GRANT, "act": "grant", "role": "authority", "by": _NEAREST},
    "revoke": {
        **_GRANT, "act": "revoke", "role": "keeper", "reason": "key-lost", "compromised_since": "2026-09-21",
    },
    "revoke, no claim": {**_GRANT, "act": "revoke", "role": "approver", "reason": "left-office"},
    "veto": {**_GRANT, "act": "veto", "role": "keeper", "subject": SUPPLIER, "reason": "granted-by-mistake"},
    "veto, nearest grant": {**_GRANT, "act": "veto", "role": "keeper", "reason": "key-lost", "by": _NEAREST},
    "accept-class": {"act": "accept-class", "role": "auditor"},
    "propose-replacement": {
        "act": "propose-replacement", "old_holder": HOLDER, "new_holder": OTHER.lower(),
        "grants": [{"division": "420106"}, {"division": "0", "subject": SUPPLIER}],
        "compromised_since": "2026-09-21T14:13:20+00:00", "class_consent": CONSENT,
    },
    "object-to-replacement": {"act": "object-to-replacement", "replacement": 4},
    "decide-replacement": {
        "act": "decide-replacement", "replacement": 4_000, "uphold": True, "reason": "holder-has-key",
    },
    "execute-replacement": {"act": "execute-replacement", "replacement": 4},
    "accredit": {**_ACCREDITATION, "act": "accredit", "from": "2026-09-21", "until": "2027-09-21"},
    "accredit, for ever": {**_ACCREDITATION, "act": "accredit"},
    "renew-accreditation": {**_ACCREDITATION, "act": "renew-accreditation", "until": "2027-09-21T00:00Z"},
    "suspend-accreditation": {**_ACCREDITATION, **_SUSPENDED, "act": "suspend-accreditation"},
    "reinstate-accreditation": {
        **_ACCREDITATION, "act": "reinstate-accreditation", "reason": "investigation-closed",
    },
    "revoke-accreditation": {
        **_ACCREDITATION, "act": "revoke-accreditation", "reason": "breach-of-rules", "since": "1970-01-02",
    },
    "issue-qualification": {
        **_ACCREDITATION, "act": "issue-qualification", "supplier": USCC, "grade": "A",
        "from": "2026-09-21", "until": "2027-09-21", "certificate": DECISION,
    },
    "renew-qualification": {
        "act": "renew-qualification", "qualification": QUALIFICATION, "grade": "B", "until": "2027-09-21",
    },
    "suspend-qualification": {
        **_SUSPENDED, "act": "suspend-qualification", "qualification": QUALIFICATION,
    },
    "reinstate-qualification": {
        "act": "reinstate-qualification", "qualification": QUALIFICATION, "reason": "defect-remedied",
    },
    "revoke-qualification": {
        "act": "revoke-qualification", "qualification": QUALIFICATION, "reason": "certificate-invalid",
        "since": "2026-09-01",
    },
    "set-floors": {
        "act": "set-floors", "site": str(GIVER), "source": DECISION, "effective_at": "2026-12-01",
        "floors": [
            {"item": "299010110001", "quantity": "500"}, {"item": "101010100001", "quantity": str(2**62)},
        ],
    },
    "set-floors, nearest grant": {
        "act": "set-floors", "site": str(GIVER), "source": DECISION, "by": _NEAREST,
        "floors": [{"item": "299010110001", "quantity": "0"}],
    },
    "set-cycles": {
        "act": "set-cycles", "site": str(GIVER), "source": DECISION,
        "cycles": [{"category": "1010101", "days": 30}, {"category": "1010102", "days": 0}],
    },
    "set-terms": {
        "act": "set-terms", "division": "0", "mode": "enterprise-held", "share": 2_550, "notice_days": 3,
        "source": DECISION, "effective_at": "2026-12-01T08:30:15.250+08:00",
    },
    "prove-count": {"act": "prove-count", "document": f"{COUNT.key:062x}"},
    "declare-emergency": {
        "act": "declare-emergency", "division": "420106001", "until": "2026-12-05", "reason": "outbreak",
        "source": DECISION, "by": _NEAREST,
    },
    "declare-emergency, to a minute": {
        "act": "declare-emergency", "division": "420106", "until": "2026-12-05T12:00-05:30",
        "reason": "natural-disaster", "source": DECISION,
    },
    "end-emergency": {"act": "end-emergency", "division": "420106", "reason": "danger-past"},
    "end-emergency, nearest grant": {
        "act": "end-emergency", "division": "420106", "reason": "order-withdrawn", "by": _NEAREST,
    },
    "request": {
        **_ASKING, "urgency": "critical", "reason": "outbreak", "consignee": USCC,
        "note": "诊所缺货\n\"急\"\u2028𠀀",
    },
    "request, bare": {**_ASKING, "quantity": "40", "by": _NEAREST},
    "withdraw-request": {
        "act": "withdraw-request", "request": f"{REQUEST:062x}", "reason": "supplied-otherwise",
    },
    "withdraw-request, nearest grant": {
        "act": "withdraw-request", "request": f"{REQUEST:062x}", "reason": "not-needed", "by": _NEAREST,
    },
    "propose": {
        "act": "propose", "client_id": CLIENT, "request": f"{REQUEST:062x}", "giver": str(GIVER),
        "lots": [
            {"lot": f"{STAYS:040x}", "quantity": "0"}, {"lot": f"{LOT:040x}", "quantity": "1234"},
        ],
        "anchor": DECISION,
    },
    "propose, by hand": {
        "act": "propose", "client_id": CLIENT, "request": f"{REQUEST:062x}", "giver": str(GIVER),
        "lots": [{"lot": f"{LOT:040x}", "quantity": "4"}], "by": _NEAREST,
    },
    "withdraw-proposals": {
        "act": "withdraw-proposals", "proposals": _KEYS, "role": "keeper", "reason": "giver-needs-it",
    },
    "withdraw-proposals, as approver": {
        "act": "withdraw-proposals", "proposals": _KEYS[:1], "role": "approver", "reason": "goods-gone",
        "by": _NEAREST,
    },
    "expire-proposals": {"act": "expire-proposals", "proposals": _KEYS},
    "approve": {"act": "approve", "proposals": _KEYS, "stale_reason": "seen-on-site"},
    "approve, nearest grant": {"act": "approve", "proposals": _KEYS[:1], "by": _NEAREST},
    "approve-with-consent": {**_DISPATCHED, "stale_reason": "need-outweighs", "note": "轻放"},
    "approve-with-consent, handed over today": {
        "act": "approve-with-consent", "client_id": CLIENT, "proposal": f"{APPROVED:062x}",
        "kind": "hand-over", "by": _NEAREST,
    },
    "reject": {"act": "reject", "proposals": _KEYS, "reason": "need-not-shown"},
    "show": {"act": "show", "document": f"{DISPATCH.key:062x}"},
    "show-reversed": {"act": "show-reversed", "document": f"{DISPATCH.key:062x}"},
}  # fmt: skip

FORMS: dict[str, Form] = {name: {"by": _BY, **form} for name, form in _FORMS.items()}
"""By the name of the act, and in what way where there are several."""
