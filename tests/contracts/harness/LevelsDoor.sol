// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Divisions} from "../../../contracts/libraries/Divisions.sol";
import {Levels} from "../../../contracts/libraries/Levels.sol";
import {DivisionId, SiteId} from "../../../contracts/types/Ids.sol";

/// @title A door into `Levels` and `Divisions`
contract LevelsDoor {
    using Divisions for DivisionId;
    using Levels for DivisionId;

    /// @notice The lowest division that contains both sites.
    function lowestCommon(SiteId a, SiteId b) external pure returns (DivisionId) {
        return Levels.lowestCommon(a, b);
    }

    /// @notice Whether `division` is a community.
    function isCommunity(DivisionId division) external pure returns (bool) {
        return division.isCommunity();
    }

    /// @notice The division one level up.
    function parent(DivisionId division) external pure returns (DivisionId) {
        return division.parent();
    }
}
