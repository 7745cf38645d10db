// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {LotId, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {LotWord} from "../../contracts/types/LotWord.sol";
import {Deltas} from "./Deltas.sol";
import {same} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice What each function that makes lots or changes their status does to balances and lots, for 100 lines. As in
/// `DeltasTest`, a stranger tries every document first, and the words that it writes are counted.
contract ArrivalsTest is Deltas {
    uint64 private constant NEW_SITE = COMMUNITY * 1_000 + 301;

    uint256[] private _batches;
    uint256[] private _mixed;

    function setUp() public override {
        super.setUp();
        _batches = _sorted(SUPPLIER, LINES);
        // The 100 donors of the first site and 100 others; every second of them, whoever it is, opens the new site.
        uint256[] memory donors = _sorted(0, 2 * LINES);
        for (uint256 i; i < LINES; ++i) _mixed.push(donors[2 * i]);
    }

    // ------------------------------------------------------------------------------------------------ opening

    /// @notice About half of the lots are known from the first site, and stay as they are.
    function testFuzz_open_100Lines(uint256 seed) public {
        _random = seed;
        _registerSite(NEW_SITE);
        Draft memory draft = _new(Kind.OPENING, 0, NEW_SITE, NEW_SITE);
        draft.approver = APPROVER;
        uint256[] memory lines = new uint256[](4 * LINES);
        for (uint256 i; i < LINES; ++i) {
            _openingLine(lines, 4 * i, _mixed[i], 1 + _draw(2 ** 63 - 1));
        }
        draft.document.lines = lines;
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.open, (draft.document, _signing(draft))));
        for (uint256 i; i < lines.length; i += 4) {
            uint160 lot = uint160(lines[i] >> 96);
            same(_of(NEW_SITE, lot), lines[i] & QUANTITY, "balance after an opening");
            _assertLot(lot, lines[i + 3] < LINES ? FIRST_SITE : NEW_SITE);
        }
        _assertDeltas(before, new uint256[](LINES), 0, 0);
    }

    // ------------------------------------------------------------------------------------------------ receipt

    /// @notice The same lots twice, in other quantities; then the second receipt is taken back.
    function testFuzz_receiveTwiceAndReverse_100Lines(uint256 seed) public {
        _random = seed;
        Held memory before = _held();
        uint256[] memory first = _receive().document.lines;
        for (uint256 i; i < first.length; i += 4) {
            same(_of(SECOND_SITE, uint160(first[i] >> 96)), first[i] & QUANTITY, "balance after a receipt");
            if (first[i] & QUANTITY != 0) _assertLot(uint160(first[i] >> 96), SECOND_SITE);
        }
        Draft memory again = _receive();
        uint256[] memory second = again.document.lines;
        for (uint256 i; i < second.length; i += 4) {
            uint256 both = (first[i] & QUANTITY) + (second[i] & QUANTITY);
            same(_of(SECOND_SITE, uint160(second[i] >> 96)), both, "balance after two receipts");
        }
        _reverse(again);
        for (uint256 i; i < first.length; i += 4) {
            same(_of(SECOND_SITE, uint160(first[i] >> 96)), first[i] & QUANTITY, "balance after the reversal");
        }
        _assertDeltas(before, new uint256[](LINES), 0, 0);
    }

    /// @dev Grain that the supplier signed for; of one line in eight all was rejected.
    function _receive() private returns (Draft memory draft) {
        draft = _new(Kind.RECEIPT, SUPPLIER, SECOND_SITE, SECOND_SITE);
        draft.other = SUPPLYING;
        uint256[] memory lines = new uint256[](4 * LINES);
        for (uint256 i; i < LINES; ++i) {
            uint256 accepted = _draw(8) == 0 ? 0 : 1 + _draw(2 ** 62 - 10);
            uint256 rejected = accepted == 0 ? 1 + _draw(9) : _draw(9);
            uint256 batch = _batches[i];
            lines[4 * i] = uint256(_lotOf(SUPPLIER, bytes32(batch))) << 96 | accepted;
            lines[4 * i + 1] = (accepted + rejected) << 128 | rejected << 64 | i;
            lines[4 * i + 2] = uint256(GRAIN) << 192;
            lines[4 * i + 3] = batch;
        }
        draft.document.lines = lines;
        _send(KEEPER, abi.encodeCall(IStockLedger.receiveGoods, (draft.document, _signing(draft))));
    }

    // ------------------------------------------------------------------------------------------------ repack

    /// @notice 100 lots into up to 50 others, and back.
    function testFuzz_repackAndReverse_100Lines(uint256 seed) public {
        _random = seed;
        Draft memory draft = _new(Kind.REPACK, FIRST_SITE, 0, FIRST_SITE);
        draft.approver = APPROVER;
        draft.document.reason = 70;
        uint256[] memory lines = new uint256[](5 * LINES);
        uint256[] memory taken = new uint256[](LINES);
        uint256[51] memory made;
        for (uint256 i; i < LINES; ++i) {
            uint256 batch = 1 + _draw(50);
            uint256 units = 1 + _draw(2 ** 50);
            taken[i] = uint256(_lots[i]) << 96 | (1 + _draw(STOCK));
            made[batch] += units;
            lines[5 * i] = taken[i];
            lines[5 * i + 1] = uint256(_lotOf(7, bytes32(batch))) << 96 | units;
            lines[5 * i + 2] = uint256(GRAIN) << 192;
            (lines[5 * i + 3], lines[5 * i + 4]) = (batch, 7);
        }
        draft.document.lines = lines;
        Held memory before = _held();
        _send(KEEPER, abi.encodeCall(IStockLedger.repack, (draft.document, _signing(draft))));
        _assertDeltas(before, taken, -1, 0);
        for (uint256 i = 1; i < made.length; ++i) {
            same(_of(FIRST_SITE, _lotOf(7, bytes32(i))), made[i], "balance of what was made");
            if (made[i] != 0) _assertLot(_lotOf(7, bytes32(i)), FIRST_SITE);
        }
        _reverse(draft);
        _assertDeltas(before, taken, 0, 0);
        for (uint256 i = 1; i < made.length; ++i) same(_of(FIRST_SITE, _lotOf(7, bytes32(i))), 0, "after the reversal");
    }

    // ------------------------------------------------------------------------------------------------ status

    function testFuzz_holdReleaseRecallLift_100Lines(uint256 seed) public {
        _random = seed;
        uint256[] memory none = new uint256[](LINES);
        for (uint256 i; i < LINES; ++i) none[i] = uint256(_lots[i]) << 96;
        Held memory before = _held();

        Draft memory draft = _status(Kind.HOLD, FIRST_SITE, APPROVER, none);
        _send(APPROVER, abi.encodeCall(IStockLedger.hold, (draft.document, _signing(draft))));
        for (uint256 i; i < LINES; ++i) same(_at(FIRST_SITE, i), before.from[i] | 1 << 63, "held here");
        draft = _status(Kind.RELEASE, FIRST_SITE, APPROVER, none);
        _send(APPROVER, abi.encodeCall(IStockLedger.release, (draft.document, _signing(draft))));
        _assertDeltas(before, none, 0, 0);

        draft = _status(Kind.RECALL, 0, ROOT, none);
        _send(ROOT, abi.encodeCall(IStockLedger.recall, (draft.document, _signing(draft))));
        for (uint256 i; i < LINES; ++i) same(_word(_lots[i]), _fresh(FIRST_SITE) | 1 << 161, "recalled");
        draft = _status(Kind.LIFT, 0, ROOT, none);
        _send(ROOT, abi.encodeCall(IStockLedger.lift, (draft.document, _signing(draft))));
        for (uint256 i; i < LINES; ++i) _assertLot(_lots[i], FIRST_SITE);
        _assertDeltas(before, none, 0, 0);
    }

    function _status(Kind kind, uint256 from, uint256 sender, uint256[] memory lines)
        private
        returns (Draft memory draft)
    {
        draft = _new(kind, from, 0, from);
        draft.sender = sender;
        draft.document.reason = uint16(1 + _draw(2 ** 16 - 1));
        draft.document.lines = lines;
    }

    // ------------------------------------------------------------------------------------------------ parts

    function _of(uint64 site, uint160 lot) private view returns (uint256) {
        return ledger.balance(SiteId.wrap(site), LotId.wrap(lot));
    }

    function _word(uint160 lot) private view returns (uint256) {
        return LotWord.unwrap(ledger.lot(LotId.wrap(lot)));
    }

    /// @dev The word of grain that came to `site` first: it never expires and is free.
    function _fresh(uint64 site) private pure returns (uint256) {
        return uint256(GRAIN) | uint256(site) << 64 | uint256(type(uint32).max) << 128;
    }

    function _assertLot(uint160 lot, uint64 site) private view {
        same(_word(lot), _fresh(site), "word of a lot");
    }
}
