// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A division (GB/T 2260, GB/T 10114 and 3 digits for the community): the unpadded prefix of 2, 4, 6, 9 or
/// 12 digits for province, city, district, street and community; 0 is the country and the root.
type DivisionId is uint64;

/// @notice A site: community (12 digits), storage mode (1), number (2); 15 digits, below 2**53.
type SiteId is uint64;

/// @notice An item: category of GB/T 38565 (7 digits) and 5 digits.
type ItemId is uint64;

/// @notice A category for which a supplier is qualified and an issuer accredited; 0 means that none is needed.
type CategoryId is uint32;

/// @notice The first 160 bits of a keccak over a supplier's identifier (USCC or LEI; salted for sole traders).
type SupplierId is uint160;

/// @notice The first 160 bits of a keccak over an issuer's identifier.
type IssuerId is uint160;

/// @notice The first 160 bits of a keccak over a consignee's identifier. Never a person.
type ConsigneeId is uint160;

/// @notice The first 160 bits of keccak(issuer, supplier, category, certificate digest).
type QualificationId is uint160;

/// @notice The first 160 bits of a keccak over the attributes of a lot, see `LotLibrary`.
type LotId is uint160;

/// @notice The first 248 bits of keccak(recording site, client id).
type DocumentKey is uint248;

/// @notice The first 248 bits of keccak(receiving site, client id).
type RequestKey is uint248;

/// @notice The first 248 bits of keccak(request, client id).
type ProposalKey is uint248;

using {equalDivision as ==, notEqualDivision as !=} for DivisionId global;
using {equalSite as ==, notEqualSite as !=} for SiteId global;
using {equalCategory as ==, notEqualCategory as !=} for CategoryId global;
using {equalSupplier as ==, notEqualSupplier as !=} for SupplierId global;
using {equalLot as ==, notEqualLot as !=} for LotId global;
using {community, district, mode} for SiteId global;
using {contains, containsSite, isWellFormed} for DivisionId global;

function equalDivision(DivisionId a, DivisionId b) pure returns (bool) {
    return DivisionId.unwrap(a) == DivisionId.unwrap(b);
}

function notEqualDivision(DivisionId a, DivisionId b) pure returns (bool) {
    return DivisionId.unwrap(a) != DivisionId.unwrap(b);
}

function equalSite(SiteId a, SiteId b) pure returns (bool) {
    return SiteId.unwrap(a) == SiteId.unwrap(b);
}

function notEqualSite(SiteId a, SiteId b) pure returns (bool) {
    return SiteId.unwrap(a) != SiteId.unwrap(b);
}

function equalCategory(CategoryId a, CategoryId b) pure returns (bool) {
    return CategoryId.unwrap(a) == CategoryId.unwrap(b);
}

function notEqualCategory(CategoryId a, CategoryId b) pure returns (bool) {
    return CategoryId.unwrap(a) != CategoryId.unwrap(b);
}

function equalSupplier(SupplierId a, SupplierId b) pure returns (bool) {
    return SupplierId.unwrap(a) == SupplierId.unwrap(b);
}

function notEqualSupplier(SupplierId a, SupplierId b) pure returns (bool) {
    return SupplierId.unwrap(a) != SupplierId.unwrap(b);
}

function equalLot(LotId a, LotId b) pure returns (bool) {
    return LotId.unwrap(a) == LotId.unwrap(b);
}

function notEqualLot(LotId a, LotId b) pure returns (bool) {
    return LotId.unwrap(a) != LotId.unwrap(b);
}

/// @notice The community (12 digits) in which `site` lies.
function community(SiteId site) pure returns (DivisionId) {
    return DivisionId.wrap(SiteId.unwrap(site) / 1_000);
}

/// @notice The district (6 digits) in which `site` lies.
function district(SiteId site) pure returns (uint64) {
    return SiteId.unwrap(site) / 1_000_000_000;
}

/// @notice The storage mode of `site`: 1 government, 2 agreement, 3 enterprise-held, 4 household, 5 merchant.
function mode(SiteId site) pure returns (uint64) {
    return (SiteId.unwrap(site) / 100) % 10;
}

/// @notice Whether `division` has 2, 4, 6, 9 or 12 digits, or is the root.
function isWellFormed(DivisionId division) pure returns (bool) {
    uint64 id = DivisionId.unwrap(division);
    return id == 0 || (id >= 10 && id < 100) || (id >= 1_000 && id < 10_000) || (id >= 100_000 && id < 1_000_000)
        || (id >= 100_000_000 && id < 1_000_000_000) || (id >= 100_000_000_000 && id < 1_000_000_000_000);
}

/// @notice Whether `inner` is `outer` or lies in it: a prefix test, so the tree needs no storage.
/// @dev Both are well formed, so that a prefix of any other length is never met.
function contains(DivisionId outer, DivisionId inner) pure returns (bool) {
    uint64 prefix = DivisionId.unwrap(outer);
    uint64 id = DivisionId.unwrap(inner);
    if (prefix == 0) return true;
    while (id > prefix) id /= 10;
    return id == prefix;
}

/// @notice Whether `site` lies in `division`; one division instead of the loop of `contains`.
/// @dev A prefix of any other length than 2, 4, 6, 9 or 12 digits contains no site.
function containsSite(DivisionId division, SiteId site) pure returns (bool) {
    uint64 prefix = DivisionId.unwrap(division);
    uint64 id = SiteId.unwrap(site);
    if (prefix == 0) return true;
    if (prefix < 100) return id / 10_000_000_000_000 == prefix;
    if (prefix < 10_000) return id / 100_000_000_000 == prefix;
    if (prefix < 1_000_000) return id / 1_000_000_000 == prefix;
    if (prefix < 1_000_000_000) return id / 1_000_000 == prefix;
    return id / 1_000 == prefix;
}
