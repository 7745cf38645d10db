// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "./IDirectory.sol";
import {EntryKind, EntryWord, StateWord} from "../types/History.sol";
import {CategoryId, DivisionId, IssuerId, QualificationId, SupplierId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Role} from "../types/Role.sol";
import {Status, Verdict} from "../types/Verdict.sol";

/// @notice What an event says of an entry of a history; all of it is part of the entry's digest.
struct Entry {
    EntryKind kind;
    /// a code of the published list, 0 in ISSUED and RENEWED
    uint16 reason;
    /// since when it counts; never after recordedAt
    uint64 effectiveAt;
    /// block time
    uint64 recordedAt;
    /// 1 (A) to 4 (D) in ISSUED and RENEWED of a qualification, else 0
    uint8 grade;
    /// from when it is valid, in ISSUED and RENEWED, else 0
    uint64 from;
    /// until before when it is valid, in ISSUED and RENEWED, else 0
    uint64 until;
    /// who recorded it
    address actor;
    /// the role of the grant relied on; its division is 0
    Role role;
    /// the sequence of the actor's journal after that grant's last change
    uint64 grantPosition;
}

/// @notice What a qualification says; it never changes.
struct Qualification {
    SupplierId supplier;
    CategoryId category;
    IssuerId issuer;
    /// the plain SHA-256 of the certificate file (salted for sole traders)
    bytes32 certificateDigest;
}

/// @title SupplierRegistry
/// @notice Suppliers, issuers, for what issuers are accredited, for what suppliers are qualified, and what that is worth
/// at a time.
/// @dev A history is a list of at most 64 entries, the last place kept for a revocation; order is position, never time.
/// The pure function: of the first n entries, the last in position with effectiveAt ≤ t rules; with it the interval and
/// grade of the last ISSUED or RENEWED at or before it. Entries: ISSUED, RENEWED and REINSTATED take effect when they
/// are recorded, SUSPENDED and REVOKED may do so earlier, none later. REVOKED is final. A qualification counts from
/// max(from, recordedAt). The state word holds what the whole list comes to at every time from its last entry on.
///
/// A verdict is the first that applies of: UNKNOWN (no entry known), REVOKED, SUSPENDED, ISSUER_NOT_ACCREDITED (the
/// issuer's accreditation is not VALID at the same time), EXPIRED, NOT_YET_VALID, VALID. What cannot be mended by
/// waiting comes first, so that a supplier is told the reason that matters.
///
/// Who may: any AUTHORITY registers suppliers, which alone gives nothing. AUTHORITY at division 0 registers issuers and
/// accredits them, because their word counts everywhere. An ISSUER (granted at division 0 only) records the
/// qualifications of its own issuer; AUTHORITY at division 0 may suspend and revoke them, for an issuer that is gone.
/// What an authority suspended only an authority reinstates, and what an issuer suspended only the issuer.
///
/// Journals: events that name a supplier are entries of the supplier's journal, the other two of the issuer's; the
/// digest of an entry is keccak(topics of the log ‖ data of the log). Qualifications do not roll the issuer's journal,
/// so that what proves an accreditation stays short however many certificates an issuer writes.
///
/// What this rests on: an accredited issuer looks at a supplier before it certifies it. A careless one is suspended, and
/// from then on its qualifications are ISSUER_NOT_ACCREDITED; what was received before keeps its verdict of the day.
interface ISupplierRegistry {
    /// @notice Thrown when a supplier or an issuer has id 0.
    error SupplierRegistryIdZero();

    /// @notice Thrown when a registration comes without the salted digest of its name record.
    error SupplierRegistryNameMissing();

    /// @notice Thrown when `supplier` is registered already.
    error SupplierRegistrySupplierExists(SupplierId supplier);

    /// @notice Thrown when `supplier` was never registered.
    error SupplierRegistrySupplierUnknown(SupplierId supplier);

    /// @notice Thrown when `issuer` is registered already.
    error SupplierRegistryIssuerExists(IssuerId issuer);

    /// @notice Thrown when `issuer` was never registered.
    error SupplierRegistryIssuerUnknown(IssuerId issuer);

    /// @notice Thrown when a category is 0, which says that no qualification is needed.
    error SupplierRegistryCategoryZero();

    /// @notice Thrown when `issuer` was accredited for `category` before; renew or reinstate it.
    error SupplierRegistryAccreditationExists(IssuerId issuer, CategoryId category);

    /// @notice Thrown when `issuer` was never accredited for `category`.
    error SupplierRegistryAccreditationUnknown(IssuerId issuer, CategoryId category);

    /// @notice Thrown when `issuer` is not accredited for `category` now, and why.
    error SupplierRegistryNotAccredited(IssuerId issuer, CategoryId category, Status status);

    /// @notice Thrown when that qualification was issued before; renew or reinstate it.
    error SupplierRegistryQualificationExists(QualificationId qualification);

