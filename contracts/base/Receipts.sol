// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document, Signing} from "../interfaces/IDocuments.sol";
import {IStockLedger} from "../interfaces/IStockLedger.sol";
import {ISupplierRegistry} from "../interfaces/ISupplierRegistry.sol";
import {CategoryId, DocumentKey, ItemId, QualificationId, SiteId, SupplierId} from "../types/Ids.sol";
import {ItemWord} from "../types/ItemWord.sol";
import {Attributes, Line} from "../types/Line.sol";
import {Kind} from "../types/Kind.sol";
import {Role} from "../types/Role.sol";
import {Status, Verdict} from "../types/Verdict.sol";
import {Act, DocumentBook} from "./DocumentBook.sol";
import {Lots} from "./Lots.sol";

/// @title Receipts: goods that come into the ledger
/// @notice What arrives is recorded; what is not qualified cannot be used.
abstract contract Receipts is IStockLedger, DocumentBook, Lots {
    ISupplierRegistry internal immutable _registry;

    constructor(ISupplierRegistry registry) {
        _registry = registry;
    }

    // ---------------------------------------------------------------------------------------------- opening

    /// @inheritdoc IStockLedger
    function open(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _begin(Kind.OPENING, document_.to, document_, signing);
        if (act.known) return act.key;

        if (document_.to > type(uint64).max) revert StockLedgerSiteUnknown(document_.to);
        act.site = act.to = SiteId.wrap(uint64(document_.to));
        _requireZero(document_.from, "from");
        _takingIn(act.to);
        if (!_siteJournals[act.to].isEmpty()) revert StockLedgerSiteAlreadyOpen(act.to);
        _signSender(act, signing);
        _signApprover(act, true, false, signing);

        if (document_.lines.length != 0) _putOpening(document_.lines, act.to);

        return _record(act, document_);
    }

    /// @dev Lines of 4 words: head, attributes, batch, source.
    function _putOpening(uint256[] calldata lines, SiteId site) private {
        _requireLines(lines, 4);
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        for (uint256 i; i < lines.length; i += 4) {
            Line line = _head(lines, i, previous, BY_LOT_AND_REASON);
            previous = Line.unwrap(line);
            Attributes attributes = Attributes.wrap(lines[i + 1]);
            if (line.quantity() == 0 || !attributes.isWellFormed() || attributes.isOwn()) {
                _malformed(i);
            }
            _requireLot(line.lot(), attributes.lotId(lines[i + 3], bytes32(lines[i + 2]), 0));
            _create(line.lot(), attributes, _item(attributes.item()), site, false);
            _put(site, line.lot(), line.quantity());
        }
    }

    // ---------------------------------------------------------------------------------------------- receipt

    /// @inheritdoc IStockLedger
    function receiveGoods(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _begin(Kind.RECEIPT, document_.to, document_, signing);
        if (act.known) return act.key;

        act.site = act.to = _opened(document_.to);
        uint160 source = _party(document_.from);
        _takingIn(act.to);
        _requireLines(document_.lines, 4);
        _signSender(act, signing);
        if (signing.other.r != 0) {
            _requireContains(signing.otherDivision, act.to);
            _consent(act, act.header.other, signing.other, Role.SUPPLIER, signing.otherDivision, source);
        }
        _signApprover(act, act.late, false, signing);

        _putReceipt(act, document_);

        return _record(act, document_);
    }

    /// @dev What is judged once a receipt, and what was seen on the line before.
    struct Reception {
        CategoryId category;
        bool valid;
        bool signed;
        bool allFree;
        ItemId itemId;
        ItemWord item;
    }

    /// @dev Lines of 4 words: head, delivered ‖ rejected ‖ ordinal, attributes, batch.
    function _putReceipt(Act memory act, Document calldata document_) private {
        // slither-disable-next-line uninitialized-local (filled in below)
        Reception memory reception;
        reception.signed = act.header.other.holder != address(0) && !act.late;
        reception.allFree = true;
        if (QualificationId.unwrap(document_.qualification) != 0) _judge(act, document_, reception);

        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        for (uint256 i; i < document_.lines.length; i += 4) {
            Line line = _head(document_.lines, i, previous, BY_LOT_AND_REASON);
            previous = Line.unwrap(line);
            _receiveLine(act, document_, i, line, reception);
        }
        if (QualificationId.unwrap(document_.qualification) == 0 && reception.allFree) {
            act.header.verdict = uint256(Status.NOT_NEEDED);
        }
    }

    /// @dev Refuses a line that must be held in a lot that others may use, with the verdict that the receipt would be
    /// recorded with: whether it is NOT_NEEDED, the lines behind this one say too. Reverts always.
    function _refuseReleased(Act memory act, Document calldata document_, uint256 ordinal) private view {
        uint256 verdict = act.header.verdict;
        if (QualificationId.unwrap(document_.qualification) == 0) {
            verdict = uint256(Status.NOT_NEEDED);
            for (uint256 i; i < document_.lines.length; i += 4) {
                ItemWord item = _catalogue.item(Attributes.wrap(document_.lines[i + 2]).item());
                if (CategoryId.unwrap(item.qualificationCategory()) != 0) verdict = uint256(Status.UNKNOWN);
            }
        }
        revert StockLedgerVerdictChanged(ordinal, verdict, act.late);
    }

    /// @dev The verdict on the qualification, now or, for a late receipt, as of when it is said to have occurred.
    function _judge(Act memory act, Document calldata document_, Reception memory reception) private view {
        SupplierId supplier = SupplierId.wrap(uint160(document_.from));
        Verdict verdict;
        (verdict, reception.category) = act.late
            ? _registry.verdictAt(supplier, document_.qualification, act.judgedAt)
            : _registry.verdictNow(supplier, document_.qualification);
        act.header.verdict = Verdict.unwrap(verdict);
        reception.valid = verdict.isValid();
    }

    function _receiveLine(
        Act memory act,
        Document calldata document_,
        uint256 index,
        Line line,
        Reception memory reception
    ) private {
        uint256 amounts = document_.lines[index + 1];
        Attributes attributes = Attributes.wrap(document_.lines[index + 2]);
        // Delivered = accepted + rejected > 0; what was short is simply not delivered.
        uint256 delivered = amounts >> 128;
        if (
            delivered == 0 || delivered > QUANTITY_MASK || delivered != line.quantity() + uint64(amounts >> 64)
                || !attributes.isWellFormed()
        ) _malformed(index);

        uint256 own = attributes.isOwn() ? uint256(keccak256(abi.encode(act.key, uint64(amounts)))) : 0;
        _requireLot(line.lot(), attributes.lotId(document_.from, bytes32(document_.lines[index + 3]), own));
        bool held = _isHeld(attributes, document_.qualification, reception);
        // A lot of its own is held whatever the verdict: the signers meant it so.
        // slither-disable-next-line incorrect-equality (0 is no lot of its own)
        if (held && own == 0) _refuseReleased(act, document_, uint64(amounts));

        // What was rejected altogether creates nothing.
        if (line.quantity() == 0) return;
        _create(line.lot(), attributes, reception.item, act.site, own != 0);
        _put(act.site, line.lot(), line.quantity());
    }

    /// @dev Released are goods that the supplier signed for, on time, with a valid qualification where they need one.
    function _isHeld(Attributes attributes, QualificationId qualification, Reception memory reception)
        private
        view
        returns (bool)
    {
        ItemId itemId = attributes.item();
        if (ItemId.unwrap(itemId) != ItemId.unwrap(reception.itemId)) {
            (reception.itemId, reception.item) = (itemId, _item(itemId));
        }
        CategoryId needed = reception.item.qualificationCategory();
        if (CategoryId.unwrap(needed) != 0) reception.allFree = false;
        if (QualificationId.unwrap(qualification) == 0) return !reception.signed || CategoryId.unwrap(needed) != 0;
        if (needed != reception.category) {
            revert StockLedgerQualificationMismatch(itemId, needed, reception.category);
        }
        return !reception.signed || !reception.valid;
    }
}
