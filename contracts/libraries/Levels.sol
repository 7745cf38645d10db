// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DivisionId, SiteId} from "../types/Ids.sol";
import {Divisions} from "./Divisions.sol";

/// @title Levels that two sites have in common
library Levels {
    using Divisions for DivisionId;

    /// @dev Divisions above this have 12 digits.
    uint64 private constant _HIGHEST_STREET = 999_999_999;

    /// @notice The lowest division that contains both sites; that of one community where both lie in it.
    function lowestCommon(SiteId a, SiteId b) internal pure returns (DivisionId division) {
        division = a.community();
        while (!division.containsSite(b)) division = division.parent();
    }

    /// @notice Whether `division` is a community.
    function isCommunity(DivisionId division) internal pure returns (bool) {
        return DivisionId.unwrap(division) > _HIGHEST_STREET;
    }
}
