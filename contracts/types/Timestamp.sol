// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A claimed time: seconds since 1970 (UTC) in the low 63 bits; the top bit says that only the day is known,
/// and then the seconds are that day's 00:00 at the ledger's offset.
type Timestamp is uint64;

using TimestampLibrary for Timestamp global;

/// @title Claimed times
library TimestampLibrary {
    uint64 internal constant DAY_ONLY = 1 << 63;

    /// @notice The seconds since 1970, the day's 00:00 where only the day is known.
    function secondsOf(Timestamp time) internal pure returns (uint64) {
        return Timestamp.unwrap(time) & (DAY_ONLY - 1);
    }

    /// @notice Whether only the day is known.
    function isDayOnly(Timestamp time) internal pure returns (bool) {
        return Timestamp.unwrap(time) & DAY_ONLY != 0;
    }
}
