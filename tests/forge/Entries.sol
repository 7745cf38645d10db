// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {QualificationId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Pick} from "./Pick.sol";
import {Draft} from "./World.sol";

/// @notice A line of an opening or receipt that is being made up.
struct Arrival {
    uint64 item;
    uint32 made;
    uint32 expires;
    uint256 own;
    uint256 source;
    bytes32 batch;
}

/// @notice Who supplies what: the supplier and the key that signs for it, the qualification relied on, the goods.
struct Supply {
    uint160 supplier;
    uint256 key;
    QualificationId relied;
    uint64 item;
}

/// @notice Documents by which goods come in, and those that change the status of lots.
abstract contract Entries is Pick {
    uint32 internal constant SHELF_LIFE = 20;
    uint32 internal constant NO_END = type(uint32).max;

    uint256 private _openings;

    // ------------------------------------------------------------------------------------------------ opening

    function _opening() internal {
        _open(_newSite());
    }

    function _newSite() internal returns (uint64 site) {
        uint64 community = _chance(60) ? COMMUNITY : OTHER_COMMUNITY;
        uint64 n = uint64(_openings++);
        site = community * 1_000 + (1 + n % 5) * 100 + 10 + n / 5;
        _registerSite(site);
    }

    function _open(uint64 site) internal {
        Draft memory draft = _draft(Kind.OPENING, 0, site);
        _maybeLate(draft);
        draft.sender = _keeperOf(site);
        draft.approver = _approverOf(site);
        uint256[] memory lines = new uint256[](4 * _draw(5));
        for (uint256 i; i < lines.length; i += 4) _openingLine(lines, i);
        _sortLines(lines, 4);
        draft.document.lines = lines;

        _send(draft.sender, abi.encodeCall(IStockLedger.open, (draft.document, _signing(draft))));

        _note(draft, 0, site);
        sites.push(site);
        ++takingSites;
        for (uint256 i; i < lines.length; i += 4) {
            uint160 lot = uint160(lines[i] >> 96);
            _noteArrival(lot, lines[i + 1], site);
            accounts[lot].opened += lines[i] & QUANTITY;
        }
    }

    function _openingLine(uint256[] memory lines, uint256 i) private {
        Arrival memory arrival = _arrival(GRAIN);
        arrival.source = _draw(3);
        lines[i] = _head(_lotOf(arrival), i, 1 + _draw(5_000));
        lines[i + 1] = _attributes(arrival);
        lines[i + 2] = uint256(arrival.batch);
        lines[i + 3] = arrival.source;
    }

    // ------------------------------------------------------------------------------------------------ receipt

    /// @dev Goods of every sort arrive at `to`, from one of two suppliers: qualified in one of two categories, free,
    /// unqualified, unsigned, late. `fresh` ones are new and may be used.
    function _receipt(uint64 to, bool fresh) internal returns (uint256 index) {
        Supply memory supply = _supply(!fresh && _chance(60));
        Draft memory draft = _draft(Kind.RECEIPT, supply.supplier, to);
        bool late = !fresh && _maybeLate(draft);
        bool signed = fresh || _chance(70);
        draft.other = signed ? supply.key : 0;
        draft.approver = late || _chance(10) ? _approverOf(to) : 0;
        draft.document.qualification = supply.relied;
        uint256[] memory lines = new uint256[](4 * (1 + _draw(4)));
        for (uint256 i; i < lines.length; i += 4) {
            uint64 item = _itemOf(supply, fresh);
            bool free = item == GRAIN || QualificationId.unwrap(supply.relied) != 0;
            _receiptLine(lines, i, draft, item, late || !signed || !free, fresh);
        }
        _sortLines(lines, 4);
        draft.document.lines = lines;
        return _receive(draft);
    }

    /// @dev What the qualification relied on is for; without one, anything.
    function _itemOf(Supply memory supply, bool fresh) private returns (uint64) {
        if (fresh) return GRAIN;
        if (QualificationId.unwrap(supply.relied) == 0) return _chance(60) ? GRAIN : _chance(50) ? PIECE : MASK;
        return supply.item == PACK ? PACK + uint64(_draw(2)) : MASK;
    }

    /// @dev One line of new goods, signed for; they may be used if they are qualified or need not be.
    function _receiveOne(uint64 to, Supply memory supply, uint256 quantity)
        internal
        returns (uint256 index, uint160 lot)
    {
        Draft memory draft = _draft(Kind.RECEIPT, supply.supplier, to);
        draft.other = supply.key;
        draft.document.qualification = supply.relied;
        Arrival memory arrival = Arrival(supply.item, 0, 0, 0, supply.supplier, draft.document.clientId);
        lot = _lotOf(arrival);
        uint256[] memory lines = new uint256[](4);
        (lines[0], lines[1]) = (_head(lot, 0, quantity), quantity << 128 | 1);
        (lines[2], lines[3]) = (_attributes(arrival), uint256(arrival.batch));
        draft.document.lines = lines;
        index = _receive(draft);
    }

    /// @dev New grain, which may be used.
    function _receiveGrain(uint64 to, uint256 quantity) internal returns (uint256 index, uint160 lot) {
        return _receiveOne(to, Supply(SUPPLIER, SUPPLYING, QualificationId.wrap(0), GRAIN), quantity);
    }

    function _receive(Draft memory draft) internal returns (uint256 index) {
        uint64 to = uint64(draft.document.to);
        uint256[] memory lines = draft.document.lines;
        draft.sender = _keeperOf(to);

        _send(draft.sender, abi.encodeCall(IStockLedger.receiveGoods, (draft.document, _signing(draft))));

        index = _note(draft, 0, to);
        for (uint256 i; i < lines.length; i += 4) {
            if (lines[i] & QUANTITY == 0) continue;
            uint160 lot = uint160(lines[i] >> 96);
            _noteArrival(lot, lines[i + 2], to);
            accounts[lot].received += lines[i] & QUANTITY;
        }
    }

    function _supply(bool qualified) private returns (Supply memory supply) {
        uint256 way = _draw(qualified ? 3 : 2);
        if (way == 1) supply = Supply(SECOND_SUPPLIER, SECOND_SUPPLYING, secondQualification, MASK);
        else if (way == 2) supply = Supply(SUPPLIER, SUPPLYING, crossQualification, MASK);
        else supply = Supply(SUPPLIER, SUPPLYING, qualification, PACK);
        if (!qualified) supply.relied = QualificationId.wrap(0);
    }

    function _receiptLine(uint256[] memory lines, uint256 i, Draft memory draft, uint64 item, bool held, bool fresh)
        private
    {
        Arrival memory arrival = _arrival(item);
        arrival.source = draft.document.from;
        uint256 ordinal = _draw(1 << 40);
        bool own = held || (!fresh && _chance(15));
        if (own) arrival.own = uint256(keccak256(abi.encode(_keyOf(draft), uint64(ordinal))));
        if (fresh) {
            arrival.batch = keccak256(abi.encode("fresh", recorded.length, i));
            (arrival.made, arrival.expires) = (0, 0);
        }
        uint256 accepted = !fresh && _chance(10) ? 0 : 1 + _draw(2_000);
        uint256 rejected = accepted == 0 || _chance(20) ? 1 + _draw(10) : 0;
        lines[i] = _head(_lotOf(arrival), i, accepted);
        lines[i + 1] = (accepted + rejected) << 128 | rejected << 64 | ordinal;
        lines[i + 2] = _attributes(arrival);
        lines[i + 3] = uint256(arrival.batch);
    }

    // ------------------------------------------------------------------------------------------------ lots

    /// @dev One of few goods of an item, so that the same lot comes again.
    function _arrival(uint64 item) internal returns (Arrival memory arrival) {
        uint32 today = uint32((block.timestamp + OFFSET) / 1 days);
        arrival.item = item;
        arrival.batch = keccak256(abi.encode("batch", _draw(2)));
        if (_chance(50)) arrival.made = today - uint32(_draw(3));
        if (_chance(40)) arrival.expires = today + uint32(_draw(10)) - 1;
    }

    function _lotOf(Arrival memory a) internal pure returns (uint160) {
        return uint160(uint256(keccak256(abi.encode(a.item, a.source, a.batch, a.made, a.expires, a.own))) >> 96);
    }

    function _attributes(Arrival memory a) internal pure returns (uint256) {
        return uint256(a.item) << 192 | uint256(a.made) << 160 | uint256(a.expires) << 128 | (a.own == 0 ? 0 : 1);
    }

    /// @dev Use-until is the printed day; else made + shelf life; else none.
    function _noteArrival(uint160 lot, uint256 attributes, uint64 site) internal {
        uint64 item = uint64(attributes >> 192);
        uint32 made = uint32(attributes >> 160);
        uint32 useUntil = uint32(attributes >> 128);
        if (useUntil == 0) useUntil = made == 0 || item == GRAIN ? NO_END : made + SHELF_LIFE;
        _noteLot(lot, item, site, useUntil, attributes & 1 != 0);
    }

    // ------------------------------------------------------------------------------------------------ hold, release

    function _hold(uint64 site) internal {
        _holdLots(site, _lotsWhere(_notHeldHere, site, 2));
    }

    function _holdLots(uint64 site, uint256[] memory lines) internal {
        if (lines.length == 0) {
            _receipt(site, true);
            lines = _lotsWhere(_notHeldHere, site, 1);
        }
        Draft memory draft = _statusDraft(Kind.HOLD, site, lines);

        _send(draft.sender, abi.encodeCall(IStockLedger.hold, (draft.document, _signing(draft))));

        _noteStatus(draft, site);
        for (uint256 i; i < lines.length; ++i) heldHere[site][uint160(lines[i] >> 96)] = true;
    }

    function _release(uint64 site) internal {
        uint256[] memory lines = _lotsWhere(_releasable, site, 4);
        if (lines.length == 0) {
            _hold(site);
            lines = _lotsWhere(_releasable, site, 4);
        }
        Draft memory draft = _statusDraft(Kind.RELEASE, site, lines);

        _send(draft.sender, abi.encodeCall(IStockLedger.release, (draft.document, _signing(draft))));

        _noteStatus(draft, site);
        for (uint256 i; i < lines.length; ++i) {
            uint160 lot = uint160(lines[i] >> 96);
            heldHere[site][lot] = false;
            if (goodsOf[lot].site == site) goodsOf[lot].held = false;
        }
    }

    function _statusDraft(Kind kind, uint64 site, uint256[] memory lines) private returns (Draft memory draft) {
        draft = _draft(kind, site, 0);
        draft.sender = _approverOf(site);
        draft.document.lines = lines;
    }

    // ------------------------------------------------------------------------------------------------ recall, lift

    function _recall() internal {
        (uint160 issuer, uint256[] memory lines) = _recallable(false);
        if (lines.length == 0) {
            _receipt(_takingSite(), true);
            lines = _lotsWhere(_notRecalled, 0, 1);
        }
        _recallOrLift(Kind.RECALL, issuer, lines);
    }

    function _lift() internal {
        (uint160 issuer, uint256[] memory lines) = _recallable(true);
        if (lines.length == 0) {
            _recall();
            (issuer, lines) = (0, _lotsWhere(_isRecalled, 0, 4));
        }
        _recallOrLift(Kind.LIFT, issuer, lines);
    }

    /// @dev By an authority at the root, or by one of the issuers for what needs its category.
    function _recallable(bool recalled) private returns (uint160 issuer, uint256[] memory lines) {
        uint256 most = recalled ? 4 : 1;
        uint256 who = _draw(4);
        issuer = who == 0 ? ISSUER : SECOND_ISSUER;
        uint64 category = who == 0 ? CATEGORY : SECOND_CATEGORY;
        if (who < 2) lines = _lotsWhere(recalled ? _isRecalledOf : _notRecalledOf, category, most);
        if (lines.length != 0) return (issuer, lines);
        return (0, _lotsWhere(recalled ? _isRecalled : _notRecalled, 0, most));
    }

    function _recallOrLift(Kind kind, uint160 issuer, uint256[] memory lines) private {
        _recallBy(kind, issuer, issuer == 0 ? ROOT : issuer == ISSUER ? ISSUING : SECOND_ISSUING, lines);
    }

    function _recallBy(Kind kind, uint160 issuer, uint256 key, uint256[] memory lines) internal {
        Draft memory draft = _draft(kind, issuer, 0);
        draft.sender = key;
        draft.document.lines = lines;
        bool recalls = kind == Kind.RECALL;

        _send(
            draft.sender,
            recalls
                ? abi.encodeCall(IStockLedger.recall, (draft.document, _signing(draft)))
                : abi.encodeCall(IStockLedger.lift, (draft.document, _signing(draft)))
        );

        _noteStatus(draft, 0);
        for (uint256 i; i < lines.length; ++i) goodsOf[uint160(lines[i] >> 96)].recalled = recalls;
    }

    function _noteStatus(Draft memory draft, uint64 site) private {
        _note(draft, site, 0);
        for (uint256 i; i < draft.document.lines.length; ++i) ++lotJournalOf[uint160(draft.document.lines[i] >> 96)];
    }

    // ------------------------------------------------------------------------------------------------ choosing lots

    /// @dev Lines without quantity of up to `most` lots that `fits`, ascending.
    function _lotsWhere(function(uint64, uint160) view returns (bool) fits, uint64 site, uint256 most)
        private
        returns (uint256[] memory lines)
    {
        lines = new uint256[](most);
        uint256 length;
        uint256 start = lots.length == 0 ? 0 : _draw(lots.length);
        for (uint256 i; i < lots.length && length < most; ++i) {
            uint160 lot = lots[(start + i) % lots.length];
            if (fits(site, lot)) lines[length++] = _head(lot, 0, 0);
        }
        _cut(lines, length);
        _sortLines(lines, 1);
    }

    function _notHeldHere(uint64 site, uint160 lot) private view returns (bool) {
        return !heldHere[site][lot];
    }

    function _releasable(uint64 site, uint160 lot) private view returns (bool) {
        return heldHere[site][lot] || (goodsOf[lot].held && goodsOf[lot].site == site);
    }

    function _isRecalled(uint64, uint160 lot) private view returns (bool) {
        return goodsOf[lot].recalled;
    }

    function _notRecalled(uint64, uint160 lot) private view returns (bool) {
        return !goodsOf[lot].recalled;
    }

    function _isRecalledOf(uint64 category, uint160 lot) private view returns (bool) {
        return goodsOf[lot].recalled && _categoryOf(goodsOf[lot].item) == category;
    }

    function _notRecalledOf(uint64 category, uint160 lot) private view returns (bool) {
        return !goodsOf[lot].recalled && _categoryOf(goodsOf[lot].item) == category;
    }

    function _categoryOf(uint64 item) private pure returns (uint64) {
        return item == GRAIN ? 0 : item == MASK ? SECOND_CATEGORY : CATEGORY;
    }
}