    /// @notice Thrown when `qualification` was never issued.
    error SupplierRegistryQualificationUnknown(QualificationId qualification);

    /// @notice Thrown when `qualification` belongs to `owner`, not to `supplier`.
    error SupplierRegistryQualificationForeign(QualificationId qualification, SupplierId supplier, SupplierId owner);

    /// @notice Thrown when a qualification comes without the digest of its certificate.
    error SupplierRegistryCertificateMissing();

    /// @notice Thrown when that certificate already stands for a `qualification` of another supplier or issuer.
    error SupplierRegistryCertificateUsed(bytes32 certificateDigest, QualificationId qualification);

    /// @notice Thrown when `grade` is not from 1 (A) to 4 (D).
    error SupplierRegistryGradeInvalid(uint8 grade);

    /// @notice Thrown when `until` is not after `from`, not after `earliest` (now, and in a renewal the present end), or
    /// not below 2**40.
    error SupplierRegistryIntervalInvalid(uint64 from, uint64 until, uint64 earliest);

    /// @notice Thrown when a suspension or revocation was to take effect after the block time `recordedAt`.
    error SupplierRegistryEffectInFuture(uint64 effectiveAt, uint64 recordedAt);

    /// @notice Thrown when the history ends in `last`, after which `kind` cannot be recorded.
    error SupplierRegistryEntryRefused(EntryKind last, EntryKind kind);

    /// @notice Thrown when the suspension was recorded in another role than that of the caller.
    error SupplierRegistryReinstatementForeign(Role role);

    /// @notice Thrown when the history has no place for more entries; the last one is kept for a revocation.
    error SupplierRegistryHistoryFull(uint256 entries);

    /// @notice Thrown when `known` entries were asked for of a history of `entries`.
    error SupplierRegistryEntriesUnknown(uint256 known, uint256 entries);

    /// @notice Emitted when a supplier was registered. An entry of the supplier's journal.
    event SupplierRegistered(
        SupplierId indexed supplier,
        address indexed authority,
        DivisionId authorityDivision,
        uint64 grantPosition,
        bytes32 nameDigest,
        uint64 recordedAt
    );

    /// @notice Emitted when an issuer was registered. An entry of the issuer's journal.
    event IssuerRegistered(
        IssuerId indexed issuer,
        address indexed authority,
        uint64 grantPosition,
        bytes32 nameDigest,
        uint64 recordedAt
    );

    /// @notice Emitted when an entry of an accreditation was recorded. An entry of the issuer's journal.
    event AccreditationRecorded(IssuerId indexed issuer, CategoryId indexed category, Entry entry);

    /// @notice Emitted when an entry of a qualification was recorded. An entry of the supplier's journal.
    event QualificationRecorded(
        SupplierId indexed supplier,
        QualificationId indexed qualification,
        IssuerId indexed issuer,
        CategoryId category,
        bytes32 certificateDigest,
        Entry entry
    );

    /// @notice Registers a supplier; this alone qualifies it for nothing.
    /// @param supplier 160 bits of a keccak over USCC or LEI, salted for sole traders; not zero
    /// @param nameDigest the salted digest of the name record, not zero
    /// @param authorityDivision the division of the caller's AUTHORITY grant; any
    function registerSupplier(SupplierId supplier, bytes32 nameDigest, DivisionId authorityDivision) external;

    /// @notice Registers an issuer. The caller is an AUTHORITY at division 0.
    /// @param issuer 160 bits of a keccak over its identifier, not zero
    /// @param nameDigest the salted digest of the name record, not zero
    function registerIssuer(IssuerId issuer, bytes32 nameDigest) external;

    /// @notice Accredits an issuer for a category, for [from, until). The caller is an AUTHORITY at division 0.
    /// @param from seconds since 1970; what lies before the block time counts from the block time
    /// @param until seconds since 1970, after the block time
    function accredit(IssuerId issuer, CategoryId category, uint64 from, uint64 until) external;

    /// @notice Renews an accreditation: in date it is extended, else it begins anew now. Called as `accredit`.
    /// @param until seconds since 1970, after the block time and after its present end
    function renewAccreditation(IssuerId issuer, CategoryId category, uint64 until) external;

    /// @notice Suspends an accreditation. Called as `accredit`.
    /// @param reason a code of the published list
    /// @param effectiveAt since when, seconds since 1970, not after the block time
    function suspendAccreditation(IssuerId issuer, CategoryId category, uint16 reason, uint64 effectiveAt) external;

    /// @notice Reinstates a suspended accreditation. Called as `accredit`.
    /// @param reason a code of the published list
    function reinstateAccreditation(IssuerId issuer, CategoryId category, uint16 reason) external;

    /// @notice Revokes an accreditation, finally. Called as `accredit`.
    /// @param reason a code of the published list
    /// @param effectiveAt since when, seconds since 1970, not after the block time
    function revokeAccreditation(IssuerId issuer, CategoryId category, uint16 reason, uint64 effectiveAt) external;

