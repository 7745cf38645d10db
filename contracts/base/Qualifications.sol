// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Entry, ISupplierRegistry, Qualification} from "../interfaces/ISupplierRegistry.sol";
import {Histories} from "../libraries/Histories.sol";
import {EntryKind, EntryWord, History, StateWord} from "../types/History.sol";
import {CategoryId, IssuerId, QualificationId, SupplierId} from "../types/Ids.sol";
import {Role} from "../types/Role.sol";
import {Accreditations} from "./Accreditations.sol";

/// @title Qualifications
/// @notice What issuers say of suppliers, with the certificate that they say it by.
abstract contract Qualifications is Accreditations {
    using Histories for History;
    using Histories for StateWord;

    uint8 private constant _LOWEST_GRADE = 4;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(QualificationId => Qualification) private _qualifications;
    mapping(QualificationId => History) internal _histories;
    mapping(bytes32 certificateDigest => QualificationId[]) private _certificates;

    // ------------------------------------------------------------------------------------------ qualifications

    /// @inheritdoc ISupplierRegistry
    function issueQualification(
        IssuerId issuer,
        SupplierId supplier,
        CategoryId category,
        uint8 grade,
        uint64 from,
        uint64 until,
        bytes32 certificateDigest
    ) external returns (QualificationId qualification) {
        qualification = _idOf(issuer, supplier, category, certificateDigest);

        uint64 grantPosition = _requireIssuer(issuer);
        requireAccredited(issuer, category);
        if (_supplierNames[supplier] == 0) revert SupplierRegistrySupplierUnknown(supplier);
        if (_histories[qualification].state.count() != 0) revert SupplierRegistryQualificationExists(qualification);
        _requireCertificate(issuer, supplier, certificateDigest);
        _requireGrade(grade);
        Histories.requireInterval(from, until, uint64(block.timestamp));

        _certificates[certificateDigest].push(qualification);
        _qualifications[qualification] = Qualification(supplier, category, issuer, certificateDigest);
        Entry memory entry = _issued(EntryKind.ISSUED, grade, from, until);
        (entry.role, entry.grantPosition) = (Role.ISSUER, grantPosition);
        _recordQualification(qualification, entry);
    }

    /// @inheritdoc ISupplierRegistry
    function renewQualification(QualificationId qualification, uint8 grade, uint64 until) external {
        Qualification storage stored = _qualification(qualification);
        History storage history = _histories[qualification];

        uint64 grantPosition = _requireIssuer(stored.issuer);
        requireAccredited(stored.issuer, stored.category);
        history.requirePlace(EntryKind.RENEWED);
        _requireGrade(grade);
        uint64 from = history.renewal(until);

        Entry memory entry = _issued(EntryKind.RENEWED, grade, from, until);
        (entry.role, entry.grantPosition) = (Role.ISSUER, grantPosition);
        _recordQualification(qualification, entry);
    }

    /// @inheritdoc ISupplierRegistry
    function suspendQualification(QualificationId qualification, uint16 reason, uint64 effectiveAt) external {
        _changeQualification(qualification, _changed(EntryKind.SUSPENDED, reason, effectiveAt));
    }

    /// @inheritdoc ISupplierRegistry
    function reinstateQualification(QualificationId qualification, uint16 reason) external {
        _changeQualification(qualification, _changed(EntryKind.REINSTATED, reason, uint64(block.timestamp)));
    }

    /// @inheritdoc ISupplierRegistry
    function revokeQualification(QualificationId qualification, uint16 reason, uint64 effectiveAt) external {
        _changeQualification(qualification, _changed(EntryKind.REVOKED, reason, effectiveAt));
    }

    function _changeQualification(QualificationId qualification, Entry memory entry) private {
        Qualification storage stored = _qualification(qualification);
        History storage history = _histories[qualification];

        (entry.role, entry.grantPosition) = _requireIssuerOrRoot(stored.issuer);
        history.requirePlace(entry.kind);
        _requirePast(entry);
        // slither-disable-next-line incorrect-equality (a kind and a role)
        if (entry.kind == EntryKind.REINSTATED && history.state.isByAuthority() != (entry.role == Role.AUTHORITY)) {
            revert SupplierRegistryReinstatementForeign(entry.role);
        }

        _recordQualification(qualification, entry);
    }

    /// @dev Without checks.
    function _recordQualification(QualificationId qualification, Entry memory entry) private {
        Qualification memory stored = _qualifications[qualification];

        bytes32 digest = keccak256(
            abi.encode(
                QualificationRecorded.selector,
                stored.supplier,
                qualification,
                stored.issuer,
                stored.category,
                stored.certificateDigest,
                entry
            )
        );
        _histories[qualification].append(entry, _rollSupplier(stored.supplier, digest));
        emit QualificationRecorded(
            stored.supplier, qualification, stored.issuer, stored.category, stored.certificateDigest, entry
        );
    }

    function _qualification(QualificationId qualification) internal view returns (Qualification storage stored) {
        stored = _qualifications[qualification];
        if (SupplierId.unwrap(stored.supplier) == 0) revert SupplierRegistryQualificationUnknown(qualification);
    }

    function _qualificationFor(SupplierId supplier, QualificationId qualification)
        internal
        view
        returns (Qualification storage stored)
    {
        stored = _qualification(qualification);
        if (stored.supplier != supplier) {
            revert SupplierRegistryQualificationForeign(qualification, supplier, stored.supplier);
        }
    }

    function _requireCertificate(IssuerId issuer, SupplierId supplier, bytes32 certificateDigest) private view {
        if (certificateDigest == 0) revert SupplierRegistryCertificateMissing();
        QualificationId[] storage others = _certificates[certificateDigest];
        if (others.length == 0) return;
        Qualification storage other = _qualifications[others[0]];
        if (other.supplier != supplier || IssuerId.unwrap(other.issuer) != IssuerId.unwrap(issuer)) {
            revert SupplierRegistryCertificateUsed(certificateDigest, others[0]);
        }
    }

    function _requireGrade(uint8 grade) private pure {
        if (grade == 0 || grade > _LOWEST_GRADE) revert SupplierRegistryGradeInvalid(grade);
    }

    function _idOf(IssuerId issuer, SupplierId supplier, CategoryId category, bytes32 certificateDigest)
        private
        pure
        returns (QualificationId)
    {
        bytes32 digest = keccak256(abi.encode(issuer, supplier, category, certificateDigest));
        return QualificationId.wrap(uint160(uint256(digest) >> 96));
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISupplierRegistry
    function qualificationsOf(bytes32 certificateDigest) external view returns (QualificationId[] memory) {
        return _certificates[certificateDigest];
    }

    /// @inheritdoc ISupplierRegistry
    function qualificationOf(QualificationId qualification) external view returns (Qualification memory) {
        return _qualification(qualification);
    }

    /// @inheritdoc ISupplierRegistry
    function qualificationState(QualificationId qualification) external view returns (StateWord) {
        return _histories[qualification].state;
    }

    /// @inheritdoc ISupplierRegistry
    function qualificationEntries(QualificationId qualification) external view returns (EntryWord[] memory) {
        return _histories[qualification].entries;
    }
}
