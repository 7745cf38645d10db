// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// What is said of divisions and levels, written a second time and in the plainest way.

uint256 constant LEVELS = 6;

/// @dev The divisions of a site or division from the community (or itself) upward to the country, 0.
function ladder(uint64 community) pure returns (uint64[LEVELS] memory rungs) {
    rungs = [community, community / 1e3, community / 1e6, community / 1e8, community / 1e10, 0];
}

/// @dev Whether a division is or contains another, or the community of a site.
function covers(uint64 division, uint64 inner) pure returns (bool) {
    if (division == 0 || division == inner) return true;
    uint64 size = digits(division);
    uint64 length = digits(inner);
    return size < length && inner / uint64(10 ** (length - size)) == division;
}

function digits(uint64 number) pure returns (uint64 count) {
    for (; number != 0; number /= 10) ++count;
}

/// @dev The rung of the ladder of `a` on which the lowest division stands that has both sites in it.
function commonRung(uint64 a, uint64 b) pure returns (uint256 rung) {
    uint64[LEVELS] memory first = ladder(a / 1e3);
    uint64[LEVELS] memory second = ladder(b / 1e3);
    while (first[rung] != second[rung]) ++rung;
}

/// @dev How long each level has for itself.
function levelTime(uint8 urgency) pure returns (uint256) {
    return urgency == 1 ? 3 days : urgency == 2 ? 1 days : 4 hours;
}
