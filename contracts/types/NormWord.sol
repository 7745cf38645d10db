// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A norm: what holds, what will hold and since when, from the lowest bit up: value before (64), value (64),
/// from (40), from before (40): `value` holds since `from`, and until then `value before` since `from before`. Zero
/// means that it was never set.
type NormWord is uint256;

using NormWordLibrary for NormWord global;

/// @title Words of norms
library NormWordLibrary {
    /// @notice The word after `value` was set to hold from `from_`, not before `time`. One that waits is replaced.
    function set(NormWord word, uint64 value, uint64 from_, uint256 time) internal pure returns (NormWord) {
        return NormWord.wrap(
            uint256(word.valueAt(time)) | uint256(value) << 64 | uint256(uint40(from_)) << 128
                | uint256(word.since(time)) << 168
        );
    }

    /// @notice What holds at `time`, at or after the word's last change; 0 where nothing does.
    function valueAt(NormWord word, uint256 time) internal pure returns (uint64) {
        uint256 raw = NormWord.unwrap(word);
        return uint64(time < word.from() ? raw : raw >> 64);
    }

    /// @notice Since when what holds at `time` holds, at or after the word's last change; seconds.
    function since(NormWord word, uint256 time) internal pure returns (uint64) {
        return time < word.from() ? uint40(NormWord.unwrap(word) >> 168) : word.from();
    }

    /// @notice Since when the last value that was set holds; seconds.
    function from(NormWord word) internal pure returns (uint64) {
        return uint40(NormWord.unwrap(word) >> 128);
    }
}
