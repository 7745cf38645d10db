// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DivisionId} from "./Ids.sol";

/// @notice The last emergency of a division, from the lowest bit up: from (40), until (40), division of the grant that
/// declared it (64). Zero means that none was ever declared.
type EmergencyWord is uint256;

using EmergencyWordLibrary for EmergencyWord global;

/// @title Words of emergencies
library EmergencyWordLibrary {
    function create(uint64 from_, uint64 until_, DivisionId declaredBy_) internal pure returns (EmergencyWord) {
        return EmergencyWord.wrap(
            uint256(uint40(from_)) | uint256(uint40(until_)) << 40 | uint256(DivisionId.unwrap(declaredBy_)) << 80
        );
    }

    /// @notice The word after the emergency was ended at `time`.
    function end(EmergencyWord word, uint256 time) internal pure returns (EmergencyWord) {
        return create(word.from(), uint64(time), word.declaredBy());
    }

    function exists(EmergencyWord word) internal pure returns (bool) {
        return EmergencyWord.unwrap(word) != 0;
    }

    /// @notice Whether it is in force at `time`: from its beginning, and before its end.
    function inForce(EmergencyWord word, uint256 time) internal pure returns (bool) {
        return time >= word.from() && time < word.until();
    }

    function from(EmergencyWord word) internal pure returns (uint64) {
        return uint40(EmergencyWord.unwrap(word));
    }

    /// @notice The first second at which it is no longer in force.
    function until(EmergencyWord word) internal pure returns (uint64) {
        return uint40(EmergencyWord.unwrap(word) >> 40);
    }

    /// @notice The division of the grant on which whoever declared it relied.
    function declaredBy(EmergencyWord word) internal pure returns (DivisionId) {
        return DivisionId.wrap(uint64(EmergencyWord.unwrap(word) >> 80));
    }
}
