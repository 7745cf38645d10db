// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LotId, SiteId} from "../../../contracts/types/Ids.sol";
import {Door} from "../Door.sol";
import {vm} from "../Vm.sol";
import {svm} from "./Symbolic.sol";

/// @notice What the loop and its siblings do to any balance of any storage, proved for up to 3 lines of any bits.
contract MovesSymbolicTest {
    uint256 private constant QUANTITY = 2 ** 63 - 1;
    SiteId private constant FROM = SiteId.wrap(440106001002101);
    SiteId private constant TO = SiteId.wrap(440106001002201);

    /// @dev How `_move` is called.
    struct Way {
        SiteId from;
        SiteId to;
        uint256 usableOn;
        uint256 shift;
    }

    Door private _door;

    function setUp() public {
        _door = new Door();
        svm.enableSymbolicStorage(address(_door));
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_moveDeltaOfTheSender_upTo3Lines(uint256[] calldata lines, uint160 lot) public {
        _check(lines, Way(FROM, TO, 20_000, 96), SiteId.unwrap(FROM), lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_moveDeltaOfTheReceiver_upTo3Lines(uint256[] calldata lines, uint160 lot) public {
        _check(lines, Way(FROM, TO, 20_000, 96), SiteId.unwrap(TO), lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_moveDeltaElsewhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != SiteId.unwrap(FROM) && site != SiteId.unwrap(TO));
        _check(lines, Way(FROM, TO, 0, 80), site, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 4
    function check_moveDeltaOfTheSenderByReason_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _check(lines, Way(FROM, TO, 20_000, 80), SiteId.unwrap(FROM), lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 4
    function check_moveDeltaOfTheReceiverByReason_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _check(lines, Way(FROM, TO, 0, 80), SiteId.unwrap(TO), lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_takeOnlyDeltas_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        _check(lines, Way(FROM, SiteId.wrap(0), 20_000, 96), site, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_putOnlyDeltas_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        _check(lines, Way(SiteId.wrap(0), TO, 0, 96), site, lot);
    }

    function check_putDelta(uint64 site, uint160 lot, uint64 otherSite, uint160 otherLot, uint256 quantity) public {
        uint256 before = _word(otherSite, otherLot);
        vm.assume(quantity <= QUANTITY && before >> 64 == 0);
        _door.put(SiteId.wrap(site), LotId.wrap(lot), quantity);
        bool hit = site == otherSite && lot == otherLot;
        assert(_word(otherSite, otherLot) == (hit ? before + quantity : before));
        assert(_word(otherSite, otherLot) >> 63 == before >> 63);
    }

    function check_takeDelta(uint64 site, uint160 lot, uint64 otherSite, uint160 otherLot, uint256 quantity) public {
        uint256 before = _word(otherSite, otherLot);
        vm.assume(quantity <= QUANTITY && before >> 64 == 0);
        _door.take(SiteId.wrap(site), LotId.wrap(lot), quantity);
        bool hit = site == otherSite && lot == otherLot;
        assert(_word(otherSite, otherLot) == (hit ? before - quantity : before));
        assert(_word(otherSite, otherLot) >> 63 == before >> 63);
    }

    /// @dev Where the loop comes to its end, the balance of any site and lot changed by what the lines say, and what
    /// stands above the quantity is as it was.
    function _check(uint256[] calldata lines, Way memory way, uint64 site, uint160 lot) private {
        uint256 before = _word(site, lot);
        vm.assume(before >> 64 == 0);
        _door.move(lines, way.from, way.to, way.usableOn, way.shift);
        uint256 moved;
        for (uint256 i; i < lines.length; ++i) if (lines[i] >> 96 == lot) moved += lines[i] & QUANTITY;
        uint256 expected = before;
        if (site != 0 && site == SiteId.unwrap(way.from)) expected -= moved;
        if (site != 0 && site == SiteId.unwrap(way.to)) expected += moved;
        assert(_word(site, lot) == expected);
        assert(expected >> 63 == before >> 63);
    }

    function _word(uint64 site, uint160 lot) private view returns (uint256) {
        return _door.balance(SiteId.wrap(site), LotId.wrap(lot));
    }
}
