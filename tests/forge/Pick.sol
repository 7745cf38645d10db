// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind} from "../../contracts/types/Kind.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Ghost} from "./Ghost.sol";
import {Draft} from "./World.sol";

/// @notice Random choices that the ledger must accept: sites, signers, lots, quantities, lines.
abstract contract Pick is Ghost {
    uint256 private _random;

    function _seed(uint256 seed) internal {
        _random = uint256(keccak256(abi.encode(_random, seed)));
    }

    /// @dev A number below `bound`.
    function _draw(uint256 bound) internal returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }

    function _chance(uint256 percent) internal returns (bool) {
        return _draw(100) < percent;
    }

    // ------------------------------------------------------------------------------------------------ sites and signers

    /// @dev A site that is not closed.
    function _takingSite() internal returns (uint64 site) {
        do site = sites[_draw(sites.length)]; while (closed[site]);
    }

    function _otherSite(uint64 site) internal returns (uint64 other) {
        do other = _takingSite(); while (other == site);
    }

    /// @dev A site from which something can go: closed ones only while there is something left to use.
    function _source() internal returns (uint64 site) {
        site = sites[_draw(sites.length)];
        if (closed[site] && _stocked(site, 1, true).length == 0) return _takingSite();
    }

    function _leaves(uint64 from, uint64 to) internal pure returns (bool) {
        return from / 1e9 != to / 1e9;
    }

    function _keeperOf(uint64 site) internal returns (uint256) {
        return _firstKeeper(site) + _draw(2);
    }

    function _firstKeeper(uint64 site) private pure returns (uint256) {
        if (site / 1_000 == COMMUNITY) return KEEPER;
        if (site / 1_000 == OTHER_COMMUNITY) return OTHER_KEEPER;
        return site / 1_000 == NEAR_COMMUNITY ? NEAR_KEEPER : FAR_KEEPER;
    }

    function _fellow(uint256 keeper) internal pure returns (uint256) {
        return keeper % 2 == 1 ? keeper + 1 : keeper - 1;
    }

    function _approverOf(uint64 site) internal returns (uint256) {
        if (_chance(30)) return CITY_APPROVER + _draw(3);
        return site / 1e9 == DISTRICT ? APPROVER : OTHER_APPROVER;
    }

    /// @dev An approver over both sites, or none where the goods stay in the district and nobody is asked for.
    function _approverBetween(uint64 from, uint64 to, bool needed) internal returns (uint256) {
        if (_leaves(from, to)) return CITY_APPROVER + _draw(3);
        return needed || _chance(20) ? _approverOf(from) : 0;
    }

    // ------------------------------------------------------------------------------------------------ drafts

    function _draft(Kind kind, uint256 from, uint256 to) internal returns (Draft memory draft) {
        draft.kind = kind;
        bool byReceiver =
            kind == Kind.OPENING || kind == Kind.RECEIPT || kind == Kind.ACCEPTANCE || kind == Kind.CONTEST;
        draft.recordingSite = byReceiver ? to : from;
        draft.document.clientId = keccak256(abi.encode(recorded.length, _draw(type(uint256).max)));
        draft.document.from = from;
        draft.document.to = to;
        draft.document.reason = uint16(1 + _draw(2 ** 16 - 1));
        draft.document.occurredAt = Timestamp.wrap(uint64(block.timestamp - _draw(1 hours)));
    }

    /// @dev Makes one draft in six late, by a time or by a day, and says whether it is.
    function _maybeLate(Draft memory draft) internal returns (bool late) {
        late = _draw(6) == 0;
        if (!late) return false;
        uint64 time = uint64(block.timestamp - 8 days - _draw(10 days) - 1);
        bool dayOnly = _chance(50);
        if (dayOnly) time = (time + OFFSET) / 1 days * 1 days - OFFSET | 1 << 63;
        draft.document.occurredAt = Timestamp.wrap(time);
    }

    // ------------------------------------------------------------------------------------------------ lines

    /// @dev Up to `most` lots with something at `site`, ascending; the usable ones of today and of `judgedAt` or any.
    function _stocked(uint64 site, uint256 most, bool usable) internal returns (uint160[] memory picked) {
        picked = new uint160[](most);
        uint256 length;
        uint256 start = _draw(lots.length);
        for (uint256 i; i < lots.length && length < most; ++i) {
            uint160 lot = lots[(start + i) % lots.length];
            if (_held(site, lot) != 0 && (!usable || _isUsable(site, lot))) picked[length++] = lot;
        }
        assembly {
            mstore(picked, length)
        }
        _sortLots(picked);
    }

    function _sortLots(uint160[] memory list) private pure {
        for (uint256 i = 1; i < list.length; ++i) {
            for (uint256 j = i; j > 0 && list[j - 1] > list[j]; --j) (list[j - 1], list[j]) = (list[j], list[j - 1]);
        }
    }

    /// @dev Sorts lines of `width` words by their head.
    function _sortLines(uint256[] memory lines, uint256 width) internal pure {
        for (uint256 i = width; i < lines.length; i += width) {
            for (uint256 j = i; j > 0 && lines[j - width] > lines[j]; j -= width) {
                for (uint256 k; k < width; ++k) {
                    (lines[j - width + k], lines[j + k]) = (lines[j + k], lines[j - width + k]);
                }
            }
        }
    }

    function _cut(uint256[] memory words, uint256 length) internal pure returns (uint256[] memory) {
        assembly {
            mstore(words, length)
        }
        return words;
    }

    function _head(uint160 lot, uint256 reason, uint256 quantity) internal pure returns (uint256) {
        return uint256(lot) << 96 | reason << 80 | quantity;
    }

    /// @dev A part of what is there: mostly a little, sometimes all.
    function _part(uint256 available) internal returns (uint256) {
        return _chance(15) ? available : 1 + _draw(available < 40 ? available : 40);
    }

    /// @dev Lines of 1 word that take from `site`; some lots in two lines of different reasons where `twice`.
    function _takingLines(uint64 site, bool usable, bool twice) internal returns (uint256[] memory lines) {
        uint160[] memory picked = _stocked(site, 1 + _draw(4), usable);
        lines = new uint256[](picked.length * 2);
        uint256 length;
        for (uint256 i; i < picked.length; ++i) {
            uint256 available = _held(site, picked[i]);
            uint256 reason = _draw(1_000);
            uint256 part = _part(available);
            lines[length++] = _head(picked[i], reason, part);
            if (twice && available > part && _chance(25)) {
                lines[length++] = _head(picked[i], reason + 1, _part(available - part));
            }
        }
        return _cut(lines, length);
    }

    function _line(uint160 lot, uint256 quantity) internal pure returns (uint256[] memory lines) {
        lines = new uint256[](1);
        lines[0] = _head(lot, 0, quantity);
    }
}
