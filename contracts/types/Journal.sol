// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice One word that commits to the whole history of a subject: digest (192 bits) ‖ sequence (64 bits).
/// Zero means that nothing was ever recorded.
type Journal is uint256;

using JournalLibrary for Journal global;

/// @title Rolling of journals
/// @notice next digest = keccak(ROLL_TYPEHASH, journal word, subject, entry digest)[:192]; the sequence grows by one.
library JournalLibrary {
    bytes32 internal constant ROLL_TYPEHASH = keccak256("Roll(uint256 journal,uint256 subject,bytes32 digest)");

    /// @notice The journal after an entry with `digest` was appended to that of `subject`.
    function roll(Journal journal, uint256 subject, bytes32 digest) internal pure returns (Journal next) {
        bytes32 typeHash = ROLL_TYPEHASH;
        assembly ("memory-safe") {
            let pointer := mload(0x40)
            mstore(pointer, typeHash)
            mstore(add(pointer, 0x20), journal)
            mstore(add(pointer, 0x40), subject)
            mstore(add(pointer, 0x60), digest)
            // The sequence has 64 bits: at a thousand documents a second it lasts 580 million years.
            next := or(
                and(keccak256(pointer, 0x80), not(0xffffffffffffffff)),
                and(add(journal, 1), 0xffffffffffffffff)
            )
        }
    }

    /// @notice How many entries the journal holds.
    function sequence(Journal journal) internal pure returns (uint64) {
        return uint64(Journal.unwrap(journal));
    }

    /// @notice Whether nothing was ever recorded.
    function isEmpty(Journal journal) internal pure returns (bool) {
        return Journal.unwrap(journal) == 0;
    }
}
