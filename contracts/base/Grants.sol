// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {Signature} from "../libraries/TypedData.sol";
import {GrantWordLibrary} from "../types/GrantWord.sol";
import {DivisionId} from "../types/Ids.sol";
import {Role} from "../types/Role.sol";
import {Places} from "./Places.sol";

/// @title Grants
/// @notice The part of the Directory that makes, revokes and vetoes grants.
abstract contract Grants is Places {
    // ---------------------------------------------------------------------------------------------- immutables

    /// @inheritdoc IDirectory
    uint64 public immutable delay;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param delay_ D in seconds; 0 only on a demo
    constructor(uint64 delay_) {
        delay = delay_;
    }

    // -------------------------------------------------------------------------------------------------- grants

    /// @inheritdoc IDirectory
    function grant(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        Signature calldata consent
    ) external {
        _requireAuthority(authorityDivision);
        _requireReach(role, authorityDivision, division_);
        _requireOpen(division_);
        _requireSubject(role, subject);
        if (role == Role.ISSUER && division_ != Divisions.ROOT) revert DirectoryIssuerBelowRoot(division_);
        _requireNoGrant(holder, role, division_, subject);
        _join(holder, role, consent);

        _grantUnchecked(holder, role, division_, subject, authorityDivision, uint64(block.timestamp) + delay);
    }

    /// @inheritdoc IDirectory
    function revoke(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason,
        uint64 compromisedSince
    ) external {
        bytes32 key = _grantKey(holder, role, division_, subject);

        _requireAuthority(authorityDivision);
        _requireReach(role, authorityDivision, division_);
        if (!_grants[key].stands()) revert DirectoryGrantMissing(holder, role, division_, subject);
        _requirePast(compromisedSince);

        bytes32 digest = keccak256(
            abi.encode(
                GrantRevoked.selector,
                holder,
                division_,
                msg.sender,
                role,
                subject,
                authorityDivision,
                reason,
                compromisedSince,
                block.timestamp
            )
        );
        _grants[key] = _grants[key].revoke(uint64(block.timestamp), _roll(holder, digest));
        emit GrantRevoked(
            holder,
            division_,
            msg.sender,
            role,
            subject,
            authorityDivision,
            reason,
            compromisedSince,
            uint64(block.timestamp)
        );
    }

    /// @inheritdoc IDirectory
    function veto(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason
    ) external {
        bytes32 key = _grantKey(holder, role, division_, subject);

        if (!_grants[key].stands()) revert DirectoryGrantMissing(holder, role, division_, subject);
        _requireAuthorityAbove(authorityDivision, _grants[key].granterDivision());
        if (_grants[key].from() <= block.timestamp) {
            revert DirectoryGrantActs(holder, role, division_, subject, _grants[key].from());
        }

        bytes32 digest = keccak256(
            abi.encode(
                GrantVetoed.selector,
                holder,
                division_,
                msg.sender,
                role,
                subject,
                authorityDivision,
                reason,
                block.timestamp
            )
        );
        _grants[key] = _grants[key].revoke(uint64(block.timestamp), _roll(holder, digest));
        emit GrantVetoed(
            holder, division_, msg.sender, role, subject, authorityDivision, reason, uint64(block.timestamp)
        );
    }

    function _grantUnchecked(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        uint64 from
    ) internal {
        bytes32 digest = keccak256(
            abi.encode(
                GrantMade.selector,
                holder,
                division_,
                msg.sender,
                role,
                subject,
                authorityDivision,
                from,
                block.timestamp
            )
        );
        _grants[_grantKey(holder, role, division_, subject)] =
            GrantWordLibrary.create(from, _roll(holder, digest), authorityDivision);
        emit GrantMade(
            holder, division_, msg.sender, role, subject, authorityDivision, from, uint64(block.timestamp)
        );
    }

    function _requireSubject(Role role, uint256 subject) private pure {
        bool speaks = role == Role.ISSUER || role == Role.SUPPLIER;
        if (speaks ? subject == 0 || subject > type(uint160).max : subject != 0) {
            revert DirectorySubjectInvalid(role, subject);
        }
    }

    function _requireNoGrant(address holder, Role role, DivisionId division_, uint256 subject) internal view {
        if (_grants[_grantKey(holder, role, division_, subject)].stands()) {
            revert DirectoryGrantExists(holder, role, division_, subject);
        }
    }

    function _requirePast(uint64 compromisedSince) internal view {
        if (compromisedSince > block.timestamp) {
            revert DirectoryCompromiseInFuture(compromisedSince, uint64(block.timestamp));
        }
    }
}
