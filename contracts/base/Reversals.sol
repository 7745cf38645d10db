// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document, Original, Signing} from "../interfaces/IDocuments.sol";
import {ILedgerSteps} from "../interfaces/ILedgerSteps.sol";
import {Contents} from "../libraries/Contents.sol";
import {DocumentKey, SiteId} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";
import {Line} from "../types/Line.sol";
import {Consignments} from "./Consignments.sol";
import {Delegated} from "./Delegated.sol";
import {Act} from "./DocumentBook.sol";
import {Stock} from "./Stock.sol";

/// @title Reversals: one whole document undone, once
/// @notice The caller brings the original's content and lines along; what they hash to is what the ledger recorded.
abstract contract Reversals is ILedgerSteps, Consignments, Stock, Delegated {
    uint256 private constant REVERSIBLE = (1 << uint8(Kind.RECEIPT)) | (1 << uint8(Kind.ISSUE))
        | (1 << uint8(Kind.HAND_OVER)) | (1 << uint8(Kind.DISPATCH)) | (1 << uint8(Kind.COUNT))
        | (1 << uint8(Kind.WRITE_OFF)) | (1 << uint8(Kind.REPACK));

    /// @inheritdoc ILedgerSteps
    function reverse(Document calldata document_, Original calldata original, Signing calldata signing)
        external
        onlyDelegated
        returns (DocumentKey)
    {
        uint256 recordingSite = original.kind == Kind.RECEIPT ? original.document.to : original.document.from;
        Act memory act = _begin(Kind.REVERSAL, recordingSite, document_, signing);
        if (act.known) return act.key;

        // First, so that whoever wants an opening reversed reads that a count corrects it.
        if (!_isOneOf(original.kind, REVERSIBLE)) revert StockLedgerNotReversible(original.kind);
        DocumentKey key = _requireReversible(document_, original);
        _requireZero(document_.lines.length, "lines");
        _nameSites(act, original);
        bool transfer = SiteId.unwrap(act.from) != 0 && SiteId.unwrap(act.to) != 0;
        _signSender(act, signing);
        if (transfer) _signOther(act, act.to, signing);
        else if (original.kind == Kind.COUNT) _signOther(act, act.from, signing);
        _signApprover(act, true, transfer && _leaves(act), signing);

        _documents[key] |= FLAG_REVERSED;
        _undo(original, key, act);

        return _record(act, document_);
    }

    /// @dev The sites that the original named, which its reversal names too.
    function _nameSites(Act memory act, Original calldata original) private view {
        Kind kind = original.kind;
        if (kind != Kind.RECEIPT) act.from = _opened(original.document.from);
        if (kind == Kind.RECEIPT || kind == Kind.HAND_OVER || kind == Kind.DISPATCH) {
            act.to = _opened(original.document.to);
        }
        act.site = kind == Kind.RECEIPT ? act.to : act.from;
    }

    /// @dev The key of the original: named by the reversal, given unchanged, neither reversed nor named. Its content
    /// digest covers its key, so that the client id that once made it is not asked for.
    function _requireReversible(Document calldata document_, Original calldata original)
        private
        view
        returns (DocumentKey key)
    {
        if (document_.reference_ >> 248 != REFERENCE_REVERSED) {
            revert StockLedgerReferenceUnknown(document_.reference_);
        }
        key = DocumentKey.wrap(uint248(document_.reference_));
        uint256 word = _documents[key];
        bytes32 content = Contents.digest(original.kind, key, original.document);
        if (
            // slither-disable-next-line incorrect-equality (digests and ids must be equal)
            word == 0 || word >> 8 != uint256(content) >> 8 || document_.from != original.document.from
                || document_.to != original.document.to
        ) revert StockLedgerOriginalChanged(key);
        if (word & FLAG_REVERSED != 0) revert StockLedgerAlreadyReversed(key);
        if (word & FLAG_NAMED != 0) revert StockLedgerNamed(key);
    }

    /// @dev Takes back what the original put and puts back what it took, whatever the status of the lots.
    function _undo(Original calldata original, DocumentKey key, Act memory act) private {
        uint256[] calldata lines = original.document.lines;
        Kind kind = original.kind;
        if (kind == Kind.ISSUE || kind == Kind.WRITE_OFF || kind == Kind.HAND_OVER) {
            _takingIn(act.from);
            _move(lines, act.to, act.from, 0, BY_LOT_AND_REASON);
        } else if (kind == Kind.DISPATCH) {
            uint256 commitment = _commitment(OPEN, act.from, act.to, original.signers, lines);
            if (commitment != _consignments[key] >> 64 << 64) revert StockLedgerConsignmentChanged(key, OPEN);
            _move(lines, NO_SITE, act.from, 0, BY_LOT);
            _consignments[key] = CLOSED;
        } else if (kind == Kind.RECEIPT) {
            for (uint256 i; i < lines.length; i += 4) _takeLine(act.to, lines[i]);
        } else if (kind == Kind.COUNT) {
            for (uint256 i; i < lines.length; i += 2) _undoCount(act.from, Line.wrap(lines[i]), lines[i + 1]);
        } else { // a repack
            _takingIn(act.from);
            // From the last line to the first, since a line may have taken what one before it put.
            for (uint256 i = lines.length; i != 0; i -= 5) {
                _takeLine(act.from, lines[i - 4]);
                _putLine(act.from, lines[i - 5]);
            }
        }
    }

    function _putLine(SiteId site, uint256 head) private {
        _put(site, Line.wrap(head).lot(), head & QUANTITY_MASK);
    }

    function _takeLine(SiteId site, uint256 head) private {
        _take(site, Line.wrap(head).lot(), head & QUANTITY_MASK);
    }

    function _undoCount(SiteId site, Line line, uint256 expected) private {
        if (line.quantity() > expected) _take(site, line.lot(), line.quantity() - expected);
        else _put(site, line.lot(), expected - line.quantity());
    }
}
