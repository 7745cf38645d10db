// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Entry, ISupplierRegistry} from "../interfaces/ISupplierRegistry.sol";
import {Histories} from "../libraries/Histories.sol";
import {EntryKind, EntryWord, History, StateWord} from "../types/History.sol";
import {CategoryId, IssuerId} from "../types/Ids.sol";
import {Role} from "../types/Role.sol";
import {Status} from "../types/Verdict.sol";
import {Sources} from "./Sources.sol";

/// @title Accreditations
/// @notice Which issuer may qualify suppliers for which category, and since and until when.
abstract contract Accreditations is Sources {
    using Histories for History;
    using Histories for StateWord;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(IssuerId => mapping(CategoryId => History)) internal _accreditations;

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

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ISupplierRegistry
    function accreditationState(IssuerId issuer, CategoryId category) external view returns (StateWord) {
        return _accreditations[issuer][category].state;
    }

    /// @inheritdoc ISupplierRegistry
    function accreditationEntries(IssuerId issuer, CategoryId category) external view returns (EntryWord[] memory) {
        return _accreditations[issuer][category].entries;
    }
}
