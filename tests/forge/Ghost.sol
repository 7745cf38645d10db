// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DocumentKey, LotId, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Journal} from "../../contracts/types/Journal.sol";
import {LotWord} from "../../contracts/types/LotWord.sol";
import {Draft, World} from "./World.sol";
import {check, same, vm} from "./Vm.sol";

/// @notice What became of a lot, in base units, added up from what the handlers sent.
struct Account {
    uint256 opened;
    uint256 received;
    uint256 gained;
    uint256 issued;
    uint256 writtenOff;
    uint256 lost;
}

/// @notice A lot as the rules say that it must stand.
struct Goods {
    bool known;
    uint64 item;
    uint64 site;
    uint32 useUntil;
    bool held;
    bool recalled;
}

/// @notice A document that was recorded.
struct Recorded {
    Kind kind;
    uint248 key;
    bytes32 content;
    bool reversed;
    bool named;
    uint256 shipment;
}

/// @notice A consignment: what the ledger must commit to. State 0 is closed.
struct Shipment {
    uint248 key;
    uint64 from;
    uint64 to;
    uint8 state;
    uint64 deadline;
    address[] signers;
    uint256[] lines;
}

/// @notice The ledger as it should be, kept beside it without reading it, and what must hold between the two.
abstract contract Ghost is World {
    uint256 internal constant QUANTITY = (1 << 63) - 1;
    uint256 internal constant MISSING = 1 << 95;

    uint64[] internal sites;
    mapping(uint64 site => bool closed) internal closed;
    uint256 internal takingSites;
    uint160[] internal lots;
    mapping(uint160 lot => Account account) internal accounts;
    mapping(uint160 lot => Goods goods) internal goodsOf;
    mapping(uint64 site => mapping(uint160 lot => bool held)) internal heldHere;
    mapping(uint64 site => uint256 length) internal journalOf;
    mapping(uint160 lot => uint256 length) internal lotJournalOf;
    Shipment[] internal shipments;
    Recorded[] internal recorded;
    mapping(uint256 index => Draft draft) internal drafts;
    mapping(Kind kind => uint256 documents) public documentsOf;

    /// @notice How often the fuzzer called a handler that records, how many documents were there before it did, how
    /// many refusals it asked for, and how many documents came out of sites that were closed.
    uint256 public calls;
    uint256 public documentsBefore;
    uint256 public refusals;
    uint256 public sentFromClosed;

    // ------------------------------------------------------------------------------------------------ noting

    function _noteLot(uint160 lot, uint64 item, uint64 site, uint32 useUntil, bool held) internal {
        if (goodsOf[lot].known) return;
        goodsOf[lot] = Goods(true, item, site, useUntil, held, false);
        lots.push(lot);
    }

    /// @dev Notes a recorded document that rolled the journals of `from` and `to`; 0 is no site.
    function _note(Draft memory draft, uint64 from, uint64 to) internal virtual returns (uint256 index) {
        index = recorded.length;
        recorded.push(Recorded(draft.kind, _keyOf(draft), _contentOf(draft), false, false, 0));
        drafts[index] = draft;
        ++documentsOf[draft.kind];
        if (from != 0) ++journalOf[from];
        if (closed[from] && (draft.kind == Kind.ISSUE || draft.kind == Kind.DISPATCH || draft.kind == Kind.HAND_OVER)) {
            ++sentFromClosed;
        }
        if (to != 0) ++journalOf[to];
    }

    function recordedDocuments() external view returns (uint256) {
        return recorded.length;
    }

    // ------------------------------------------------------------------------------------------------ asking

    function _isUsable(uint64 site, uint160 lot) internal view returns (bool) {
        Goods storage goods = goodsOf[lot];
        return !goods.held && !goods.recalled && !heldHere[site][lot]
            && goods.useUntil >= (block.timestamp + OFFSET) / 1 days;
    }

    function _held(uint64 site, uint160 lot) internal view returns (uint256) {
        return ledger.balance(SiteId.wrap(site), LotId.wrap(lot)) & QUANTITY;
    }

    /// @dev What may still come in of a lot before all there ever was of it is more than one balance holds. As long as
    /// it is not, no movement can overflow one.
    function _headroom(uint160 lot) internal view returns (uint256) {
        Account storage account = accounts[lot];
        return QUANTITY - account.opened - account.received - account.gained;
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    /// @notice opening + received + gains = held at sites + in transit + returning + missing + issued + written off +
    /// losses, for every lot.
    function assertConserved() external view {
        for (uint256 i; i < lots.length; ++i) {
            uint160 lot = lots[i];
            Account storage account = accounts[lot];
            uint256 held;
            for (uint256 j; j < sites.length; ++j) held += _held(sites[j], lot);
            same(
                held + _travelling(lot) + account.issued + account.writtenOff + account.lost,
                account.opened + account.received + account.gained,
                "conservation of a lot"
            );
        }
    }

    /// @dev What is in transit, returning or missing of a lot.
    function _travelling(uint160 lot) internal view returns (uint256 units) {
        for (uint256 i; i < shipments.length; ++i) {
            if (shipments[i].state == 0) continue;
            uint256[] storage lines = shipments[i].lines;
            for (uint256 j; j < lines.length; ++j) if (lines[j] >> 96 == lot) units += lines[j] & QUANTITY;
        }
    }

    /// @notice A balance is below 2**63, and nothing but the flag of a lot held there stands above it.
    function assertBalances() external view {
        for (uint256 i; i < sites.length; ++i) {
            for (uint256 j; j < lots.length; ++j) {
                uint256 word = ledger.balance(SiteId.wrap(sites[i]), LotId.wrap(lots[j]));
                same(word >> 63, heldHere[sites[i]][lots[j]] ? 1 : 0, "bits above a balance");
            }
        }
    }

    /// @notice A journal's sequence is the number of documents that name its subject.
    function assertJournals() external view {
        for (uint256 i; i < sites.length; ++i) {
            same(ledger.siteJournal(SiteId.wrap(sites[i])).sequence(), journalOf[sites[i]], "journal of a site");
        }
        for (uint256 i; i < lots.length; ++i) {
            same(ledger.lotJournal(LotId.wrap(lots[i])).sequence(), lotJournalOf[lots[i]], "journal of a lot");
        }
    }

    /// @notice A consignment's word commits to state, sites, signers and what remains, and is 1 when closed.
    function assertConsignments() external view {
        for (uint256 i; i < shipments.length; ++i) {
            Shipment memory shipment = shipments[i];
            uint256 word = 1;
            if (shipment.state != 0) {
                bytes32 digest = keccak256(
                    abi.encode(
                        shipment.state,
                        shipment.from,
                        shipment.to,
                        keccak256(abi.encodePacked(shipment.signers)),
                        keccak256(abi.encodePacked(shipment.lines))
                    )
                );
                word = uint256(digest) >> 64 << 64 | shipment.deadline;
            }
            same(ledger.consignment(DocumentKey.wrap(shipment.key)), word, "word of a consignment");
        }
    }

    /// @notice Every document stands under its key, with its content and its flags.
    function assertDocuments() external view {
        for (uint256 i; i < recorded.length; ++i) {
            Recorded storage one = recorded[i];
            uint256 word = uint256(one.content) >> 8 << 8 | (one.reversed ? 1 : 0) | (one.named ? 2 : 0);
            same(ledger.document(DocumentKey.wrap(one.key)), word, "word of a document");
        }
        check(recorded.length >= documentsBefore + calls, "N valid calls leave N documents");
    }

    /// @notice Every lot has the status that the documents gave it.
    function assertLots() external view {
        for (uint256 i; i < lots.length; ++i) {
            Goods storage goods = goodsOf[lots[i]];
            LotWord word = ledger.lot(LotId.wrap(lots[i]));
            uint256 expected = uint256(goods.item) | uint256(goods.site) << 64 | uint256(goods.useUntil) << 128
                | (goods.held ? 1 << 160 : 0) | (goods.recalled ? 1 << 161 : 0);
            same(LotWord.unwrap(word), expected, "word of a lot");
        }
    }
}