    /// @notice Qualifies a supplier for a category, for [from, until). The caller speaks for `issuer`, which is accredited
    /// for the category now.
    /// @dev One certificate may stand for several categories, but only of one supplier and issuer.
    /// @param grade 1 (A) to 4 (D)
    /// @param from seconds since 1970; what lies before the block time counts from the block time
    /// @param until seconds since 1970, after the block time
    /// @param certificateDigest the plain SHA-256 of the certificate file (salted for sole traders), not zero
    /// @return qualification 160 bits of keccak(issuer, supplier, category, certificateDigest)
    function issueQualification(
        IssuerId issuer,
        SupplierId supplier,
        CategoryId category,
        uint8 grade,
        uint64 from,
        uint64 until,
        bytes32 certificateDigest
    ) external returns (QualificationId qualification);

    /// @notice Renews a qualification, with a grade: in date it is extended, else it begins anew now. The caller speaks
    /// for its issuer, which is accredited for the category now.
    /// @param grade 1 (A) to 4 (D)
    /// @param until seconds since 1970, after the block time and after its present end
    function renewQualification(QualificationId qualification, uint8 grade, uint64 until) external;

    /// @notice Suspends a qualification. The caller speaks for its issuer, or is an AUTHORITY at division 0.
    /// @param reason a code of the published list
    /// @param effectiveAt since when, seconds since 1970, not after the block time
    function suspendQualification(QualificationId qualification, uint16 reason, uint64 effectiveAt) external;

    /// @notice Reinstates a suspended qualification. The caller has the role in which it was suspended.
    /// @param reason a code of the published list
    function reinstateQualification(QualificationId qualification, uint16 reason) external;

    /// @notice Revokes a qualification, finally. The caller speaks for its issuer, or is an AUTHORITY at division 0.
    /// @param reason a code of the published list
    /// @param effectiveAt since when, seconds since 1970, not after the block time
    function revokeQualification(QualificationId qualification, uint16 reason, uint64 effectiveAt) external;

    /// @notice What `qualification` of `supplier` is worth now, from the state words alone.
    /// @return verdict status, grade and the positions of the two last changes
    /// @return category the category for which it qualifies
    function verdictNow(SupplierId supplier, QualificationId qualification)
        external
        view
        returns (Verdict verdict, CategoryId category);

    /// @notice What `qualification` of `supplier` was worth at `time`, by everything that is known now.
    /// @param time seconds since 1970; a time to come is answered as far as is known
    /// @return verdict status, grade and the positions of the two last changes
    /// @return category the category for which it qualifies
    function verdictAt(SupplierId supplier, QualificationId qualification, uint64 time)
        external
        view
        returns (Verdict verdict, CategoryId category);

    /// @notice What `qualification` was worth at `time` by what was known then.
    /// @param time seconds since 1970
    /// @param supplierEntries how many entries of the qualification were known
    /// @param issuerEntries how many entries of the issuer's accreditation were known
    /// @return verdict status and grade; the positions are 0, because they are those of the caller's evidence
    function verdictWith(QualificationId qualification, uint64 time, uint256 supplierEntries, uint256 issuerEntries)
        external
        view
        returns (Verdict verdict);

    /// @notice Refuses unless `issuer` is accredited for `category` now.
    function requireAccredited(IssuerId issuer, CategoryId category) external view;

    /// @notice The qualifications for which a certificate stands, by the SHA-256 of its file; none when it is unknown.
    function qualificationsOf(bytes32 certificateDigest) external view returns (QualificationId[] memory);

    /// @notice What a qualification says.
    function qualificationOf(QualificationId qualification) external view returns (Qualification memory);

    /// @notice The state word of a qualification.
    function qualificationState(QualificationId qualification) external view returns (StateWord);

    /// @notice The entries of a qualification, in the order in which they were recorded.
    function qualificationEntries(QualificationId qualification) external view returns (EntryWord[] memory);

    /// @notice The state word of an accreditation.
    function accreditationState(IssuerId issuer, CategoryId category) external view returns (StateWord);

    /// @notice The entries of an accreditation, in the order in which they were recorded.
    function accreditationEntries(IssuerId issuer, CategoryId category) external view returns (EntryWord[] memory);

    /// @notice The salted digest of a supplier's name record, zero while it is not registered.
    function supplierName(SupplierId supplier) external view returns (bytes32);

    /// @notice The journal of a supplier.
    function supplierJournal(SupplierId supplier) external view returns (Journal);

    /// @notice The salted digest of an issuer's name record, zero while it is not registered.
    function issuerName(IssuerId issuer) external view returns (bytes32);

    /// @notice The journal of an issuer.
    function issuerJournal(IssuerId issuer) external view returns (Journal);

    /// @notice The directory whose grants count here.
    function directory() external view returns (IDirectory);
}
