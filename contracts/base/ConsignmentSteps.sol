// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Document, Signing} from "../interfaces/IDocuments.sol";
import {ILedgerSteps} from "../interfaces/ILedgerSteps.sol";
import {DocumentKey, SiteId} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";
import {Line} from "../types/Line.sol";
import {Consignments} from "./Consignments.sol";
import {Delegated} from "./Delegated.sol";
import {Act} from "./DocumentBook.sol";
import {Stock} from "./Stock.sol";

/// @title Steps of a consignment, from acceptance to settlement
/// @notice Nothing is accepted by silence, and what nobody answers for goes back.
abstract contract ConsignmentSteps is ILedgerSteps, Consignments, Stock, Delegated {
    uint16 private constant FOUND_AT_SENDER = 1;
    uint16 private constant FOUND_AT_RECEIVER = 2;
    uint16 private constant LOST = 3;

    // ---------------------------------------------------------------------------------------------- acceptance

    /// @inheritdoc ILedgerSteps
    function accept(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        onlyDelegated
        returns (DocumentKey)
    {
        Act memory act = _beginStep(Kind.ACCEPTANCE, true, OPEN, document_, consignment_, signing);
        if (act.known) return act.key;

        _takingIn(act.to);
        _signApprover(act, act.late, false, signing);

        if (document_.lines.length == 0) {
            _move(consignment_.lines, NO_SITE, act.to, 0, BY_LOT);
            _consignments[act.consignment] = CLOSED;
        } else {
            _putReturning(_less(consignment_.lines, document_.lines, false), act.to);
            _commit(act, consignment_, document_.lines);
        }

        return _record(act, document_);
    }

    // ---------------------------------------------------------------------------------------------- contest

    /// @inheritdoc ILedgerSteps
    function contest(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        onlyDelegated
        returns (DocumentKey)
    {
        Act memory act = _beginStep(Kind.CONTEST, true, OPEN, document_, consignment_, signing);
        if (act.known) return act.key;

        _requirePast(uint64(_consignments[act.consignment]));
        _requireLines(document_.lines, 1);
        _requireAllMissing(document_.lines);
        _signApprover(act, act.late, false, signing);

        uint256[] memory returning = _less(consignment_.lines, document_.lines, false);
        _commit(act, consignment_, _join(returning, document_.lines));

        return _record(act, document_);
    }

    // ---------------------------------------------------------------------------------------------- return

    /// @inheritdoc ILedgerSteps
    function returnConsignment(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        onlyDelegated
        returns (DocumentKey)
    {
        Act memory act = _beginStep(Kind.RETURN, false, OPEN, document_, consignment_, signing);
        if (act.known) return act.key;

        _requirePast(uint64(_consignments[act.consignment]) + LATE_AFTER);
        _requireZero(document_.lines.length, "lines");
        _signApprover(act, true, false, signing);

        _move(consignment_.lines, NO_SITE, act.from, 0, BY_LOT);
        _consignments[act.consignment] = CLOSED;

        return _record(act, document_);
    }

    /// @inheritdoc ILedgerSteps
    function acceptReturn(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        onlyDelegated
        returns (DocumentKey)
    {
        Act memory act = _beginStep(Kind.RETURN_ACCEPTANCE, false, ACCEPTED, document_, consignment_, signing);
        if (act.known) return act.key;

        _requireAllMissing(document_.lines);
        _signApprover(act, act.late, false, signing);

        uint256[] memory rest = _less(consignment_.lines, document_.lines, false);
        bool returning = _putReturning(rest, act.from);
        // Nothing came back and nothing is missing of it: there was no return to accept.
        if (!returning && document_.lines.length == 0) revert StockLedgerLinesIncomplete(0);
        _commit(act, consignment_, _join(rest, document_.lines));

        return _record(act, document_);
    }

    // ---------------------------------------------------------------------------------------------- settlement

    /// @inheritdoc ILedgerSteps
    function settle(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        onlyDelegated
        returns (DocumentKey)
    {
        Act memory act = _beginStep(Kind.SETTLEMENT, false, ACCEPTED, document_, consignment_, signing);
        if (act.known) return act.key;

        _requireLines(document_.lines, 1);
        _requireContains(signing.senderDivision, act.to);
        if (_signedBefore(consignment_)) revert StockLedgerSettlerInvolved(msg.sender);

        _putFound(document_.lines, act.from, act.to);
        uint256[] memory missing = _less(consignment_.lines, document_.lines, true);
        _commit(act, consignment_, _join(missing, document_.lines[:0]));

        return _record(act, document_);
    }

    /// @dev Puts what was found where it was found.
    function _putFound(uint256[] calldata lines, SiteId from, SiteId to) private {
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            if (line.reason() == FOUND_AT_SENDER) _put(from, line.lot(), line.quantity());
            else if (line.reason() == FOUND_AT_RECEIVER) _put(to, line.lot(), line.quantity());
            else if (line.reason() != LOST) _malformed(i);
        }
    }

    // ---------------------------------------------------------------------------------------------- exceptions

    /// @dev The lines less the exceptions: each takes from the lines of its lot, in their order, that are missing or
    /// not as asked for. What is used up stays as a line of quantity 0, which `_join` leaves out. Exceptions ascend by
    /// (lot, reason), are well formed and not zero.
    ///
    /// Lines and exceptions are read side by side, since both ascend by lot. The lines of one consignment do so in at
    /// most two runs, what a return found missing behind what the acceptance had: so the cost grows with the lines and
    /// twice the exceptions, never with their product.
    function _less(uint256[] calldata lines, uint256[] calldata exceptions, bool missing)
        private
        pure
        returns (uint256[] memory rest)
    {
        rest = lines;
        uint256[] memory open_ = _quantities(exceptions);
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 next;
        for (uint256 i; i < rest.length; ++i) {
            if (Line.wrap(rest[i]).isMissing() != missing) continue;
            uint256 lot_ = rest[i] >> BY_LOT;
            if (lot_ < previous) next = 0;
            previous = lot_;
            next = _takeFrom(rest, i, exceptions, open_, next);
        }
        _requireCovered(exceptions, open_);
    }

    /// @dev The quantities of exceptions that ascend by (lot, reason), are well formed and not zero.
    function _quantities(uint256[] calldata exceptions) private pure returns (uint256[] memory quantities) {
        quantities = new uint256[](exceptions.length);
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        for (uint256 i; i < exceptions.length; ++i) {
            Line exception = _head(exceptions, i, previous, BY_LOT_AND_REASON);
            previous = Line.unwrap(exception);
            if (exception.quantity() == 0) _malformed(i);
            quantities[i] = exception.quantity();
        }
    }

    /// @dev Lets the exceptions of its lot, from `next` on, take from line `index` what they still need. Returns the
    /// exception that goes on with the next line.
    function _takeFrom(
        uint256[] memory lines,
        uint256 index,
        uint256[] calldata exceptions,
        uint256[] memory open_,
        uint256 next
    ) private pure returns (uint256) {
        uint256 lot_ = lines[index] >> BY_LOT;
        for (; next < exceptions.length; ++next) {
            uint256 asked = exceptions[next] >> BY_LOT;
            if (asked > lot_) break;
            if (asked < lot_) continue;
            uint256 left = lines[index] & QUANTITY_MASK;
            uint256 part = open_[next] < left ? open_[next] : left;
            lines[index] -= part;
            open_[next] -= part;
            // The line is used up, the exception is not.
            if (open_[next] != 0) break;
        }
        return next;
    }

    /// @dev Refuses exceptions for which there were not lines enough.
    function _requireCovered(uint256[] calldata exceptions, uint256[] memory open_) private pure {
        for (uint256 i; i < exceptions.length; ++i) {
            if (open_[i] == 0) continue;
            Line exception = Line.wrap(exceptions[i]);
            revert StockLedgerExceptionExceeds(
                exception.lot(), exception.quantity() - open_[i], exception.quantity()
            );
        }
    }

    /// @dev Puts every line that is not missing into the site, and leaves 0 of it. Whether there was any.
    function _putReturning(uint256[] memory lines, SiteId site) private returns (bool any) {
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            if (line.isMissing() || line.quantity() == 0) continue;
            _put(site, line.lot(), line.quantity());
            lines[i] -= line.quantity();
            any = true;
        }
    }

    /// @dev The lines of which something is left, and the exceptions behind them.
    function _join(uint256[] memory lines, uint256[] calldata exceptions)
        private
        pure
        returns (uint256[] memory joined)
    {
        joined = new uint256[](lines.length + exceptions.length);
        uint256 length;
        for (uint256 i; i < lines.length; ++i) {
            if (lines[i] & QUANTITY_MASK != 0) joined[length++] = lines[i];
        }
        for (uint256 i; i < exceptions.length; ++i) joined[length++] = exceptions[i];
        assembly ("memory-safe") {
            mstore(joined, length)
        }
    }

    function _requireAllMissing(uint256[] calldata lines) private pure {
        for (uint256 i; i < lines.length; ++i) {
            if (!Line.wrap(lines[i]).isMissing()) _malformed(i);
        }
    }

    // ---------------------------------------------------------------------------------------------- commitment

    /// @dev Begins a step of the consignment that the document names, which is as given and in `state`.
    function _beginStep(
        Kind kind,
        bool atReceiver,
        uint8 state,
        Document calldata document_,
        Consignment calldata consignment_,
        Signing calldata signing
    ) private view returns (Act memory act) {
        act = _beginTransfer(kind, atReceiver, document_, signing);
        if (act.known) return act;

        act.consignment = DocumentKey.wrap(uint248(document_.reference_));
        uint256 word = _consignments[act.consignment];
        if (document_.reference_ >> 248 != REFERENCE_CONSIGNMENT || word == 0) {
            revert StockLedgerReferenceUnknown(document_.reference_);
        }
        if (
            consignment_.state != state
                || _commitment(state, act.from, act.to, consignment_.signers, consignment_.lines) != word >> 64 << 64
        ) revert StockLedgerConsignmentChanged(act.consignment, state);
        // Nobody takes in what they sent themselves, though their grant may cover both sites.
        if (atReceiver && _signedBefore(consignment_)) revert StockLedgerSignerRepeated(msg.sender);
    }

    /// @dev Whether the sender of the transaction is one of those who signed for the consignment.
    function _signedBefore(Consignment calldata consignment_) private view returns (bool) {
        for (uint256 i; i < consignment_.signers.length; ++i) {
            if (consignment_.signers[i] == msg.sender) return true;
        }
        return false;
    }

    /// @dev Commits to what remains of an accepted consignment; of nothing: closed. Settlements add no signers.
    function _commit(Act memory act, Consignment calldata consignment_, uint256[] memory remaining) private {
        uint256 word = CLOSED;
        if (remaining.length != 0) {
            // slither-disable-next-line incorrect-equality (a kind)
            address[] memory signers =
                act.header.kind == Kind.SETTLEMENT ? consignment_.signers : _withSigners(consignment_.signers, act);
            word = _commitment(ACCEPTED, act.from, act.to, signers, remaining)
                | uint64(_consignments[act.consignment]);
        }
        _consignments[act.consignment] = word;
    }

    function _requirePast(uint64 until) private view {
        if (block.timestamp <= until) revert StockLedgerDeadlineAhead(until);
    }
}
