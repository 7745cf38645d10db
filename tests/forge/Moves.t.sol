// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LotId, SiteId} from "../../contracts/types/Ids.sol";
import {Door} from "./Door.sol";
import {check, same, vm} from "./Vm.sol";

/// @notice The loop in assembly against a plain one: the same words afterwards, or the same refusal.
contract MovesTest {
    uint256 private constant DEFECTS = 13;
    uint256 private constant TODAY = 20_000;
    SiteId private constant FROM = SiteId.wrap(440106001002101);
    SiteId private constant TO = SiteId.wrap(440106001002201);

    Door private _fast;
    Door private _plain;
    uint256 private _random;
    uint256 private _moves;
    uint256 private _refusals;

    struct Case {
        uint256[] lines;
        SiteId from;
        SiteId to;
        uint256 usableOn;
        uint256 shift;
    }

    function setUp() public {
        _fast = new Door();
        _plain = new Door();
    }

    function testFuzz_anyLines_upTo100(uint256 seed) public {
        _random = seed;
        Case memory one = _case(_draw(101));
        if (one.lines.length != 0 && _draw(4) != 0) _spoil(one, _draw(one.lines.length), _draw(DEFECTS));
        _compare(one);
    }

    /// @notice Every defect, at the first, the last and any line.
    function testFuzz_everyDefectAnywhere_upTo100Lines(uint256 seed, uint256 place) public {
        _random = seed;
        for (uint256 defect; defect < DEFECTS; ++defect) {
            Case memory one = _case(1 + _draw(100));
            uint256 length = one.lines.length;
            _spoil(one, place % 3 == 0 ? 0 : place % 3 == 1 ? length - 1 : place % length, defect);
            _compare(one);
        }
        check(_refusals != 0 && _moves + _refusals == DEFECTS, "defects were refused");
    }

    /// @notice Lines without a defect move.
    function testFuzz_goodLinesMove_upTo100(uint256 seed) public {
        _random = seed;
        _compare(_case(1 + _draw(100)));
        same(_moves, 1, "moves");
    }

    function _compare(Case memory one) private {
        (bool moved, bytes memory answer) = _run(_fast, Door.move.selector, one);
        (bool plain, bytes memory expected) = _run(_plain, Door.plainMove.selector, one);
        check(moved == plain, "one moves and the other refuses");
        same(uint256(keccak256(answer)), uint256(keccak256(expected)), "the refusal");
        for (uint256 i; i < one.lines.length; ++i) {
            LotId lot = LotId.wrap(uint160(one.lines[i] >> 96));
            same(_fast.balance(FROM, lot), _plain.balance(FROM, lot), "balance of the sender");
            same(_fast.balance(TO, lot), _plain.balance(TO, lot), "balance of the receiver");
        }
        if (moved) ++_moves;
        else ++_refusals;
    }

    function _run(Door door, bytes4 selector, Case memory one) private returns (bool, bytes memory) {
        return address(door).call(
            abi.encodeWithSelector(selector, one.lines, one.from, one.to, one.usableOn, one.shift)
        );
    }

    /// @dev Lines that can be moved, and the stock for it.
    function _case(uint256 length) private returns (Case memory one) {
        one.shift = _draw(2) == 0 ? 80 : 96;
        uint256 way = _draw(3);
        if (way != 0) one.from = FROM;
        if (way != 1) one.to = TO;
        if (way != 0 && _draw(3) != 0) one.usableOn = TODAY;
        one.lines = new uint256[](length);
        uint256 lot = _draw(2 ** 32);
        uint256 reason;
        for (uint256 i; i < length; ++i) {
            if (i != 0 && one.shift == 80 && _draw(4) == 0) {
                reason += 1 + _draw(3);
            } else {
                lot += 1 + _draw(2 ** 150);
                reason = _draw(2 ** 14);
                _stock(LotId.wrap(uint160(lot)));
            }
            one.lines[i] = lot << 96 | reason << 80 | (1 + _draw(1_000));
        }
    }

    function _stock(LotId lot) private {
        uint256 useUntil = _draw(3) == 0 ? TODAY : TODAY + _draw(2 ** 32 - TODAY);
        _setLot(lot, 7 | 9 << 64 | useUntil << 128);
        _setBalance(FROM, lot, 200_000 + _draw(2 ** 60));
        _setBalance(TO, lot, _draw(2 ** 60));
    }

    function _spoil(Case memory one, uint256 i, uint256 defect) private {
        uint256 line = one.lines[i];
        LotId lot = LotId.wrap(uint160(line >> 96));
        uint256 quantity = line % 2 ** 63;
        if (defect == 0 && i != 0) one.lines[i] = one.lines[i - 1]; // equal
        if (defect == 1 && i != 0) (one.lines[i], one.lines[i - 1]) = (one.lines[i - 1], line); // descending
        if (defect == 2) one.lines[i] = line - quantity; // nothing
        if (defect == 3) one.lines[i] = line | 1 << 63 + _draw(17); // a spare bit
        if (defect == 4) one.lines[i] = line | 1 << 95; // missing
        if (defect == 5) _setBalance(FROM, lot, quantity - 1); // not enough
        if (defect == 6) _setBalance(TO, lot, 2 ** 63 - quantity); // too much
        if (defect == 6 && _draw(2) == 0) _setBalance(FROM, lot, quantity); // of a sender who then has nothing
        if (defect == 7) _setLot(lot, 0); // unknown
        if (defect == 8) _setLot(lot, 7 | 9 << 64 | (TODAY - 1) << 128); // expired
        if (defect == 9) _setLot(lot, 7 | 9 << 64 | TODAY << 128 | 1 << 160); // held
        if (defect == 10) _setLot(lot, 7 | 9 << 64 | TODAY << 128 | 1 << 161); // recalled
        if (defect == 11) _setBalance(FROM, lot, 1 << 63 | quantity); // held here
        if (defect == 12) _setBalance(TO, lot, 1 << 63 | 5); // held where it goes: no defect
    }

    function _setLot(LotId lot, uint256 word) private {
        _fast.setLot(lot, word);
        _plain.setLot(lot, word);
    }

    function _setBalance(SiteId site, LotId lot, uint256 word) private {
        _fast.setBalance(site, lot, word);
        _plain.setBalance(site, lot, word);
    }

    function _draw(uint256 bound) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }
}
