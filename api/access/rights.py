"""What a caller may read and do. Nobody may do anything that is not said here.

==============  =============================================================================================
caller          reads
==============  =============================================================================================
the public      verdicts of suppliers, totals of districts and above
a reader        registers (divisions, items, suppliers, issuers, qualifications), which name no stock; of its
                city also which sites and consignees there are and who may act where, so that a keeper finds
                whom goods go to and who signs; and everything about sites in the divisions of its account
==============  =============================================================================================

A reader of a site sees every document that names it, both sides of it.

===================  ========================================================================================
caller               does
===================  ========================================================================================
an account with      prepares documents that sites of its divisions record (a recall: over the country), and
`drafts`             hands their transactions in; sees inboxes, as far as drafts name sites of its divisions;
                     delivers consents to these; has plans made of a place that it reads, too
a session of a key   sees its own inbox and every draft in which it has a seat, whatever it reads else: a
                     supplier's key has no division; delivers consents; as the sender takes the number and
                     hands the transaction in; withdraws. What it prepares follows its grants, as an account's
a reader             sees drafts and transactions that name a site of its divisions, and changes nothing
the public           none of this
===================  ========================================================================================
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ledger_client.divisions import ROOT, DivisionId, DivisionLevel, contains, level, parent_at
from ledger_client.errors import RefusedError
from ledger_client.language import tr

_SITE_DIGITS = 15
_SITE_SPAN = 1_000
"""A site's number divided by this is its community."""


class Scope(StrEnum):
    """What a caller may do."""

    READ = "read"
    BOOKS = "books"
    DRAFTS = "drafts"

    @property
    def label(self) -> str:
        """In the language in force."""
        return tr(*_SCOPE_NAMES[self])


_SCOPE_NAMES = {
    Scope.READ: ("read sites and documents", "查阅储备点与单据"),
    Scope.BOOKS: ("upload and reconcile books", "上传与核对账册"),
    Scope.DRAFTS: ("prepare documents", "编制单据"),
}


class NotSignedInError(RefusedError):
    """The public asks for something that it may not read; the answer is 401."""

    en = (
        "{what} is not public: send the key of a reader account as `Authorization: Bearer KEY`; an authority "
        "of the division issues one with `shecang reader add`"
    )
    zh = (
        "{what_zh}不对公众开放：请以 `Authorization: Bearer 密钥` 提供查阅账户的密钥；"
        "所在区划的主管机构可用 `shecang reader add` 签发"
    )


class KeyUnusableError(RefusedError):
    """A key stands for no account, or for one that was revoked; the answer is 401."""

    en = "this key stands for no reader account here, or its account was revoked; ask whoever issued it"
    zh = "该密钥不对应任何查阅账户，或账户已被吊销；请联系签发机构"


class NotAllowedError(RefusedError):
    """A caller asks for something that is not within its account; the answer is 403."""

    en = "account {account} may not: {what} is none of what it was issued for ({rights}); ask its authority"
    zh = "账户 {account} 无权：{what_zh}不在其授权范围（{rights_zh}）之内；请联系签发机构"


