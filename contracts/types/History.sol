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
/// zero in the others. Times are seconds since 1970 below 2**40.
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
