// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What happened to a qualification or an accreditation. The numbers are part of journals and never change.
enum EntryKind {
    NONE,
    ISSUED,
    RENEWED,
    SUSPENDED,
    REINSTATED,
    REVOKED
}

/// @notice One entry of a history, from the lowest bit up: kind (8), reason (16), grade (8), effectiveAt (40),
/// recordedAt (40), from (40), until (40), by an authority (1). Grade and interval are those of ISSUED and RENEWED and
/// zero in the others. Times are seconds since 1970, below 2**40.
type EntryWord is uint256;

/// @notice Where a history stands after its last entry, from the lowest bit up: kind of the last entry (8), grade (8),
/// from (40), until (40), number of entries (8), position in the subject's journal at the last change (64), last entry
/// by an authority (1). Zero means that nothing was ever recorded.
type StateWord is uint256;

/// @notice The history of one qualification or accreditation: its entries, in the order in which they were recorded,
/// and the state that they add up to, so that a receipt reads one word.
struct History {
    StateWord state;
    EntryWord[] entries;
}

using EntryWordLibrary for EntryWord global;
using StateWordLibrary for StateWord global;

/// @title Words of entries
library EntryWordLibrary {
    /// @notice The word of an entry; times are below 2**40.
    function create(EntryKind kind_, uint16 reason_, uint64 effectiveAt_, uint64 recordedAt_, bool byAuthority)
        internal
        pure
        returns (EntryWord)
    {
        return EntryWord.wrap(
            uint256(uint8(kind_)) | uint256(reason_) << 8 | uint256(effectiveAt_) << 32 | uint256(recordedAt_) << 72
                | (byAuthority ? 1 << 192 : 0)
        );
    }

    /// @notice The entry with grade and interval, which it did not have; times are below 2**40.
    function withInterval(EntryWord word, uint8 grade_, uint64 from_, uint64 until_) internal pure returns (EntryWord) {
        return EntryWord.wrap(
            EntryWord.unwrap(word) | uint256(grade_) << 24 | uint256(from_) << 112 | uint256(until_) << 152
        );
    }

    function kind(EntryWord word) internal pure returns (EntryKind) {
        return EntryKind(uint8(EntryWord.unwrap(word)));
    }

    /// @notice 1 (A) to 4 (D), 0 in an accreditation.
    function grade(EntryWord word) internal pure returns (uint8) {
        return uint8(EntryWord.unwrap(word) >> 24);
    }

    /// @notice Since when the entry counts.
    function effectiveAt(EntryWord word) internal pure returns (uint64) {
        return uint40(EntryWord.unwrap(word) >> 32);
    }

    function from(EntryWord word) internal pure returns (uint64) {
        return uint40(EntryWord.unwrap(word) >> 112);
    }

    /// @notice The first second at which it is no longer valid; 0 in an entry without interval.
    function until(EntryWord word) internal pure returns (uint64) {
        return uint40(EntryWord.unwrap(word) >> 152);
    }
}

/// @title States of histories
library StateWordLibrary {
    uint256 private constant _INTERVAL_MASK = uint256(type(uint88).max) << 8;

    /// @notice The state after `entry`, at `position_` of the subject's journal.
    function next(StateWord state, EntryWord entry, uint64 position_) internal pure returns (StateWord) {
        uint256 interval = entry.until() == 0
            ? StateWord.unwrap(state) & _INTERVAL_MASK
            : uint256(entry.grade()) << 8 | uint256(entry.from()) << 16 | uint256(entry.until()) << 56;
        return StateWord.wrap(
            uint256(uint8(entry.kind())) | interval | (state.count() + 1) << 96 | uint256(position_) << 104
                | (EntryWord.unwrap(entry) >> 192) << 168
        );
    }

    /// @notice The kind of the last entry, NONE where there is none.
    function kind(StateWord state) internal pure returns (EntryKind) {
        return EntryKind(uint8(StateWord.unwrap(state)));
    }

    /// @notice 1 (A) to 4 (D), 0 in an accreditation.
    function grade(StateWord state) internal pure returns (uint8) {
        return uint8(StateWord.unwrap(state) >> 8);
    }

    function from(StateWord state) internal pure returns (uint64) {
        return uint40(StateWord.unwrap(state) >> 16);
    }

    /// @notice The first second at which it is no longer valid.
    function until(StateWord state) internal pure returns (uint64) {
        return uint40(StateWord.unwrap(state) >> 56);
    }

    /// @notice How many entries there are.
    function count(StateWord state) internal pure returns (uint256) {
        return uint8(StateWord.unwrap(state) >> 96);
    }

    /// @notice The sequence of the subject's journal after the last change.
    function position(StateWord state) internal pure returns (uint64) {
        return uint64(StateWord.unwrap(state) >> 104);
    }

    /// @notice Whether an authority recorded the last entry, not the issuer.
    function isByAuthority(StateWord state) internal pure returns (bool) {
        return StateWord.unwrap(state) >> 168 != 0;
    }
}
