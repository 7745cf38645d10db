// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document, Signing} from "../../contracts/interfaces/IDocuments.sol";
import {Giving} from "../../contracts/interfaces/INorms.sol";
import {Approval, IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {Signature} from "../../contracts/libraries/TypedData.sol";
import {DivisionId, ProposalKey} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {ProposalState, Refusal} from "../../contracts/types/ProposalState.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Offered, Requests} from "./Requests.sol";
import {commonRung, covers, ladder, LEVELS, levelTime} from "./Rules.sol";
import {check, Log, same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice An approval that is asked for: by whom, and why givers whose count is overdue give all the same.
struct Decision {
    uint256 key;
    uint64 division;
    uint16 staleReason;
    bool consented;
}

/// @notice What an approval must find and leave.
struct Finding {
    uint256 usable;
    uint256 floor;
    uint256 reserved;
    uint256 callableFrom;
    bool emergency;
    bool stale;
}

/// @notice Decisions on proposals, with every rule of theirs written a second time.
abstract contract Approvals is Requests {
    mapping(uint256 place => Finding finding) private _foundAt;
    mapping(uint256 place => Draft draft) internal prepared;

    /// @notice A bit for each reason why an approval was refused, or not.
    uint256 public refusalsSeen;
    /// @notice How many proposals were approved, by rung above the lowest level.
    uint256[LEVELS] public approvedAbove;

    // ------------------------------------------------------------------------------------------------ the rules

    /// @dev The rungs of the receiver's ladder between which the level of an approver must lie now.
    function _rungs(uint256 place) internal view returns (uint256 lowest, uint256 highest, bool emergency) {
        uint64 receiver = _receiverOf(place);
        uint256 common = commonRung(receiver, offered[place].giver);
        lowest = common == 0 ? 1 : common;
        uint256 turns = (block.timestamp - offered[place].proposedAt) / levelTime(_urgencyOf(place));
        highest = lowest + turns;
        uint256 opened;
        (emergency, opened) = _emergencyFrom(receiver, common);
        if (emergency && opened > highest) highest = opened;
        if (highest >= LEVELS) highest = LEVELS - 1;
    }

    function _isLevel(uint256 place, uint64 division) internal view returns (bool) {
        (uint256 lowest, uint256 highest,) = _rungs(place);
        uint64[LEVELS] memory rungs = ladder(_receiverOf(place) / 1e3);
        for (uint256 i = lowest; i <= highest; ++i) if (rungs[i] == division) return true;
        return false;
    }

    function _urgencyOf(uint256 place) internal view returns (uint8) {
        return askedFor[offered[place].asked].asking.urgency;
    }

    function _neededBy(uint256 place) internal view returns (uint256) {
        return askedFor[offered[place].asked].asking.neededBy;
    }

    function _leavesDistrict(uint256 place) internal view returns (bool) {
        return offered[place].giver / 1e9 != _receiverOf(place) / 1e9;
    }

    function _refusalOf(uint256 place, Decision memory decision) internal view returns (Refusal) {
        Offered memory one = offered[place];
        if (one.state != ProposalState.PROPOSED) return Refusal.NOT_PROPOSED;
        if (block.timestamp > _neededBy(place)) return Refusal.TOO_LATE;
        if (askedFor[one.asked].withdrawn) return Refusal.REQUEST_WITHDRAWN;
        if (!_isLevel(place, decision.division)) return Refusal.WRONG_LEVEL;
        if (_leavesDistrict(place) && !decision.consented) return Refusal.CONSENT_MISSING;
        uint256 taken = _acceptedFor(one.asked) + _promisedTo(one.asked);
        if (taken + one.quantity > askedFor[one.asked].asking.quantity) return Refusal.ABOVE_REQUEST;
        return _refusalOfGiver(place, decision);
    }

    function _refusalOfGiver(uint256 place, Decision memory decision) private view returns (Refusal) {
        Giving memory giving = _givingOf(offered[place].giver, _itemOf(place));
        if (!giving.callable) return Refusal.NOT_CALLABLE;
        if (giving.stale && decision.staleReason == 0) return Refusal.STALE;
        Finding memory finding = _findingOf(place, giving);
        if (finding.callableFrom > _neededBy(place)) return Refusal.NOTICE_TOO_LONG;
        if (finding.reserved * 10_000 > finding.usable * giving.share) return Refusal.ABOVE_SHARE;
        return finding.floor + finding.reserved > finding.usable ? Refusal.BELOW_FLOOR : Refusal.NONE;
    }

    function _findingOf(uint256 place, Giving memory giving) private view returns (Finding memory finding) {
        uint64 giver = offered[place].giver;
        uint256[] memory lines = offered[place].offer.lines;
        for (uint256 i; i < lines.length; ++i) {
            uint160 lot = uint160(lines[i] >> 96);
            if (_isUsable(giver, lot)) finding.usable += _held(giver, lot);
        }
        finding.floor = giving.floor;
        finding.reserved = _reservedAt(giver, _itemOf(place)) + offered[place].quantity;
        (,, finding.emergency) = _rungs(place);
        finding.callableFrom = block.timestamp + (finding.emergency ? 0 : uint256(giving.noticeDays) * 1 days);
        finding.stale = giving.stale;
    }

    // ------------------------------------------------------------------------------------------------ approving

    /// @dev Some approver: mostly of the lowest level that may.
    function _approverFor(uint256 place) internal returns (uint256) {
        if (_chance(3)) return _chance(50) ? _keeperOf(offered[place].giver) : STRANGER;
        if (_chance(20)) return APPROVER + _draw(10);
        (uint256 lowest, uint256 highest,) = _rungs(place);
        return _approverOn(ladder(_receiverOf(place) / 1e3)[_chance(70) ? lowest : highest]);
    }

    function _approverOn(uint64 division) private returns (uint256) {
        if (division == STREET) return STREET_APPROVER;
        if (division == OTHER_STREET) return OTHER_STREET_APPROVER;
        if (division == DISTRICT) return APPROVER;
        if (division == OTHER_DISTRICT) return OTHER_APPROVER;
        if (division == CITY) return CITY_APPROVER + _draw(3);
        return division == 0 ? ROOT_APPROVER : PROVINCE_APPROVER;
    }

    function _decision(uint256 place) private returns (Decision memory decision) {
        decision.key = _approverFor(place);
        decision.division = divisionOf[decision.key];
        decision.staleReason = _chance(35) ? 6 : 0;
    }

    /// @dev One that is not decided on, `leaves` the district or stays there, and mostly is in time; any other where
    /// there is none.
    function _undecided(bool leaves) private returns (uint256 place) {
        place = _draw(offered.length);
        for (uint256 i; i < offered.length; ++i) {
            bool fits = offered[place].state == ProposalState.PROPOSED && _leavesDistrict(place) == leaves;
            if (fits && (block.timestamp <= _neededBy(place) || _chance(15))) return place;
            place = (place + 1) % offered.length;
        }
    }

    function _approveSome() internal {
        if (offered.length == 0 || _chance(30)) _offerNew();
        if (offered.length == 0) return;
        uint256 length = 1 + _draw(3);
        uint248[] memory keys = new uint248[](length);
        for (uint256 i; i < length; ++i) keys[i] = _chance(2) ? 7 : offered[_undecided(_chance(10))].key;
        uint256 first = _firstOf(keys);
        if (_chance(40)) _squeeze(first);
        _approve(keys, _decision(first));
    }

    /// @dev A new proposal of goods that stay in the district, by the highest level that may, where a rule is at its edge.
    function _approveAtTheEdge() internal {
        uint256 before = offered.length;
        while (offered.length == before || _leavesDistrict(offered.length - 1)) _offerNew();
        uint256 place = offered.length - 1;
        _squeeze(place);
        (, uint256 highest,) = _rungs(place);
        Decision memory decision;
        decision.division = ladder(_receiverOf(place) / 1e3)[highest];
        decision.key = _approverOn(decision.division);
        if (divisionOf[decision.key] != decision.division) return;
        uint248[] memory keys = new uint248[](1);
        keys[0] = offered[place].key;
        _approve(keys, decision);
    }

    /// @dev Brings one of the rules to the edge of what it allows, or a step beyond it.
    function _squeeze(uint256 place) private {
        (uint64 giver, uint64 item) = (offered[place].giver, _itemOf(place));
        Finding memory finding = _findingOf(place, _givingOf(giver, item));
        uint256 way = _draw(7);
        if (way == 0) _warpTo(_neededBy(place) + _draw(2));
        if (way == 1) _warpTo(offered[place].proposedAt + (1 + _draw(3)) * levelTime(_urgencyOf(place)) - _draw(2));
        if (finding.usable == 0 || finding.usable > QUANTITY || finding.reserved >= finding.usable) return;
        if (way == 2) _setOwnTerms(giver, (finding.reserved * 10_000 - 1) / finding.usable + _draw(2), 0);
        if (way == 3) _setOwnTerms(giver, 10_000, _daysUntil(_neededBy(place)) + _draw(2));
        if (way < 4 || closed[giver]) return;
        _ease(giver, item);
        if (way == 4) return _setOwnFloor(giver, item, finding.usable - finding.reserved + _draw(2));
        _setOwnCycle(giver, item, 1);
        _warpTo(block.timestamp + 1 days + _draw(2));
    }

    function _warpTo(uint256 time) private {
        if (time > block.timestamp) vm.warp(time);
    }

    function _daysUntil(uint256 time) private view returns (uint256) {
        return time > block.timestamp ? (time - block.timestamp) / 1 days : 0;
    }

    function _approve(uint248[] memory keys, Decision memory decision) internal {
        _refuseUnlessGranted(decision.key, Role.APPROVER, decision.division);
        bool granted = !_isRefused();
        uint256 approved;
        Refusal[] memory refusals = new Refusal[](keys.length);
        for (uint256 i; i < keys.length; ++i) {
            uint256 place = offeredAt[keys[i]];
            refusals[i] = place == 0 ? Refusal.UNKNOWN : _refusalOf(place - 1, decision);
            if (granted) refusalsSeen |= 1 << uint8(refusals[i]);
            if (!granted || refusals[i] != Refusal.NONE) continue;
            ++approved;
            _enterApproval(place - 1, decision);
        }
        _refuseIf(approved == 0, IReallocation.ReallocationNotApproved.selector);
        bytes memory data = abi.encodeCall(
            IReallocation.approve, (_wrap(keys), DivisionId.wrap(decision.division), decision.staleReason)
        );
        (bool accepted, bytes memory answer) = _ask(decision.key, address(reallocation), data, approved);
        if (accepted) {
            Refusal[] memory found = abi.decode(answer, (Refusal[]));
            for (uint256 i; i < keys.length; ++i) same(uint8(found[i]), uint8(refusals[i]), "why it was not approved");
        } else if (granted) {
            _assertFirst(answer, keys[0], refusals[0]);
        }
    }

    function _wrap(uint248[] memory keys) internal pure returns (ProposalKey[] memory wrapped) {
        assembly {
            wrapped := keys
        }
    }

    /// @dev The refusal of a call that approves nothing is that of its first proposal.
    function _assertFirst(bytes memory answer, uint248 key, Refusal refusal) private pure {
        uint256 foundKey;
        uint256 found;
        assembly {
            foundKey := mload(add(answer, 0x24))
            found := mload(add(answer, 0x44))
        }
        same(foundKey, key, "the proposal that was not approved");
        same(found, uint8(refusal), "why nothing was approved");
    }

    /// @dev What holds of a proposal that may be approved now, said once more before it is.
    function _enterApproval(uint256 place, Decision memory decision) private {
        Giving memory giving = _givingOf(offered[place].giver, _itemOf(place));
        Finding memory finding = _findingOf(place, giving);
        check(finding.floor + finding.reserved <= finding.usable, "floor and reserved are covered");
        check(finding.reserved * 10_000 <= giving.share * finding.usable, "the callable share is kept");
        (uint256 lowest,,) = _rungs(place);
        uint64[LEVELS] memory rungs = ladder(_receiverOf(place) / 1e3);
        for (uint256 i = lowest; i < LEVELS; ++i) if (rungs[i] == decision.division) ++approvedAbove[i - lowest];
        _foundAt[place] = finding;
        (offered[place].state, offered[place].approvedAt) = (ProposalState.APPROVED, block.timestamp);
        isApproverOfRequests[decision.key] = true;
    }

    /// @dev What an approval says that it found.
    function _noteLog(Log memory log) internal view override {
        if (log.topics[0] != IReallocation.ProposalApproved.selector) return;
        Approval memory approval = abi.decode(log.data, (Approval));
        Finding memory finding = _foundAt[offeredAt[uint248(uint256(log.topics[1]))] - 1];
        // More than one balance holds is said as so much.
        same(approval.usable, finding.usable > QUANTITY ? QUANTITY : finding.usable, "usable at an approval");
        same(approval.floor, finding.floor, "floor at an approval");
        same(approval.reserved, finding.reserved, "reserved after an approval");
        same(approval.callableFrom, finding.callableFrom, "end of the notice");
        same(approval.emergency ? 1 : 0, finding.emergency ? 1 : 0, "whether it is an emergency");
        same(approval.recordedAt, block.timestamp, "time of an approval");
        check((approval.staleReason != 0) == finding.stale, "a reason stands where a count is overdue");
        check(uint256(approval.floor) + approval.reserved <= approval.usable, "floor and reserved are covered");
    }

    // ------------------------------------------------------------------------------------------------ with consent

    /// @dev Approves one with the consent to its prepared document, which is mostly right.
    function _consentSome() internal {
        if (offered.length == 0 || _chance(30)) _offerNew();
        if (offered.length == 0) return;
        uint256 place = _undecided(_chance(80));
        if (_chance(30)) _squeeze(place);
        Decision memory decision = _decision(place);
        decision.consented = true;
        Draft memory draft = _prepare(place);
        draft.approver = decision.key;
        uint256 way = _chance(85) ? 9 : _draw(7);
        if (way == 0) draft.document.from = OTHER_SITE == uint64(draft.document.from) ? FIRST_SITE : OTHER_SITE;
        if (way == 1) draft.document.to = FIRST_SITE == uint64(draft.document.to) ? OTHER_SITE : FIRST_SITE;
        if (way == 2) draft.document.lines[0] += 1;
        if (way == 3) draft.document.reference_ ^= 1;
        if (way == 4) draft.document.occurredAt = Timestamp.wrap(uint64(block.timestamp - 1 days));
        if (way < 5) _refuseIf(true, IReallocation.ReallocationPreparedOther.selector);
        Signing memory signing = _signing(draft);
        if (way == 5) signing.approver = _sign(STRANGER, _consentDigest(draft, signing));
        if (way == 6) signing.approver.vs = 0;
        if (way == 5 || way == 6) _refuseIf(true, IReallocation.ReallocationConsentOther.selector);
        if (_chance(3)) draft.kind = Kind.ISSUE;
        _approveWithConsent(place, decision, draft, signing);
    }

    function _approvePrepared(uint256 place, Decision memory decision) internal {
        Draft memory draft = _prepare(place);
        draft.approver = decision.key;
        _approveWithConsent(place, decision, draft, _signing(draft));
    }

    /// @dev The proposal's document, as the giver's keeper will record it.
    function _prepare(uint256 place) private returns (Draft memory draft) {
        uint64 giver = offered[place].giver;
        bool handOver = _chance(40);
        draft = _draft(handOver ? Kind.HAND_OVER : Kind.DISPATCH, giver, _receiverOf(place));
        draft.document.occurredAt = Timestamp.wrap(uint64(block.timestamp));
        draft.document.reference_ = 4 << 248 | offered[place].key;
        draft.document.lines = _left(offered[place].offer.lines);
        draft.sender = _keeperOf(giver);
        if (!handOver) {
            draft.document.deadline = uint64(block.timestamp + 2 days);
        } else {
            draft.other = _keeperOf(_receiverOf(place));
            if (draft.other == draft.sender) draft.other = _fellow(draft.sender);
        }
    }

    /// @dev The lines that take something.
    function _left(uint256[] memory lines) private pure returns (uint256[] memory taking) {
        taking = new uint256[](lines.length);
        uint256 length;
        for (uint256 i; i < lines.length; ++i) if (lines[i] & QUANTITY != 0) taking[length++] = lines[i];
        _cut(taking, length);
    }

    function _approveWithConsent(uint256 place, Decision memory decision, Draft memory draft, Signing memory signing)
        private
    {
        _refuseUnlessGranted(decision.key, Role.APPROVER, decision.division);
        bool granted = !_isRefused();
        bool isDelivery = draft.kind == Kind.DISPATCH || draft.kind == Kind.HAND_OVER;
        if (!isDelivery) {
            _refuseIf(true, IReallocation.ReallocationKindWrong.selector);
            _refuseIf(true, IReallocation.ReallocationPreparedOther.selector);
            _refuseIf(true, IReallocation.ReallocationConsentOther.selector);
        }
        Refusal refusal = _refusalOf(place, decision);
        if (granted) refusalsSeen |= 1 << uint8(refusal);
        _refuseIf(refusal != Refusal.NONE, IReallocation.ReallocationNotApproved.selector);
        bool approves = !_isRefused();
        if (approves) _enterApproval(place, decision);
        bytes memory data = abi.encodeCall(
            IReallocation.approveWithConsent,
            (
                ProposalKey.wrap(offered[place].key),
                DivisionId.wrap(decision.division),
                decision.staleReason,
                draft.kind,
                draft.document,
                signing.body,
                signing.validUntil,
                signing.approver
            )
        );
        (bool accepted,) = _ask(decision.key, address(reallocation), data, 2);
        if (accepted) prepared[place] = draft;
    }

    // ------------------------------------------------------------------------------------------------ other decisions

    /// @dev Some proposals, each mostly once.
    function _some() private returns (uint248[] memory keys) {
        keys = new uint248[](_chance(3) ? 0 : 1 + _draw(2));
        for (uint256 i; i < keys.length; ++i) keys[i] = _chance(3) ? 7 : offered[_draw(offered.length)].key;
        _refuseIf(keys.length == 0, IReallocation.ReallocationNothingNamed.selector);
        for (uint256 i; i < keys.length; ++i) {
            _refuseIf(offeredAt[keys[i]] == 0, IReallocation.ReallocationProposalUnknown.selector);
            for (uint256 j; j < i; ++j) {
                _refuseIf(keys[i] == keys[j], IReallocation.ReallocationStateWrong.selector);
            }
        }
    }

    /// @dev The place of the first of them, or of any other that stands.
    function _firstOf(uint248[] memory keys) private view returns (uint256) {
        return keys.length == 0 || offeredAt[keys[0]] == 0 ? 0 : offeredAt[keys[0]] - 1;
    }

    function _rejectSome() internal {
        if (offered.length == 0) _offerNew();
        if (offered.length == 0) return;
        uint248[] memory keys = _some();
        uint256 key = _approverFor(_firstOf(keys));
        uint16 reason = _chance(4) ? 0 : 5;
        _refuseUnlessGranted(key, Role.APPROVER, divisionOf[key]);
        _refuseIf(reason == 0, IReallocation.ReallocationReasonMissing.selector);
        for (uint256 i; i < keys.length; ++i) {
            uint256 place = offeredAt[keys[i]];
            if (place == 0) continue;
            bool undecided = offered[place - 1].state == ProposalState.PROPOSED;
            _refuseIf(!undecided, IReallocation.ReallocationStateWrong.selector);
            _refuseIf(!_isLevel(place - 1, divisionOf[key]), IReallocation.ReallocationLevelWrong.selector);
        }
        bytes memory data =
            abi.encodeCall(IReallocation.reject, (_wrap(keys), DivisionId.wrap(divisionOf[key]), reason));
        (bool accepted,) = _ask(key, address(reallocation), data, keys.length);
        if (!accepted) return;
        isApproverOfRequests[key] = true;
        for (uint256 i; i < keys.length; ++i) offered[offeredAt[keys[i]] - 1].state = ProposalState.REJECTED;
    }

    function _withdrawSome() internal {
        if (offered.length == 0) _offerNew();
        if (offered.length == 0) return;
        uint248[] memory keys = _some();
        uint256 first = _firstOf(keys);
        Role role = _chance(50) ? Role.KEEPER : Role.APPROVER;
        uint256 key = role == Role.APPROVER
            ? _approverFor(first)
            : _keeperOver(_chance(50) ? offered[first].giver : _receiverOf(first));
        if (_chance(3)) role = Role(uint8(_draw(7)));
        uint16 reason = _chance(4) ? 0 : 5;
        bool known = role == Role.KEEPER || role == Role.APPROVER;
        _refuseIf(!known, IReallocation.ReallocationRoleWrong.selector);
        _refuseUnlessGranted(key, role, divisionOf[key]);
        _refuseIf(reason == 0, IReallocation.ReallocationReasonMissing.selector);
        for (uint256 i; i < keys.length; ++i) {
            if (offeredAt[keys[i]] != 0) _refuseWithdrawal(offeredAt[keys[i]] - 1, role, divisionOf[key]);
        }
        bytes memory data =
            abi.encodeCall(IReallocation.withdraw, (_wrap(keys), role, DivisionId.wrap(divisionOf[key]), reason));
        (bool accepted,) = _ask(key, address(reallocation), data, keys.length);
        if (accepted) for (uint256 i; i < keys.length; ++i) _end(keys[i], ProposalState.WITHDRAWN);
    }

    function _refuseWithdrawal(uint256 place, Role role, uint64 division) private {
        ProposalState state = offered[place].state;
        bool standing = state == ProposalState.PROPOSED || state == ProposalState.APPROVED;
        _refuseIf(!standing, IReallocation.ReallocationStateWrong.selector);
        if (role == Role.APPROVER) {
            _refuseIf(!_isLevel(place, division), IReallocation.ReallocationLevelWrong.selector);
        } else {
            bool either =
                covers(division, offered[place].giver / 1e3) || covers(division, _receiverOf(place) / 1e3);
            _refuseIf(!either, IReallocation.ReallocationGrantElsewhere.selector);
        }
    }

    function _expireSome() internal {
        if (offered.length == 0) _offerNew();
        if (offered.length == 0) return;
        uint248[] memory keys = _some();
        for (uint256 i; i < keys.length; ++i) {
            if (offeredAt[keys[i]] == 0) continue;
            uint256 place = offeredAt[keys[i]] - 1;
            ProposalState state = offered[place].state;
            bool standing = state == ProposalState.PROPOSED || state == ProposalState.APPROVED;
            _refuseIf(!standing, IReallocation.ReallocationStateWrong.selector);
            bool over = block.timestamp > _neededBy(place) || askedFor[offered[place].asked].withdrawn;
            _refuseIf(!over, IReallocation.ReallocationNotOver.selector);
        }
        bytes memory data = abi.encodeCall(IReallocation.expire, (_wrap(keys)));
        (bool accepted,) = _ask(STRANGER, address(reallocation), data, keys.length);
        if (accepted) for (uint256 i; i < keys.length; ++i) _end(keys[i], ProposalState.EXPIRED);
    }

    function _end(uint248 key, ProposalState state) private {
        Offered storage one = offered[offeredAt[key] - 1];
        (one.state, one.endedAt) = (state, block.timestamp);
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    /// @notice Between which levels each proposal may be decided on now.
    function assertLevels() external view {
        for (uint256 i; i < offered.length; ++i) {
            (DivisionId lowest, DivisionId highest) = reallocation.levels(ProposalKey.wrap(offered[i].key));
            (uint256 lowestRung, uint256 highestRung,) = _rungs(i);
            uint64[LEVELS] memory rungs = ladder(_receiverOf(i) / 1e3);
            same(DivisionId.unwrap(lowest), rungs[lowestRung], "lowest level of a proposal");
            same(DivisionId.unwrap(highest), rungs[highestRung], "highest level of a proposal");
        }
    }

    /// @notice Nobody who asked or proposed ever approved or rejected.
    function assertClasses() external view {
        for (uint256 key; key < 100; ++key) {
            check(!(isKeeperOfRequests[key] && isApproverOfRequests[key]), "a proposer approves");
        }
    }
}
