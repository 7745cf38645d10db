// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Original} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {Journal} from "../../contracts/types/Journal.sol";
import {SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Arrival, Entries} from "./Entries.sol";
import {Account, Recorded} from "./Ghost.sol";
import {Draft} from "./World.sol";

/// @notice Documents of one site, or of two at once, and their reversal.
abstract contract Movements is Entries {
    /// @dev Lines that take from `site` what may be used there; fresh goods arrive first where there is nothing.
    function _usableLines(uint64 site, bool twice) internal returns (uint256[] memory lines) {
        lines = _takingLines(site, true, twice);
        if (lines.length != 0) return lines;
        _receipt(site, true);
        return _takingLines(site, true, twice);
    }

    // ------------------------------------------------------------------------------------------------ issue, hand-over

    function _issue(uint64 site) internal returns (uint256 index) {
        return _issueLines(site, _usableLines(site, true));
    }

    function _issueLines(uint64 site, uint256[] memory lines) internal returns (uint256 index) {
        Draft memory draft = _draft(Kind.ISSUE, site, CONSIGNEE);
        bool late = _maybeLate(draft);
        draft.sender = _keeperOf(site);
        draft.approver = late || _chance(10) ? _approverOf(site) : 0;
        draft.document.lines = lines;

        _send(draft.sender, abi.encodeCall(IStockLedger.issue, (draft.document, _signing(draft))));

        index = _note(draft, site, 0);
        _account(draft, false);
    }

    function _handOver(uint64 from, uint64 to) internal returns (uint256 index) {
        return _handOverLines(from, to, _usableLines(from, true));
    }

    function _handOverLines(uint64 from, uint64 to, uint256[] memory lines) internal returns (uint256 index) {
        Draft memory draft = _draft(Kind.HAND_OVER, from, to);
        bool late = _maybeLate(draft);
        draft.sender = _keeperOf(from);
        draft.other = _keeperOf(to);
        if (draft.other == draft.sender) draft.other = _fellow(draft.sender);
        draft.approver = _approverBetween(from, to, late);
        draft.document.lines = lines;
        _refer(draft, late);
        return _sendHandOver(draft, from, to);
    }

    function _sendHandOver(Draft memory draft, uint64 from, uint64 to) internal returns (uint256 index) {
        _send(draft.sender, abi.encodeCall(IStockLedger.handOver, (draft.document, _signing(draft))));

        index = _note(draft, from, to);
    }

    // ------------------------------------------------------------------------------------------------ count

    function _count(uint64 site) internal returns (uint256 index) {
        uint160[] memory picked = _stocked(site, 1 + _draw(4), false);
        if (picked.length == 0) {
            _receipt(site, true);
            picked = _stocked(site, 1 + _draw(4), false);
        }
        return _countWith(site, _countLines(site, picked));
    }

    function _countWith(uint64 site, uint256[] memory lines) internal returns (uint256 index) {
        Draft memory draft = _draft(Kind.COUNT, site, 0);
        bool late = _maybeLate(draft);
        draft.document.reference_ = Journal.unwrap(ledger.siteJournal(SiteId.wrap(site)));
        draft.document.lines = lines;
        bool gain;
        for (uint256 i; i < lines.length; i += 2) if (lines[i] & QUANTITY > lines[i + 1]) gain = true;
        draft.sender = _keeperOf(site);
        draft.other = _fellow(draft.sender);
        draft.approver = gain || late || _chance(10) ? _approverOf(site) : 0;

        _send(draft.sender, abi.encodeCall(IStockLedger.count, (draft.document, _signing(draft))));

        index = _note(draft, site, 0);
        _account(draft, false);
    }

    /// @dev Counted and expected need not have anything to do with what is held; their difference has.
    function _countLines(uint64 site, uint160[] memory picked) private returns (uint256[] memory lines) {
        lines = new uint256[](picked.length * 2);
        for (uint256 i; i < picked.length; ++i) {
            uint256 counted = _draw(100);
            uint256 expected = counted;
            uint256 way = _draw(3);
            if (way == 0) {
                uint256 room = _headroom(picked[i]);
                counted += _draw(1 + (room < 50 ? room : 50));
            } else if (way == 1) {
                uint256 lost = _part(_held(site, picked[i]));
                if (counted > QUANTITY - lost) counted = QUANTITY - lost;
                expected = counted + lost;
            }
            lines[2 * i] = _head(picked[i], _draw(9), counted);
            lines[2 * i + 1] = expected;
        }
    }

    // ------------------------------------------------------------------------------------------------ write-off, repack

    function _writeOff(uint64 site) internal returns (uint256 index) {
        uint256[] memory lines = _takingLines(site, false, true);
        if (lines.length == 0) lines = _usableLines(site, true);
        return _writeOffLines(site, lines, _chance(30), _draw(recorded.length));
    }

    /// @dev Names the recorded document `named` where it `names` one.
    function _writeOffLines(uint64 site, uint256[] memory lines, bool names, uint256 named)
        internal
        returns (uint256 index)
    {
        Draft memory draft = _draft(Kind.WRITE_OFF, site, 0);
        draft.document.reason = 10;
        _maybeLate(draft);
        draft.sender = _keeperOf(site);
        draft.approver = _approverOf(site);
        draft.document.lines = lines;
        if (names) draft.document.reference_ = 1 << 248 | recorded[named].key;

        _send(draft.sender, abi.encodeCall(IStockLedger.writeOff, (draft.document, _signing(draft))));

        if (names) recorded[named].named = true;
        index = _note(draft, site, 0);
        _account(draft, false);
    }

    function _repack(uint64 site) internal returns (uint256 index) {
        return _repackLines(site, _usableLines(site, false));
    }

    function _repackLines(uint64 site, uint256[] memory taken) internal returns (uint256 index) {
        uint256[] memory lines = new uint256[](taken.length * 5);
        for (uint256 i; i < taken.length; ++i) _repackLine(lines, i * 5, taken[i]);
        return _repackWords(site, lines);
    }

    function _repackWords(uint64 site, uint256[] memory lines) internal returns (uint256 index) {
        Draft memory draft = _draft(Kind.REPACK, site, 0);
        draft.document.reason = 70;
        _maybeLate(draft);
        draft.sender = _keeperOf(site);
        draft.approver = _approverOf(site);
        draft.document.lines = lines;

        _send(draft.sender, abi.encodeCall(IStockLedger.repack, (draft.document, _signing(draft))));

        index = _note(draft, site, 0);
        for (uint256 i; i < lines.length; i += 5) _noteArrival(uint160(lines[i + 1] >> 96), lines[i + 2], site);
        _account(draft, false);
    }

    /// @dev By the factor where there is one, by any other quantity where there is none. The output lives no longer.
    function _repackLine(uint256[] memory lines, uint256 i, uint256 taken) internal {
        uint160 input = uint160(taken >> 96);
        uint256 quantity = taken & QUANTITY;
        Arrival memory output;
        output.item = goodsOf[input].item == PACK ? PIECE : goodsOf[input].item == PIECE && quantity % FACTOR == 0
            ? PACK
            : GRAIN;
        uint256 made = 1 + _draw(50);
        if (goodsOf[input].item == PACK) made = quantity * FACTOR;
        else if (output.item == PACK) made = quantity / FACTOR;
        output.batch = keccak256(abi.encode("repacked", _draw(2)));
        output.expires = goodsOf[input].useUntil;
        lines[i] = taken;
        lines[i + 1] = _head(_lotOf(output), 0, made);
        lines[i + 2] = _attributes(output);
        lines[i + 3] = uint256(output.batch);
        lines[i + 4] = output.source;
    }

    // ------------------------------------------------------------------------------------------------ accounts

    /// @dev Enters what a document of one site takes from lots or gives them, or takes the entry back.
    function _account(Draft memory draft, bool undo) internal {
        uint256[] memory lines = draft.document.lines;
        uint256 width = draft.kind == Kind.REPACK ? 5 : draft.kind == Kind.COUNT ? 2 : draft.kind == Kind.RECEIPT ? 4 : 1;
        for (uint256 i; i < lines.length; i += width) {
            Account storage account = accounts[uint160(lines[i] >> 96)];
            uint256 units = lines[i] & QUANTITY;
            if (draft.kind == Kind.ISSUE) account.issued = _moved(account.issued, units, undo);
            if (draft.kind == Kind.WRITE_OFF) account.writtenOff = _moved(account.writtenOff, units, undo);
            if (draft.kind == Kind.RECEIPT) account.received = _moved(account.received, units, undo);
            if (draft.kind == Kind.REPACK) {
                account.lost = _moved(account.lost, units, undo);
                Account storage output = accounts[uint160(lines[i + 1] >> 96)];
                output.gained = _moved(output.gained, lines[i + 1] & QUANTITY, undo);
            }
            if (draft.kind == Kind.COUNT) {
                uint256 expected = lines[i + 1];
                if (units > expected) account.gained = _moved(account.gained, units - expected, undo);
                else account.lost = _moved(account.lost, expected - units, undo);
            }
        }
    }

    function _moved(uint256 account, uint256 units, bool undo) private pure returns (uint256) {
        return undo ? account - units : account + units;
    }

    // ------------------------------------------------------------------------------------------------ reversal

    /// @dev Undoes a document of the past that can be undone, or else a new one of any kind that ever can.
    function _reversal(uint64 from, uint64 to) internal {
        uint256 index = _draw(recorded.length);
        for (uint256 i; i < recorded.length && !_isReversible(index); ++i) index = (index + 1) % recorded.length;
        if (!_isReversible(index) || _chance(50)) {
            uint256 kind = _draw(7);
            if (kind == 0) index = _receipt(from, true);
            if (kind == 1) index = _issue(from);
            if (kind == 2) index = _handOver(from, to);
            if (kind == 3) index = _writeOff(from);
            if (kind == 4) index = _count(from);
            if (kind == 5) index = _repack(from);
            if (kind == 6) index = _dispatch(from, to);
        }
        _reverse(index);
    }

    function _reverse(uint256 index) internal {
        Recorded storage one = recorded[index];
        Draft memory original = drafts[index];
        Draft memory draft = _reversalOf(one, original);
        bool twoSites = one.kind == Kind.HAND_OVER || one.kind == Kind.DISPATCH;
        address[] memory signers = one.kind == Kind.DISPATCH ? _signersOf(one.shipment) : new address[](0);

        _send(
            draft.sender,
            abi.encodeCall(
                ILedgerSteps.reverse,
                (draft.document, Original(one.kind, original.document, signers), _signing(draft))
            )
        );

        one.reversed = true;
        if (one.kind == Kind.DISPATCH) _close(one.shipment);
        uint64 from = one.kind == Kind.RECEIPT ? 0 : uint64(original.document.from);
        _note(draft, from, one.kind == Kind.RECEIPT || twoSites ? uint64(original.document.to) : 0);
        _account(original, true);
    }

    function _reversalOf(Recorded storage one, Draft memory original) private returns (Draft memory draft) {
        draft = _draft(Kind.REVERSAL, original.document.from, original.document.to);
        uint64 site = uint64(one.kind == Kind.RECEIPT ? original.document.to : original.document.from);
        draft.recordingSite = site;
        draft.document.reference_ = 3 << 248 | one.key;
        draft.sender = _keeperOf(site);
        draft.approver = _approverOf(site);
        if (one.kind == Kind.COUNT) draft.other = _fellow(draft.sender);
        if (one.kind == Kind.HAND_OVER || one.kind == Kind.DISPATCH) {
            uint64 to = uint64(original.document.to);
            draft.other = _keeperOf(to);
            if (draft.other == draft.sender) draft.other = _fellow(draft.sender);
            draft.approver = _approverBetween(site, to, true);
        }
    }

    /// @dev Whether a document can be undone now: nothing goes back into a closed site but what was sent; of two lines that take the same lot both must find it.
    function _isReversible(uint256 index) internal view returns (bool) {
        Recorded storage one = recorded[index];
        if (one.reversed || one.named) return false;
        if (one.kind == Kind.DISPATCH) return _isOpen(one.shipment);
        Draft storage draft = drafts[index];
        bool comesBack = one.kind == Kind.ISSUE || one.kind == Kind.WRITE_OFF;
        bool takesIn = comesBack || one.kind == Kind.HAND_OVER || one.kind == Kind.REPACK;
        if (takesIn && closed[uint64(draft.document.from)]) return false;
        if (comesBack) return true;
        uint64 to = uint64(draft.document.to);
        if (one.kind == Kind.HAND_OVER) return _covers(draft.document.lines, 1, 0, to);
        if (one.kind == Kind.RECEIPT) return _covers(draft.document.lines, 4, 0, to);
        uint64 from = uint64(draft.document.from);
        if (one.kind == Kind.COUNT) return _covers(draft.document.lines, 2, 0, from);
        return one.kind == Kind.REPACK && _covers(draft.document.lines, 5, 1, from);
    }

    function _covers(uint256[] memory lines, uint256 width, uint256 place, uint64 site) private view returns (bool) {
        for (uint256 i = place; i < lines.length; i += width) {
            uint256 needed;
            for (uint256 j = place; j < lines.length; j += width) {
                if (lines[j] >> 96 == lines[i] >> 96) needed += lines[j] & QUANTITY;
            }
            if (_held(site, uint160(lines[i] >> 96)) < needed) return false;
        }
        return true;
    }

    function _dispatch(uint64 from, uint64 to) internal virtual returns (uint256 index);

    /// @dev Lets a dispatch or hand-over refer to something that the ledger does not know.
    function _refer(Draft memory draft, bool late) internal virtual {}

    function _signersOf(uint256 shipment) internal view virtual returns (address[] memory);

    function _close(uint256 shipment) internal virtual;

    function _isOpen(uint256 shipment) internal view virtual returns (bool);
}
