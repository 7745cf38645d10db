"""Roles, grants and replaced keys."""

from __future__ import annotations

from typing import Any

_LIST_ROLES: dict[str, Any] = {
    "roles": [
        {
            "role": "authority",
            "name": {"zh": "主管", "en": "authority"},
            "may": [
                {
                    "text": {"zh": "登记行政区划", "en": "register divisions"},
                    "part": "sends",
                    "where": {"zh": "所授区划及其下级", "en": "in its division and below"},
                    "functions": ["registerDivision"],
                },
                {
                    "text": {"zh": "关闭行政区划", "en": "close divisions"},
                    "part": "sends",
                    "where": {"zh": "所授区划的下级", "en": "strictly below its division"},
                    "functions": ["closeDivision"],
                },
            ],
            "must": [
                {
                    "text": {
                        "zh": "密钥丢失或被盗时立即报告主管，并说明可能的起始时间",
                        "en": "report a key that is lost or stolen, with the time since when it may be",
                    },
                    "rule": {
                        "zh": "其后的签署列为发现，授权即时暂停",
                        "en": "what it signed since is a finding; its grants are suspended at once",
                    },
                    "deadline": {"zh": "立即", "en": "at once"},
                },
                {
                    "text": {
                        "zh": "密钥并未丢失或被盗时，对更换提出异议",
                        "en": "object to the replacement of a key that is neither lost nor stolen",
                    },
                    "rule": {"zh": "异议由上一级裁决", "en": "an objection sends the case one level up"},
                    "deadline": {"zh": "等待期 D 届满前", "en": "before the delay D has passed"},
                },
            ],
            "must_not": [
                {
                    "text": {
                        "zh": "一把密钥兼任不同类别的角色（密钥终身属于一个类别）",
                        "en": "hold two kinds of roles with one key: a key belongs for life to one class",
                    },
                    "kept_by": {"zh": "账本拒绝", "en": "refused by the ledger"},
                },
                {
                    "text": {
                        "zh": "将姓名、电话、住址、证件号码写入链上",
                        "en": "put names, telephone numbers, addresses or identity numbers on chain",
                    },
                    "kept_by": {"zh": "账本没有此类字段", "en": "the ledger has no field for them"},
                },
            ],
        },
        {
            "role": "keeper",
            "name": {"zh": "保管员", "en": "keeper"},
            "may": [
                {
                    "text": {"zh": "记录期初", "en": "record a site's opening"},
                    "part": "sends",
                    "where": {"zh": "所授区划及其下级", "en": "in its division and below"},
                    "functions": ["open"],
                },
                {
                    "text": {"zh": "记录收货", "en": "record receipts"},
                    "part": "sends",
                    "where": {"zh": "所授区划及其下级", "en": "in its division and below"},
                    "functions": ["receiveGoods"],
                },
            ],
            "must": [
                {
                    "text": {
                        "zh": "密钥丢失或被盗时立即报告主管，并说明可能的起始时间",
                        "en": "report a key that is lost or stolen, with the time since when it may be",
                    },
                    "rule": {
                        "zh": "其后的签署列为发现，授权即时暂停",
                        "en": "what it signed since is a finding; its grants are suspended at once",
                    },
                    "deadline": {"zh": "立即", "en": "at once"},
                },
                {
                    "text": {
                        "zh": "密钥并未丢失或被盗时，对更换提出异议",
                        "en": "object to the replacement of a key that is neither lost nor stolen",
                    },
                    "rule": {"zh": "异议由上一级裁决", "en": "an objection sends the case one level up"},
                    "deadline": {"zh": "等待期 D 届满前", "en": "before the delay D has passed"},
                },
            ],
            "must_not": [
                {
                    "text": {
                        "zh": "一把密钥兼任不同类别的角色（密钥终身属于一个类别）",
                        "en": "hold two kinds of roles with one key: a key belongs for life to one class",
                    },
                    "kept_by": {"zh": "账本拒绝", "en": "refused by the ledger"},
                },
                {
                    "text": {
                        "zh": "将姓名、电话、住址、证件号码写入链上",
                        "en": "put names, telephone numbers, addresses or identity numbers on chain",
                    },
                    "kept_by": {"zh": "账本没有此类字段", "en": "the ledger has no field for them"},
                },
            ],
        },
    ],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_LIST_GRANTS: dict[str, Any] = {
    "division": "420102",
    "at": "2026-09-20T08:00:00Z",
    "grants": [
        {
            "grant": "4e88aa07c58c9fbc8a394cb5ebe1fa1a4624798df456157744b3f7de3d681db0",
            "holder": "0x9631b0cf18BfAaEF31aA1e0405672f47677a3696",
            "role": "keeper",
            "division": "420102001002",
            "subject": None,
            "state": "acting",
            "acts_from": "2026-09-01T01:00:08Z",
            "revoked_at": None,
            "granted_at": "0",
            "may_veto": [],
            "compromised_since": None,
            "position": 2,
        }
    ],
    "next_after": "4e88aa07c58c9fbc8a394cb5ebe1fa1a4624798df456157744b3f7de3d681db0",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_HOLDER: dict[str, Any] = {
    "holder": "0x9631b0cf18BfAaEF31aA1e0405672f47677a3696",
    "holder_class": "keeper",
    "journal": "8d93af2d07b80090358369e94f991728f739819cac72b1940000000000000002",
    "at": "2026-09-20T08:00:00Z",
    "grants": [
        {
            "grant": "4e88aa07c58c9fbc8a394cb5ebe1fa1a4624798df456157744b3f7de3d681db0",
            "holder": "0x9631b0cf18BfAaEF31aA1e0405672f47677a3696",
            "role": "keeper",
            "division": "420102001002",
            "subject": None,
            "state": "acting",
            "acts_from": "2026-09-01T01:00:08Z",
            "revoked_at": None,
            "granted_at": "0",
            "may_veto": [],
            "compromised_since": None,
            "position": 2,
        }
    ],
    "replacements": [],
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_LIST_REPLACEMENTS: dict[str, Any] = {
    "division": "0",
    "at": "2026-09-12T08:00:00Z",
    "replacements": [
        {
            "replacement": 1,
            "old_holder": "0x9631b0cf18BfAaEF31aA1e0405672f47677a3696",
            "new_holder": "0x3801B2D09cAd4eA0795B6ccf592a291A82450243",
            "grants": [{"division": "420102001002", "subject": None}],
            "state": "proposed",
            "proposed_at": "2026-09-12T01:00:00Z",
            "executable_at": "2026-09-13T01:00:00Z",
            "authority_division": "4201",
            "proposer": "0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490",
            "may_decide": ["42", "0"],
            "compromised_since": None,
        }
    ],
    "next_after": None,
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

_READ_REPLACEMENT: dict[str, Any] = {
    "replacement": 1,
    "old_holder": "0x9631b0cf18BfAaEF31aA1e0405672f47677a3696",
    "new_holder": "0x3801B2D09cAd4eA0795B6ccf592a291A82450243",
    "grants": [{"division": "420102001002", "subject": None}],
    "state": "proposed",
    "proposed_at": "2026-09-12T01:00:00Z",
    "executable_at": "2026-09-13T01:00:00Z",
    "authority_division": "4201",
    "proposer": "0xC1A64ACB77bb1891C0ACce5A3211f1EC9F57d490",
    "may_decide": ["42", "0"],
    "compromised_since": None,
    "at": "2026-09-12T08:00:00Z",
    "block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_roles": _LIST_ROLES,
    "list_grants": _LIST_GRANTS,
    "read_holder": _READ_HOLDER,
    "list_replacements": _LIST_REPLACEMENTS,
    "read_replacement": _READ_REPLACEMENT,
}
"""Name of an operation → an answer."""
