// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DocumentKey, LotId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {LotWord} from "../types/LotWord.sol";
import {Document, Signing} from "./IDocuments.sol";
import {ILedgerSteps} from "./ILedgerSteps.sol";

/// @title Stock ledger
/// @notice Every movement of stock between communities, as documents that are signed, never changed, and committed
/// to by one journal word a site.
/// @dev Every entry function answers a resent document before it looks at any state: same key and same content
/// return the key and change nothing, same key with other content is refused. Assumptions: the Directory, Catalogue
/// and SupplierRegistry given at creation are the ones of this ledger and honest code (correctness); approvers and
/// keepers answer (liveness). Warning: the contract cannot see goods; it records what people sign.
interface IStockLedger is ILedgerSteps {
    /// @notice Thrown at creation when there is no code at `steps`.
    error StockLedgerStepsMissing(address steps);
    /// @notice Thrown at creation when the code at `steps` was built for another Directory or another offset.
    error StockLedgerStepsForeign(address steps);

    /// @notice First document of a site, with what it holds. Keeper and approver.
    /// @dev Lines of 4 words: head, attributes, batch, source. Lots are released, their verdict stays unknown.
    /// @return key the document's key
    function open(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Goods from a supplier or donor. Keeper; the supplier's consent where there is one; an approver if late.
    /// @dev Lines of 4 words: head (quantity: accepted), delivered (64 bits at 128) ‖ rejected (64 at 64) ‖ ordinal as
    /// typed (64), attributes, batch. What is not qualified, not signed by the supplier or late is held in a lot of
    /// its own: then the attributes must ask for one.
    /// @return key the document's key
    function receiveGoods(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Frees lots held at a site, and lots created held at this site for everywhere. Approver, with a reason.
    /// @dev Lines of 1 word, by lot, quantity 0.
    /// @return key the document's key
    function release(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Holds lots at a site. Approver, with a reason.
    /// @dev Lines of 1 word, by lot, quantity 0.
    /// @return key the document's key
    function hold(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Goods to a consignee. Keeper; an approver if late.
    /// @dev Lines of 1 word, by lot and reason.
    /// @return key the document's key
    function issue(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Goods from site to site at once. Both keepers; an approver where they leave the district, or if late.
    /// @dev Lines of 1 word, by lot and reason.
    /// @return key the document's key
    function handOver(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Goods on their way as a consignment. Keeper; an approver where they leave the district, or if late.
    /// @dev Lines of 1 word, by lot. Unusable lots may go to a disposal site. The deadline lies at most 366 days ahead.
    /// @return key the key of document and consignment
    function dispatch(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice What two keepers counted, against what they expected at a position of the journal; an approver too for
    /// any gain, or if late.
    /// @dev Lines of 2 words, by lot: head (quantity: counted), expected. The difference is applied to today's balance.
    /// @return key the document's key
    function count(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Goods that are no more, whatever their status. Keeper and approver.
    /// @dev Lines of 1 word, by lot and reason.
    /// @return key the document's key
    function writeOff(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Lots turned into other lots. Keeper and approver.
    /// @dev Lines of 5 words: input head, output head, attributes, batch and source of the output. A lot word does not
    /// hold source and batch, so that the contract cannot hold the output to its input's: the audit does, from the event
    /// that created the input, and reports where they differ.
    /// @return key the document's key
    function repack(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Recalls lots everywhere, with a reason. An issuer accredited for their category, or an authority at the
    /// root.
    /// @dev Lines of 1 word, by lot, quantity 0. Rolls the lots' journals, no site's.
    /// @return key the document's key
    function recall(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Lifts a recall. Keys and lines as of a recall.
    /// @return key the document's key
    function lift(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice What a site holds of a lot: quantity in base units (63 bits), and in bit 63 whether it is held there.
    function balance(SiteId site, LotId lot) external view returns (uint256 word);

    /// @notice The word of a lot, see `LotWord`.
    function lot(LotId lot_) external view returns (LotWord word);

    /// @notice The journal of a site; 0 before its opening.
    function siteJournal(SiteId site) external view returns (Journal journal);

    /// @notice The journal of a lot, rolled by hold, release, recall and lift.
    function lotJournal(LotId lot_) external view returns (Journal journal);

    /// @notice The first 248 bits of a document's content digest ‖ flags (1 reversed, 2 named); 0 if there is none.
    function document(DocumentKey key) external view returns (uint256 word);

    /// @notice A consignment's commitment (192 bits) ‖ deadline (64); 1 when closed, 0 if there is none.
    function consignment(DocumentKey key) external view returns (uint256 word);
}
