// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {Journal} from "../../contracts/types/Journal.sol";
import {SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Deltas} from "./Deltas.sol";
import {same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice What each function that moves or counts does to balances, for 100 lines. Every document is tried by a
/// stranger first (`Strangers`), and writes its own words and no others (`Written`).
contract DeltasTest is Deltas {
    // ------------------------------------------------------------------------------------------------ the functions

    function testFuzz_issueAndReverse_100Lines(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _taking(Kind.ISSUE, CONSIGNEE, seed);
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.issue, (draft.document, _signing(draft))));
        _assertDeltas(before, lines, -1, 0);

        _reverse(draft);
        _assertDeltas(before, lines, 0, 0);
    }

    function testFuzz_writeOffAndReverse_100Lines(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _taking(Kind.WRITE_OFF, 0, seed);
        draft.document.reason = 10;
        draft.approver = APPROVER;
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.writeOff, (draft.document, _signing(draft))));
        _assertDeltas(before, lines, -1, 0);

        _reverse(draft);
        _assertDeltas(before, lines, 0, 0);
    }

    function testFuzz_handOverAndReverse_100Lines(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _taking(Kind.HAND_OVER, SECOND_SITE, seed);
        draft.other = SECOND_KEEPER;
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.handOver, (draft.document, _signing(draft))));
        _assertDeltas(before, lines, -1, 1);

        _reverse(draft);
        _assertDeltas(before, lines, 0, 0);
    }

    function testFuzz_dispatchAndReverse_100Lines(uint256 seed) public {
        Held memory before = _held();
        (Draft memory draft, uint256[] memory lines) = _dispatched(seed);
        _reverse(draft);
        _assertDeltas(before, lines, 0, 0);
    }

    function testFuzz_dispatchAndAccept_100Lines(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _dispatched(seed);
        Held memory before = _held();
        Draft memory step = _step(Kind.ACCEPTANCE, draft);
        _send(SECOND_KEEPER, abi.encodeCall(ILedgerSteps.accept, (step.document, _given(lines), _signing(step))));
        _assertDeltas(before, lines, 0, 1);
    }

    function testFuzz_dispatchAndReturn_100Lines(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _dispatched(seed);
        Held memory before = _held();
        vm.warp(block.timestamp + 9 days);
        Draft memory step = _step(Kind.RETURN, draft);
        step.approver = APPROVER;
        _send(
            KEEPER, abi.encodeCall(ILedgerSteps.returnConsignment, (step.document, _given(lines), _signing(step)))
        );
        _assertDeltas(before, lines, 1, 0);
    }

    /// @notice Accepted but for a missing unit of each lot; settled as found at the receiver.
    function testFuzz_acceptAndSettle_100Exceptions(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _dispatched(seed);
        Held memory before = _held();
        Draft memory step = _step(Kind.ACCEPTANCE, draft);
        uint256[] memory missing = new uint256[](LINES);
        for (uint256 i; i < LINES; ++i) missing[i] = lines[i] >> 96 << 96 | MISSING | 1;
        step.document.lines = missing;
        _send(SECOND_KEEPER, abi.encodeCall(ILedgerSteps.accept, (step.document, _given(lines), _signing(step))));
        Held memory accepted = _held();
        for (uint256 i; i < LINES; ++i) {
            same(accepted.to[i], before.to[i] + (lines[i] & QUANTITY) - 1, "accepted");
        }

        _settle(draft, _rest(missing, SECOND_KEEPER), 2);
        _assertDeltas(before, lines, 0, 1);
    }

    /// @notice Nothing arrives, as a contest says of a part of each lot; the rest comes back but for a unit of some
    /// lots; all that is missing is found at the sender.
    function testFuzz_contestAcceptReturnAndSettle_100Exceptions(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _dispatched(seed);
        Held memory before = _held();
        vm.warp(block.timestamp + 2 days);
        Draft memory step = _step(Kind.CONTEST, draft);
        uint256[] memory contested = new uint256[](LINES);
        for (uint256 i; i < LINES; ++i) {
            contested[i] = lines[i] >> 96 << 96 | MISSING | (1 + _draw((lines[i] & QUANTITY) - 1));
        }
        step.document.lines = contested;
        _send(SECOND_KEEPER, abi.encodeCall(ILedgerSteps.contest, (step.document, _given(lines), _signing(step))));
        _assertDeltas(before, lines, 0, 0);

        uint256[] memory missing = _acceptReturn(draft, lines, contested);
        Held memory returned = _held();
        uint256[] memory absent = _unitsOf(missing);
        for (uint256 i; i < LINES; ++i) {
            same(returned.from[i], before.from[i] + (lines[i] & QUANTITY) - absent[i], "returned");
            same(returned.to[i], before.to[i], "balance of the receiver");
        }

        _settle(draft, _rest(missing, KEEPER), 1);
        _assertDeltas(before, lines, 1, 0);
    }

    /// @dev Records what comes back of a contested dispatch and returns what is still missing.
    function _acceptReturn(Draft memory draft, uint256[] memory lines, uint256[] memory contested)
        private
        returns (uint256[] memory missing)
    {
        uint256[] memory remaining = new uint256[](2 * LINES);
        missing = new uint256[](2 * LINES);
        uint256 length;
        for (uint256 i; i < LINES; ++i) {
            remaining[i] = lines[i] - (contested[i] & QUANTITY);
            remaining[LINES + i] = missing[i] = contested[i];
            if (_draw(2) == 0) missing[LINES + length++] = lines[i] >> 96 << 96 | MISSING | 1 << 80 | 1;
        }
        Draft memory step = _step(Kind.RETURN_ACCEPTANCE, draft);
        step.document.lines = new uint256[](length);
        for (uint256 i; i < length; ++i) step.document.lines[i] = missing[LINES + i];
        assembly {
            mstore(missing, add(LINES, length))
        }
        Consignment memory rest = _rest(remaining, SECOND_KEEPER);
        _send(KEEPER, abi.encodeCall(ILedgerSteps.acceptReturn, (step.document, rest, _signing(step))));
    }

    /// @notice Accepted but for a unit of each lot, which goes back and is taken in.
    function testFuzz_acceptAndAcceptReturn_100Exceptions(uint256 seed) public {
        (Draft memory draft, uint256[] memory lines) = _dispatched(seed);
        Held memory before = _held();
        Draft memory step = _step(Kind.ACCEPTANCE, draft);
        uint256[] memory returning = new uint256[](LINES);
        for (uint256 i; i < LINES; ++i) returning[i] = lines[i] >> 96 << 96 | 5 << 80 | 1;
        step.document.lines = returning;
        _send(SECOND_KEEPER, abi.encodeCall(ILedgerSteps.accept, (step.document, _given(lines), _signing(step))));

        step = _step(Kind.RETURN_ACCEPTANCE, draft);
        Consignment memory rest = _rest(returning, SECOND_KEEPER);
        _send(KEEPER, abi.encodeCall(ILedgerSteps.acceptReturn, (step.document, rest, _signing(step))));
        for (uint256 i; i < LINES; ++i) {
            same(_at(FIRST_SITE, i), before.from[i] + 1, "balance of the sender");
            same(_at(SECOND_SITE, i), before.to[i] + (lines[i] & QUANTITY) - 1, "balance of the receiver");
        }
    }

    /// @dev Settles all that is missing as found where `reason` says, each lot in one line.
    function _settle(Draft memory draft, Consignment memory rest, uint256 reason) private {
        Draft memory last = _step(Kind.SETTLEMENT, draft);
        uint256[] memory found = _unitsOf(rest.lines);
        for (uint256 i; i < LINES; ++i) found[i] |= uint256(_lots[i]) << 96 | reason << 80;
        last.document.lines = found;
        _send(CITY_APPROVER, abi.encodeCall(ILedgerSteps.settle, (last.document, rest, _signing(last))));
    }

    function testFuzz_countAndReverse_100Lines(uint256 seed) public {
        Draft memory draft = _new(Kind.COUNT, FIRST_SITE, 0, FIRST_SITE);
        draft.document.reference_ = Journal.unwrap(ledger.siteJournal(SiteId.wrap(FIRST_SITE)));
        (draft.other, draft.approver) = (SECOND_KEEPER, APPROVER);
        draft.document.lines = new uint256[](2 * LINES);
        _random = seed;
        for (uint256 i; i < LINES; ++i) {
            draft.document.lines[2 * i] = uint256(_lots[i]) << 96 | 500 + _draw(400);
            draft.document.lines[2 * i + 1] = 700;
        }
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.count, (draft.document, _signing(draft))));
        for (uint256 i; i < LINES; ++i) {
            uint256 counted = draft.document.lines[2 * i] & QUANTITY;
            same(_at(FIRST_SITE, i) + 700, before.from[i] + counted, "balance after a count");
            same(_at(SECOND_SITE, i), before.to[i], "balance elsewhere");
        }

        _reverse(draft);
        _assertDeltas(before, new uint256[](LINES), 0, 0);
    }
}
