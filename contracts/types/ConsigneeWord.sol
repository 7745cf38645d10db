// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DivisionId} from "./Ids.sol";

/// @notice What the directory keeps of a consignee, from the lowest bit up: division (64), registered (1), closed (1).
/// Zero means that the consignee was never registered.
type ConsigneeWord is uint256;

using ConsigneeWordLibrary for ConsigneeWord global;

/// @title Words of consignees
library ConsigneeWordLibrary {
    uint256 private constant _REGISTERED = 1 << 64;
    uint256 private constant _CLOSED = 1 << 65;

    /// @notice The word of a new consignee in `division_`.
    function create(DivisionId division_) internal pure returns (ConsigneeWord) {
        return ConsigneeWord.wrap(_REGISTERED | DivisionId.unwrap(division_));
    }

    /// @notice The word after the consignee was closed.
    function close(ConsigneeWord word) internal pure returns (ConsigneeWord) {
        return ConsigneeWord.wrap(ConsigneeWord.unwrap(word) | _CLOSED);
    }

    function isRegistered(ConsigneeWord word) internal pure returns (bool) {
        return ConsigneeWord.unwrap(word) & _REGISTERED != 0;
    }

    function isClosed(ConsigneeWord word) internal pure returns (bool) {
        return ConsigneeWord.unwrap(word) & _CLOSED != 0;
    }

    /// @notice The division in which the consignee lies.
    function division(ConsigneeWord word) internal pure returns (DivisionId) {
        return DivisionId.wrap(uint64(ConsigneeWord.unwrap(word)));
    }
}
