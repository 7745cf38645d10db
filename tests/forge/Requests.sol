// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Asking, IReallocation, Offer, Proposal, Request} from "../../contracts/interfaces/IReallocation.sol";
import {
    ConsigneeId,
    DivisionId,
    ItemId,
    ProposalKey,
    RequestKey,
    SiteId
} from "../../contracts/types/Ids.sol";
import {ProposalState} from "../../contracts/types/ProposalState.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Norming} from "./Norming.sol";
import {covers} from "./Rules.sol";
import {same} from "./Vm.sol";

/// @notice A request that was made.
struct Asked {
    uint248 key;
    bool withdrawn;
    Asking asking;
}

/// @notice A proposal that was made; `asked` is the place of its request.
struct Offered {
    uint248 key;
    uint256 asked;
    uint64 giver;
    ProposalState state;
    uint256 quantity;
    uint256 proposedAt;
    uint256 approvedAt;
    uint256 endedAt;
    Offer offer;
}

/// @notice A dispatch or hand-over that was shown: its place among the recorded documents.
struct Delivered {
    uint256 index;
    uint256 offered;
    uint256 quantity;
    uint256 accepted;
    bool handOver;
    bool answered;
    bool reversed;
}

/// @notice Requests and proposals: made, withdrawn, rejected, expired. What is left, promised and accepted is never kept
/// but added up anew from what was shown.
abstract contract Requests is Norming {
    Asked[] internal askedFor;
    Offered[] internal offered;
    Delivered[] internal delivered;
    mapping(uint248 key => uint256 place) internal offeredAt; // from 1

    // ------------------------------------------------------------------------------------------------ adding up

    function _quantityOf(uint256[] memory lines) internal pure returns (uint256 quantity) {
        for (uint256 i; i < lines.length; ++i) quantity += lines[i] & QUANTITY;
    }

    /// @dev What was proposed and not shown to have left.
    function _remainingOf(uint256 place) internal view returns (uint256 remaining) {
        remaining = offered[place].quantity;
        for (uint256 i; i < delivered.length; ++i) {
            if (delivered[i].offered == place && !delivered[i].reversed) remaining -= delivered[i].quantity;
        }
    }

    function _reservedAt(uint64 site, uint64 item) internal view returns (uint256 units) {
        for (uint256 i; i < offered.length; ++i) {
            bool here = offered[i].giver == site && _itemOf(i) == item;
            if (here && offered[i].state == ProposalState.APPROVED) units += _remainingOf(i);
        }
    }

    function _promisedTo(uint256 place) internal view returns (uint256 units) {
        for (uint256 i; i < offered.length; ++i) {
            bool approved = offered[i].state == ProposalState.APPROVED;
            if (approved && offered[i].asked == place) units += _remainingOf(i);
        }
        for (uint256 i; i < delivered.length; ++i) {
            bool onItsWay = !delivered[i].answered && !delivered[i].reversed;
            if (onItsWay && offered[delivered[i].offered].asked == place) units += delivered[i].quantity;
        }
    }

    function _acceptedFor(uint256 place) internal view returns (uint256 units) {
        for (uint256 i; i < delivered.length; ++i) {
            bool its = offered[delivered[i].offered].asked == place;
            if (its && !delivered[i].reversed) units += delivered[i].accepted;
        }
    }

    function _itemOf(uint256 place) internal view returns (uint64) {
        return ItemId.unwrap(askedFor[offered[place].asked].asking.item);
    }

    function _receiverOf(uint256 place) internal view returns (uint64) {
        return SiteId.unwrap(askedFor[offered[place].asked].asking.site);
    }

    function _isOpenRequest(uint256 place) internal view returns (bool) {
        Asked storage asked = askedFor[place];
        return !asked.withdrawn && block.timestamp <= asked.asking.neededBy
            && _acceptedFor(place) < asked.asking.quantity;
    }

    // ------------------------------------------------------------------------------------------------ requests

    /// @dev A keeper of the site, or one above it, or somebody who is none of it.
    function _keeperOver(uint64 site) internal returns (uint256) {
        if (_chance(3)) return _chance(50) ? STREET_APPROVER : STRANGER;
        if (_chance(5)) return _keeperOf(sites[_draw(sites.length)]);
        return _chance(20) ? CITY_KEEPER : _keeperOf(site);
    }

    /// @dev Asks for something that some site has, mostly a little.
    function _askSome() internal returns (bool accepted) {
        uint64 giver = _source();
        uint160[] memory usable = _stocked(giver, 1, true);
        uint64 item = usable.length == 0 ? GRAIN : goodsOf[usable[0]].item;
        return _askFor(_otherSite(giver), item, 1 + _draw(_chance(80) ? 60 : 2_000));
    }

    function _askFor(uint64 site, uint64 item, uint256 quantity) internal returns (bool) {
        Asking memory asking;
        asking.clientId = keccak256(abi.encode("request", askedFor.length, _draw(1 << 128)));
        (asking.site, asking.item, asking.quantity) = (SiteId.wrap(site), ItemId.wrap(item), uint64(quantity));
        asking.neededBy = uint64(block.timestamp + 1 hours + _draw(_chance(70) ? 20 days : 1 days));
        asking.urgency = uint8(1 + _draw(3));
        asking.reason = _chance(10) ? 0 : uint16(1 + _draw(9));
        if (_chance(30)) asking.consignee = ConsigneeId.wrap(CONSIGNEE);
        return _sendAsking(_keeperOver(site), asking);
    }

    /// @dev The request with one mistake.
    function _askWrongly() internal {
        if (askedFor.length == 0) return _assertAsked(_askSome());
        Asking memory asking = askedFor[_draw(askedFor.length)].asking;
        uint256 way = _draw(8);
        if (way != 0) asking.clientId = keccak256(abi.encode("request", _draw(1 << 128)));
        if (way < 2) asking.quantity = way == 0 ? asking.quantity + 1 : 0;
        if (way == 2) asking.quantity = 1 << 63;
        if (way == 3) asking.neededBy = uint64(block.timestamp - _draw(2));
        if (way == 4) asking.neededBy = uint64(block.timestamp + 366 days + 1);
        if (way == 5) asking.urgency = _chance(50) ? 0 : 4;
        if (way == 6) asking.item = ItemId.wrap(201_0101_00009);
        if (way == 7) asking.site = SiteId.wrap(COMMUNITY * 1_000 + 599);
        _sendAsking(_keeperOf(SiteId.unwrap(asking.site)), asking);
    }

    function _assertAsked(bool) private pure {}

    function _sendAsking(uint256 key, Asking memory asking) private returns (bool accepted) {
        uint64 site = SiteId.unwrap(asking.site);
        uint248 requestKey = _key(site, asking.clientId);
        uint256 entries = 1;
        bool stands;
        for (uint256 i; i < askedFor.length; ++i) {
            if (askedFor[i].key != requestKey) continue;
            stands = keccak256(abi.encode(askedFor[i].asking)) == keccak256(abi.encode(asking));
            _refuseIf(!stands, IReallocation.ReallocationKeyTaken.selector);
            entries = 0;
        }
        if (!stands) _refuseAsking(key, asking);
        (accepted,) = _ask(
            key,
            address(reallocation),
            abi.encodeCall(IReallocation.request, (asking, DivisionId.wrap(divisionOf[key]))),
            entries
        );
        if (!accepted || stands) return accepted;
        Asked storage asked = askedFor.push();
        (asked.key, asked.asking) = (requestKey, asking);
        isKeeperOfRequests[key] = true;
    }

    /// @notice Who asked or proposed, and who approved.
    mapping(uint256 key => bool) internal isKeeperOfRequests;
    mapping(uint256 key => bool) internal isApproverOfRequests;

    function _refuseAsking(uint256 key, Asking memory asking) private {
        uint64 site = SiteId.unwrap(asking.site);
        _refuseUnlessGranted(key, Role.KEEPER, divisionOf[key]);
        _refuseIf(!covers(divisionOf[key], site / 1e3), IReallocation.ReallocationGrantElsewhere.selector);
        bool isOpen = site % 1_000 != 599 && !closed[site];
        _refuseIf(!isOpen, IReallocation.ReallocationSiteNotOpen.selector);
        uint64 item = ItemId.unwrap(asking.item);
        _refuseIf(item == 201_0101_00009, IReallocation.ReallocationItemUnknown.selector);
        uint256 quantity = asking.quantity;
        _refuseIf(quantity == 0 || quantity >> 63 != 0, IReallocation.ReallocationQuantityInvalid.selector);
        _refuseIf(
            asking.neededBy <= block.timestamp || asking.neededBy > block.timestamp + 366 days,
            IReallocation.ReallocationNeededByOutside.selector
        );
        _refuseIf(asking.urgency == 0 || asking.urgency > 3, IReallocation.ReallocationUrgencyUnknown.selector);
        uint256 floor = _floorOf(site, item);
        bool muchAsked = floor != 0 && quantity > 3 * floor;
        _refuseIf(asking.reason == 0 && muchAsked, IReallocation.ReallocationReasonMissing.selector);
    }

    function _withdrawSomeRequest() internal {
        if (askedFor.length == 0) _askSome();
        uint256 place = _draw(askedFor.length + 1);
        uint248 requestKey = place < askedFor.length ? askedFor[place].key : 1;
        uint64 site = place < askedFor.length ? SiteId.unwrap(askedFor[place].asking.site) : FIRST_SITE;
        uint256 key = _keeperOver(site);
        uint16 reason = _chance(5) ? 0 : 8;
        _refuseUnlessGranted(key, Role.KEEPER, divisionOf[key]);
        _refuseIf(reason == 0, IReallocation.ReallocationReasonMissing.selector);
        _refuseIf(place == askedFor.length, IReallocation.ReallocationRequestUnknown.selector);
        if (place < askedFor.length) {
            _refuseIf(!covers(divisionOf[key], site / 1e3), IReallocation.ReallocationGrantElsewhere.selector);
            _refuseIf(!_isOpenRequest(place), IReallocation.ReallocationRequestOver.selector);
        }
        (bool accepted,) = _ask(
            key,
            address(reallocation),
            abi.encodeCall(
                IReallocation.withdrawRequest,
                (RequestKey.wrap(requestKey), reason, DivisionId.wrap(divisionOf[key]))
            ),
            1
        );
        if (accepted) askedFor[place].withdrawn = true;
    }

    // ------------------------------------------------------------------------------------------------ proposals

    /// @dev Mostly the giver and item of one of the last proposals, so that norms rule over something.
    function _aim() internal override returns (uint64 site, uint64 item) {
        if (offered.length == 0 || _chance(30)) return super._aim();
        uint256 back = _draw(offered.length < 5 ? offered.length : 5);
        return (offered[offered.length - 1 - back].giver, _itemOf(offered.length - 1 - back));
    }

    /// @dev For an open request that some site can do something for, or a new one.
    function _offerSome() internal {
        uint256 place = askedFor.length == 0 ? 0 : _draw(askedFor.length);
        for (uint256 i; i < askedFor.length; ++i) {
            place = (place + 1) % askedFor.length;
            if (!_isOpenRequest(place)) continue;
            uint64 receiver = SiteId.unwrap(askedFor[place].asking.site);
            if (closed[receiver]) continue;
            uint64 giver = _otherSite(receiver);
            uint160[] memory usable = _usableOf(giver, ItemId.unwrap(askedFor[place].asking.item));
            if (usable.length != 0) return _offerFrom(place, giver, usable);
        }
        _offerNew();
    }

    /// @dev A proposal for a new request, of goods that arrive fresh.
    function _offerNew() internal {
        uint64 giver = _takingSite();
        (, uint160 lot) = _receiveGrain(giver, 500 + _floorOf(giver, GRAIN) + _reservedAt(giver, GRAIN));
        uint256 before = askedFor.length;
        for (uint64 receiver = _otherSite(giver); askedFor.length == before;) {
            _askFor(receiver, GRAIN, 1 + _draw(100));
        }
        uint160[] memory usable = new uint160[](1);
        usable[0] = lot;
        _offerFrom(before, giver, usable);
    }

    /// @dev Ascending usable lots of an item at a site, 4 at most.
    function _usableOf(uint64 site, uint64 item) internal returns (uint160[] memory usable) {
        usable = _stocked(site, lots.length, true);
        uint256 length;
        for (uint256 i; i < usable.length && length < 4; ++i) if (goodsOf[usable[i]].item == item) usable[length++] = usable[i];
        assembly {
            mstore(usable, length)
        }
    }

    /// @dev Takes some of some of the lots, mostly no more than is asked for, and sometimes makes a mistake.
    function _offerFrom(uint256 place, uint64 giver, uint160[] memory usable) private {
        Offer memory offer;
        offer.clientId = keccak256(abi.encode("proposal", offered.length, _draw(1 << 128)));
        (offer.request, offer.giver) = (RequestKey.wrap(askedFor[place].key), SiteId.wrap(giver));
        offer.anchor = keccak256("a matching");
        offer.lines = new uint256[](usable.length);
        uint256 open = askedFor[place].asking.quantity;
        for (uint256 i; i < usable.length; ++i) {
            uint256 part = _held(giver, usable[i]);
            if (part > open && !_chance(10)) part = open;
            if (_chance(40)) part = _draw(part + 1);
            if (i == 0 && part == 0 && !_chance(3)) part = 1;
            open = open > part ? open - part : 0;
            offer.lines[i] = _head(usable[i], 0, part);
        }
        _sendOffer(_chance(50) ? _keeperOver(giver) : _keeperOver(SiteId.unwrap(askedFor[place].asking.site)), place, offer);
    }

    function _offerWrongly() internal {
        if (offered.length == 0) return _offerNew();
        Offered storage last = offered[_draw(offered.length)];
        Offer memory offer = last.offer;
        uint256 place = last.asked;
        uint256 way = _draw(10);
        if (way != 0 && way != 9) offer.clientId = keccak256(abi.encode("proposal", _draw(1 << 128)));
        if (way == 0) offer.anchor = keccak256("another matching");
        if (way == 1) offer.lines = new uint256[](_chance(50) ? 0 : 65);
        if (way == 2) offer.lines[0] |= 1 << (63 + _draw(33));
        if (way == 3) offer.lines = _twice(offer.lines);
        if (way == 4) offer.lines[offer.lines.length - 1] |= QUANTITY;
        if (way == 5) offer.lines[0] = 5 << 96 | 1;
        if (way == 6) offer.request = RequestKey.wrap(1);
        if (way == 7) offer.giver = askedFor[place].asking.site;
        if (way == 8) offer.giver = SiteId.wrap(COMMUNITY * 1_000 + 599);
        _sendOffer(_keeperOf(last.giver), place, offer);
    }

    function _twice(uint256[] memory lines) private pure returns (uint256[] memory more) {
        more = new uint256[](lines.length + 1);
        more[0] = lines[0];
        for (uint256 i; i < lines.length; ++i) more[i + 1] = lines[i];
    }

    function _sendOffer(uint256 key, uint256 place, Offer memory offer) private {
        uint248 proposalKey = _key(RequestKey.unwrap(offer.request), offer.clientId);
        uint256 entries = 1;
        bool stands;
        if (offeredAt[proposalKey] != 0) {
            Offer memory old = offered[offeredAt[proposalKey] - 1].offer;
            stands = keccak256(abi.encode(old)) == keccak256(abi.encode(offer));
            _refuseIf(!stands, IReallocation.ReallocationKeyTaken.selector);
            entries = 0;
        }
        if (!stands) _refuseOffer(key, place, offer);
        (bool accepted,) = _ask(
            key,
            address(reallocation),
            abi.encodeCall(IReallocation.propose, (offer, DivisionId.wrap(divisionOf[key]))),
            entries
        );
        if (!accepted || stands) return;
        Offered storage one = offered.push();
        (one.key, one.asked, one.giver) = (proposalKey, place, SiteId.unwrap(offer.giver));
        (one.state, one.quantity, one.proposedAt) = (ProposalState.PROPOSED, _quantityOf(offer.lines), block.timestamp);
        one.offer = offer;
        offeredAt[proposalKey] = offered.length;
        isKeeperOfRequests[key] = true;
    }

    function _refuseOffer(uint256 key, uint256 place, Offer memory offer) private {
        uint64 giver = SiteId.unwrap(offer.giver);
        uint64 receiver = SiteId.unwrap(askedFor[place].asking.site);
        _refuseUnlessGranted(key, Role.KEEPER, divisionOf[key]);
        bool elsewhere = !covers(divisionOf[key], giver / 1e3) && !covers(divisionOf[key], receiver / 1e3);
        _refuseIf(elsewhere, IReallocation.ReallocationGrantElsewhere.selector);
        _refuseIf(RequestKey.unwrap(offer.request) == 1, IReallocation.ReallocationRequestUnknown.selector);
        _refuseIf(!_isOpenRequest(place), IReallocation.ReallocationRequestOver.selector);
        _refuseIf(giver == receiver, IReallocation.ReallocationSameSite.selector);
        _refuseIf(giver % 1_000 == 599 || closed[giver], IReallocation.ReallocationSiteNotOpen.selector);
        _refuseLines(giver, ItemId.unwrap(askedFor[place].asking.item), offer.lines);
    }

    function _refuseLines(uint64 giver, uint64 item, uint256[] memory lines) private {
        _refuseIf(lines.length == 0 || lines.length > 64, IReallocation.ReallocationLinesWrong.selector);
        for (uint256 i; i < lines.length; ++i) {
            uint160 lot = uint160(lines[i] >> 96);
            uint256 proposed = lines[i] & QUANTITY;
            bool malformed = uint96(lines[i]) >> 63 != 0 || (i != 0 && lot <= lines[i - 1] >> 96) || lot == 0;
            _refuseIf(malformed, IReallocation.ReallocationLineMalformed.selector);
            _refuseIf(goodsOf[lot].item != item, IReallocation.ReallocationLotOther.selector);
            uint256 usable = _isUsable(giver, lot) ? _held(giver, lot) : 0;
            _refuseIf(proposed > usable, IReallocation.ReallocationLotShort.selector);
        }
        uint256 quantity = _quantityOf(lines);
        _refuseIf(quantity == 0 || quantity >> 63 != 0, IReallocation.ReallocationQuantityInvalid.selector);
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    /// @notice Reserved at each site of each item: what is left of the proposals approved there.
    function assertReserved() external view {
        uint64[4] memory items = [PACK, PIECE, MASK, GRAIN];
        for (uint256 i; i < sites.length; ++i) {
            for (uint256 j; j < items.length; ++j) {
                uint64 found = reallocation.reserved(SiteId.wrap(sites[i]), ItemId.wrap(items[j]));
                same(found, _reservedAt(sites[i], items[j]), "what is reserved");
            }
        }
    }

    /// @notice Every request is as it was made, promised what is approved or on its way, and has accepted what the stock
    /// ledger's documents put into its site.
    function assertRequests() external view {
        for (uint256 i; i < askedFor.length; ++i) {
            Request memory found = reallocation.requestOf(RequestKey.wrap(askedFor[i].key));
            Asking memory asking = askedFor[i].asking;
            same(SiteId.unwrap(found.site), SiteId.unwrap(asking.site), "site of a request");
            same(ItemId.unwrap(found.item), ItemId.unwrap(asking.item), "item of a request");
            same(found.quantity, asking.quantity, "quantity of a request");
            same(found.neededBy, asking.neededBy, "day of need of a request");
            same(found.withdrawn ? 1 : 0, askedFor[i].withdrawn ? 1 : 0, "whether a request is withdrawn");
            same(found.accepted, _acceptedFor(i), "what is accepted");
            same(found.promised, _promisedTo(i), "what is promised");
        }
    }

    /// @notice Every proposal stands where the calls left it, with what is left of it.
    function assertProposals() external view {
        for (uint256 i; i < offered.length; ++i) {
            Proposal memory found = reallocation.proposalOf(ProposalKey.wrap(offered[i].key));
            same(RequestKey.unwrap(found.request), askedFor[offered[i].asked].key, "request of a proposal");
            same(uint8(found.state), uint8(offered[i].state), "state of a proposal");
            same(SiteId.unwrap(found.giver), offered[i].giver, "giver of a proposal");
            same(found.remaining, _remainingOf(i), "what is left of a proposal");
            same(found.proposedAt, offered[i].proposedAt, "time of a proposal");
            same(found.approvedAt, offered[i].approvedAt, "time of an approval");
            same(found.endedAt, offered[i].endedAt, "end of a proposal");
        }
    }
}
