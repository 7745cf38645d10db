"""Registers: what is refused changes nothing, what is registered shows in the index. On both engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from facade import (
    BAG_ITEM,
    BUREAU,
    CONSUMER,
    KEEPING,
    MASK_ITEM,
    NOBODY,
    PLACE,
    RICE_ITEM,
    ROOT_PARTY,
    THE_COMMUNITY,
    THE_DISTRICT,
    THE_ISSUER,
    THE_SUPPLIER,
    World,
    refused,
)
from played_ledger import CATEGORY, KEEPER, signer

from ledger_client.characters import CharacterError
from ledger_client.divisions import DivisionId
from ledger_client.fold.verdicts import Status
from ledger_client.identifiers import ConsigneeId, IssuerId, ItemId, SiteId, SupplierId
from ledger_client.keccak import keccak
from ledger_client.records import RecordId
from ledger_client.records.content import RecordKind
from ledger_client.registers import UnitCodeError
from ledger_client.reverts.catalogue import (
    CatalogueItemUnknownError,
    FactorExistsError,
    ItemExistsError,
    ItemMalformedError,
)
from ledger_client.reverts.directory import (
    ClassConsentMissingError,
    ClassTakenError,
    ConsigneeExistsError,
    ConsigneeUnknownError,
    DirectorySiteUnknownError,
    DivisionExistsError,
    DivisionNotRegisteredError,
    GrantMissingError,
    SiteExistsError,
    SubjectInvalidError,
)
from ledger_client.reverts.suppliers import (
    AccreditationExistsError,
    EntryRefusedError,
    GradeInvalidError,
    IssuerExistsError,
    IssuerUnknownError,
    NotAccreditedError,
    QualificationExistsError,
    QualificationUnknownError,
    SupplierExistsError,
    SupplierUnknownError,
)
from ledger_client.roles import Role
from ledger_client.writing import Party

NEW_COMMUNITY = DivisionId(420106001002)
DAY = 86_400
AUDIENCE = Party(KEEPING.signer, 0)
"""A keeper who names division 0, where it has no grant."""


def shown(world: World, kind: RecordKind, number: int, digest: bytes) -> str:
    """The Chinese name of something, as far as its digest is the one on chain."""
    name = world.ledger.records.name(RecordId(kind, number), digest)
    return name.zh if name else ""


class TestDivisions:
    def test_register_refuses(self, world: World) -> None:
        register = world.ledger.divisions.register
        with refused(world, GrantMissingError):
            world.write(register(NEW_COMMUNITY, zh="新社区", by=NOBODY))
        with refused(world, DivisionNotRegisteredError):
            world.write(register(DivisionId(4303), zh="无上级", by=ROOT_PARTY))
        with refused(world, CharacterError, exit_code=2):
            register(NEW_COMMUNITY, zh="看不见\u200b的", by=ROOT_PARTY)

    def test_second_registration_leaves_the_stored_name(self, world: World) -> None:
        for check in (True, False):
            with refused(world, DivisionExistsError):
                again = world.ledger.divisions.register(THE_DISTRICT, zh="别名", by=ROOT_PARTY)
                world.ledger.write([again], check=check)
        record = world.ledger.index().divisions()[THE_DISTRICT]
        assert shown(world, "division", THE_DISTRICT, record.name) == f"区划{THE_DISTRICT}"

    def test_register_and_close(self, world: World) -> None:
        divisions = world.ledger.divisions
        world.write(divisions.register(NEW_COMMUNITY, zh="新社区", en="New", by=ROOT_PARTY))
        record = world.ledger.index().divisions()[NEW_COMMUNITY]
        assert (record.is_closed, record.successor) == (False, 0)
        assert shown(world, "division", NEW_COMMUNITY, record.name) == "新社区"
        with refused(world, GrantMissingError):
            world.write(divisions.close(NEW_COMMUNITY, by=NOBODY))
        world.write(divisions.close(NEW_COMMUNITY, successor=THE_COMMUNITY, by=ROOT_PARTY))
        closed = world.ledger.index().divisions()[NEW_COMMUNITY]
        assert closed == replace(record, is_closed=True, successor=THE_COMMUNITY)


class TestSites:
    SITE = SiteId(420106001001399)

    def test_register_refuses(self, world: World) -> None:
        register = world.ledger.sites.register
        with refused(world, GrantMissingError):
            world.write(register(self.SITE, zh="仓", by=NOBODY))
        with refused(world, DivisionNotRegisteredError):
            world.write(register(SiteId(420106001009101), zh="仓", by=ROOT_PARTY))
        with refused(world, SiteExistsError):
            world.write(register(PLACE, zh="别名", by=ROOT_PARTY))

    def test_close_refuses(self, world: World) -> None:
        with refused(world, DirectorySiteUnknownError):
            world.write(world.ledger.sites.close(SiteId(420106001001499), by=ROOT_PARTY))
        with refused(world, GrantMissingError):
            world.write(world.ledger.sites.close(PLACE, by=NOBODY))

    def test_register_and_close(self, world: World) -> None:
        sites = world.ledger.sites
        world.write(sites.register(self.SITE, zh="销毁点", disposal=True, by=ROOT_PARTY))
        record = world.ledger.index().sites(THE_COMMUNITY)[self.SITE]
        assert (record.is_closed, record.is_disposal, record.successor) == (False, True, 0)
        assert shown(world, "site", self.SITE, record.name) == "销毁点"
        world.write(sites.close(self.SITE, successor=PLACE, by=ROOT_PARTY))
        assert world.ledger.index().sites()[self.SITE] == replace(record, is_closed=True, successor=PLACE)


class TestConsignees:
    NEW = ConsigneeId(0xC4 << 152)

    def test_refuses(self, world: World) -> None:
        consignees = world.ledger.consignees
        with refused(world, GrantMissingError):
            world.write(consignees.register(self.NEW, THE_DISTRICT, zh="站", by=NOBODY))
        with refused(world, ConsigneeExistsError):
            world.write(consignees.register(CONSUMER, THE_DISTRICT, zh="别名", by=ROOT_PARTY))
        with refused(world, ConsigneeUnknownError):
            world.write(consignees.close(ConsigneeId(0xC5 << 152), by=ROOT_PARTY))

    def test_register_and_close(self, world: World) -> None:
        consignees = world.ledger.consignees
        world.write(consignees.register(self.NEW, THE_DISTRICT, zh="卫生站", by=ROOT_PARTY))
        record = world.ledger.index().consignees()[self.NEW]
        assert (record.division, record.is_closed) == (THE_DISTRICT, False)
        assert shown(world, "consignee", self.NEW, record.name) == "卫生站"
        world.write(consignees.close(self.NEW, by=ROOT_PARTY))
        assert world.ledger.index().consignees()[self.NEW] == replace(record, is_closed=True)


class TestRoles:
    def test_grant_refuses(self, world: World) -> None:
        roles, newcomer = world.ledger.roles, signer("newcomer")
        consent = roles.class_consent(newcomer, Role.KEEPER)
        grant: dict[str, Any] = {
            "holder": newcomer.address,
            "role": Role.KEEPER,
            "division": THE_COMMUNITY,
        }
        with refused(world, GrantMissingError):
            world.write(roles.grant(**grant, consent=consent, by=NOBODY))
        with refused(world, ClassConsentMissingError):
            world.write(roles.grant(**grant, by=ROOT_PARTY))
        with refused(world, ClassConsentMissingError):
            others = roles.class_consent(signer("somebody"), Role.KEEPER)
            world.write(roles.grant(**grant, consent=others, by=ROOT_PARTY))
        with refused(world, SubjectInvalidError):
            world.write(roles.grant(**grant, subject=THE_SUPPLIER, consent=consent, by=ROOT_PARTY))
        with refused(world, ClassTakenError):
            world.write(roles.grant(KEEPER.address, Role.APPROVER, THE_DISTRICT, by=ROOT_PARTY))

    def test_revoke_refuses(self, world: World) -> None:
        roles = world.ledger.roles
        with refused(world, GrantMissingError):
            world.write(roles.revoke(KEEPER.address, Role.KEEPER, THE_COMMUNITY, by=NOBODY))
        with refused(world, GrantMissingError):
            world.write(roles.revoke(signer("nobody").address, Role.KEEPER, THE_DISTRICT, by=ROOT_PARTY))

    def test_grant_and_revoke(self, world: World) -> None:
        roles, newcomer = world.ledger.roles, signer("newcomer")
        consent = roles.class_consent(newcomer, Role.KEEPER)
        world.write(roles.grant(newcomer.address, Role.KEEPER, THE_COMMUNITY, consent=consent, by=ROOT_PARTY))
        [grant] = world.ledger.index().grants(newcomer.address)
        assert (grant.holder, grant.role, grant.division) == (newcomer.address, Role.KEEPER, THE_COMMUNITY)
        assert grant.is_standing
        world.write(roles.revoke(newcomer.address, Role.KEEPER, THE_COMMUNITY, reason=1, by=ROOT_PARTY))
        [grant] = world.ledger.index().grants(newcomer.address)
        assert grant.revoked_at and not grant.is_standing


class TestSuppliers:
    NEW, NEW_ISSUER = SupplierId(0xA2 << 152), IssuerId(0xB3 << 152)

    def test_refuses(self, world: World) -> None:
        suppliers = world.ledger.suppliers
        with refused(world, GrantMissingError):
            world.write(suppliers.register(self.NEW, zh="厂", by=NOBODY))
        with refused(world, SupplierExistsError):
            world.write(suppliers.register(THE_SUPPLIER, zh="别名", by=ROOT_PARTY))
        with refused(world, GrantMissingError):
            world.write(suppliers.register_issuer(self.NEW_ISSUER, zh="局", by=AUDIENCE))
        with refused(world, IssuerExistsError):
            world.write(suppliers.register_issuer(THE_ISSUER, zh="别名", by=ROOT_PARTY))
        with refused(world, IssuerUnknownError):
            world.write(suppliers.accredit(IssuerId(0xB4 << 152), CATEGORY, by=ROOT_PARTY))
        with refused(world, AccreditationExistsError):
            world.write(suppliers.accredit(THE_ISSUER, CATEGORY, by=ROOT_PARTY))

    def test_register_and_accredit(self, world: World) -> None:
        suppliers = world.ledger.suppliers
        world.write(suppliers.register(self.NEW, zh="新厂", by=ROOT_PARTY))
        assert shown(world, "supplier", self.NEW, world.ledger.index().suppliers()[self.NEW].name) == "新厂"
        world.write(suppliers.register_issuer(self.NEW_ISSUER, zh="新局", by=ROOT_PARTY))
        issuer = world.ledger.index().issuers()[self.NEW_ISSUER]
        assert shown(world, "issuer", self.NEW_ISSUER, issuer.name) == "新局"
        assert world.ledger.index().accreditation(self.NEW_ISSUER, CATEGORY) is None
        world.write(suppliers.accredit(self.NEW_ISSUER, CATEGORY, by=ROOT_PARTY))
        accreditation = world.ledger.index().accreditation(self.NEW_ISSUER, CATEGORY)
        assert accreditation is not None and len(accreditation.entries) > 0


class TestQualifications:
    GRADE = 2

    def status(self, world: World) -> Status:
        now = world.ledger.chain.head().time
        return world.ledger.index().supplier_verdict(THE_SUPPLIER, CATEGORY, now).verdict.status

    def test_refuses(self, world: World) -> None:
        issue, now = world.ledger.qualifications.issue, world.clock.now()
        fields: dict[str, Any] = {
            "grade": 1,
            "from_": 0,
            "until": now + DAY,
            "certificate": keccak(b"refused"),
        }
        with refused(world, GrantMissingError):
            world.write(issue(THE_ISSUER, THE_SUPPLIER, CATEGORY, **fields, by=NOBODY.signer))
        with refused(world, SupplierUnknownError):
            world.write(issue(THE_ISSUER, SupplierId(0xA9 << 152), CATEGORY, **fields, by=BUREAU))
        with refused(world, NotAccreditedError):
            world.write(issue(THE_ISSUER, THE_SUPPLIER, CATEGORY + 1, **fields, by=BUREAU))
        with refused(world, GradeInvalidError):
            fields["grade"] = 5
            world.write(issue(THE_ISSUER, THE_SUPPLIER, CATEGORY, **fields, by=BUREAU))
        for change in (
            world.ledger.qualifications.renew(7, grade=1, until=now, by=BUREAU),
            world.ledger.qualifications.suspend(7, reason=1, effective_at=now, by=BUREAU),
            world.ledger.qualifications.reinstate(7, reason=1, by=BUREAU),
            world.ledger.qualifications.revoke(7, reason=1, effective_at=now, by=BUREAU),
        ):
            with refused(world, QualificationUnknownError):
                world.write(change)

    def test_life(self, world: World) -> None:
        qualifications, now = world.ledger.qualifications, world.clock.now()
        assert self.status(world) is Status.UNKNOWN
        certificate = keccak(b"certificate of the supplier")
        issue = qualifications.issue(
            THE_ISSUER,
            THE_SUPPLIER,
            CATEGORY,
            grade=self.GRADE,
            from_=now,
            until=now + DAY,
            certificate=certificate,
            by=BUREAU,
        )
        world.write(issue)
        [(id_, record)] = world.ledger.index().qualifications(THE_SUPPLIER).items()
        assert (record.issuer, record.category, record.certificate) == (THE_ISSUER, CATEGORY, certificate)
        assert self.status(world) is Status.VALID
        with refused(world, QualificationExistsError):
            other = replace(issue.submission, key="another act of the same content")
            world.write(replace(issue, submission=other))

        world.write(qualifications.suspend(id_, reason=1, effective_at=world.clock.now(), by=BUREAU))
        assert self.status(world) is Status.SUSPENDED
        world.write(qualifications.reinstate(id_, reason=2, by=BUREAU))
        assert self.status(world) is Status.VALID
        world.advance(2 * DAY)
        world.write(world.ledger.suppliers.register(SupplierId(0xA8 << 152), zh="钟", by=ROOT_PARTY))
        assert self.status(world) is Status.EXPIRED
        until = world.clock.now() + DAY
        world.write(qualifications.renew(id_, grade=1, until=until, by=BUREAU))
        assert self.status(world) is Status.VALID
        world.write(qualifications.revoke(id_, reason=3, effective_at=world.clock.now(), by=BUREAU))
        assert self.status(world) is Status.REVOKED
        with refused(world, EntryRefusedError):
            world.write(qualifications.reinstate(id_, reason=2, by=BUREAU))


class TestItems:
    NEW = ItemId(201_0101_00009)

    def test_refuses(self, world: World) -> None:
        items = world.ledger.items
        with refused(world, GrantMissingError):
            world.write(items.register(self.NEW, zh="油", unit="KGM", by=AUDIENCE))
        with refused(world, ItemExistsError):
            world.write(items.register(RICE_ITEM, zh="别名", unit="KGM", by=ROOT_PARTY))
        with refused(world, ItemMalformedError):
            world.write(items.register(ItemId(5), zh="油", unit="KGM", by=ROOT_PARTY))
        with refused(world, FactorExistsError):
            world.write(items.set_factor(BAG_ITEM, RICE_ITEM, 26, by=ROOT_PARTY))
        with refused(world, CatalogueItemUnknownError):
            world.write(items.set_factor(BAG_ITEM, self.NEW, 26, by=ROOT_PARTY))
        with refused(world, GrantMissingError):
            world.write(items.set_factor(MASK_ITEM, RICE_ITEM, 2, by=AUDIENCE))

    @pytest.mark.parametrize("unit", ["公斤", "K", "KILO", ""])
    def test_refuses_a_unit_that_is_no_code(self, world: World, unit: str) -> None:
        with refused(world, UnitCodeError, exit_code=2):
            world.ledger.items.register(self.NEW, zh="油", unit=unit, by=ROOT_PARTY)

    def test_register_and_set_factor(self, world: World) -> None:
        items = world.ledger.items
        world.write(
            items.register(
                self.NEW, zh="食用油", unit="LTR", category=3, shelf_life=540, serial=True, by=ROOT_PARTY
            )
        )
        record = world.ledger.index().items()[self.NEW]
        assert (record.qualification_category, record.shelf_life, record.unit) == (3, 540, b"LTR")
        assert record.is_serial
        assert shown(world, "item", self.NEW, record.name) == "食用油"
        world.write(items.set_factor(self.NEW, RICE_ITEM, 2, by=ROOT_PARTY))
        with refused(world, FactorExistsError):
            world.write(items.set_factor(self.NEW, RICE_ITEM, 3, by=ROOT_PARTY))
