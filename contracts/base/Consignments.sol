// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Document, IStockLedger, Signing} from "../interfaces/IStockLedger.sol";
import {DocumentKey, LotId, SiteId} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";
import {Line, LineLibrary} from "../types/Line.sol";
import {Role} from "../types/Role.sol";
import {SiteWord} from "../types/SiteWord.sol";
import {Act, DocumentBook} from "./DocumentBook.sol";
import {Stock} from "./Stock.sol";

/// @title Consignments: goods in transit, from dispatch to settlement
/// @notice OPEN → ACCEPTED (something returning or missing) → CLOSED. The contract keeps one word a consignment, a
/// commitment to state, sites, signers and remaining lines; whoever takes the next step brings these along.
/// @dev Nothing is accepted by silence, and what nobody answers for goes back.
abstract contract Consignments is DocumentBook, Stock {
    uint8 internal constant OPEN = 1;
    uint8 internal constant ACCEPTED = 2;
    /// @dev The whole word of a consignment of which nothing remains.
    uint256 internal constant CLOSED = 1;

    uint16 private constant FOUND_AT_SENDER = 1;
    uint16 private constant FOUND_AT_RECEIVER = 2;
    uint16 private constant LOST = 3;

    mapping(DocumentKey key => uint256 word) internal _consignments;

    // ---------------------------------------------------------------------------------------------- dispatch

    /// @inheritdoc IStockLedger
    function dispatch(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.DISPATCH, document_.from, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to) = _openedPair(document_);
        SiteWord receiver = _takingIn(to);
        if (document_.deadline <= block.timestamp) revert StockLedgerDeadlinePast(document_.deadline);
        _requireLines(document_.lines, 1);
        _signSender(act, Role.KEEPER, from, signing);
        _signTransfer(act, false, from, to, signing);

        uint256 usableOn = receiver.isDisposal() ? 0 : _dayOf(act.judgedAt);
        _move(document_.lines, from, SiteId.wrap(0), usableOn, BY_LOT);
        _consignments[act.key] = _commitment(OPEN, from, to, _withSigners(new address[](0), act), document_.lines)
            | document_.deadline;

        return _record(act, document_, from, to);
    }

    // ---------------------------------------------------------------------------------------------- acceptance

    /// @inheritdoc IStockLedger
    function accept(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (Act memory act, bool known) = _begin(Kind.ACCEPTANCE, document_.to, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to, DocumentKey key) = _named(document_, consignment_, OPEN);
        _takingIn(to);
        _signSender(act, Role.KEEPER, to, signing);
        _signApprover(act, act.late, to, to, signing);

        if (document_.lines.length == 0) {
            _move(consignment_.lines, SiteId.wrap(0), to, 0, BY_LOT);
            _consignments[key] = CLOSED;
        } else {
            _putExcept(consignment_.lines, document_.lines, to);
            _commit(key, from, to, _withSigners(consignment_.signers, act), document_.lines);
        }

        return _record(act, document_, from, to);
    }

    /// @dev Puts lines into a site, less the exceptions, of which every one must find its lot.
    function _putExcept(uint256[] calldata lines, uint256[] calldata exceptions, SiteId site) private {
        uint256 next;
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            uint256 excepted;
            (excepted, next) = _sumOf(exceptions, next, line.lot());
            if (excepted > line.quantity()) {
                revert StockLedgerExceptionExceeds(line.lot(), line.quantity(), excepted);
            }
            _put(site, line.lot(), line.quantity() - excepted);
        }
        _requireUsedUp(exceptions, next);
    }

    // ---------------------------------------------------------------------------------------------- contest

    /// @inheritdoc IStockLedger
    function contest(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (Act memory act, bool known) = _begin(Kind.CONTEST, document_.to, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to, DocumentKey key) = _named(document_, consignment_, OPEN);
        uint64 deadline = uint64(_consignments[key]);
        if (block.timestamp <= deadline) revert StockLedgerDeadlineAhead(deadline);
        _requireLines(document_.lines, 1);
        _requireAllMissing(document_.lines);
        _signSender(act, Role.KEEPER, to, signing);
        _signApprover(act, act.late, to, to, signing);

        uint256[] memory remaining = _contested(consignment_.lines, document_.lines);
        _commit(key, from, to, _withSigners(consignment_.signers, act), remaining);

        return _record(act, document_, from, to);
    }

    /// @dev What is contested is missing, the rest returning with reason 0, which ascends before it.
    function _contested(uint256[] calldata lines, uint256[] calldata exceptions)
        private
        pure
        returns (uint256[] memory remaining)
    {
        remaining = new uint256[](lines.length + exceptions.length);
        uint256 length;
        uint256 next;
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            uint256 first = next;
            uint256 excepted;
            (excepted, next) = _sumOf(exceptions, next, line.lot());
            if (excepted > line.quantity()) {
                revert StockLedgerExceptionExceeds(line.lot(), line.quantity(), excepted);
            }
            if (excepted < line.quantity()) {
                remaining[length++] = uint256(LotId.unwrap(line.lot())) << 96 | (line.quantity() - excepted);
            }
            for (; first < next; ++first) remaining[length++] = exceptions[first];
        }
        _requireUsedUp(exceptions, next);
        _shorten(remaining, length);
    }

    // ---------------------------------------------------------------------------------------------- return

    /// @inheritdoc IStockLedger
    function returnConsignment(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (Act memory act, bool known) = _begin(Kind.RETURN, document_.from, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to, DocumentKey key) = _named(document_, consignment_, OPEN);
        uint64 until = uint64(_consignments[key]) + LATE_AFTER;
        if (block.timestamp <= until) revert StockLedgerDeadlineAhead(until);
        _requireZero(document_.lines.length, "lines");
        _signSender(act, Role.KEEPER, from, signing);
        _signApprover(act, true, from, from, signing);

        _move(consignment_.lines, SiteId.wrap(0), from, 0, BY_LOT);
        _consignments[key] = CLOSED;

        return _record(act, document_, from, to);
    }

    /// @inheritdoc IStockLedger
    function acceptReturn(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (Act memory act, bool known) = _begin(Kind.RETURN_ACCEPTANCE, document_.from, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to, DocumentKey key) = _named(document_, consignment_, ACCEPTED);
        _requireAllMissing(document_.lines);
        _signSender(act, Role.KEEPER, from, signing);
        _signApprover(act, act.late, from, from, signing);

        uint256[] memory remaining = _returned(consignment_.lines, document_.lines, from);
        _commit(key, from, to, _withSigners(consignment_.signers, act), remaining);

        return _record(act, document_, from, to);
    }

    /// @dev Puts what was returning back into the site, less the exceptions, and merges these with what was missing.
    /// Lot by lot: lines ascend by (lot, reason), so that a lot's returning lines come before its missing ones.
    function _returned(uint256[] calldata lines, uint256[] calldata exceptions, SiteId site)
        private
        returns (uint256[] memory remaining)
    {
        remaining = new uint256[](lines.length + exceptions.length);
        uint256 length;
        uint256 next;
        uint256 i;
        bool returning;
        while (i < lines.length) {
            LotId lot_ = Line.wrap(lines[i]).lot();
            uint256 back;
            for (; i < lines.length && Line.wrap(lines[i]).lot() == lot_ && !Line.wrap(lines[i]).isMissing(); ++i) {
                back += Line.wrap(lines[i]).quantity();
                returning = true;
            }
            uint256 first = next;
            uint256 excepted;
            (excepted, next) = _sumOf(exceptions, next, lot_);
            if (excepted > back) revert StockLedgerExceptionExceeds(lot_, back, excepted);
            if (back > excepted) _put(site, lot_, back - excepted);
            uint256 missing = i;
            while (i < lines.length && Line.wrap(lines[i]).lot() == lot_) ++i;
            length = _merge(remaining, length, lines[missing:i], exceptions[first:next]);
        }
        _requireUsedUp(exceptions, next);
        // Nothing returning: there is no return to accept.
        if (!returning) revert StockLedgerLinesIncomplete(0);
        _shorten(remaining, length);
    }

    /// @dev Appends two ascending runs of one lot to `remaining`, equal reasons as one line.
    function _merge(uint256[] memory remaining, uint256 length, uint256[] calldata one, uint256[] calldata two)
        private
        pure
        returns (uint256)
    {
        uint256 i;
        uint256 k;
        while (i < one.length || k < two.length) {
            uint256 a = i < one.length ? one[i] >> BY_LOT_AND_REASON : type(uint256).max;
            uint256 b = k < two.length ? two[k] >> BY_LOT_AND_REASON : type(uint256).max;
            uint256 line = a <= b ? one[i] : two[k];
            // Both count parts of one dispatched quantity, so that their sum stays below 2**63.
            if (a == b) line += two[k] & QUANTITY_MASK;
            if (a <= b) ++i;
            if (b <= a) ++k;
            remaining[length++] = line;
        }
        return length;
    }

    // ---------------------------------------------------------------------------------------------- settlement

    /// @inheritdoc IStockLedger
    function settle(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (Act memory act, bool known) = _begin(Kind.SETTLEMENT, document_.from, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to, DocumentKey key) = _named(document_, consignment_, ACCEPTED);
        _requireLines(document_.lines, 1);
        _requireContains(signing.senderDivision, to);
        _signSender(act, Role.APPROVER, from, signing);
        for (uint256 i; i < consignment_.signers.length; ++i) {
            if (consignment_.signers[i] == msg.sender) revert StockLedgerSettlerInvolved(msg.sender);
        }

        _putFound(document_.lines, from, to);
        uint256[] memory remaining = _settled(consignment_.lines, document_.lines);
        _commit(key, from, to, consignment_.signers, remaining);

        return _record(act, document_, from, to);
    }

    /// @dev Puts what was found where it was found.
    function _putFound(uint256[] calldata lines, SiteId from, SiteId to) private {
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            if (line.reason() == FOUND_AT_SENDER) _put(from, line.lot(), line.quantity());
            else if (line.reason() == FOUND_AT_RECEIVER) _put(to, line.lot(), line.quantity());
            else if (line.reason() != LOST) revert StockLedgerLineMalformed(i);
        }
    }

    /// @dev What remains: a lot's missing lines are settled in the order of their reasons.
    function _settled(uint256[] calldata lines, uint256[] calldata settlement)
        private
        pure
        returns (uint256[] memory remaining)
    {
        remaining = new uint256[](lines.length);
        uint256 length;
        uint256 next;
        uint256 i;
        while (i < lines.length) {
            LotId lot_ = Line.wrap(lines[i]).lot();
            uint256 open_;
            (open_, next) = _sumOf(settlement, next, lot_);
            uint256 requested = open_;
            for (; i < lines.length && Line.wrap(lines[i]).lot() == lot_; ++i) {
                Line line = Line.wrap(lines[i]);
                uint256 part = line.isMissing() ? (open_ < line.quantity() ? open_ : line.quantity()) : 0;
                open_ -= part;
                if (part < line.quantity()) {
                    remaining[length++] = Line.unwrap(line.withQuantity(line.quantity() - part));
                }
            }
            if (open_ != 0) revert StockLedgerExceptionExceeds(lot_, requested - open_, requested);
        }
        _requireUsedUp(settlement, next);
        _shorten(remaining, length);
    }

    // ---------------------------------------------------------------------------------------------- exceptions

    /// @dev The sum of the lines of `lot_` from `index` on, and the index behind them. Every line is checked here:
    /// they ascend by (lot, reason), are well formed and not zero.
    function _sumOf(uint256[] calldata lines, uint256 index, LotId lot_)
        private
        pure
        returns (uint256 sum, uint256 next)
    {
        next = index;
        while (next < lines.length && Line.wrap(lines[next]).lot() == lot_) {
            Line line = _head(lines, next, next == 0 ? 0 : lines[next - 1], BY_LOT_AND_REASON);
            if (line.quantity() == 0) revert StockLedgerLineMalformed(next);
            // At most some hundreds of lines below 2**63 each: far from 2**256.
            sum += line.quantity();
            ++next;
        }
    }

    /// @dev Refuses an exception whose lot is not among the consignment's lines, or out of order.
    function _requireUsedUp(uint256[] calldata exceptions, uint256 next) private pure {
        if (next == exceptions.length) return;
        revert StockLedgerExceptionExceeds(
            Line.wrap(exceptions[next]).lot(), 0, Line.wrap(exceptions[next]).quantity()
        );
    }

    function _requireAllMissing(uint256[] calldata lines) private pure {
        for (uint256 i; i < lines.length; ++i) {
            if (!Line.wrap(lines[i]).isMissing()) revert StockLedgerLineMalformed(i);
        }
    }

    function _shorten(uint256[] memory array, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(array, length)
        }
    }

    // ---------------------------------------------------------------------------------------------- commitment

    /// @dev The sites and key of the consignment that a document names, which is as given and in `state`.
    function _named(Document calldata document_, Consignment calldata consignment_, uint8 state)
        private
        view
        returns (SiteId from, SiteId to, DocumentKey key)
    {
        if (document_.reference_ >> 248 != REFERENCE_CONSIGNMENT) {
            revert StockLedgerReferenceUnknown(document_.reference_);
        }
        (from, to) = _openedPair(document_);
        key = DocumentKey.wrap(uint248(document_.reference_));
        uint256 word = _consignments[key];
        if (word == 0) revert StockLedgerReferenceUnknown(document_.reference_);
        if (
            consignment_.state != state
                || _commitment(state, from, to, consignment_.signers, consignment_.lines) != word >> 64 << 64
        ) revert StockLedgerConsignmentChanged(key, state);
    }

    /// @dev Commits to what remains of an accepted consignment; of nothing: closed.
    function _commit(DocumentKey key, SiteId from, SiteId to, address[] memory signers, uint256[] memory lines)
        private
    {
        _consignments[key] =
            lines.length == 0 ? CLOSED : _commitment(ACCEPTED, from, to, signers, lines) | uint64(_consignments[key]);
    }

    /// @dev keccak(state, from, to, keccak(signers), keccak(lines))[:192], in the upper bits of the word.
    function _commitment(uint8 state, SiteId from, SiteId to, address[] memory signers, uint256[] memory lines)
        internal
        pure
        returns (uint256)
    {
        bytes32 linesHash;
        assembly ("memory-safe") {
            // The words as they lie; `abi.encodePacked` would copy them one by one.
            linesHash := keccak256(add(lines, 0x20), shl(5, mload(lines)))
        }
        return uint256(keccak256(abi.encode(state, from, to, keccak256(abi.encodePacked(signers)), linesHash))) >> 64
            << 64;
    }

    /// @dev The signers so far and those of this act.
    function _withSigners(address[] memory signers, Act memory act) private pure returns (address[] memory all) {
        all = new address[](signers.length + (act.approver.holder == address(0) ? 1 : 2));
        for (uint256 i; i < signers.length; ++i) all[i] = signers[i];
        all[signers.length] = act.sender.holder;
        if (act.approver.holder != address(0)) all[signers.length + 1] = act.approver.holder;
    }
}
