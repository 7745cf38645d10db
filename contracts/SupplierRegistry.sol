// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "./interfaces/IDirectory.sol";
import {Entry, ISupplierRegistry, Qualification} from "./interfaces/ISupplierRegistry.sol";
import {Divisions} from "./libraries/Divisions.sol";
import {Histories} from "./libraries/Histories.sol";
import {EntryKind, EntryWord, History, StateWord} from "./types/History.sol";
import {CategoryId, DivisionId, IssuerId, QualificationId, SupplierId} from "./types/Ids.sol";
import {Journal} from "./types/Journal.sol";
import {Role} from "./types/Role.sol";
import {Status, Verdict, VerdictLibrary} from "./types/Verdict.sol";

/// @title SupplierRegistry
contract SupplierRegistry is ISupplierRegistry {
    using Histories for History;
    using Histories for EntryWord[];
    using Histories for StateWord;

    // ---------------------------------------------------------------------------------------------- immutables

    uint8 private constant _LOWEST_GRADE = 4;

    /// @inheritdoc ISupplierRegistry
    IDirectory public immutable directory;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(SupplierId => bytes32) private _supplierNames;
    mapping(SupplierId => Journal) private _supplierJournals;
    mapping(IssuerId => bytes32) private _issuerNames;
    mapping(IssuerId => Journal) private _issuerJournals;
    mapping(IssuerId => mapping(CategoryId => History)) private _accreditations;
    mapping(QualificationId => Qualification) private _qualifications;
    mapping(QualificationId => History) private _histories;
    mapping(bytes32 certificateDigest => QualificationId[]) private _certificates;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param directory_ the directory whose grants count here
    constructor(IDirectory directory_) {
        directory = directory_;
    }

    // ----------------------------------------------------------------------------------- suppliers and issuers

    /// @inheritdoc ISupplierRegistry
    function registerSupplier(SupplierId supplier, bytes32 nameDigest, DivisionId authorityDivision) external {
        (, uint64 grantPosition) = directory.requireGrant(msg.sender, Role.AUTHORITY, authorityDivision, 0);
        if (SupplierId.unwrap(supplier) == 0) revert SupplierRegistryIdZero();
        if (_supplierNames[supplier] != 0) revert SupplierRegistrySupplierExists(supplier);
        if (nameDigest == 0) revert SupplierRegistryNameMissing();

        bytes32 digest = keccak256(
            abi.encode(
                SupplierRegistered.selector,
                supplier,
                msg.sender,
                authorityDivision,
                grantPosition,
                nameDigest,
                block.timestamp
            )
        );
        _supplierNames[supplier] = nameDigest;
        _rollSupplier(supplier, digest);
        emit SupplierRegistered(
            supplier, msg.sender, authorityDivision, grantPosition, nameDigest, uint64(block.timestamp)
        );
    }

    /// @inheritdoc ISupplierRegistry
    function registerIssuer(IssuerId issuer, bytes32 nameDigest) external {
        uint64 grantPosition = _requireRoot();
        if (IssuerId.unwrap(issuer) == 0) revert SupplierRegistryIdZero();
        if (_issuerNames[issuer] != 0) revert SupplierRegistryIssuerExists(issuer);
        if (nameDigest == 0) revert SupplierRegistryNameMissing();

        bytes32 digest = keccak256(
            abi.encode(IssuerRegistered.selector, issuer, msg.sender, grantPosition, nameDigest, block.timestamp)
        );
        _issuerNames[issuer] = nameDigest;
        _rollIssuer(issuer, digest);
        emit IssuerRegistered(issuer, msg.sender, grantPosition, nameDigest, uint64(block.timestamp));
    }

    // ------------------------------------------------------------------------------------------ accreditations

    /// @inheritdoc ISupplierRegistry
    function accredit(IssuerId issuer, CategoryId category, uint64 from, uint64 until) external {
        uint64 grantPosition = _requireRoot();
        if (_issuerNames[issuer] == 0) revert SupplierRegistryIssuerUnknown(issuer);
        if (CategoryId.unwrap(category) == 0) revert SupplierRegistryCategoryZero();
        if (_accreditations[issuer][category].state.count() != 0) {
            revert SupplierRegistryAccreditationExists(issuer, category);
        }
        Histories.requireInterval(from, until, uint64(block.timestamp));

        _recordAccreditation(issuer, category, _issued(EntryKind.ISSUED, 0, from, until), grantPosition);
    }

    /// @inheritdoc ISupplierRegistry
    function renewAccreditation(IssuerId issuer, CategoryId category, uint64 until) external {
        uint64 grantPosition = _requireRoot();
        History storage history = _accreditation(issuer, category);
        history.requirePlace(EntryKind.RENEWED);
        uint64 from = history.renewal(until);

        _recordAccreditation(issuer, category, _issued(EntryKind.RENEWED, 0, from, until), grantPosition);
    }

    /// @inheritdoc ISupplierRegistry
    function suspendAccreditation(IssuerId issuer, CategoryId category, uint16 reason, uint64 effectiveAt) external {
        _changeAccreditation(issuer, category, _changed(EntryKind.SUSPENDED, reason, effectiveAt));
    }

    /// @inheritdoc ISupplierRegistry
    function reinstateAccreditation(IssuerId issuer, CategoryId category, uint16 reason) external {
        _changeAccreditation(issuer, category, _changed(EntryKind.REINSTATED, reason, uint64(block.timestamp)));
    }

    /// @inheritdoc ISupplierRegistry
    function revokeAccreditation(IssuerId issuer, CategoryId category, uint16 reason, uint64 effectiveAt) external {
        _changeAccreditation(issuer, category, _changed(EntryKind.REVOKED, reason, effectiveAt));
    }

    /// @inheritdoc ISupplierRegistry
    function requireAccredited(IssuerId issuer, CategoryId category) public view {
        Status status = _accreditations[issuer][category].state.statusNow(block.timestamp);
        if (status != Status.VALID) revert SupplierRegistryNotAccredited(issuer, category, status);
    }

    function _changeAccreditation(IssuerId issuer, CategoryId category, Entry memory entry) private {
        uint64 grantPosition = _requireRoot();
        _accreditation(issuer, category).requirePlace(entry.kind);
        _requirePast(entry);

        _recordAccreditation(issuer, category, entry, grantPosition);
    }

    function _accreditation(IssuerId issuer, CategoryId category) private view returns (History storage history) {
        history = _accreditations[issuer][category];
        if (history.state.count() == 0) revert SupplierRegistryAccreditationUnknown(issuer, category);
    }

    /// @dev Without checks.
    function _recordAccreditation(IssuerId issuer, CategoryId category, Entry memory entry, uint64 grantPosition)
        private
    {
        (entry.role, entry.grantPosition) = (Role.AUTHORITY, grantPosition);

        bytes32 digest = keccak256(abi.encode(AccreditationRecorded.selector, issuer, category, entry));
        _accreditations[issuer][category].append(entry, _rollIssuer(issuer, digest));
        emit AccreditationRecorded(issuer, category, entry);
    }

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

    function _qualification(QualificationId qualification) private view returns (Qualification storage stored) {
        stored = _qualifications[qualification];
        if (SupplierId.unwrap(stored.supplier) == 0) revert SupplierRegistryQualificationUnknown(qualification);
    }

    function _qualificationFor(SupplierId supplier, QualificationId qualification)
        private
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

    // ------------------------------------------------------------------------------------------------- entries

    /// @dev An entry of ISSUED or RENEWED; they take effect when they are recorded.
    function _issued(EntryKind kind, uint8 grade, uint64 from, uint64 until)
        private
        view
        returns (Entry memory entry)
    {
        entry = _changed(kind, 0, uint64(block.timestamp));
        (entry.grade, entry.from, entry.until) = (grade, from, until);
    }

    function _changed(EntryKind kind, uint16 reason, uint64 effectiveAt) private view returns (Entry memory entry) {
        entry.kind = kind;
        entry.reason = reason;
        entry.effectiveAt = effectiveAt;
        entry.recordedAt = uint64(block.timestamp);
        entry.actor = msg.sender;
    }

    function _requirePast(Entry memory entry) private pure {
        if (entry.effectiveAt > entry.recordedAt) {
            revert SupplierRegistryEffectInFuture(entry.effectiveAt, entry.recordedAt);
        }
    }

    // -------------------------------------------------------------------------------------------------- grants

    function _requireRoot() private view returns (uint64 grantPosition) {
        (, grantPosition) = directory.requireGrant(msg.sender, Role.AUTHORITY, Divisions.ROOT, 0);
    }

    function _requireIssuer(IssuerId issuer) private view returns (uint64 grantPosition) {
        (, grantPosition) =
            directory.requireGrant(msg.sender, Role.ISSUER, Divisions.ROOT, IssuerId.unwrap(issuer));
    }

    /// @dev An address has one class for life, so its class says in which of the two roles it speaks.
    function _requireIssuerOrRoot(IssuerId issuer) private view returns (Role role, uint64 grantPosition) {
        role = directory.classOf(msg.sender) == Role.AUTHORITY ? Role.AUTHORITY : Role.ISSUER;
        grantPosition = role == Role.AUTHORITY ? _requireRoot() : _requireIssuer(issuer);
    }

    // ------------------------------------------------------------------------------------------------ journals

    function _rollSupplier(SupplierId supplier, bytes32 digest) private returns (uint64 position) {
        Journal next = _supplierJournals[supplier].roll(SupplierId.unwrap(supplier), digest);
        _supplierJournals[supplier] = next;
        position = next.sequence();
    }

    function _rollIssuer(IssuerId issuer, bytes32 digest) private returns (uint64 position) {
        Journal next = _issuerJournals[issuer].roll(IssuerId.unwrap(issuer), digest);
        _issuerJournals[issuer] = next;
        position = next.sequence();
    }

    // ------------------------------------------------------------------------------------------------ verdicts

    /// @inheritdoc ISupplierRegistry
    function verdictNow(SupplierId supplier, QualificationId qualification)
        external
        view
        returns (Verdict verdict, CategoryId category)
    {
        Qualification storage stored = _qualificationFor(supplier, qualification);
        category = stored.category;
        StateWord state = _histories[qualification].state;
        StateWord accreditation = _accreditations[stored.issuer][category].state;

        Status status =
            Histories.join(state.statusNow(block.timestamp), accreditation.statusNow(block.timestamp));
        verdict = VerdictLibrary.pack(status, state.grade(), state.position(), accreditation.position());
    }

    /// @inheritdoc ISupplierRegistry
    function verdictAt(SupplierId supplier, QualificationId qualification, uint64 time)
        external
        view
        returns (Verdict verdict, CategoryId category)
    {
        Qualification storage stored = _qualificationFor(supplier, qualification);
        category = stored.category;
        History storage history = _histories[qualification];
        History storage accreditation = _accreditations[stored.issuer][category];

        (Status status, uint8 grade) =
            _statusWith(history, accreditation, time, history.entries.length, accreditation.entries.length);
        verdict =
            VerdictLibrary.pack(status, grade, history.state.position(), accreditation.state.position());
    }

    /// @inheritdoc ISupplierRegistry
    function verdictWith(QualificationId qualification, uint64 time, uint256 supplierEntries, uint256 issuerEntries)
        external
        view
        returns (Verdict verdict)
    {
        Qualification storage stored = _qualification(qualification);

        (Status status, uint8 grade) = _statusWith(
            _histories[qualification],
            _accreditations[stored.issuer][stored.category],
            time,
            supplierEntries,
            issuerEntries
        );
        verdict = VerdictLibrary.pack(status, grade, 0, 0);
    }

    function _statusWith(
        History storage history,
        History storage accreditation,
        uint64 time,
        uint256 supplierEntries,
        uint256 issuerEntries
    ) private view returns (Status status, uint8 grade) {
        (Status accredited,) = accreditation.entries.statusAt(issuerEntries, time);
        (status, grade) = history.entries.statusAt(supplierEntries, time);
        status = Histories.join(status, accredited);
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

    /// @inheritdoc ISupplierRegistry
    function accreditationState(IssuerId issuer, CategoryId category) external view returns (StateWord) {
        return _accreditations[issuer][category].state;
    }

    /// @inheritdoc ISupplierRegistry
    function accreditationEntries(IssuerId issuer, CategoryId category) external view returns (EntryWord[] memory) {
        return _accreditations[issuer][category].entries;
    }

    /// @inheritdoc ISupplierRegistry
    function supplierName(SupplierId supplier) external view returns (bytes32) {
        return _supplierNames[supplier];
    }

    /// @inheritdoc ISupplierRegistry
    function supplierJournal(SupplierId supplier) external view returns (Journal) {
        return _supplierJournals[supplier];
    }

    /// @inheritdoc ISupplierRegistry
    function issuerName(IssuerId issuer) external view returns (bytes32) {
        return _issuerNames[issuer];
    }

    /// @inheritdoc ISupplierRegistry
    function issuerJournal(IssuerId issuer) external view returns (Journal) {
        return _issuerJournals[issuer];
    }
}
