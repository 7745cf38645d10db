// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DivisionId} from "../types/Ids.sol";

/// @title Levels of divisions
library Divisions {
    /// @notice The country, above all provinces; it is always open.
    DivisionId internal constant ROOT = DivisionId.wrap(0);

    /// @notice The division one level up: community, street, district, city, province, country.
    /// @dev Of a well-formed division. Streets and communities have three digits, the levels above two.
    function parent(DivisionId division) internal pure returns (DivisionId) {
        uint64 id = DivisionId.unwrap(division);
        return DivisionId.wrap(id < 1_000_000 ? id / 100 : id / 1_000);
    }

    /// @notice Whether `outer` is strictly above `inner`.
    function isAbove(DivisionId outer, DivisionId inner) internal pure returns (bool) {
        return outer != inner && outer.contains(inner);
    }
}