@dataclass(frozen=True, slots=True)
class Rights:
    """What one caller may do.

    Attributes:
        account: Id of its account, None for the public.
        divisions: Whose sites it reads.
        scopes: What it may do there.
    """

    account: str | None
    divisions: tuple[DivisionId, ...] = ()
    scopes: frozenset[Scope] = frozenset()

    def covers(self, place: int) -> bool:
        """Return whether a site (15 digits) or division lies in one of the account's divisions."""
        digits = len(str(place)) if place else 0
        if digits != _SITE_DIGITS and digits not in set(DivisionLevel):
            return False
        division = DivisionId(place // _SITE_SPAN if digits == _SITE_DIGITS else place)
        return any(contains(each, division) for each in self.divisions)

    def may(self, scope: Scope, place: int) -> bool:
        """Return whether it may do something about a place."""
        return scope in self.scopes and self.covers(place)

    def require(self, scope: Scope, place: int) -> None:
        """Refuse what the caller may not do about a site or division.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: It is not within its account.
        """
        if not self.may(scope, place):
            self._refuse(*_place_names(place))

    def require_any(self, scope: Scope, places: Collection[int]) -> None:
        """Refuse what concerns several places where the caller may do it about none of them.

        The refusal names no place: where something is, is what the caller may not hear. What concerns no
        place (a recall) concerns the country.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: None of them is within its account.
        """
        if not any(self.may(scope, each) for each in places):
            self._refuse(*(_A_RECORD if places else _place_names(ROOT)))

    def require_scope(self, scope: Scope) -> None:
        """Refuse whoever may do something nowhere, before it is known where it would be done.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: It is not within its account.
        """
        if scope not in self.scopes or not self.divisions:
            what, what_zh = _SCOPE_NAMES[scope]
            self._refuse(f"to {what}", what_zh)

    def require_reader(self) -> None:
        """Refuse registers to whoever has no account that reads.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: The account reads nothing.
        """
        if Scope.READ not in self.scopes or not self.divisions:
            self._refuse("this register", "该登记册")

    def require_city_register(self, division: DivisionId) -> None:
        """Refuse sites, consignees and grants of a division to whoever reads nothing in its city.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: It is not within its account's cities.
        """
        is_near = level(division) >= DivisionLevel.CITY and any(
            level(each) >= DivisionLevel.CITY
            and parent_at(each, DivisionLevel.CITY) == parent_at(division, DivisionLevel.CITY)
            for each in self.divisions
        )
        if not (is_near and Scope.READ in self.scopes):
            self.require(Scope.READ, division)

    def require_draft_reader(self) -> None:
        """Refuse to say that a draft is not there to whoever may see none.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: The account neither reads nor prepares anything.
        """
        if not self.scopes & {Scope.READ, Scope.DRAFTS} or not self.divisions:
            self._refuse(*_A_DRAFT)

    def require_drafter(self) -> None:
        """Refuse to look up what a document goes on from for whoever prepares none.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: The account prepares nothing.
        """
        if Scope.DRAFTS not in self.scopes or not self.divisions:
            self._refuse("preparing documents", "编制单据")

    def require_seat(
        self, signers: Collection[str], places: Collection[int], scopes: Collection[Scope]
    ) -> None:
        """Refuse a draft to whoever has no seat in it, and none of some scopes over any site it names.

        Args:
            signers: Addresses whose session is enough.
            places: The sites that it names; none for a recall, which is about the country.
            scopes: Each is enough.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: It has neither.
        """
        if self.account in signers:
            return
        if not any(self.may(scope, place) for scope in scopes for place in places or (ROOT,)):
            self._refuse(*_A_DRAFT)

    def require_inbox(self, address: str) -> None:
        """Refuse the inbox of an address to whoever is neither it nor prepares documents.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: It is neither.
        """
        if self.account != address:
            self.require_drafter()

    def require_totals(self, division: DivisionId) -> None:
        """Refuse totals of a division below a district to whoever does not read it.

        Raises:
            NotSignedInError: It is the public.
            NotAllowedError: It is not within its account.
        """
        if not self.may_total(division):
            self.require(Scope.READ, division)

    def may_total(self, division: DivisionId) -> bool:
        """Return whether it may read totals of a division: of districts and above everybody may."""
        return level(division) <= DivisionLevel.DISTRICT or self.may(Scope.READ, division)

    def _refuse(self, what: str, what_zh: str) -> None:
        if self.account is None:
            raise NotSignedInError(what=what, what_zh=what_zh)
        where = ", ".join(map(str, self.divisions)) or "–"
        raise NotAllowedError(
            account=self.account,
            what=what,
            what_zh=what_zh,
            rights=f"{', '.join(sorted(self.scopes))} in {where}",
            rights_zh=f"{where}：{'、'.join(_SCOPE_NAMES[each][1] for each in sorted(self.scopes))}",
        )


_A_DRAFT = ("this draft", "该草稿")
_A_RECORD = ("this record of other sites", "该记录所涉储备点")

PUBLIC = Rights(None)
"""Everybody."""


def _place_names(place: int) -> tuple[str, str]:
    if place == ROOT:
        return "what lies in the whole country", "全国范围的明细"
    if place >= 10**12:
        return f"site {place}", f"储备点 {place} "
    return f"what lies in division {place}", f"区划 {place} 的明细"
