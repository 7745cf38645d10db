// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerSteps} from "./LedgerSteps.sol";
import {Consignments} from "./base/Consignments.sol";
import {Act, DocumentBook} from "./base/DocumentBook.sol";
import {Lots} from "./base/Lots.sol";
import {Receipts} from "./base/Receipts.sol";
import {Steps} from "./base/Steps.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {Document, Signing} from "./interfaces/IDocuments.sol";
import {IStockLedger} from "./interfaces/IStockLedger.sol";
import {ISupplierRegistry} from "./interfaces/ISupplierRegistry.sol";
import {CategoryId, ConsigneeId, DivisionId, DocumentKey, IssuerId, LotId, SiteId} from "./types/Ids.sol";
import {Journal} from "./types/Journal.sol";
import {Kind} from "./types/Kind.sol";
import {Attributes, Line} from "./types/Line.sol";
import {LotWord} from "./types/LotWord.sol";
import {Role} from "./types/Role.sol";
import {SiteWord} from "./types/SiteWord.sol";

/// @title Stock ledger
/// @notice See `IStockLedger`. Every entry function goes the same way: begin (key, resend, time), sites, signers,
/// stock, record. What comes in is in `Receipts`, what all share in `DocumentBook` and `Stock`. What follows upon a
/// document (acceptance, contest, return, settlement, reversal) is reached through `Steps`.
contract StockLedger is Receipts, Consignments, Steps {
    /// @dev How far ahead the deadline of a dispatch may lie: a year, leap day and all.
    uint64 private constant DEADLINE_WITHIN = 366 days;

    /// @param directory divisions, sites and grants
    /// @param catalogue items and repack factors
    /// @param registry suppliers and qualifications
    /// @param steps code of the steps, built for the same directory and offset
    /// @param offset seconds by which the ledger's days are ahead of UTC: 28,800 in China
    constructor(
        IDirectory directory,
        ICatalogue catalogue,
        ISupplierRegistry registry,
        LedgerSteps steps,
        uint64 offset
    ) DocumentBook(directory, offset) Lots(catalogue) Receipts(registry) Steps(steps, directory, offset) {}

    // ---------------------------------------------------------------------------------------------- status at a site

    /// @inheritdoc IStockLedger
    function release(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginAtSite(Kind.RELEASE, 1, document_, signing);
        if (act.known) return act.key;

        _requireReason(act);
        for (uint256 i; i < document_.lines.length; ++i) _release(_statusLine(document_.lines, i), act.from);
        _rollLots(act, document_.lines);

        return _record(act, document_);
    }

    /// @dev Clears what holds the lot at this site, and what holds it everywhere if it was created here.
    function _release(LotId lot_, SiteId site) private {
        bool found = _setHeldHere(site, lot_, false);
        LotWord word = _knownLot(lot_);
        if (word.isHeld() && word.creatingSite() == site) {
            _lots[lot_] = word.released();
            found = true;
        }
        if (!found) revert StockLedgerLotNotHeld(lot_);
    }

    /// @inheritdoc IStockLedger
    function hold(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginAtSite(Kind.HOLD, 1, document_, signing);
        if (act.known) return act.key;

        _requireReason(act);
        for (uint256 i; i < document_.lines.length; ++i) {
            LotId lot_ = _statusLine(document_.lines, i);
            _knownLot(lot_);
            if (!_setHeldHere(act.from, lot_, true)) revert StockLedgerLotHeldHere(act.from, lot_);
        }
        _rollLots(act, document_.lines);

        return _record(act, document_);
    }

    /// @dev Who says whether a lot may be used says why, in the document's own reason.
    function _requireReason(Act memory act) private pure {
        // slither-disable-next-line incorrect-equality (0 is no reason)
        if (act.header.reason == 0) revert StockLedgerReasonMissing(act.header.kind);
    }

    /// @dev The lot of a line that has no quantity.
    function _statusLine(uint256[] calldata lines, uint256 index) private pure returns (LotId) {
        Line line = _head(lines, index, index == 0 ? 0 : lines[index - 1], BY_LOT);
        if (line.quantity() != 0) _malformed(index);
        return line.lot();
    }

    /// @dev Sets or clears the flag; false if it was so already.
    function _setHeldHere(SiteId site, LotId lot_, bool held) private returns (bool) {
        uint256 word = _balances[_at(site, lot_)];
        if ((word & HELD_HERE != 0) == held) return false;
        _balances[_at(site, lot_)] = word ^ HELD_HERE;
        return true;
    }

    // ---------------------------------------------------------------------------------------------- issue, hand-over, dispatch

    /// @inheritdoc IStockLedger
    function issue(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginAtSite(Kind.ISSUE, 1, document_, signing);
        if (act.known) return act.key;

        _directory.requireConsignee(ConsigneeId.wrap(_party(document_.to)));
        _signApprover(act, act.late, false, signing);

        _move(document_.lines, act.from, NO_SITE, _dayOf(act.judgedAt), BY_LOT_AND_REASON);

        return _record(act, document_);
    }

    /// @inheritdoc IStockLedger
    function handOver(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginTransfer(Kind.HAND_OVER, false, document_, signing);
        if (act.known) return act.key;

        _takingIn(act.to);
        _requireLines(document_.lines, 1);
        _signOther(act, act.to, signing);
        _signApprover(act, act.late, _leaves(act), signing);

        _move(document_.lines, act.from, act.to, _dayOf(act.judgedAt), BY_LOT_AND_REASON);

        return _record(act, document_);
    }

    /// @inheritdoc IStockLedger
    function dispatch(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginTransfer(Kind.DISPATCH, false, document_, signing);
        if (act.known) return act.key;

        SiteWord receiver = _takingIn(act.to);
        _requireDeadline(document_.deadline);
        _requireLines(document_.lines, 1);
        _signApprover(act, act.late, _leaves(act), signing);

        uint256 usableOn = receiver.isDisposal() ? 0 : _dayOf(act.judgedAt);
        _move(document_.lines, act.from, NO_SITE, usableOn, BY_LOT);
        address[] memory signers = _withSigners(new address[](0), act);
        _consignments[act.key] =
            _commitment(OPEN, act.from, act.to, signers, document_.lines) | document_.deadline;

        return _record(act, document_);
    }

    /// @dev A deadline lies ahead, and no more than a year: as long as it does, what nobody answers for stays on its way.
    function _requireDeadline(uint64 deadline) private view {
        if (deadline <= block.timestamp) revert StockLedgerDeadlinePast(deadline);
        uint64 latest = uint64(block.timestamp) + DEADLINE_WITHIN;
        if (deadline > latest) revert StockLedgerDeadlineFar(deadline, latest);
    }

    // ---------------------------------------------------------------------------------------------- count

    /// @inheritdoc IStockLedger
    function count(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginAtSite(Kind.COUNT, 2, document_, signing);
        if (act.known) return act.key;

        _requireCounted(_siteJournals[act.from], Journal.wrap(document_.reference_));
        _signOther(act, act.from, signing);

        bool gain = _applyCount(document_.lines, act.from);
        _signApprover(act, gain || act.late, false, signing);

        return _record(act, document_);
    }

    /// @dev Whether the digest at that position is the journal's is for the audit to say; the contract keeps no past.
    function _requireCounted(Journal current, Journal counted) private pure {
        if (counted.sequence() == 0 || counted.sequence() > current.sequence()) {
            revert StockLedgerCountAhead(counted.sequence(), current.sequence());
        }
    }

    /// @dev Lines of 2 words: head (counted), expected. Whether any line gained.
    function _applyCount(uint256[] calldata lines, SiteId site) private returns (bool gain) {
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        for (uint256 i; i < lines.length; i += 2) {
            Line line = _head(lines, i, previous, BY_LOT);
            previous = Line.unwrap(line);
            uint256 expected = lines[i + 1];
            if (expected > QUANTITY_MASK) _malformed(i);
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
        Act memory act = _beginAtSite(Kind.WRITE_OFF, 1, document_, signing);
        if (act.known) return act.key;

        _requireReasons(act, document_.lines, 1);
        _signApprover(act, true, false, signing);

        _move(document_.lines, act.from, NO_SITE, 0, BY_LOT_AND_REASON);

        return _record(act, document_);
    }

    /// @inheritdoc IStockLedger
    function repack(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        Act memory act = _beginAtSite(Kind.REPACK, 5, document_, signing);
        if (act.known) return act.key;

        _requireReasons(act, document_.lines, 5);
        _takingIn(act.from);
        _signApprover(act, true, false, signing);

        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        for (uint256 i; i < document_.lines.length; i += 5) {
            previous = _repackLine(document_.lines, i, previous, act.from, _dayOf(act.judgedAt));
        }

        return _record(act, document_);
    }

    /// @dev What goes nowhere says why: in the document's own reason, or in that of every line.
    function _requireReasons(Act memory act, uint256[] calldata lines, uint256 width) private pure {
        if (act.header.reason != 0) return;
        for (uint256 i; i < lines.length; i += width) {
            // slither-disable-next-line incorrect-equality (0 is no reason)
            if (Line.wrap(lines[i]).reason() == 0) revert StockLedgerReasonMissing(act.header.kind);
        }
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
        ) _malformed(index);

        _requireUsable(input.lot(), site, usableOn);
        LotWord source = _lots[input.lot()];
        _catalogue.requireFactor(source.item(), attributes.item(), input.quantity(), output.quantity());
        _requireLot(output.lot(), attributes.lotId(lines[index + 4], bytes32(lines[index + 3]), 0));
        LotWord made = _create(output.lot(), attributes, _item(attributes.item()), site, false);
        if (made.useUntil() > source.useUntil()) {
            revert StockLedgerRepackOutlives(output.lot(), made.useUntil(), source.useUntil());
        }

        _take(site, input.lot(), input.quantity());
        _put(site, output.lot(), output.quantity());
        return Line.unwrap(input);
    }

    // ---------------------------------------------------------------------------------------------- recall

    /// @inheritdoc IStockLedger
    function recall(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        return _recallOrLift(Kind.RECALL, document_, signing);
    }

    /// @inheritdoc IStockLedger
    function lift(Document calldata document_, Signing calldata signing) external returns (DocumentKey) {
        return _recallOrLift(Kind.LIFT, document_, signing);
    }

    /// @dev Signed by an issuer accredited now for the category of every lot's item, or (from = 0) by an authority at
    /// the root, whose word counts everywhere.
    function _recallOrLift(Kind kind, Document calldata document_, Signing calldata signing)
        private
        returns (DocumentKey)
    {
        Act memory act = _begin(kind, document_.from, document_, signing);
        if (act.known) return act.key;

        _requireZero(document_.to, "to");
        _requireLines(document_.lines, 1);
        _requireReason(act);
        bool byIssuer = document_.from != 0;
        if (byIssuer) {
            _grant(act.header.sender, msg.sender, Role.ISSUER, signing.senderDivision, _party(document_.from));
        } else {
            _grant(act.header.sender, msg.sender, Role.AUTHORITY, DivisionId.wrap(0), 0);
        }

        // slither-disable-next-line uninitialized-local (0: no category yet)
        CategoryId checked;
        for (uint256 i; i < document_.lines.length; ++i) {
            LotId lot_ = _statusLine(document_.lines, i);
            LotWord word = _knownLot(lot_);
            if (byIssuer) checked = _requireAccredited(document_.from, word, checked);
            _lots[lot_] = kind == Kind.RECALL ? _recalled(lot_, word) : _lifted(lot_, word);
        }
        _rollLots(act, document_.lines);

        return _record(act, document_);
    }

    function _recalled(LotId lot_, LotWord word) private pure returns (LotWord) {
        if (word.isRecalled()) revert StockLedgerLotRecalled(lot_);
        return word.recalled();
    }

    function _lifted(LotId lot_, LotWord word) private pure returns (LotWord) {
        if (!word.isRecalled()) revert StockLedgerLotNotHeld(lot_);
        return word.lifted();
    }

    /// @dev Checks the category of the lot's item, unless it is the one `checked` last; an item that needs none has no
    /// issuer who could speak for it.
    function _requireAccredited(uint256 issuer, LotWord word, CategoryId checked) private view returns (CategoryId) {
        CategoryId category = _item(word.item()).qualificationCategory();
        // slither-disable-next-line incorrect-equality (categories, 0 for none)
        if (category != checked || CategoryId.unwrap(category) == 0) {
            _registry.requireAccredited(IssuerId.wrap(uint160(issuer)), category);
        }
        return category;
    }

    // ---------------------------------------------------------------------------------------------- views

    /// @notice The EIP-712 domain separator of this ledger on this chain.
    function domainSeparator() external view returns (bytes32) {
        return _domainSeparator();
    }

    /// @inheritdoc IStockLedger
    function balance(SiteId site, LotId lot_) external view returns (uint256) {
        return _balances[_at(site, lot_)];
    }

    /// @inheritdoc IStockLedger
    function lot(LotId lot_) external view returns (LotWord) {
        return _lots[lot_];
    }

    /// @inheritdoc IStockLedger
    function document(DocumentKey key) external view returns (uint256) {
        return _documents[key];
    }

    /// @inheritdoc IStockLedger
    function siteJournal(SiteId site) external view returns (Journal) {
        return _siteJournals[site];
    }

    /// @inheritdoc IStockLedger
    function lotJournal(LotId lot_) external view returns (Journal) {
        return _lotJournals[lot_];
    }

    /// @inheritdoc IStockLedger
    function consignment(DocumentKey key) external view returns (uint256) {
        return _consignments[key];
    }
}
