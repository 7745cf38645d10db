// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../../contracts/interfaces/IDirectory.sol";
import {IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {RequestKey} from "../../contracts/types/Ids.sol";
import {Journal} from "../../contracts/types/Journal.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Handler} from "./Handler.sol";
import {Differs, Log, same, vm} from "./Vm.sol";

/// @notice Calls of Norms and Reallocation: whether each may be done is said before it is sent. None of them writes a
/// word of another contract, and each event rolls its journal as the specification says.
abstract contract Calls is Handler {
    bytes32 private constant ROLL = keccak256("Roll(uint256 journal,uint256 subject,bytes32 digest)");

    mapping(address emitter => mapping(uint256 subject => uint256 word)) private _journals;
    mapping(address emitter => uint256[] subjects) private _subjects;
    bytes4[] private _reasons;

    /// @notice How many calls were done, and how many refused.
    uint256 public done;
    uint256 public refused;

    /// @dev If this `applies`, the call must be refused, for this or for another reason that applies.
    function _refuseIf(bool applies, bytes4 selector) internal {
        if (applies) _reasons.push(selector);
    }

    /// @dev Nothing but a grant of this very role and division counts; each key has one, a stranger none.
    function _refuseUnlessGranted(uint256 key, Role role, uint64 division) internal {
        bool granted = roleOf[key] == role && divisionOf[key] == division;
        _refuseIf(!granted, IDirectory.DirectoryGrantMissing.selector);
    }

    function _isRefused() internal view returns (bool) {
        return _reasons.length != 0;
    }

    /// @dev Sends a call that must be done, with so many entries in journals, or refused for one of the reasons.
    function _ask(uint256 key, address target, bytes memory data, uint256 entries)
        internal
        returns (bool accepted, bytes memory answer)
    {
        vm.record();
        vm.recordLogs();
        vm.prank(vm.addr(key));
        (accepted, answer) = target.call(data);
        _assertNothingElseWritten(target);
        Log[] memory logs = vm.getRecordedLogs();
        if (accepted) {
            if (_isRefused()) revert Differs("done although it must be refused", uint32(_reasons[0]), 0);
            uint256 rolled;
            for (uint256 i; i < logs.length; ++i) {
                if (_roll(logs[i])) ++rolled;
                _noteLog(logs[i]);
            }
            same(rolled, entries, "entries of journals");
            ++done;
        } else {
            _assertReason(answer);
            ++refused;
        }
        delete _reasons;
    }

    /// @dev What an event says beside that it was rolled.
    function _noteLog(Log memory log) internal view virtual {}

    function _assertReason(bytes memory answer) private view {
        for (uint256 i; i < _reasons.length; ++i) if (_reasons[i] == bytes4(answer)) return;
        if (_isRefused()) revert Differs("refused for another reason", uint32(bytes4(answer)), uint32(_reasons[0]));
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    /// @dev Neither the stock ledger nor any other contract but the one called changes a word.
    function _assertNothingElseWritten(address target) private {
        address[7] memory all = [
            address(ledger),
            steps,
            address(directory),
            address(catalogue),
            address(registry),
            address(norms),
            address(reallocation)
        ];
        for (uint256 i; i < all.length; ++i) {
            if (all[i] == target) continue;
            (, bytes32[] memory writes) = vm.accesses(all[i]);
            same(writes.length, 0, "words written in another contract");
        }
    }

    // ------------------------------------------------------------------------------------------------ journals

    /// @dev An entry is everything that the event says, indexed or not; a skipped proposal is in no journal.
    function _roll(Log memory log) private returns (bool) {
        if (log.topics[0] == IReallocation.ProposalSkipped.selector) return false;
        uint256 subject = uint256(log.topics[_place(log)]);
        uint256 word = _journals[log.emitter][subject];
        if (word == 0) _subjects[log.emitter].push(subject);
        bytes32 rolled = keccak256(abi.encode(ROLL, word, subject, _entry(log)));
        _journals[log.emitter][subject] = uint256(rolled) >> 64 << 64 | uint64(word + 1);
        return true;
    }

    /// @dev At which topic the subject stands: the site or division, or the request.
    function _place(Log memory log) private view returns (uint256) {
        bytes32 event_ = log.topics[0];
        if (log.emitter == address(norms)) return 1;
        if (event_ == IReallocation.RequestMade.selector || event_ == IReallocation.RequestWithdrawn.selector) return 1;
        bool ofDocument =
            event_ == IReallocation.DeliveryShown.selector || event_ == IReallocation.DeliveryReversed.selector;
        return ofDocument ? 3 : 2;
    }

    function _entry(Log memory log) private pure returns (bytes32) {
        bytes memory data = log.data;
        if (log.topics[0] == IReallocation.ProposalMade.selector) {
            // Seven words, and where the lines begin; their digest stands for them.
            bytes memory lines = _slice(data, 9 * 32, data.length);
            data = bytes.concat(_slice(data, 0, 7 * 32), keccak256(lines));
        }
        return keccak256(bytes.concat(abi.encodePacked(log.topics), data));
    }

    function _slice(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i; i < part.length; ++i) part[i] = data[from + i];
    }

    /// @notice Each journal of the two contracts is what its events roll up to, and as long as they are many.
    function assertAllocationJournals() external view {
        uint256[] storage subjects = _subjects[address(norms)];
        for (uint256 i; i < subjects.length; ++i) {
            Journal word = norms.journal(uint64(subjects[i]));
            same(Journal.unwrap(word), _journals[address(norms)][subjects[i]], "journal of norms");
        }
        subjects = _subjects[address(reallocation)];
        for (uint256 i; i < subjects.length; ++i) {
            Journal word = reallocation.journal(RequestKey.wrap(uint248(subjects[i])));
            same(Journal.unwrap(word), _journals[address(reallocation)][subjects[i]], "journal of a request");
        }
    }
}
