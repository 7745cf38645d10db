// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Shipment} from "./Ghost.sol";
import {Movements} from "./Movements.sol";
import {vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice Dispatch and every step of a consignment, with what remains of it worked out in the plainest way.
abstract contract Shipments is Movements {
    uint8 private constant OPEN = 1;
    uint8 private constant ACCEPTED = 2;

    // ------------------------------------------------------------------------------------------------ dispatch

    function _dispatch(uint64 from, uint64 to) internal override returns (uint256 index) {
        uint256[] memory lines = to == DISPOSAL_SITE ? _takingLines(from, false, false) : new uint256[](0);
        if (lines.length == 0) lines = _usableLines(from, false);
        return _dispatchLines(from, to, lines);
    }

    function _dispatchLines(uint64 from, uint64 to, uint256[] memory lines) internal returns (uint256 index) {
        Draft memory draft = _draft(Kind.DISPATCH, from, to);
        bool late = _maybeLate(draft);
        draft.sender = _keeperOf(from);
        draft.approver = _approverBetween(from, to, late);
        draft.document.deadline = uint64(block.timestamp + 1 + _draw(2 hours));
        for (uint256 i; i < lines.length; ++i) lines[i] &= ~MISSING;
        draft.document.lines = lines;
        _refer(draft, late);
        return _sendDispatch(draft, from, to);
    }

    function _sendDispatch(Draft memory draft, uint64 from, uint64 to) internal returns (uint256 index) {
        uint256[] memory lines = draft.document.lines;

        _send(draft.sender, abi.encodeCall(IStockLedger.dispatch, (draft.document, _signing(draft))));

        index = _note(draft, from, to);
        recorded[index].shipment = shipments.length;
        Shipment storage shipment = shipments.push();
        (shipment.key, shipment.from, shipment.to) = (_keyOf(draft), from, to);
        (shipment.state, shipment.deadline, shipment.lines) = (OPEN, draft.document.deadline, lines);
        _sign(shipment, draft);
    }

    // ------------------------------------------------------------------------------------------------ acceptance

    function _acceptance(uint64 from, uint64 to) internal {
        uint256 index = _shipmentTo(true, from, to);
        _accept(index, _chance(30) ? new uint256[](0) : _exceptions(shipments[index].lines, 3));
    }

    function _accept(uint256 index, uint256[] memory exceptions) internal {
        Shipment storage shipment = shipments[index];
        (Draft memory draft, bool late) = _step(Kind.ACCEPTANCE, shipment);
        draft.sender = _receivingKeeper(shipment);
        draft.approver = late ? _districtApprover(shipment.to) : 0;
        draft.document.lines = exceptions;

        _send(
            draft.sender, abi.encodeCall(ILedgerSteps.accept, (draft.document, _given(shipment), _signing(draft)))
        );

        _note(draft, shipment.from, shipment.to);
        _sign(shipment, draft);
        shipment.lines = exceptions;
        shipment.state = exceptions.length == 0 ? 0 : ACCEPTED;
    }

    // ------------------------------------------------------------------------------------------------ contest

    function _contest(uint64 from, uint64 to) internal {
        Shipment storage shipment = shipments[_shipmentTo(false, from, to)];
        if (block.timestamp <= shipment.deadline) vm.warp(shipment.deadline + 1);
        (Draft memory draft, bool late) = _step(Kind.CONTEST, shipment);
        draft.sender = _receivingKeeper(shipment);
        draft.approver = late ? _districtApprover(shipment.to) : 0;
        uint256[] memory exceptions = _exceptions(shipment.lines, 1);
        draft.document.lines = exceptions;

        _send(
            draft.sender, abi.encodeCall(ILedgerSteps.contest, (draft.document, _given(shipment), _signing(draft)))
        );

        _note(draft, shipment.from, shipment.to);
        _sign(shipment, draft);
        shipment.lines = _remaining(shipment.lines, exceptions, false, true);
        shipment.state = ACCEPTED;
    }

    // ------------------------------------------------------------------------------------------------ return

    function _return(uint64 from, uint64 to) internal {
        _returnOf(_shipmentTo(false, from, to));
    }

    function _returnOf(uint256 index) internal {
        Shipment storage shipment = shipments[index];
        uint256 until = shipment.deadline + 7 days;
        if (block.timestamp <= until) vm.warp(until + 1);
        (Draft memory draft,) = _step(Kind.RETURN, shipment);
        draft.sender = _keeperOf(shipment.from);
        draft.approver = _districtApprover(shipment.from);

        _send(
            draft.sender,
            abi.encodeCall(ILedgerSteps.returnConsignment, (draft.document, _given(shipment), _signing(draft)))
        );

        _note(draft, shipment.from, shipment.to);
        shipment.state = 0;
    }

    function _returnAcceptance(uint64 from, uint64 to) internal {
        uint256 index = _shipmentWith(false, from, to);
        uint256[] memory lines = _where(shipments[index].lines, false);
        _acceptReturnOf(index, _chance(40) ? new uint256[](0) : _exceptions(lines, 1));
    }

    function _acceptReturnOf(uint256 index, uint256[] memory missing) internal {
        Shipment storage shipment = shipments[index];
        (Draft memory draft, bool late) = _step(Kind.RETURN_ACCEPTANCE, shipment);
        draft.sender = _keeperOf(shipment.from);
        draft.approver = late ? _districtApprover(shipment.from) : 0;
        draft.document.lines = missing;

        _send(
            draft.sender,
            abi.encodeCall(ILedgerSteps.acceptReturn, (draft.document, _given(shipment), _signing(draft)))
        );

        _note(draft, shipment.from, shipment.to);
        _sign(shipment, draft);
        // Of what was returning nothing remains but what is missing of it.
        shipment.lines = _joined(_where(shipment.lines, true), missing);
        if (shipment.lines.length == 0) shipment.state = 0;
    }

    // ------------------------------------------------------------------------------------------------ settlement

    function _settlement(uint64 from, uint64 to) internal {
        uint256 index = _shipmentWith(true, from, to);
        _settleOf(index, _findings(_where(shipments[index].lines, true)));
    }

    function _settleOf(uint256 index, uint256[] memory found) internal {
        Shipment storage shipment = shipments[index];
        (Draft memory draft,) = _step(Kind.SETTLEMENT, shipment);
        draft.sender = CITY_APPROVER;
        while (_signed(shipment, draft.sender)) ++draft.sender;
        draft.document.lines = found;

        _send(
            draft.sender, abi.encodeCall(ILedgerSteps.settle, (draft.document, _given(shipment), _signing(draft)))
        );

        _note(draft, shipment.from, shipment.to);
        for (uint256 i; i < found.length; ++i) {
            if (uint16(found[i] >> 80) == 3) accounts[uint160(found[i] >> 96)].lost += found[i] & QUANTITY;
        }
        shipment.lines = _remaining(shipment.lines, found, true, false);
        if (shipment.lines.length == 0) shipment.state = 0;
    }

    /// @dev Of what is missing of each lot some is found at either side, some is lost, some stays missing.
    function _findings(uint256[] memory missing) private returns (uint256[] memory found) {
        found = new uint256[](missing.length * 3);
        uint256 length;
        for (uint256 i; i < missing.length; ++i) {
            bool seen;
            uint256 open;
            for (uint256 j; j < missing.length; ++j) {
                if (missing[j] >> 96 != missing[i] >> 96) continue;
                if (j < i) seen = true;
                open += missing[j] & QUANTITY;
            }
            for (uint256 reason = 1; reason <= 3 && !seen; ++reason) {
                uint256 part = reason == 3 && _chance(50) ? open : _draw(open + 1);
                if (part == 0 && (length != 0 || reason != 3 || i + 1 != missing.length)) continue;
                if (part == 0) part = open;
                found[length++] = _head(uint160(missing[i] >> 96), reason, part);
                open -= part;
                if (open == 0) break;
            }
        }
        _cut(found, length);
        _sortLines(found, 1);
        // All that was drawn may have been nothing.
        if (length == 0) return _findings(missing);
    }

    // ------------------------------------------------------------------------------------------------ lines

    /// @dev Exceptions to lines of one lot each: `ways` 1 missing, 3 missing and returning. Never none.
    function _exceptions(uint256[] memory lines, uint256 ways) internal returns (uint256[] memory exceptions) {
        exceptions = new uint256[](lines.length * 2);
        uint256 length;
        for (uint256 i; i < lines.length; ++i) {
            uint160 lot = uint160(lines[i] >> 96);
            uint256 left = lines[i] & QUANTITY;
            if (ways == 3 && _chance(50)) {
                uint256 part = _part(left);
                exceptions[length++] = _head(lot, _draw(1 << 15), part);
                left -= part;
            }
            if (left != 0 && (_chance(50) || (length == 0 && i + 1 == lines.length))) {
                exceptions[length++] = _head(lot, 1 << 15 | _draw(1 << 15), _part(left));
            }
        }
        _cut(exceptions, length);
        _sortLines(exceptions, 1);
    }

    /// @dev The lines less the exceptions, taken in order from those that are `missing` or not, and the exceptions
    /// behind them where `join`.
    function _remaining(uint256[] memory lines, uint256[] memory exceptions, bool missing, bool join)
        private
        pure
        returns (uint256[] memory)
    {
        uint256[] memory rest = new uint256[](lines.length);
        uint256 length;
        for (uint256 i; i < lines.length; ++i) {
            uint256 line = lines[i];
            bool isMissing = line & MISSING != 0;
            for (uint256 j; j < exceptions.length && isMissing == missing; ++j) {
                if (exceptions[j] >> 96 != line >> 96) continue;
                uint256 taken = exceptions[j] & QUANTITY;
                if (taken > line & QUANTITY) taken = line & QUANTITY;
                line -= taken;
                // What this exception has taken is not taken again.
                if (!join) exceptions[j] -= taken;
            }
            if (line & QUANTITY != 0) rest[length++] = line;
        }
        return join ? _joined(_cut(rest, length), exceptions) : _cut(rest, length);
    }

    function _joined(uint256[] memory lines, uint256[] memory more) private pure returns (uint256[] memory all) {
        all = new uint256[](lines.length + more.length);
        for (uint256 i; i < lines.length; ++i) all[i] = lines[i];
        for (uint256 i; i < more.length; ++i) all[lines.length + i] = more[i];
    }

    function _where(uint256[] memory lines, bool missing) private pure returns (uint256[] memory picked) {
        picked = new uint256[](lines.length);
        uint256 length;
        for (uint256 i; i < lines.length; ++i) {
            if ((lines[i] & MISSING != 0) == missing) picked[length++] = lines[i];
        }
        _cut(picked, length);
    }

    // ------------------------------------------------------------------------------------------------ consignments

    function _step(Kind kind, Shipment storage shipment) private returns (Draft memory draft, bool late) {
        draft = _draft(kind, shipment.from, shipment.to);
        draft.document.reference_ = 2 << 248 | shipment.key;
        if (kind != Kind.SETTLEMENT) late = _maybeLate(draft);
    }

    function _given(Shipment storage shipment) private view returns (Consignment memory) {
        return Consignment(shipment.state, shipment.signers, shipment.lines);
    }

    function _sign(Shipment storage shipment, Draft memory draft) private {
        shipment.signers.push(vm.addr(draft.sender));
        if (draft.approver != 0) shipment.signers.push(vm.addr(draft.approver));
    }

    function _signed(Shipment storage shipment, uint256 key) private view returns (bool) {
        for (uint256 i; i < shipment.signers.length; ++i) if (shipment.signers[i] == vm.addr(key)) return true;
        return false;
    }

    /// @dev Nobody takes in what they sent.
    function _receivingKeeper(Shipment storage shipment) private returns (uint256 keeper) {
        keeper = _keeperOf(shipment.to);
        if (_signed(shipment, keeper)) keeper = _fellow(keeper);
    }

    /// @dev Leaves the approvers of the city for settlement.
    function _districtApprover(uint64 site) private pure returns (uint256) {
        return site / 1e9 == DISTRICT ? APPROVER : OTHER_APPROVER;
    }

    /// @dev An open consignment, to a site that is not closed where it `arrives`; a new one where there is none.
    function _shipmentTo(bool arrives, uint64 from, uint64 to) private returns (uint256) {
        uint256 start = shipments.length == 0 ? 0 : _draw(shipments.length);
        for (uint256 i; i < shipments.length; ++i) {
            uint256 index = (start + i) % shipments.length;
            if (shipments[index].state == OPEN && !(arrives && closed[shipments[index].to])) return index;
        }
        return recorded[_dispatch(from, to)].shipment;
    }

    /// @dev An accepted consignment of which something is `missing`, or else returning.
    function _shipmentWith(bool missing, uint64 from, uint64 to) private returns (uint256 index) {
        for (uint256 i; i < shipments.length; ++i) {
            if (shipments[i].state == ACCEPTED && _where(shipments[i].lines, missing).length != 0) return i;
        }
        index = _shipmentTo(true, from, to);
        uint256 line = shipments[index].lines[0] & ~uint256(0xffff << 80);
        uint256[] memory exceptions = new uint256[](1);
        exceptions[0] = missing ? line | MISSING : line;
        _accept(index, exceptions);
    }

    function _signersOf(uint256 shipment) internal view override returns (address[] memory) {
        return shipments[shipment].signers;
    }

    function _close(uint256 shipment) internal override {
        shipments[shipment].state = 0;
    }

    function _isOpen(uint256 shipment) internal view override returns (bool) {
        return shipments[shipment].state == OPEN;
    }
}
