"""What a form of an act leaves to the ledger: grants, proposals, requests, recorded documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, Protocol

from ledger_client.addresses import Address
from ledger_client.errors import RefusedError
from ledger_client.forms import DocumentUnknownError, FormOpenError
from ledger_client.index.allocation import AllocationReader
from ledger_client.roles import Role
from ledger_client.seats import nearest_grant

if TYPE_CHECKING:
    from ledger_client.fold.allocation_records import Proposal, Request
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.reads import IndexReader


class RequestUnknownError(RefusedError):
    """No request has a key."""

    en = "request {request} is not recorded on this ledger; look its key up"
    zh = "账本中没有申请 {request}；请核对编号"


class ProposalUnknownError(RefusedError):
    """No proposal has a key."""

    en = "proposal {proposal} is not recorded on this ledger; look its key up"
    zh = "账本中没有调剂方案 {proposal}；请核对编号"


class ActsKnown(Protocol):
    """What a form may leave open."""

    def grant(self, address: Address, role: Role, division: int) -> int:
        """Return the division of the grant nearest above a division, else itself."""

    def granter(self, holder: Address, role: Role, division: int, subject: int) -> int:
        """Return the division of the grant that made another one; that one's own where there is none."""

    def declared_by(self, division: int) -> int:
        """Return the division of the grant that declared a division's last emergency, else itself."""

    def request(self, key: int) -> Request:
        """Return a request."""

    def proposal(self, key: int) -> tuple[Proposal, Request]:
        """Return a proposal with its request."""

    def document(self, key: int) -> RecordedDocument:
        """Return a recorded document."""


class IndexActs:
    """What an index says.

    Args:
        index: Where it is looked up.
        now: Seconds since 1970.
        allow: Called with the sites that something names before it is told; with none where there is no such
            thing. It may refuse.
    """

    def __init__(
        self,
        index: IndexReader,
        now: Callable[[], float],
        allow: Callable[[tuple[int, ...]], None] = lambda _: None,
    ) -> None:
        self._index = index
        self._allocation = AllocationReader.beside(index)
        self._now = now
        self._allow = allow

    def grant(self, address: Address, role: Role, division: int) -> int:
        """See `ActsKnown.grant`."""
        return nearest_grant(self._index, address, role, division)

    def granter(self, holder: Address, role: Role, division: int, subject: int) -> int:
        """See `ActsKnown.granter`."""
        wanted = (role, division, subject)
        found = (
            grant.granter_division
            for grant in self._index.grants(holder)
            if (grant.role, grant.division, grant.subject) == wanted
        )
        return next(found, division)

    def declared_by(self, division: int) -> int:
        """See `ActsKnown.declared_by`."""
        spells = [each for each in self._allocation.emergencies(division) if each.division == division]
        return spells[-1].declared_by if spells else division

    def request(self, key: int) -> Request:
        """See `ActsKnown.request`.

        Raises:
            RequestUnknownError: None has that key.
        """
        found = self._allocation.request(key)
        self._allow((found.request.site,) if found else ())
        if found is None:
            raise RequestUnknownError(request=f"{key:062x}")
        return found.request

    def proposal(self, key: int) -> tuple[Proposal, Request]:
        """See `ActsKnown.proposal`.

        Raises:
            ProposalUnknownError: None has that key.
        """
        found = self._allocation.proposal(key, int(self._now()))
        self._allow((found.proposal.giver, found.request.site) if found else ())
        if found is None:
            raise ProposalUnknownError(proposal=f"{key:062x}")
        return found.proposal, found.request

    def document(self, key: int) -> RecordedDocument:
        """See `ActsKnown.document`.

        Raises:
            DocumentUnknownError: None has that key.
        """
        found = self._index.document(key)
        sites = (found.from_site, found.to_site) if found else ()
        self._allow(tuple(each for each in sites if each))
        if found is None:
            raise DocumentUnknownError(document=f"{key:062x}")
        return found


class NoActsKnown:
    """Whoever has no index: what a form leaves open is refused."""

    def grant(self, *_: object) -> int:
        """Refuse: the division of a grant is open."""
        _refuse("the division of the signer's grant", "签署人的授权区划")

    def granter(self, *_: object) -> int:
        """Refuse: who granted is open."""
        _refuse("the division of the signer's grant", "签署人的授权区划")

    def declared_by(self, *_: object) -> int:
        """Refuse: who declared an emergency is open."""
        _refuse("the division of the signer's grant", "签署人的授权区划")

    def request(self, *_: object) -> Request:
        """Refuse: what was asked is open."""
        _refuse("what the request says", "申请的内容")

    def proposal(self, *_: object) -> tuple[Proposal, Request]:
        """Refuse: what was proposed is open."""
        _refuse("what the proposal says", "调剂方案的内容")

    def document(self, *_: object) -> RecordedDocument:
        """Refuse: what was recorded is open."""
        _refuse("what the document says", "单据的内容")


def _refuse(what: str, what_zh: str) -> NoReturn:
    raise FormOpenError(what=what, what_zh=what_zh)
