// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Entry, ISupplierRegistry} from "../interfaces/ISupplierRegistry.sol";
import {EntryKind, EntryWord, EntryWordLibrary, History, StateWord} from "../types/History.sol";
import {Role} from "../types/Role.sol";
import {Status} from "../types/Verdict.sol";

/// @title Histories of qualifications and accreditations
/// @notice What may be recorded after what, and what a history comes to at a time: twice, as the pure function over its
/// entries and from its state word. A test holds the two equal.
library Histories {
    /// @dev The last place is kept for a revocation, so that nothing makes a history irrevocable by filling it.
    uint256 internal constant MOST_ENTRIES = 64;
    uint64 internal constant TIME_LIMIT = 1 << 40;

    /// @notice Refuses an entry of `kind` that cannot follow. Only the caller knows whether a first one may be ISSUED.
    function requirePlace(History storage history, EntryKind kind) internal view {
        StateWord state = history.state;
        EntryKind last = state.kind();

        bool allowed = kind == EntryKind.REINSTATED
            ? last == EntryKind.SUSPENDED
            : last != EntryKind.REVOKED && (kind == EntryKind.REVOKED || last != EntryKind.SUSPENDED);
        if (!allowed) revert ISupplierRegistry.SupplierRegistryEntryRefused(last, kind);
        if (kind != EntryKind.REVOKED && state.count() + 1 >= MOST_ENTRIES) {
            revert ISupplierRegistry.SupplierRegistryHistoryFull(state.count());
        }
    }

    /// @notice The interval of a renewal until `until`: in date it goes on from its beginning, else it begins now.
    function renewal(History storage history, uint64 until) internal view returns (uint64 from) {
        StateWord state = history.state;
        bool inDate = block.timestamp < state.until();

        from = inDate ? state.from() : uint64(block.timestamp);
        requireInterval(from, until, inDate ? state.until() : uint64(block.timestamp));
    }

    /// @notice Refuses an interval that is empty, ends by `earliest`, or does not fit into an entry.
    function requireInterval(uint64 from, uint64 until, uint64 earliest) internal pure {
        if (until <= from || until <= earliest || until >= TIME_LIMIT) {
            revert ISupplierRegistry.SupplierRegistryIntervalInvalid(from, until, earliest);
        }
    }

    /// @notice Appends `entry`, which rolled the subject's journal to `position`.
    function append(History storage history, Entry memory entry, uint64 position) internal {
        EntryWord word = EntryWordLibrary.create(
            entry.kind, entry.reason, entry.effectiveAt, entry.recordedAt, entry.role == Role.AUTHORITY
        ).withInterval(entry.grade, entry.from, entry.until);

        history.entries.push(word);
        history.state = history.state.next(word, position);
    }

    /// @notice What the state word comes to at `time`, at or after its last change.
    function statusNow(StateWord state, uint256 time) internal pure returns (Status) {
        return _judge(state.kind(), state.from(), state.until(), time);
    }

    /// @notice What the first `known` entries come to at `time`: the last in position of those that count then rules,
    /// with grade and interval of the last ISSUED or RENEWED at or before it.
    function statusAt(EntryWord[] storage entries, uint256 known, uint256 time)
        internal
        view
        returns (Status status, uint8 grade)
    {
        if (known == 0) return (Status.UNKNOWN, 0);
        if (known > entries.length) revert ISupplierRegistry.SupplierRegistryEntriesUnknown(known, entries.length);
        uint256 ruling = known;
        while (ruling != 0 && entries[ruling - 1].effectiveAt() > time) --ruling;
        if (ruling == 0) return (Status.NOT_YET_VALID, entries[0].grade());

        // The first entry is ISSUED, so this ends. ISSUED and RENEWED count from when they were recorded, which makes
        // the beginning max(from, recordedAt) without another comparison.
        EntryWord interval = entries[ruling - 1];
        for (uint256 i = ruling - 1; interval.until() == 0; --i) {
            interval = entries[i - 1];
        }
        status = _judge(entries[ruling - 1].kind(), interval.from(), interval.until(), time);
        grade = interval.grade();
    }

    /// @notice The verdict from what qualification and accreditation come to at the same time.
    function join(Status qualification, Status accreditation) internal pure returns (Status) {
        bool final_ = qualification == Status.UNKNOWN || qualification == Status.REVOKED
            || qualification == Status.SUSPENDED;
        return final_ || accreditation == Status.VALID ? qualification : Status.ISSUER_NOT_ACCREDITED;
    }

    function _judge(EntryKind ruling, uint64 from, uint64 until, uint256 time) private pure returns (Status) {
        if (ruling == EntryKind.NONE) return Status.UNKNOWN;
        if (ruling == EntryKind.REVOKED) return Status.REVOKED;
        if (ruling == EntryKind.SUSPENDED) return Status.SUSPENDED;
        if (time >= until) return Status.EXPIRED;
        return time < from ? Status.NOT_YET_VALID : Status.VALID;
    }
}
