// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SiteId} from "./Ids.sol";

/// @notice What the directory keeps of a site, from the lowest bit up: successor (64), registered (1), closed (1),
/// disposal (1). Zero means that the site was never registered.
type SiteWord is uint256;

using SiteWordLibrary for SiteWord global;

/// @title Words of sites
library SiteWordLibrary {
    uint256 private constant _REGISTERED = 1 << 64;
    uint256 private constant _CLOSED = 1 << 65;
    uint256 private constant _DISPOSAL = 1 << 66;

    /// @notice The word of a new site.
    function create(bool disposal) internal pure returns (SiteWord) {
        return SiteWord.wrap(disposal ? _REGISTERED | _DISPOSAL : _REGISTERED);
    }

    /// @notice The word after the site was closed in favour of `successor_`, 0 where there is none.
    function close(SiteWord word, SiteId successor_) internal pure returns (SiteWord) {
        return SiteWord.wrap(SiteWord.unwrap(word) | _CLOSED | SiteId.unwrap(successor_));
    }

    function isRegistered(SiteWord word) internal pure returns (bool) {
        return SiteWord.unwrap(word) & _REGISTERED != 0;
    }

    function isClosed(SiteWord word) internal pure returns (bool) {
        return SiteWord.unwrap(word) & _CLOSED != 0;
    }

    /// @notice Whether the site takes goods that may no longer be used.
    function isDisposal(SiteWord word) internal pure returns (bool) {
        return SiteWord.unwrap(word) & _DISPOSAL != 0;
    }

    /// @notice The site that took over from a closed one, 0 where none did.
    function successor(SiteWord word) internal pure returns (SiteId) {
        return SiteId.wrap(uint64(SiteWord.unwrap(word)));
    }
}
