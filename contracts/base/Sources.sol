// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {Entry, ISupplierRegistry} from "../interfaces/ISupplierRegistry.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {EntryKind} from "../types/History.sol";
import {DivisionId, IssuerId, SupplierId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Role} from "../types/Role.sol";

/// @title Sources: suppliers and issuers
/// @notice Who they are, their journals, and what every entry about them has in common: who may write it, and when.
abstract contract Sources is ISupplierRegistry {
    // ---------------------------------------------------------------------------------------------- immutables

    /// @inheritdoc ISupplierRegistry
    IDirectory public immutable directory;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(SupplierId => bytes32) internal _supplierNames;
    mapping(SupplierId => Journal) private _supplierJournals;
    mapping(IssuerId => bytes32) internal _issuerNames;
    mapping(IssuerId => Journal) private _issuerJournals;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param directory_ the directory whose grants count here
    constructor(IDirectory directory_) {
        directory = directory_;
    }

    // ----------------------------------------------------------------------------------- suppliers and issuers

    /// @inheritdoc ISupplierRegistry
    function registerSupplier(SupplierId supplier, bytes32 nameDigest, DivisionId authorityDivision) external {
        // slither-disable-next-line unused-return (the key follows from the caller)
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

    // ------------------------------------------------------------------------------------------------- entries

    /// @dev An entry of ISSUED or RENEWED; they take effect when they are recorded.
    function _issued(EntryKind kind, uint8 grade, uint64 from, uint64 until)
        internal
        view
        returns (Entry memory entry)
    {
        entry = _changed(kind, 0, uint64(block.timestamp));
        (entry.grade, entry.from, entry.until) = (grade, from, until);
    }

    function _changed(EntryKind kind, uint16 reason, uint64 effectiveAt) internal view returns (Entry memory entry) {
        entry.kind = kind;
        entry.reason = reason;
        entry.effectiveAt = effectiveAt;
        entry.recordedAt = uint64(block.timestamp);
        entry.actor = msg.sender;
    }

    function _requirePast(Entry memory entry) internal pure {
        if (entry.effectiveAt > entry.recordedAt) {
            revert SupplierRegistryEffectInFuture(entry.effectiveAt, entry.recordedAt);
        }
    }

    // -------------------------------------------------------------------------------------------------- grants

    function _requireRoot() internal view returns (uint64 grantPosition) {
        // slither-disable-next-line unused-return (the key follows from the caller)
        (, grantPosition) = directory.requireGrant(msg.sender, Role.AUTHORITY, Divisions.ROOT, 0);
    }

    function _requireIssuer(IssuerId issuer) internal view returns (uint64 grantPosition) {
        // slither-disable-next-line unused-return (the key follows from the caller)
        (, grantPosition) =
            directory.requireGrant(msg.sender, Role.ISSUER, Divisions.ROOT, IssuerId.unwrap(issuer));
    }

    /// @dev An address has one class for life, so its class says in which of the two roles it speaks.
    function _requireIssuerOrRoot(IssuerId issuer) internal view returns (Role role, uint64 grantPosition) {
        role = directory.classOf(msg.sender) == Role.AUTHORITY ? Role.AUTHORITY : Role.ISSUER;
        grantPosition = role == Role.AUTHORITY ? _requireRoot() : _requireIssuer(issuer);
    }

    // ------------------------------------------------------------------------------------------------ journals

    function _rollSupplier(SupplierId supplier, bytes32 digest) internal returns (uint64 position) {
        Journal next = _supplierJournals[supplier].roll(SupplierId.unwrap(supplier), digest);
        _supplierJournals[supplier] = next;
        position = next.sequence();
    }

    function _rollIssuer(IssuerId issuer, bytes32 digest) internal returns (uint64 position) {
        Journal next = _issuerJournals[issuer].roll(IssuerId.unwrap(issuer), digest);
        _issuerJournals[issuer] = next;
        position = next.sequence();
    }

    // --------------------------------------------------------------------------------------------------- views

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
