// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Document, Signing} from "../../../contracts/interfaces/IDocuments.sol";
import {Signature} from "../../../contracts/libraries/TypedData.sol";
import {DivisionId, DocumentKey, LotId, SiteId} from "../../../contracts/types/Ids.sol";
import {Timestamp} from "../../../contracts/types/Timestamp.sol";
import {vm} from "../Vm.sol";
import {Symbolic} from "./Symbolic.sol";

/// @notice What whole functions of the ledger do to any balance, from any storage of all contracts: any balances, lots,
/// journals, grants, sites and commitments, and co-signatures of anybody. Lines have any bits. Concrete are the time,
/// the sites, and what a document says beside its lines: on time, new, with a reason and a consent of every kind. A
/// call that the ledger refuses says nothing here.
abstract contract Deltas is Symbolic {
    uint256 internal constant QUANTITY = 2 ** 63 - 1;
    uint256 internal constant MISSING = 1 << 95;
    uint256 internal constant REASON = uint256(type(uint16).max) << 80;
    uint256 internal constant NOW = 1_800_000_000;
    uint248 internal constant NAMED = 7;
    address internal constant SENDER = address(0x1002);

    function setUp() public {
        _deploy();
        _anyStorage();
        vm.warp(NOW);
    }

    function _document(uint256 from, uint256 to, uint256[] memory lines)
        internal
        pure
        returns (Document memory document)
    {
        document.clientId = bytes32(uint256(1));
        (document.from, document.to) = (from, to);
        document.occurredAt = Timestamp.wrap(uint64(NOW));
        document.reason = 10;
        document.lines = lines;
    }

    function _signing() internal pure returns (Signing memory signing) {
        signing.validUntil = type(uint64).max;
        signing.senderDivision = signing.otherDivision = signing.approverDivision = DivisionId.wrap(CITY);
        signing.other = Signature(bytes32(uint256(1)), bytes32(uint256(2)));
        signing.approver = Signature(bytes32(uint256(3)), bytes32(uint256(4)));
    }

    /// @dev A step of the consignment `NAMED`.
    function _step(uint256[] memory lines) internal pure returns (Document memory document) {
        document = _document(FIRST_SITE, SECOND_SITE, lines);
        document.reference_ = 2 << 248 | NAMED;
    }

    function _given(uint8 state, uint256[] memory lines) internal pure returns (Consignment memory) {
        return Consignment(state, _signers(), lines);
    }

    function _signers() internal pure returns (address[] memory signers) {
        signers = new address[](1);
        signers[0] = address(0x1003);
    }

    /// @dev The balance before. The document is new, and nothing stands above quantity and flag.
    function _before(uint64 recordingSite, uint64 site, uint160 lot) internal view returns (uint256 word) {
        uint256 key = uint256(keccak256(abi.encode(recordingSite, uint256(1)))) >> 8;
        vm.assume(ledger.document(DocumentKey.wrap(uint248(key))) == 0);
        word = _word(site, lot);
        vm.assume(word >> 64 == 0);
    }

    /// @dev Sends a document; false where the ledger refuses it, which says nothing here.
    function _sent(bytes memory data) internal returns (bool done) {
        vm.prank(SENDER);
        (done,) = address(ledger).call(data);
    }

    /// @dev The balance went up by `plus` and down by `minus`, and no bit beside the quantity changed.
    function _assertDelta(uint256 before, uint64 site, uint160 lot, uint256 plus, uint256 minus) internal view {
        uint256 word = _word(site, lot);
        assert(word + minus == before + plus);
        assert(word >> 63 == before >> 63);
    }

    function _sum(uint256[] memory lines, uint160 lot) internal pure returns (uint256 sum) {
        for (uint256 i; i < lines.length; ++i) if (lines[i] >> 96 == lot) sum += lines[i] & QUANTITY;
    }

    /// @dev Of lines of `width` words, the quantities in those heads of `lot` that stand at word `first` of each.
    function _sumAt(uint256[] memory lines, uint256 first, uint256 width, uint160 lot)
        internal
        pure
        returns (uint256 sum)
    {
        for (uint256 i = first; i < lines.length; i += width) if (lines[i] >> 96 == lot) sum += lines[i] & QUANTITY;
    }

    function _word(uint64 site, uint160 lot) internal view returns (uint256) {
        return ledger.balance(SiteId.wrap(site), LotId.wrap(lot));
    }
}
