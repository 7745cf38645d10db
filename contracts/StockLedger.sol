// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignments} from "./base/Consignments.sol";
import {Act, DocumentBook} from "./base/DocumentBook.sol";
import {Stock} from "./base/Stock.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {Document, IStockLedger, Original, Signing} from "./interfaces/IStockLedger.sol";
import {ISupplierRegistry} from "./interfaces/ISupplierRegistry.sol";
import {CategoryId, ConsigneeId, DivisionId, DocumentKey, IssuerId, ItemId, LotId} from "./types/Ids.sol";
import {QualificationId, SiteId, SupplierId} from "./types/Ids.sol";
import {ItemWord} from "./types/ItemWord.sol";
import {Journal} from "./types/Journal.sol";
import {Kind} from "./types/Kind.sol";
import {Attributes, Line} from "./types/Line.sol";
import {LotWord} from "./types/LotWord.sol";
import {Role} from "./types/Role.sol";
import {Verdict, VerdictLibrary} from "./types/Verdict.sol";

/// @title Stock ledger
/// @notice See `IStockLedger`. Every entry function goes the same way: begin (key, resend, time), sites, signers,
/// stock, record. Documents in transit are in `Consignments`, what all share in `DocumentBook` and `Stock`.
contract StockLedger is Consignments {
    ISupplierRegistry private immutable _registry;

    /// @param directory divisions, sites and grants
    /// @param catalogue items and repack factors
    /// @param registry suppliers and qualifications
    /// @param offset seconds by which the ledger's days are ahead of UTC: 28,800 in China
    constructor(IDirectory directory, ICatalogue catalogue, ISupplierRegistry registry, uint64 offset)
        DocumentBook(directory, offset)
        Stock(catalogue)
    {
        _registry = registry;
    }

    // ---------------------------------------------------------------------------------------------- opening

    /// @inheritdoc IStockLedger
    function open(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.OPENING, document_.to, document_, signing);
        if (known) return act.key;

        if (document_.to > type(uint64).max) revert StockLedgerSiteUnknown(document_.to);
        SiteId site = SiteId.wrap(uint64(document_.to));
        _requireZero(document_.from, "from");
        _takingIn(site);
        if (!_siteJournals[site].isEmpty()) revert StockLedgerSiteAlreadyOpen(site);
        _signSender(act, Role.KEEPER, site, signing);
        _signApprover(act, true, site, site, signing);

        if (document_.lines.length != 0) _putOpening(document_.lines, site);

        return _record(act, document_, SiteId.wrap(0), site);
    }

    /// @dev Lines of 4 words: head, attributes, batch, source.
    function _putOpening(uint256[] calldata lines, SiteId site) private {
        _requireLines(lines, 4);
        uint256 previous;
        for (uint256 i; i < lines.length; i += 4) {
            Line line = _head(lines, i, previous, BY_LOT_AND_REASON);
            previous = Line.unwrap(line);
            Attributes attributes = Attributes.wrap(lines[i + 1]);
            if (line.quantity() == 0 || !attributes.isWellFormed() || attributes.isOwn()) {
                revert StockLedgerLineMalformed(i);
            }
            _requireLot(line.lot(), attributes.lotId(lines[i + 3], bytes32(lines[i + 2]), 0));
            _create(line.lot(), attributes, _item(attributes.item()), site, false);
            _put(site, line.lot(), line.quantity());
        }
    }

    // ---------------------------------------------------------------------------------------------- receipt

    /// @inheritdoc IStockLedger
    function receiveGoods(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.RECEIPT, document_.to, document_, signing);
        if (known) return act.key;

        SiteId site = _opened(document_.to);
        uint160 source = _party(document_.from);
        _takingIn(site);
        _requireLines(document_.lines, 4);
        _signSender(act, Role.KEEPER, site, signing);
        if (signing.other.r != 0) {
            _requireContains(signing.otherDivision, site);
            _consent(act, act.other, signing.other, Role.SUPPLIER, signing.otherDivision, source);
        }
        _signApprover(act, act.late, site, site, signing);

        _putReceipt(act, document_, site);

        return _record(act, document_, SiteId.wrap(0), site);
    }

    /// @dev What is judged once a receipt, and what was seen on the line before.
    struct Reception {
        SiteId site;
        CategoryId category;
        bool valid;
        bool signed;
        bool allFree;
        ItemId itemId;
        ItemWord item;
    }

    /// @dev Lines of 4 words: head, delivered ‖ rejected ‖ ordinal, attributes, batch.
    function _putReceipt(Act memory act, Document calldata document_, SiteId site) private {
        Reception memory reception;
        reception.site = site;
        reception.signed = act.other.holder != address(0) && !act.late;
        reception.allFree = true;
        if (QualificationId.unwrap(document_.qualification) != 0) _judge(act, document_, reception);

        uint256 previous;
        for (uint256 i; i < document_.lines.length; i += 4) {
            Line line = _head(document_.lines, i, previous, BY_LOT_AND_REASON);
            previous = Line.unwrap(line);
            _receiveLine(act, document_, i, line, reception);
        }
        if (QualificationId.unwrap(document_.qualification) == 0 && reception.allFree) {
            act.verdict = Verdict.unwrap(VerdictLibrary.notNeeded());
        }
    }

    /// @dev The verdict on the qualification, now or, for a late receipt, as of when it is said to have occurred.
    function _judge(Act memory act, Document calldata document_, Reception memory reception) private view {
        SupplierId supplier = SupplierId.wrap(uint160(document_.from));
        Verdict verdict;
        (verdict, reception.category) = act.late
            ? _registry.verdictAt(supplier, document_.qualification, act.judgedAt)
            : _registry.verdictNow(supplier, document_.qualification);
        act.verdict = Verdict.unwrap(verdict);
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
            delivered == 0 || delivered != line.quantity() + uint64(amounts >> 64) || !attributes.isWellFormed()
        ) revert StockLedgerLineMalformed(index);

        uint256 own = attributes.isOwn() ? uint256(keccak256(abi.encode(act.key, uint64(amounts)))) : 0;
        _requireLot(line.lot(), attributes.lotId(document_.from, bytes32(document_.lines[index + 3]), own));
        bool held = _isHeld(attributes, document_.qualification, reception);
        // A lot of its own is held whatever the verdict: the signers meant it so.
        if (held && own == 0) revert StockLedgerVerdictChanged(uint64(amounts), act.verdict, act.late);

        // What was rejected altogether creates nothing.
        if (line.quantity() == 0) return;
        _create(line.lot(), attributes, reception.item, reception.site, own != 0);
        _put(reception.site, line.lot(), line.quantity());
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

    function _requireLot(LotId lot_, LotId computed) private pure {
        if (lot_ != computed) revert StockLedgerLotMismatch(lot_, computed);
    }

    // ---------------------------------------------------------------------------------------------- status at a site

    /// @inheritdoc IStockLedger
    function release(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.RELEASE, document_.from, document_, signing);
        if (known) return act.key;

        SiteId site = _beginStatus(act, document_, signing);

        for (uint256 i; i < document_.lines.length; ++i) {
            LotId lot_ = _statusLine(document_.lines, i);
            bool found = _setHeldHere(site, lot_, false);
            LotWord word = _knownLot(lot_);
            if (word.isHeld() && word.creatingSite() == site) {
                _lots[lot_] = word.released();
                found = true;
            }
            if (!found) revert StockLedgerLotNotHeld(lot_);
        }
        _rollLots(act, document_.lines);

        return _record(act, document_, site, SiteId.wrap(0));
    }

    /// @inheritdoc IStockLedger
    function hold(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.HOLD, document_.from, document_, signing);
        if (known) return act.key;

        SiteId site = _beginStatus(act, document_, signing);

        for (uint256 i; i < document_.lines.length; ++i) {
            LotId lot_ = _statusLine(document_.lines, i);
            _knownLot(lot_);
            if (!_setHeldHere(site, lot_, true)) revert StockLedgerLotHeldHere(site, lot_);
        }
        _rollLots(act, document_.lines);

        return _record(act, document_, site, SiteId.wrap(0));
    }

    /// @dev The site of a release or hold, signed for by its approver.
    function _beginStatus(Act memory act, Document calldata document_, Signing calldata signing)
        private
        view
        returns (SiteId site)
    {
        site = _opened(document_.from);
        _requireZero(document_.to, "to");
        _requireLines(document_.lines, 1);
        _signSender(act, Role.APPROVER, site, signing);
    }

    /// @dev The lot of a line that has no quantity.
    function _statusLine(uint256[] calldata lines, uint256 index) private pure returns (LotId) {
        Line line = _head(lines, index, index == 0 ? 0 : lines[index - 1], BY_LOT);
        if (line.quantity() != 0) revert StockLedgerLineMalformed(index);
        return line.lot();
    }

    /// @dev Sets or clears the flag; false if it was so already.
    function _setHeldHere(SiteId site, LotId lot_, bool held) private returns (bool) {
        uint256 word = _balances[_at(site, lot_)];
        if ((word & HELD_HERE != 0) == held) return false;
        _balances[_at(site, lot_)] = word ^ HELD_HERE;
        return true;
    }

    // ---------------------------------------------------------------------------------------------- issue, hand-over

    /// @inheritdoc IStockLedger
    function issue(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.ISSUE, document_.from, document_, signing);
        if (known) return act.key;

        SiteId site = _opened(document_.from);
        _directory.requireConsignee(ConsigneeId.wrap(_party(document_.to)));
        _requireLines(document_.lines, 1);
        _signSender(act, Role.KEEPER, site, signing);
        _signApprover(act, act.late, site, site, signing);

        _move(document_.lines, site, SiteId.wrap(0), _dayOf(act.judgedAt), BY_LOT_AND_REASON);

        return _record(act, document_, site, SiteId.wrap(0));
    }

    /// @inheritdoc IStockLedger
    function handOver(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.HAND_OVER, document_.from, document_, signing);
        if (known) return act.key;

        (SiteId from, SiteId to) = _openedPair(document_);
        _takingIn(to);
        _requireLines(document_.lines, 1);
        _signSender(act, Role.KEEPER, from, signing);
        _signOther(act, to, signing);
        _signTransfer(act, false, from, to, signing);

        _move(document_.lines, from, to, _dayOf(act.judgedAt), BY_LOT_AND_REASON);

        return _record(act, document_, from, to);
    }

    // ---------------------------------------------------------------------------------------------- count

    /// @inheritdoc IStockLedger
    function count(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.COUNT, document_.from, document_, signing);
        if (known) return act.key;

        SiteId site = _opened(document_.from);
        _requireZero(document_.to, "to");
        _requireCounted(_siteJournals[site], Journal.wrap(document_.reference_));
        _requireLines(document_.lines, 2);
        _signSender(act, Role.KEEPER, site, signing);
        _signOther(act, site, signing);

        bool gain = _applyCount(document_.lines, site);
        _signApprover(act, gain || act.late, site, site, signing);

        return _record(act, document_, site, SiteId.wrap(0));
    }

    /// @dev Whether the digest at that position is the journal's is for the audit to say; the contract keeps no past.
    function _requireCounted(Journal current, Journal counted) private pure {
        if (counted.sequence() == 0 || counted.sequence() > current.sequence()) {
            revert StockLedgerCountAhead(counted.sequence(), current.sequence());
        }
    }

    /// @dev Lines of 2 words: head (counted), expected. Whether any line gained.
    function _applyCount(uint256[] calldata lines, SiteId site) private returns (bool gain) {
        uint256 previous;
        for (uint256 i; i < lines.length; i += 2) {
            Line line = _head(lines, i, previous, BY_LOT);
            previous = Line.unwrap(line);
            uint256 expected = lines[i + 1];
            if (expected > QUANTITY_MASK) revert StockLedgerLineMalformed(i);
            _knownLot(line.lot());
            if (line.quantity() > expected) {
                gain = true;
                _put(site, line.lot(), line.quantity() - expected);
            } else {
                _take(site, line.lot(), expected - line.quantity());
            }
        }
    }

    // ---------------------------------------------------------------------------------------------- write-off, repack

    /// @inheritdoc IStockLedger
    function writeOff(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.WRITE_OFF, document_.from, document_, signing);
        if (known) return act.key;

        SiteId site = _opened(document_.from);
        _requireZero(document_.to, "to");
        _requireLines(document_.lines, 1);
        _signSender(act, Role.KEEPER, site, signing);
        _signApprover(act, true, site, site, signing);

        _move(document_.lines, site, SiteId.wrap(0), 0, BY_LOT_AND_REASON);

        return _record(act, document_, site, SiteId.wrap(0));
    }

    /// @inheritdoc IStockLedger
    function repack(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.REPACK, document_.from, document_, signing);
        if (known) return act.key;

        SiteId site = _opened(document_.from);
        _requireZero(document_.to, "to");
        _takingIn(site);
        _requireLines(document_.lines, 5);
        _signSender(act, Role.KEEPER, site, signing);
        _signApprover(act, true, site, site, signing);

        uint256 previous;
        for (uint256 i; i < document_.lines.length; i += 5) {
            previous = _repackLine(document_.lines, i, previous, site, _dayOf(act.judgedAt));
        }

        return _record(act, document_, site, SiteId.wrap(0));
    }

    /// @dev One line of 5 words: input head, output head, attributes, batch, source. Returns the input's head.
    function _repackLine(uint256[] calldata lines, uint256 index, uint256 previous, SiteId site, uint256 usableOn)
        private
        returns (uint256)
    {
        Line input = _head(lines, index, previous, BY_LOT_AND_REASON);
        Line output = Line.wrap(lines[index + 1]);
        Attributes attributes = Attributes.wrap(lines[index + 2]);
        if (
            input.quantity() == 0 || output.quantity() == 0 || output.reason() != 0 || !output.isWellFormed()
                || !attributes.isWellFormed() || attributes.isOwn()
        ) revert StockLedgerLineMalformed(index);

        _requireUsable(input.lot(), site, usableOn);
        LotWord source = _lots[input.lot()];
        _requireFactor(source.item(), attributes.item(), input.quantity(), output.quantity());
        _requireLot(output.lot(), attributes.lotId(lines[index + 4], bytes32(lines[index + 3]), 0));
        LotWord made = _create(output.lot(), attributes, _item(attributes.item()), site, false);
        if (made.useUntil() > source.useUntil()) {
            revert StockLedgerRepackOutlives(output.lot(), made.useUntil(), source.useUntil());
        }

        _take(site, input.lot(), input.quantity());
        _put(site, output.lot(), output.quantity());
        return Line.unwrap(input);
    }

    /// @dev Where the Catalogue holds a factor, in either direction, quantities must match it exactly.
    function _requireFactor(ItemId from, ItemId to, uint256 input, uint256 output) private view {
        uint64 factor = _catalogue.factor(from, to);
        if (factor != 0) {
            if (output != input * factor) revert StockLedgerRepackFactor(factor, input, output);
            return;
        }
        factor = _catalogue.factor(to, from);
        if (factor != 0 && input != output * factor) revert StockLedgerRepackFactor(factor, input, output);
    }

    // ---------------------------------------------------------------------------------------------- reversal

    /// @inheritdoc IStockLedger
    function reverse(Document calldata document_, Original calldata original, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        uint256 recordingSite = original.kind == Kind.RECEIPT ? original.document.to : original.document.from;
        (Act memory act, bool known) = _begin(Kind.REVERSAL, recordingSite, document_, signing);
        if (known) return act.key;

        DocumentKey key = _requireReversible(document_, original, recordingSite);
        _requireZero(document_.lines.length, "lines");
        SiteId site = _opened(recordingSite);
        // Where goods went from site to site, the other site; otherwise the same.
        bool transfer = original.kind == Kind.HAND_OVER || original.kind == Kind.DISPATCH;
        SiteId other = transfer ? _opened(original.document.to) : site;
        _signSender(act, Role.KEEPER, site, signing);
        if (transfer || original.kind == Kind.COUNT) _signOther(act, other, signing);
        _signTransfer(act, true, site, other, signing);

        _documents[key] |= FLAG_REVERSED;
        _undo(original, key, site, other);

        bool received = original.kind == Kind.RECEIPT;
        return _record(
            act, document_, received ? SiteId.wrap(0) : site, received ? site : (transfer ? other : SiteId.wrap(0))
        );
    }

    /// @dev The key of the original: named by the reversal, given unchanged, neither reversed nor named.
    function _requireReversible(Document calldata document_, Original calldata original, uint256 recordingSite)
        private
        view
        returns (DocumentKey key)
    {
        key = _keyOf(recordingSite, original.document.clientId);
        if (document_.reference_ != (uint256(REFERENCE_REVERSED) << 248 | DocumentKey.unwrap(key))) {
            revert StockLedgerReferenceUnknown(document_.reference_);
        }
        uint256 word = _documents[key];
        bytes32 content = _contentDigest(original.kind, key, original.document);
        if (
            word == 0 || word >> 8 != uint256(content) >> 8 || document_.from != original.document.from
                || document_.to != original.document.to
        ) revert StockLedgerOriginalChanged(key);
        if (word & FLAG_REVERSED != 0) revert StockLedgerAlreadyReversed(key);
        if (word & FLAG_NAMED != 0) revert StockLedgerNamed(key);
    }

    /// @dev Takes back what the original put and puts back what it took, whatever the status of the lots.
    function _undo(Original calldata original, DocumentKey key, SiteId site, SiteId other) private {
        uint256[] calldata lines = original.document.lines;
        Kind kind = original.kind;
        SiteId none = SiteId.wrap(0);
        if (kind == Kind.ISSUE || kind == Kind.WRITE_OFF) {
            _move(lines, none, site, 0, BY_LOT_AND_REASON);
        } else if (kind == Kind.HAND_OVER) {
            _move(lines, other, site, 0, BY_LOT_AND_REASON);
        } else if (kind == Kind.DISPATCH) {
            uint256 commitment = _commitment(OPEN, site, other, original.signers, lines);
            if (commitment != _consignments[key] >> 64 << 64) revert StockLedgerConsignmentChanged(key, OPEN);
            _move(lines, none, site, 0, BY_LOT);
            _consignments[key] = CLOSED;
        } else if (kind == Kind.RECEIPT) {
            for (uint256 i; i < lines.length; i += 4) _take(site, _lotOf(lines[i]), lines[i] & QUANTITY_MASK);
        } else if (kind == Kind.COUNT) {
            for (uint256 i; i < lines.length; i += 2) _undoCount(site, Line.wrap(lines[i]), lines[i + 1]);
        } else if (kind == Kind.REPACK) {
            for (uint256 i; i < lines.length; i += 5) {
                _take(site, _lotOf(lines[i + 1]), lines[i + 1] & QUANTITY_MASK);
                _put(site, _lotOf(lines[i]), lines[i] & QUANTITY_MASK);
            }
        } else {
            revert StockLedgerNotReversible(kind);
        }
    }

    function _undoCount(SiteId site, Line line, uint256 expected) private {
        if (line.quantity() > expected) _take(site, line.lot(), line.quantity() - expected);
        else _put(site, line.lot(), expected - line.quantity());
    }

    function _lotOf(uint256 line) private pure returns (LotId) {
        return Line.wrap(line).lot();
    }

    // ---------------------------------------------------------------------------------------------- recall

    /// @inheritdoc IStockLedger
    function recall(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.RECALL, document_.from, document_, signing);
        if (known) return act.key;

        _recallOrLift(act, document_, signing, true);

        return _record(act, document_, SiteId.wrap(0), SiteId.wrap(0));
    }

    /// @inheritdoc IStockLedger
    function lift(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        (Act memory act, bool known) = _begin(Kind.LIFT, document_.from, document_, signing);
        if (known) return act.key;

        _recallOrLift(act, document_, signing, false);

        return _record(act, document_, SiteId.wrap(0), SiteId.wrap(0));
    }

    /// @dev Signed by an issuer accredited now for the category of every lot's item, or (from = 0) by an authority at
    /// the root, whose word counts everywhere.
    function _recallOrLift(Act memory act, Document calldata document_, Signing calldata signing, bool recalled)
        private
    {
        _requireZero(document_.to, "to");
        _requireLines(document_.lines, 1);
        bool byIssuer = document_.from != 0;
        if (byIssuer) {
            _grant(act.sender, msg.sender, Role.ISSUER, signing.senderDivision, _party(document_.from));
        } else {
            _grant(act.sender, msg.sender, Role.AUTHORITY, DivisionId.wrap(0), 0);
        }

        CategoryId checked;
        for (uint256 i; i < document_.lines.length; ++i) {
            LotId lot_ = _statusLine(document_.lines, i);
            LotWord word = _knownLot(lot_);
            if (word.isRecalled() == recalled) {
                if (recalled) revert StockLedgerLotRecalled(lot_);
                revert StockLedgerLotNotHeld(lot_);
            }
            if (byIssuer) checked = _requireAccredited(document_.from, word, checked);
            _lots[lot_] = recalled ? word.recalled() : word.lifted();
        }
        _rollLots(act, document_.lines);
    }

    /// @dev Checks the category of the lot's item, unless it is the one `checked` last; an item that needs none has no
    /// issuer who could speak for it.
    function _requireAccredited(uint256 issuer, LotWord word, CategoryId checked) private view returns (CategoryId) {
        CategoryId category = _item(word.item()).qualificationCategory();
        if (category != checked || CategoryId.unwrap(category) == 0) {
            _registry.requireAccredited(IssuerId.wrap(uint160(issuer)), category);
        }
        return category;
    }
}
