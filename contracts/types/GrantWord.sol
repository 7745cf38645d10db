// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DivisionId} from "./Ids.sol";

/// @notice What the directory keeps of a grant, from the lowest bit up: from (64), revokedAt (64), position in the
/// holder's journal at the grant's last change (64), division of the grant on which its granter relied (63),
/// suspended (1). Zero means that the grant was never made. One read checks a grant.
/// @dev A division has at most 12 digits, so 63 bits hold it.
type GrantWord is uint256;

using GrantWordLibrary for GrantWord global;

/// @title Words of grants
library GrantWordLibrary {
    uint256 private constant _SUSPENDED = 1 << 255;
    uint256 private constant _REVOKED_AT_MASK = uint256(type(uint64).max) << 64;
    uint256 private constant _POSITION_MASK = uint256(type(uint64).max) << 128;

    /// @notice The word of a new grant.
    function create(uint64 from_, uint64 position_, DivisionId granterDivision_) internal pure returns (GrantWord) {
        return GrantWord.wrap(
            uint256(from_) | uint256(position_) << 128 | uint256(DivisionId.unwrap(granterDivision_)) << 192
        );
    }

    /// @notice The word after the grant was revoked or vetoed.
    function revoke(GrantWord word, uint64 time, uint64 position_) internal pure returns (GrantWord) {
        return _moved(GrantWord.wrap((GrantWord.unwrap(word) & ~_REVOKED_AT_MASK) | uint256(time) << 64), position_);
    }

    /// @notice The word after a replacement of the holder's key was proposed.
    function suspend(GrantWord word, uint64 position_) internal pure returns (GrantWord) {
        return _moved(GrantWord.wrap(GrantWord.unwrap(word) | _SUSPENDED), position_);
    }

    /// @notice The word after a replacement was decided in the holder's favour.
    function reinstate(GrantWord word, uint64 position_) internal pure returns (GrantWord) {
        return _moved(GrantWord.wrap(GrantWord.unwrap(word) & ~_SUSPENDED), position_);
    }

    /// @notice From when the grant acts, unless it is revoked or suspended; block time.
    function from(GrantWord word) internal pure returns (uint64) {
        return uint64(GrantWord.unwrap(word));
    }

    /// @notice Since when the grant acts no more, 0 while it is not revoked; block time.
    function revokedAt(GrantWord word) internal pure returns (uint64) {
        return uint64(GrantWord.unwrap(word) >> 64);
    }

    /// @notice The sequence of the holder's journal after this grant's last change.
    function position(GrantWord word) internal pure returns (uint64) {
        return uint64(GrantWord.unwrap(word) >> 128);
    }

    /// @notice The division of the grant on which the granter relied; the levels above it may veto.
    function granterDivision(GrantWord word) internal pure returns (DivisionId) {
        return DivisionId.wrap(uint64((GrantWord.unwrap(word) & ~_SUSPENDED) >> 192));
    }

    function isSuspended(GrantWord word) internal pure returns (bool) {
        return GrantWord.unwrap(word) & _SUSPENDED != 0;
    }

    /// @notice Whether the grant was made and is not revoked; it may be suspended, or not act yet.
    function stands(GrantWord word) internal pure returns (bool) {
        return GrantWord.unwrap(word) != 0 && word.revokedAt() == 0;
    }

    /// @notice Whether the grant may be relied on at `time`.
    function acts(GrantWord word, uint256 time) internal pure returns (bool) {
        return word.stands() && word.from() <= time && !word.isSuspended();
    }

    function _moved(GrantWord word, uint64 position_) private pure returns (GrantWord) {
        return GrantWord.wrap((GrantWord.unwrap(word) & ~_POSITION_MASK) | uint256(position_) << 128);
    }
}
