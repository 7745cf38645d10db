// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DivisionId} from "./Ids.sol";

/// @notice What the directory keeps of a division, from the lowest bit up: successor (64), registered (1), closed (1).
/// Zero means that the division was never registered.
type DivisionWord is uint256;

using DivisionWordLibrary for DivisionWord global;

/// @title Words of divisions
library DivisionWordLibrary {
    uint256 private constant _REGISTERED = 1 << 64;
    uint256 private constant _CLOSED = 1 << 65;

    /// @notice The word of a new division.
    function create() internal pure returns (DivisionWord) {
        return DivisionWord.wrap(_REGISTERED);
    }

    /// @notice The word after the division was closed in favour of `successor_`, 0 where there is none.
    function close(DivisionWord word, DivisionId successor_) internal pure returns (DivisionWord) {
        return DivisionWord.wrap(DivisionWord.unwrap(word) | _CLOSED | DivisionId.unwrap(successor_));
    }

    function isRegistered(DivisionWord word) internal pure returns (bool) {
        return DivisionWord.unwrap(word) & _REGISTERED != 0;
    }

    function isClosed(DivisionWord word) internal pure returns (bool) {
        return DivisionWord.unwrap(word) & _CLOSED != 0;
    }

    /// @notice The division that took over from a closed one, 0 where none did.
    function successor(DivisionWord word) internal pure returns (DivisionId) {
        return DivisionId.wrap(uint64(DivisionWord.unwrap(word)));
    }
}
