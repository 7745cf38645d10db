// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {Signature, TypedData} from "../libraries/TypedData.sol";
import {GrantWord} from "../types/GrantWord.sol";
import {DivisionId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Role} from "../types/Role.sol";

/// @title Holders
/// @notice The part of the Directory that knows holders: their classes, their journals, and what they may do now.
abstract contract Holders is IDirectory, TypedData {
    using Divisions for DivisionId;

    // ---------------------------------------------------------------------------------------------- immutables

    bytes32 private constant _CLASS_CONSENT_TYPEHASH = keccak256("ClassConsent(address holder,uint8 class)");

    // ------------------------------------------------------------------------------------------------- storage

    mapping(address => Role) internal _classes;
    mapping(bytes32 grantKey => GrantWord) internal _grants;
    mapping(address => Journal) private _journals;

    // ------------------------------------------------------------------------------------------------- classes

    /// @inheritdoc IDirectory
    function acceptClass(Role role) external {
        if (role == Role.NONE) revert DirectoryRoleNone();
        if (_classes[msg.sender] != Role.NONE) revert DirectoryClassTaken(msg.sender, _classes[msg.sender], role);

        _joinUnchecked(msg.sender, role);
    }

    /// @dev `holder` is of the class of `role`, or joins it with its consent.
    function _join(address holder, Role role, Signature calldata consent) internal {
        // A malformed signature recovers to zero: without this line it would speak for the zero address.
        if (holder == address(0)) revert DirectoryHolderZero();
        if (role == Role.NONE) revert DirectoryRoleNone();
        Role class = _classes[holder];
        if (class == role) return;
        if (class != Role.NONE) revert DirectoryClassTaken(holder, class, role);
        if (_signerOf(keccak256(abi.encode(_CLASS_CONSENT_TYPEHASH, holder, role)), consent) != holder) {
            revert DirectoryConsentMissing(holder, role);
        }

        _joinUnchecked(holder, role);
    }

    function _joinUnchecked(address holder, Role role) internal {
        uint64 recordedAt = uint64(block.timestamp);

        _classes[holder] = role;
        _roll(holder, keccak256(abi.encode(ClassAccepted.selector, holder, role, recordedAt)));
        emit ClassAccepted(holder, role, recordedAt);
    }

    // --------------------------------------------------------------------------------------------- authorities

    function _requireAuthority(DivisionId authorityDivision) internal view {
        requireGrant(msg.sender, Role.AUTHORITY, authorityDivision, 0);
    }

    /// @dev The caller is an authority of `division_` or of a level above it.
    function _requireAuthorityOver(DivisionId authorityDivision, DivisionId division_) internal view {
        _requireAuthority(authorityDivision);
        if (!authorityDivision.contains(division_)) revert DirectoryOutsideDivision(authorityDivision, division_);
    }

    /// @dev The caller is an authority of a level above `division_`.
    function _requireAuthorityAbove(DivisionId authorityDivision, DivisionId division_) internal view {
        _requireAuthority(authorityDivision);
        if (!authorityDivision.isAbove(division_)) revert DirectoryNotAbove(authorityDivision, division_);
    }

    /// @dev An authority of `authorityDivision` may grant, revoke and move grants of `role` at `division_`.
    function _requireReach(Role role, DivisionId authorityDivision, DivisionId division_) internal pure {
        if (!authorityDivision.contains(division_)) revert DirectoryOutsideDivision(authorityDivision, division_);
        // No level is above division 0, so its authorities are made by their like.
        if (role == Role.AUTHORITY && division_ == authorityDivision && division_ != Divisions.ROOT) {
            revert DirectoryNotAbove(authorityDivision, division_);
        }
    }

    // ------------------------------------------------------------------------------------------------ journals

    function _roll(address holder, bytes32 digest) internal returns (uint64 position) {
        Journal next = _journals[holder].roll(uint160(holder), digest);
        _journals[holder] = next;
        position = next.sequence();
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IDirectory
    function requireGrant(address holder, Role role, DivisionId division_, uint256 subject)
        public
        view
        returns (bytes32 grantKey, uint64 position)
    {
        grantKey = _grantKey(holder, role, division_, subject);
        GrantWord word = _grants[grantKey];
        if (!word.acts(block.timestamp)) revert DirectoryGrantMissing(holder, role, division_, subject);
        position = word.position();
    }

    /// @inheritdoc IDirectory
    function classOf(address holder) external view returns (Role) {
        return _classes[holder];
    }

    /// @inheritdoc IDirectory
    function grantOf(bytes32 grantKey) external view returns (GrantWord) {
        return _grants[grantKey];
    }

    /// @inheritdoc IDirectory
    function journal(address holder) external view returns (Journal) {
        return _journals[holder];
    }

    /// @notice The EIP-712 domain separator of the Directory on this chain.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparator();
    }

    function _grantKey(address holder, Role role, DivisionId division_, uint256 subject)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(holder, role, division_, subject));
    }
}
