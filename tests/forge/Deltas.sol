// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Original} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {LotId, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Strangers} from "./Strangers.sol";
import {same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice A site that holds 100 lots and one that holds none, documents of 100 lines between them, and the balances
/// before and after.
abstract contract Deltas is Strangers {
    uint256 internal constant LINES = 100;
    uint256 internal constant QUANTITY = 2 ** 63 - 1;
    uint256 internal constant MISSING = 1 << 95;
    uint256 internal constant STOCK = 1_000; // of each lot

    /// @dev Ascending, and the donor of each.
    uint160[] internal _lots;
    uint256[] internal _byLot;
    mapping(uint256 lot => uint256 place) internal _placeOf;
    uint256 internal _random;
    uint256 private _drafts;

    struct Held {
        uint256[] from;
        uint256[] to;
    }

    function setUp() public virtual {
        _build();
        _openFirst();
        Draft memory draft = _new(Kind.OPENING, 0, SECOND_SITE, SECOND_SITE);
        draft.approver = APPROVER;
        _send(KEEPER, abi.encodeCall(IStockLedger.open, (draft.document, _signing(draft))));
    }

    // ------------------------------------------------------------------------------------------------ drafts

    function _dispatched(uint256 seed) internal returns (Draft memory draft, uint256[] memory lines) {
        (draft, lines) = _taking(Kind.DISPATCH, SECOND_SITE, seed);
        draft.document.deadline = uint64(block.timestamp + 1 days);
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.dispatch, (draft.document, _signing(draft))));
        _assertDeltas(before, lines, -1, 0);
    }

    function _taking(Kind kind, uint256 to, uint256 seed)
        internal
        returns (Draft memory draft, uint256[] memory lines)
    {
        _random = seed;
        draft = _new(kind, FIRST_SITE, to, FIRST_SITE);
        lines = new uint256[](LINES);
        for (uint256 i; i < LINES; ++i) lines[i] = uint256(_lots[i]) << 96 | 2 + _draw(900);
        draft.document.lines = lines;
    }

    function _new(Kind kind, uint256 from, uint256 to, uint256 recordingSite) internal returns (Draft memory draft) {
        draft.kind = kind;
        draft.recordingSite = recordingSite;
        draft.document.clientId = bytes32(++_drafts);
        (draft.document.from, draft.document.to) = (from, to);
        draft.document.occurredAt = Timestamp.wrap(uint64(block.timestamp));
        draft.sender = KEEPER;
    }

    function _step(Kind kind, Draft memory dispatched) internal returns (Draft memory draft) {
        bool byReceiver = kind == Kind.ACCEPTANCE || kind == Kind.CONTEST;
        draft = _new(kind, FIRST_SITE, SECOND_SITE, byReceiver ? SECOND_SITE : FIRST_SITE);
        draft.sender = byReceiver ? SECOND_KEEPER : kind == Kind.SETTLEMENT ? CITY_APPROVER : KEEPER;
        draft.document.reference_ = 2 << 248 | _keyOf(dispatched);
    }

    function _given(uint256[] memory lines) internal pure returns (Consignment memory consignment) {
        consignment = Consignment(1, new address[](1), lines);
        consignment.signers[0] = vm.addr(KEEPER);
    }

    /// @dev What remains of an accepted consignment. Who answered for it last but the settler signed as `last`.
    function _rest(uint256[] memory lines, uint256 last) internal pure returns (Consignment memory consignment) {
        consignment = Consignment(2, new address[](last == KEEPER ? 3 : 2), lines);
        (consignment.signers[0], consignment.signers[1]) = (vm.addr(KEEPER), vm.addr(SECOND_KEEPER));
        if (last == KEEPER) consignment.signers[2] = vm.addr(KEEPER);
    }

    /// @dev Undoes a document, signed as the original was.
    function _reverse(Draft memory draft) internal {
        Draft memory undo = _new(Kind.REVERSAL, draft.document.from, draft.document.to, draft.recordingSite);
        undo.document.reference_ = 3 << 248 | _keyOf(draft);
        undo.approver = APPROVER;
        bool twoSites = draft.kind == Kind.HAND_OVER || draft.kind == Kind.DISPATCH;
        if (twoSites || draft.kind == Kind.COUNT) undo.other = SECOND_KEEPER;
        address[] memory signers = new address[](draft.kind == Kind.DISPATCH ? 1 : 0);
        if (draft.kind == Kind.DISPATCH) signers[0] = vm.addr(KEEPER);
        Original memory original = Original(draft.kind, draft.document, signers);
        _send(KEEPER, abi.encodeCall(ILedgerSteps.reverse, (undo.document, original, _signing(undo))));
    }

    function _openFirst() internal {
        Draft memory draft = _new(Kind.OPENING, 0, FIRST_SITE, FIRST_SITE);
        draft.approver = APPROVER;
        uint256[] memory lines = new uint256[](4 * LINES);
        _byLot = _sorted(0, LINES);
        for (uint256 i; i < LINES; ++i) {
            _openingLine(lines, 4 * i, _byLot[i], STOCK);
            _lots.push(uint160(lines[4 * i] >> 96));
            _placeOf[_lots[i]] = i;
        }
        draft.document.lines = lines;
        _send(KEEPER, abi.encodeCall(IStockLedger.open, (draft.document, _signing(draft))));
        for (uint256 i; i < LINES; ++i) same(_at(FIRST_SITE, i), STOCK, "balance after the opening");
    }

    /// @dev Grain of a donor, so that each donor's is a lot.
    function _openingLine(uint256[] memory lines, uint256 place, uint256 donor, uint256 quantity) internal pure {
        lines[place] = uint256(_lotOf(donor, 0)) << 96 | quantity;
        lines[place + 1] = uint256(GRAIN) << 192;
        lines[place + 3] = donor;
    }

    function _lotOf(uint256 source, bytes32 batch) internal pure returns (uint160) {
        return uint160(uint256(keccak256(abi.encode(GRAIN, source, batch, 0, 0, 0))) >> 96);
    }

    /// @dev The batches or, of source 0, the donors from 0 on, by the lot that each gives.
    function _sorted(uint256 source, uint256 length) internal pure returns (uint256[] memory list) {
        list = new uint256[](length);
        for (uint256 i; i < length; ++i) {
            uint256 j = i;
            uint160 lot = _lotFrom(source, i);
            for (; j > 0 && _lotFrom(source, list[j - 1]) > lot; --j) list[j] = list[j - 1];
            list[j] = i;
        }
    }

    function _lotFrom(uint256 source, uint256 i) private pure returns (uint160) {
        return source == 0 ? _lotOf(i, 0) : _lotOf(source, bytes32(i));
    }

    // ------------------------------------------------------------------------------------------------ deltas

    function _at(uint64 site, uint256 i) internal view returns (uint256) {
        return ledger.balance(SiteId.wrap(site), LotId.wrap(_lots[i]));
    }

    function _held() internal view returns (Held memory held) {
        held = Held(new uint256[](LINES), new uint256[](LINES));
        for (uint256 i; i < LINES; ++i) (held.from[i], held.to[i]) = (_at(FIRST_SITE, i), _at(SECOND_SITE, i));
    }

    /// @dev Each line moved its quantity, `from` and `to` times, and no lot anything else.
    function _assertDeltas(Held memory before, uint256[] memory lines, int256 from, int256 to) internal view {
        for (uint256 i; i < LINES; ++i) {
            int256 quantity = int256(lines[i] & QUANTITY);
            same(_at(FIRST_SITE, i), uint256(int256(before.from[i]) + from * quantity), "balance of the sender");
            same(_at(SECOND_SITE, i), uint256(int256(before.to[i]) + to * quantity), "balance of the receiver");
        }
    }

    function _draw(uint256 bound) internal returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }

    /// @dev The units of each lot in lines of any order.
    function _unitsOf(uint256[] memory lines) internal view returns (uint256[] memory units) {
        units = new uint256[](LINES);
        for (uint256 i; i < lines.length; ++i) units[_placeOf[lines[i] >> 96]] += lines[i] & QUANTITY;
    }
}
