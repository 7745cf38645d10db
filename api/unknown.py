"""What an address names and is not there, as refusals; apart from `problems`, which takes long to import."""

from __future__ import annotations

from ledger_client.errors import RefusedError


class UnknownHereError(RefusedError):
    """Base of: what an address names is not registered; the answer is 404."""


class SiteUnknownError(UnknownHereError):
    """No site has a code."""

    en = "site {site} is not registered; look its 15 digits up, or ask the authority of its division"
    zh = "储备点 {site} 未登记；请核对 15 位编号，或询问所属行政区划的主管机构"
