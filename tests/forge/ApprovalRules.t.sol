// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signing} from "../../contracts/interfaces/IDocuments.sol";
import {Approval, Asking, IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {ProposalKey, RequestKey} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {ProposalState, Refusal} from "../../contracts/types/ProposalState.sol";
import {Allocations} from "./Allocations.sol";
import {Log, same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice Each rule of an approval at its edge: the last unit or second that it allows, and the next.
contract ApprovalRulesTest is Allocations {
    // ------------------------------------------------------------------------------------------------ quantities

    /// @notice Floor, reserved and proposed come to what is usable, and to no unit more.
    function testFuzz_theFloorStaysWithWhatIsReserved(uint256 quantity, uint256 taken) public {
        uint256 floor = 1 + quantity % (STOCK - 2);
        taken = taken % (STOCK - floor);
        _setFloor(FIRST_SITE, floor);
        if (taken != 0) _approved(taken);
        ProposalKey above = _proposal(STOCK - floor - taken + 1);
        _found(above, Refusal.BELOW_FLOOR, "a unit of the floor");
        same(_reserved(), taken, "reserved after a refusal");
        ProposalKey all = _approved(STOCK - floor - taken);
        _assertGiver(all, STOCK - floor, STOCK - floor - taken);
        _found(_proposal(1), Refusal.BELOW_FLOOR, "a unit more than all above the floor");
    }

    /// @notice Of what is usable at most the callable share is reserved, rounded down.
    function testFuzz_theCallableShareIsKept(uint256 share, uint256 taken) public {
        share = 20 + share % (WHOLE - 20);
        _setTerms(CITY, share, 0);
        uint256 most = STOCK * share / WHOLE;
        taken = taken % most;
        if (taken != 0) _approved(taken);
        _found(_proposal(most - taken + 1), Refusal.ABOVE_SHARE, "a unit above the share");
        _approved(most - taken);
    }

    /// @notice What is accepted and what is promised is no longer open, and what was withdrawn is again.
    function testFuzz_noMoreThanIsOpenIsApproved(uint256 quantity, uint256 part) public {
        quantity = 3 + quantity % (STOCK / 2 - 2);
        part = 1 + part % (quantity - 2);
        RequestKey asked = _requestNear(quantity);
        ProposalKey first = _propose(asked, part);
        ProposalKey above = _propose(asked, quantity - part + 1);
        ProposalKey rest = _propose(asked, quantity - part);
        _found(first, Refusal.NONE, "a part of what is asked for");
        _found(above, Refusal.ABOVE_REQUEST, "a unit above what is open beside a promise");
        _handOver(first, part);
        _found(above, Refusal.ABOVE_REQUEST, "a unit above what is open beside what was accepted");
        _found(rest, Refusal.NONE, "all that is open");
        _found(_propose(asked, 1), Refusal.ABOVE_REQUEST, "a unit where nothing is open");
        _do(KEEPER, address(reallocation), _withdrawing(rest, KEEPER));
        _found(_propose(asked, quantity - part), Refusal.NONE, "what is open again");
    }

    /// @notice What is held at the giver, or recalled, is not usable there: neither proposed nor approved.
    function test_whatMayNotBeUsedIsNotGiven() public {
        ProposalKey proposal = _proposal(1);
        RequestKey asked = _requestOf(proposal);
        _status(Kind.HOLD, FIRST_SITE, APPROVER);
        _found(proposal, Refusal.ABOVE_SHARE, "a lot that is held at the giver");
        bytes4 short = IReallocation.ReallocationLotShort.selector;
        _refused(KEEPER, address(reallocation), _proposing(asked, 1), short, "a lot that is held at the giver");
        _status(Kind.RELEASE, FIRST_SITE, APPROVER);
        _status(Kind.RECALL, 0, ROOT);
        _found(proposal, Refusal.ABOVE_SHARE, "a lot that is recalled");
        _refused(KEEPER, address(reallocation), _proposing(asked, 1), short, "a lot that is recalled");
        _status(Kind.LIFT, 0, ROOT);
        _refused(KEEPER, address(reallocation), _proposing(asked, STOCK + 1), short, "a unit more than is there");
        _found(proposal, Refusal.NONE, "a lot that may be used again");
    }

    /// @notice A request of more than three times the floor says why.
    function testFuzz_threeTimesTheFloorNeedNoReason(uint256 quantity) public {
        uint256 floor = 1 + quantity % (1 << 40);
        _setFloor(SECOND_SITE, floor);
        _requestNear(3 * floor);
        Asking memory asking = _asking(SECOND_SITE, 3 * floor + 1, block.timestamp + 1, ROUTINE);
        bytes memory data = abi.encodeCall(IReallocation.request, (asking, _division(SECOND_KEEPER)));
        bytes4 missing = IReallocation.ReallocationReasonMissing.selector;
        _refused(SECOND_KEEPER, address(reallocation), data, missing, "a unit above three times the floor");
    }

    // ------------------------------------------------------------------------------------------------ times

    /// @notice Until the last second of need, and not after it; from the next second on it can be expired.
    function testFuzz_theDayOfNeedEndsToTheSecond(uint256 time) public {
        time = 1 + time % 3 days;
        RequestKey asked = _request(SECOND_SITE, 3, block.timestamp + time, ROUTINE);
        (ProposalKey first, ProposalKey late) = (_propose(asked, 1), _propose(asked, 2));
        vm.warp(block.timestamp + time);
        _found(first, Refusal.NONE, "in the last second");
        bytes4 notOver = IReallocation.ReallocationNotOver.selector;
        _refused(STRANGER, address(reallocation), _expiring(first), notOver, "expired in the last second");
        vm.warp(block.timestamp + 1);
        _found(late, Refusal.TOO_LATE, "a second after the day of need");
        _do(STRANGER, address(reallocation), _expiring(first));
        _assertGiver(first, 0, 1);
        _assertRequest(asked, 0, 0);
        _assertState(first, ProposalState.EXPIRED);
    }

    /// @notice The giver's notice ends by the day of need; in an emergency there is none.
    function testFuzz_theNoticeIsKeptButInAnEmergency(uint256 noticeDays) public {
        noticeDays = 1 + noticeDays % 366;
        _setTerms(CITY, WHOLE, noticeDays);
        uint256 notice = noticeDays * 1 days;
        ProposalKey inTime = _propose(_request(SECOND_SITE, 1, block.timestamp + notice, ROUTINE), 1);
        ProposalKey late = _propose(_request(SECOND_SITE, 1, block.timestamp + notice - 1, ROUTINE), 1);
        _found(late, Refusal.NOTICE_TOO_LONG, "a notice that ends a second after the day of need");
        vm.recordLogs();
        _found(inTime, Refusal.NONE, "a notice that ends in the last second");
        same(_approval().callableFrom, block.timestamp + notice, "end of the notice");

        _do(STREET_AUTHORITY, address(norms), _declaring(STREET, block.timestamp + 1, STREET));
        vm.recordLogs();
        _found(late, Refusal.NONE, "no notice in an emergency");
        same(_approval().callableFrom, block.timestamp, "end of no notice");
    }

    /// @notice A giver whose count is overdue gives with a reason alone, and no reason stands where none is overdue.
    function testFuzz_anOverdueGiverGivesWithAReason(uint256 dayCount, uint16 reason) public {
        if (reason == 0) reason = 1;
        dayCount = 1 + dayCount % 3_660;
        _setCycle(dayCount);
        vm.warp(block.timestamp + dayCount * 1 days);
        (ProposalKey first, ProposalKey second) = (_proposal(1), _proposal(1));
        vm.recordLogs();
        same(uint8(_approveBy(STREET_APPROVER, first, reason)), uint8(Refusal.NONE), "in the last second");
        same(_approval().staleReason, 0, "reason where nothing is overdue");
        vm.warp(block.timestamp + 1);
        _found(second, Refusal.STALE, "overdue, and no reason");
        vm.recordLogs();
        same(uint8(_approveBy(STREET_APPROVER, second, reason)), uint8(Refusal.NONE), "overdue, with a reason");
        same(_approval().staleReason, reason, "reason where a count is overdue");
    }

    // ------------------------------------------------------------------------------------------------ levels

    /// @notice The street decides at once, the district after the street's time, the city after the district's; what is
    /// below the street never does, and what decided before still may.
    function test_eachLevelHasItsTurn() public {
        _takeTurns(1, 3 days);
        _takeTurns(2, 1 days);
        _takeTurns(3, 4 hours);
    }

    function _takeTurns(uint8 urgency, uint256 time) private {
        uint256 start = block.timestamp;
        RequestKey asked = _request(SECOND_SITE, 100, start + 10 days, urgency);
        uint256[3] memory keys = [STREET_APPROVER, APPROVER, CITY_APPROVER];
        for (uint256 turn; turn < 3; ++turn) {
            if (turn != 0) vm.warp(start + turn * time - 1);
            for (uint256 i = turn == 0 ? 1 : turn; i < 3; ++i) _noTurn(asked, keys[i], start);
            vm.warp(start + turn * time);
            for (uint256 i = turn + 1; i < 3; ++i) _noTurn(asked, keys[i], start);
            _noTurn(asked, COMMUNITY_APPROVER, start);
            _noTurn(asked, OTHER_APPROVER, start);
            for (uint256 i; i <= turn; ++i) _turn(asked, keys[i], start);
        }
    }

    /// @dev One that was made at `start`, as it is found now.
    function _madeAt(RequestKey asked, uint256 start) private returns (ProposalKey proposal) {
        uint256 now_ = block.timestamp;
        vm.warp(start);
        proposal = _propose(asked, 1);
        vm.warp(now_);
    }

    function _noTurn(RequestKey asked, uint256 key, uint256 start) private {
        ProposalKey proposal = _madeAt(asked, start);
        _foundBy(key, proposal, Refusal.WRONG_LEVEL, "approved by a level that has no turn");
        bytes4 wrong = IReallocation.ReallocationLevelWrong.selector;
        _refused(key, address(reallocation), _rejecting(proposal, key), wrong, "rejected by a level that has no turn");
        _refused(key, address(reallocation), _withdrawing(proposal, key), wrong, "withdrawn without a turn");
    }

    function _turn(RequestKey asked, uint256 key, uint256 start) private {
        _foundBy(key, _madeAt(asked, start), Refusal.NONE, "approved by a level that has its turn");
        _do(key, address(reallocation), _rejecting(_madeAt(asked, start), key));
        _do(key, address(reallocation), _withdrawing(_madeAt(asked, start), key));
    }

    /// @notice An emergency opens the levels up to itself at once, and none above; it stands at or above the lowest
    /// division in common.
    function test_anEmergencyOpensTheLevelsUpToItself() public {
        ProposalKey proposal = _proposal(1);
        _do(CITY_AUTHORITY, address(norms), _declaring(DISTRICT, block.timestamp + 1 hours, CITY));
        _foundBy(CITY_APPROVER, proposal, Refusal.WRONG_LEVEL, "above the emergency");
        _foundBy(COMMUNITY_APPROVER, proposal, Refusal.WRONG_LEVEL, "below the lowest level");
        vm.warp(block.timestamp + 1 hours);
        _foundBy(APPROVER, proposal, Refusal.WRONG_LEVEL, "in an emergency that is over");
        _do(CITY_AUTHORITY, address(norms), _declaring(CITY, block.timestamp + 1 hours, CITY));
        vm.recordLogs();
        _foundBy(CITY_APPROVER, proposal, Refusal.NONE, "at the level of the emergency");
        same(_approval().emergency ? 1 : 0, 1, "whether it is an emergency");
    }

    // ------------------------------------------------------------------------------------------------ states

    /// @notice What was rejected, withdrawn, expired or approved is not approved, nor rejected, and a request that was
    /// withdrawn has nothing approved.
    function test_whatWasDecidedIsNotDecidedAgain() public {
        ProposalKey[4] memory ended = [_proposal(1), _proposal(1), _proposal(1), _approved(1)];
        _do(STREET_APPROVER, address(reallocation), _rejecting(ended[0], STREET_APPROVER));
        _do(SECOND_KEEPER, address(reallocation), _withdrawing(ended[1], SECOND_KEEPER));
        _withdrawRequest(ended[2]);
        _found(ended[2], Refusal.REQUEST_WITHDRAWN, "of a request that was withdrawn");
        _do(STRANGER, address(reallocation), _expiring(ended[2]));
        uint256 reserved = _reserved();
        bytes4 wrong = IReallocation.ReallocationStateWrong.selector;
        for (uint256 i; i < 4; ++i) {
            _found(ended[i], Refusal.NOT_PROPOSED, "what was decided before");
            bytes memory data = _rejecting(ended[i], STREET_APPROVER);
            _refused(STREET_APPROVER, address(reallocation), data, wrong, "rejected after it was decided");
            data = _withdrawing(ended[i], KEEPER);
            if (i < 3) _refused(KEEPER, address(reallocation), data, wrong, "withdrawn after its end");
        }
        same(_reserved(), reserved, "reserved after all were refused");
    }

    function _withdrawRequest(ProposalKey proposal) private {
        bytes memory data =
            abi.encodeCall(IReallocation.withdrawRequest, (_requestOf(proposal), 8, _division(SECOND_KEEPER)));
        _do(SECOND_KEEPER, address(reallocation), data);
    }

    // ------------------------------------------------------------------------------------------------ scenes

    /// @dev A document that changes the status of the lot.
    function _status(Kind kind, uint256 from, uint256 key) private {
        Draft memory draft = _new(kind, from, 0, from, key);
        draft.document.reason = 7;
        draft.document.lines = _grainLine(0);
        Signing memory signing = _signing(draft);
        if (kind == Kind.HOLD) _send(key, abi.encodeCall(IStockLedger.hold, (draft.document, signing)));
        if (kind == Kind.RELEASE) _send(key, abi.encodeCall(IStockLedger.release, (draft.document, signing)));
        if (kind == Kind.RECALL) _send(key, abi.encodeCall(IStockLedger.recall, (draft.document, signing)));
        if (kind == Kind.LIFT) _send(key, abi.encodeCall(IStockLedger.lift, (draft.document, signing)));
    }

    /// @dev What the one approval since logs were recorded says that it found.
    function _approval() private returns (Approval memory approval) {
        Log[] memory logs = vm.getRecordedLogs();
        uint256 found;
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] != IReallocation.ProposalApproved.selector) continue;
            approval = abi.decode(logs[i].data, (Approval));
            ++found;
        }
        same(found, 1, "approvals that were logged");
    }
}
