// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmergencies} from "../../contracts/interfaces/IEmergencies.sol";
import {DivisionId} from "../../contracts/types/Ids.sol";
import {EmergencyWord} from "../../contracts/types/EmergencyWord.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Scenes} from "./Scenes.sol";
import {check, same, vm} from "./Vm.sol";

/// @notice Who declares an emergency again, who goes on in a part of one, and who ends it: every pair of levels, at the
/// edges of the times for which it matters.
contract EmergenciesTest is Scenes {
    uint256 private constant PROVINCE_AUTHORITY = 55;
    uint256 private constant LAST = 4; // the country, above which nothing is

    function setUp() public override {
        super.setUp();
        _register(PROVINCE_AUTHORITY, Role.AUTHORITY, PROVINCE, 0);
    }

    /// @dev From the street up to the country.
    function _level(uint256 i) private pure returns (uint256 key, uint64 division) {
        uint256[5] memory keys = [STREET_AUTHORITY, DISTRICT_AUTHORITY, CITY_AUTHORITY, PROVINCE_AUTHORITY, ROOT];
        uint64[5] memory divisions = [STREET, DISTRICT, CITY, PROVINCE, 0];
        return (keys[i], divisions[i]);
    }

    /// @notice In force, at its end and until 30 days after it, only a level above whoever declared an emergency of a
    /// street declares it again; the country, above which nothing is, does as well.
    function testFuzz_onlyALevelAboveDeclaresAgain(uint256 length, uint256 part) public {
        length = 2 + length % (30 days - 1);
        for (uint256 first; first <= LAST; ++first) {
            for (uint256 second; second <= LAST; ++second) {
                bool may = second > first || second == LAST;
                uint256 until = _begin(STREET, first, length);
                _tryAgain(until - 1 - part % (length - 1), second, may);
                until = _begin(STREET, first, length);
                _tryAgain(until, second, may);
                until = _begin(STREET, first, length);
                _tryAgain(until + 30 days - 1, second, may);
                until = _begin(STREET, first, length);
                _tryAgain(until + 30 days, second, true);
            }
        }
    }

    /// @notice An emergency that was ended before its time counts as long: 30 days from its end.
    function testFuzz_whatWasEndedIsNotDeclaredAgainEither(uint256 length) public {
        length = 2 + length % (30 days - 1);
        for (uint256 first; first < LAST; ++first) {
            uint256 until = _begin(STREET, first, length);
            vm.warp(until - 1);
            (uint256 key, uint64 division) = _level(first);
            _do(key, address(norms), _ending(STREET, division));
            _tryAgain(until - 1, first, false);
            _tryAgain(until + 30 days - 2, first, false);
            _tryAgain(until + 30 days - 1, first, true);
        }
    }

    /// @notice Whoever declared one declares none for a division of it meanwhile; who did not, below or above, does.
    function testFuzz_whoDeclaredOneDoesNotGoOnInAPartOfIt(uint256 length, uint256 part) public {
        length = 1 + length % 30 days;
        part = part % (length + 30 days);
        for (uint256 second; second <= LAST; ++second) {
            uint256 from = _begin(DISTRICT, 1, length) - length;
            vm.warp(from + part);
            (uint256 key, uint64 division) = _level(second);
            bytes memory data = _declaring(STREET, block.timestamp + 1, division);
            if (second != 1) _do(key, address(norms), data);
            else _refused(key, address(norms), data, IEmergencies.NormsEmergencyNotAbove.selector, "in a part of it");
        }
        uint256 end = _begin(DISTRICT, 1, length);
        vm.warp(end + 30 days);
        _do(DISTRICT_AUTHORITY, address(norms), _declaring(STREET, block.timestamp + 1, DISTRICT));
    }

    /// @notice One is ended by the level that declared it or one above; by nobody below, nor once it is over.
    function test_onlyWhoDeclaredItOrALevelAboveEndsIt() public {
        for (uint256 first; first <= LAST; ++first) {
            for (uint256 second; second <= LAST; ++second) {
                uint256 until = _begin(STREET, first, 30 days);
                vm.warp(until - 1);
                (uint256 key, uint64 division) = _level(second);
                bytes memory data = _ending(STREET, division);
                if (second >= first) _do(key, address(norms), data);
                else _refused(key, address(norms), data, IEmergencies.NormsAuthorityElsewhere.selector, "from below");
                vm.warp(until);
                (key, division) = _level(LAST);
                data = _ending(STREET, division);
                _refused(key, address(norms), data, IEmergencies.NormsNoEmergency.selector, "what is over");
            }
        }
    }

    /// @notice Of 30 days at most; one that is prolonged began when it began, and the next begins anew.
    function testFuzz_anEmergencyLasts30DaysAtMost(uint256 length, uint256 part) public {
        length = 2 + length % (30 days - 1);
        uint256 until = _begin(STREET, 0, length);
        uint256 from = until - length;
        vm.warp(from + part % length);
        uint256 latest = block.timestamp + 30 days;
        bytes4 tooLong = IEmergencies.NormsEmergencyTooLong.selector;
        _refused(ROOT, address(norms), _declaring(STREET, latest + 1, 0), tooLong, "a second too long");
        _refused(ROOT, address(norms), _declaring(STREET, block.timestamp, 0), tooLong, "over as it begins");
        _do(ROOT, address(norms), _declaring(STREET, latest, 0));
        _assertWord(from, latest, 0);
        vm.warp(latest);
        _do(ROOT, address(norms), _declaring(STREET, latest + 1, 0));
        _assertWord(latest, latest + 1, 0);
    }

    /// @notice The highest division with an emergency over a street is what it opens, whatever is declared below.
    function test_theHighestEmergencyCounts() public {
        _assertOver(false, 0);
        uint256 until = _begin(STREET, 0, 2 days);
        _assertOver(true, STREET);
        _do(CITY_AUTHORITY, address(norms), _declaring(CITY, until - 1 days, CITY));
        _assertOver(true, CITY);
        vm.warp(until - 1 days);
        _assertOver(true, STREET);
        vm.warp(until);
        _assertOver(false, 0);
    }

    // ------------------------------------------------------------------------------------------------ scenes

    /// @dev One that begins when nothing of those before it counts any more. Returns the second at which it is over.
    function _begin(uint64 division, uint256 level, uint256 length) private returns (uint256 until) {
        vm.warp(block.timestamp + 61 days);
        until = block.timestamp + length;
        (uint256 key, uint64 authority) = _level(level);
        _do(key, address(norms), _declaring(division, until, authority));
    }

    function _tryAgain(uint256 time, uint256 level, bool may) private {
        vm.warp(time);
        (uint256 key, uint64 division) = _level(level);
        bytes memory data = _declaring(STREET, time + 1, division);
        if (may) _do(key, address(norms), data);
        else _refused(key, address(norms), data, IEmergencies.NormsEmergencyNotAbove.selector, "declared again");
    }

    function _assertWord(uint256 from, uint256 until, uint64 declaredBy) private view {
        EmergencyWord word = norms.emergency(DivisionId.wrap(STREET));
        same(word.from(), from, "beginning of an emergency");
        same(word.until(), until, "end of an emergency");
        same(DivisionId.unwrap(word.declaredBy()), declaredBy, "who declared an emergency");
    }

    function _assertOver(bool expected, uint64 expectedHighest) private view {
        (bool inForce, DivisionId highest) = norms.emergencyOver(DivisionId.wrap(COMMUNITY));
        check(inForce == expected, "whether an emergency is in force");
        if (inForce) same(DivisionId.unwrap(highest), expectedHighest, "highest division in an emergency");
    }
}
