// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../../contracts/interfaces/IDirectory.sol";
import {IDocuments} from "../../contracts/interfaces/IDocuments.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {ISupplierRegistry} from "../../contracts/interfaces/ISupplierRegistry.sol";
import {DivisionId, QualificationId, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Status} from "../../contracts/types/Verdict.sol";
import {Attempts} from "./Attempts.sol";
import {Supply} from "./Entries.sol";
import {check, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice Situations in which the ledger must refuse a document, one at a time, with the very error. Everything that
/// leads there is valid and is recorded.
abstract contract Refusals is Attempts {
    // Where the bits of each situation begin in `waysTried`.
    uint256 private constant INTO_CLOSED = 0; // 9
    uint256 private constant UNOPENED = 9; // 1
    uint256 private constant OUT_OF_CLOSED = 10; // 4
    uint256 private constant TWICE = 16; // 7
    uint256 private constant NAMED = 24; // 7
    uint256 private constant SHORT = 32; // 4
    uint256 private constant FOREIGN = 40; // 7
    uint256 private constant OVERFLOW = 48; // 16
    uint256 public constant ALL_WAYS =
        0x3fff | 0x7f << TWICE | 0x7f << NAMED | 0xf << SHORT | 0x7f << FOREIGN | 0xffff << OVERFLOW;

    /// @notice A bit for each way into a refusal, and out of a closed site, that was tried.
    uint256 public waysTried;

    function _way(uint256 first, uint256 ways) private returns (uint256 way) {
        way = _draw(ways);
        waysTried |= 1 << (first + way);
    }

    // ------------------------------------------------------------------------------------------------ closed sites

    /// @dev Closes a site that holds goods and refuses one of the ways into it; those out of it still work.
    function _closeAndLeave() internal {
        while (takingSites < 5) _opening();
        if (_chance(10)) return _closeUnopened();
        uint64 site = _takingSite();
        uint64 other = _otherSite(site);
        (, uint160 lot) = _receiveGrain(site, 50 + _draw(50));
        bytes memory attempted = _intoSite(site, other, lot);
        uint64 successor = _closeSite(site);
        --takingSites;
        _mustRefuse(attempted, abi.encodeWithSelector(IDocuments.StockLedgerSiteClosed.selector, site, successor));
        _leaveClosed(site, other, lot);
    }

    /// @dev A document that puts goods into `site`, and what must be recorded before it.
    function _intoSite(uint64 site, uint64 other, uint160 lot) private returns (bytes memory) {
        uint256 way = _way(INTO_CLOSED, 9);
        uint256[] memory one = _line(lot, 1 + _draw(5));
        if (way == 0) return abi.encodeCall(this.tryReceipt, (site, _grain()));
        if (way == 1) return abi.encodeCall(this.tryRepack, (site, one));
        if (way == 2) return abi.encodeCall(this.tryReverse, (_issueLines(site, one)));
        if (way == 3) return abi.encodeCall(this.tryReverse, (_writeOffLines(site, one, false, 0)));
        if (way == 4) return abi.encodeCall(this.tryReverse, (_handOverLines(site, other, one)));
        if (way == 5) return abi.encodeCall(this.tryReverse, (_repackLines(site, one)));
        (, lot) = _receiveGrain(other, 10);
        one = _line(lot, 1 + _draw(10));
        if (way == 6) return abi.encodeCall(this.tryHandOver, (other, site, one));
        if (way == 7) return abi.encodeCall(this.tryDispatch, (other, site, one));
        return abi.encodeCall(this.tryAccept, (_consign(other, site, one), new uint256[](0)));
    }

    function _closeSite(uint64 site) private returns (uint64 successor) {
        if (_chance(50)) successor = _otherSite(site);
        vm.prank(vm.addr(ROOT));
        directory.closeSite(SiteId.wrap(site), SiteId.wrap(successor), DivisionId.wrap(0));
        closed[site] = true;
    }

    /// @dev A site that is closed before it was opened is not opened; another one is.
    function _closeUnopened() private {
        _way(UNOPENED, 1);
        uint64 site = _newSite();
        uint64 successor = _closeSite(site);
        _mustRefuse(
            abi.encodeCall(this.tryOpening, (site)),
            abi.encodeWithSelector(IDocuments.StockLedgerSiteClosed.selector, site, successor)
        );
        _receipt(_takingSite(), true);
    }

    /// @dev A closed site issues, hands over, dispatches, takes returns in and settles.
    function _leaveClosed(uint64 site, uint64 to, uint160 lot) private {
        uint256 way = _way(OUT_OF_CLOSED, 4);
        if (way == 0) _issueLines(site, _line(lot, 1 + _draw(5)));
        if (way == 1) _handOverLines(site, to, _line(lot, 1 + _draw(5)));
        if (way < 2) return;
        uint256 shipment = _consign(site, to, _line(lot, 10));
        if (way == 2) return _returnOf(shipment);
        _acceptMost(shipment, lot);
        _acceptReturnOf(shipment, new uint256[](0));
        uint256[] memory found = _line(lot, 4);
        found[0] |= 1 << 80;
        _settleOf(shipment, found);
    }

    // ------------------------------------------------------------------------------------------------ reversals

    /// @dev What is reversed already, named, or gone where it would have to be taken back, is not reversed.
    function _refuseReversal() internal {
        uint64 site = _takingSite();
        uint64 to = _otherSite(site);
        (uint256 receipt, uint160 lot) = _receiveGrain(site, 20 + _draw(50));
        uint256 way = _draw(3);
        // What takes nothing when it is undone cannot fall short.
        uint256 kind = way == 2 ? _way(SHORT, 4) : _way(way == 0 ? TWICE : NAMED, 7);
        uint256 index = _reversible(kind, site, to, lot, receipt);
        if (way == 0) {
            _reverse(index);
            _refuseUndoing(index, _naming(IDocuments.StockLedgerAlreadyReversed.selector, index));
        } else if (way == 1) {
            _writeOffLines(site, _line(lot, 1), true, index);
            _refuseUndoing(index, _naming(IDocuments.StockLedgerNamed.selector, index));
        } else {
            _refuseShort(index);
        }
    }

    /// @dev A document of each kind that can be reversed, of at most 5 units of the lot, or the receipt.
    function _reversible(uint256 kind, uint64 site, uint64 to, uint160 lot, uint256 receipt) private returns (uint256) {
        uint256[] memory part = _line(lot, 1 + _draw(5));
        if (kind == 0) return receipt;
        if (kind == 1) return _handOverLines(site, to, part);
        if (kind == 2) return _countWith(site, _counted(lot, 1 + _draw(5), 0));
        if (kind == 3) return _repackLines(site, part);
        if (kind == 4) return _issueLines(site, part);
        if (kind == 5) return _writeOffLines(site, part, false, 0);
        return _dispatchLines(site, to, part);
    }

    /// @dev Writes off so much of what the document put somewhere that its reversal would leave less than nothing.
    function _refuseShort(uint256 index) private {
        Kind kind = recorded[index].kind;
        uint256[] memory lines = drafts[index].document.lines;
        bool byReceiver = kind == Kind.RECEIPT || kind == Kind.HAND_OVER;
        uint64 place = uint64(byReceiver ? drafts[index].document.to : drafts[index].document.from);
        uint256 put = lines[kind == Kind.REPACK ? 1 : 0];
        uint160 lot = uint160(put >> 96);
        uint256 left = _draw(put & QUANTITY);
        _writeOffLines(place, _line(lot, _held(place, lot) - left), false, 0);
        _refuseUndoing(
            index,
            abi.encodeWithSelector(IDocuments.StockLedgerStockInsufficient.selector, place, lot, left, put & QUANTITY)
        );
    }

    function _naming(bytes4 refusal, uint256 index) private view returns (bytes memory) {
        return abi.encodeWithSelector(refusal, recorded[index].key);
    }

    function _refuseUndoing(uint256 index, bytes memory expected) private {
        _mustRefuse(abi.encodeCall(this.tryReverse, (index)), expected);
    }

    // ------------------------------------------------------------------------------------------------ the other's

    /// @dev Neither supplier relies on the other's qualification or signature, and no issuer speaks for a category
    /// that is not theirs.
    function _refuseForeign() internal {
        uint64 site = _takingSite();
        uint256 way = _way(FOREIGN, 7);
        if (way == 0) {
            _mustRefuse(
                abi.encodeCall(this.tryReceipt, (site, Supply(SECOND_SUPPLIER, SECOND_SUPPLYING, qualification, PACK))),
                abi.encodeWithSelector(
                    ISupplierRegistry.SupplierRegistryQualificationForeign.selector,
                    qualification,
                    SECOND_SUPPLIER,
                    SUPPLIER
                )
            );
        } else if (way == 1) {
            _refuseMismatch(site, qualification, MASK, SECOND_CATEGORY, CATEGORY);
        } else if (way == 2) {
            _refuseMismatch(site, crossQualification, PIECE, CATEGORY, SECOND_CATEGORY);
        } else if (way == 3) {
            _mustRefuse(
                abi.encodeCall(
                    this.tryReceipt, (site, Supply(SUPPLIER, SECOND_SUPPLYING, QualificationId.wrap(0), GRAIN))
                ),
                _grantMissing(SECOND_SUPPLYING, Role.SUPPLIER, CITY, SUPPLIER)
            );
        } else {
            _refuseRecall(site, way);
        }
    }

    function _refuseMismatch(uint64 site, QualificationId relied, uint64 item, uint32 needed, uint32 category) private {
        _mustRefuse(
            abi.encodeCall(this.tryReceipt, (site, Supply(SUPPLIER, SUPPLYING, relied, item))),
            abi.encodeWithSelector(IDocuments.StockLedgerQualificationMismatch.selector, item, needed, category)
        );
    }

    function _refuseRecall(uint64 site, uint256 way) private {
        (, uint160 grain) = _receiveGrain(site, 5);
        (, uint160 mask) = _receiveOne(site, Supply(SECOND_SUPPLIER, SECOND_SUPPLYING, secondQualification, MASK), 5);
        if (way == 4) {
            bytes memory expected = _grantMissing(ISSUING, Role.ISSUER, 0, SECOND_ISSUER);
            return _mustRefuse(abi.encodeCall(this.tryRecall, (SECOND_ISSUER, ISSUING, _line(mask, 0))), expected);
        }
        (uint160 issuer, uint256 key, uint160 lot, uint32 category) = way == 5
            ? (ISSUER, ISSUING, mask, SECOND_CATEGORY)
            : (SECOND_ISSUER, SECOND_ISSUING, grain, uint32(0));
        _mustRefuse(
            abi.encodeCall(this.tryRecall, (issuer, key, _line(lot, 0))),
            abi.encodeWithSelector(
                ISupplierRegistry.SupplierRegistryNotAccredited.selector, issuer, category, Status.UNKNOWN
            )
        );
    }

    function _grantMissing(uint256 key, Role role, uint64 division, uint160 subject)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IDirectory.DirectoryGrantMissing.selector, vm.addr(key), role, division, uint256(subject)
        );
    }

    // ------------------------------------------------------------------------------------------------ overflow

    /// @dev A count fills the balance of a lot to 2**63 - 1; whatever puts more of it there is refused. The count is
    /// undone at the end, so that no valid document overflows later.
    function _refuseOverflow() internal {
        uint64 site = _takingSite();
        uint64 to = _otherSite(site);
        (uint256 receipt, uint160 lot) = _receiveGrain(site, 100 + _draw(1_000));
        uint256 way = _way(OVERFLOW, 16);
        bytes memory attempted =
            way < 8 ? _undoingInto(way, site, to, lot, receipt) : _travellingInto(way, site, to, lot, receipt);
        uint64 full = way < 12 ? site : to;
        uint256 filling = _countWith(full, _counted(lot, QUANTITY - _held(full, lot), 0));
        _mustRefuse(attempted, abi.encodeWithSelector(IDocuments.StockLedgerBalanceOverflow.selector, full, lot));
        _reverse(filling);
    }

    function _undoingInto(uint256 way, uint64 site, uint64 to, uint160 lot, uint256 receipt)
        private
        returns (bytes memory)
    {
        if (way == 0) return abi.encodeCall(this.tryCount, (site, _counted(lot, 1 + _draw(9), 0)));
        if (way == 1) return abi.encodeCall(this.tryReceiptAgain, (receipt));
        if (way == 2) return abi.encodeCall(this.tryReverse, (_countWith(site, _counted(lot, 0, 1 + _draw(9)))));
        // Hand-over, repack, issue, write-off, dispatch.
        uint256 kind = way == 3 ? 1 : way;
        if (way == 7) kind = 3;
        return abi.encodeCall(this.tryReverse, (_reversible(kind, site, to, lot, receipt)));
    }

    function _travellingInto(uint256 way, uint64 site, uint64 to, uint160 lot, uint256 receipt)
        private
        returns (bytes memory)
    {
        if (way == 8) {
            (, uint160 input) = _receiveGrain(site, 3);
            return abi.encodeCall(this.tryRepackInto, (site, _line(input, 1), receipt));
        }
        uint256[] memory none = new uint256[](0);
        uint256[] memory found = _line(lot, 4);
        if (way == 12) return abi.encodeCall(this.tryHandOver, (site, to, found));
        uint256 shipment = _consign(site, to, _line(lot, 10));
        if (way == 9) return abi.encodeCall(this.tryReturn, (shipment));
        if (way == 13) return abi.encodeCall(this.tryAccept, (shipment, none));
        if (way == 14) return abi.encodeCall(this.tryAccept, (shipment, found));
        _acceptMost(shipment, lot);
        if (way == 10) return abi.encodeCall(this.tryAcceptReturn, (shipment, none));
        found[0] |= uint256(way == 11 ? 1 : 2) << 80;
        return abi.encodeCall(this.trySettle, (shipment, found));
    }

    // ------------------------------------------------------------------------------------------------ unusable lots

    /// @dev A lot that is held, recalled or expired is neither issued, handed over, dispatched nor repacked.
    function _refuseUnusable() internal {
        uint64 site = _takingSite();
        uint160 lot = _unusable(site);
        uint256[] memory lines = new uint256[](1);
        lines[0] = _head(lot, 0, 1);
        // Not the one that takes what may not be used.
        uint64 to = _otherSite(site);
        while (to == DISPOSAL_SITE) to = _otherSite(site);

        Draft memory draft = _moving(Kind.ISSUE, site, CONSIGNEE, lines);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.issue, (draft.document, _signing(draft))));
        draft = _moving(Kind.HAND_OVER, site, to, lines);
        draft.other = _keeperOf(to);
        if (draft.other == draft.sender) draft.other = _fellow(draft.sender);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.handOver, (draft.document, _signing(draft))));
        draft = _moving(Kind.DISPATCH, site, to, lines);
        draft.document.deadline = uint64(block.timestamp + 1 days);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.dispatch, (draft.document, _signing(draft))));
        draft = _moving(Kind.REPACK, site, 0, new uint256[](5));
        _repackLine(draft.document.lines, 0, lines[0]);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.repack, (draft.document, _signing(draft))));
        ++refusals;
    }

    /// @dev The ledger refuses the document, and for the status of the lot.
    function _assertUnusable(Draft memory draft, bytes memory data) private {
        vm.prank(vm.addr(draft.sender));
        (bool done, bytes memory answer) = address(ledger).call(data);
        check(!done, "a lot that may not be used was moved");
        bytes4 refusal = bytes4(answer);
        check(
            refusal == IDocuments.StockLedgerLotHeld.selector || refusal == IDocuments.StockLedgerLotHeldHere.selector
                || refusal == IDocuments.StockLedgerLotRecalled.selector
                || refusal == IDocuments.StockLedgerLotExpired.selector,
            "refused for another reason than its status"
        );
    }

    function _moving(Kind kind, uint64 site, uint256 to, uint256[] memory lines) private returns (Draft memory draft) {
        draft = _draft(kind, site, to);
        draft.sender = _keeperOf(site);
        draft.approver = CITY_APPROVER;
        draft.document.lines = lines;
    }

    function _unusable(uint64 site) private returns (uint160) {
        uint160[] memory stocked = _stocked(site, lots.length, false);
        for (uint256 i; i < stocked.length; ++i) if (!_isUsable(site, stocked[i])) return stocked[i];
        uint256[] memory lines = _usableLines(site, false);
        _cut(lines, 1);
        lines[0] = _head(uint160(lines[0] >> 96), 0, 0);
        _holdLots(site, lines);
        return uint160(lines[0] >> 96);
    }
}
