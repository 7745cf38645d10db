// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CategoryId, DivisionId, DocumentKey, ItemId, LotId, QualificationId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Kind} from "../types/Kind.sol";
import {LotWord} from "../types/LotWord.sol";
import {Timestamp} from "../types/Timestamp.sol";
import {Signature} from "../libraries/TypedData.sol";

/// @notice The content of a document: what is said, not who says it. The same content is the same document, whoever
/// sends it.
struct Document {
    /// chosen by the client; with the recording site it makes the key
    bytes32 clientId;
    /// the sending or only site; the supplier or donor digest of a receipt; the issuer of a recall (0: an authority)
    uint256 from;
    /// the receiving site; the consignee of an issue; 0 where there is none
    uint256 to;
    /// when it is said to have occurred
    Timestamp occurredAt;
    /// type (8) ‖ id (248): 1 a document, 2 a consignment, 3 the document reversed; a count's raw journal word;
    /// all other types are opaque to this contract
    uint256 reference_;
    /// a code from the ledger's list of reasons, 0 for none
    uint16 reason;
    /// the qualification that a receipt relies on, 0 for none
    QualificationId qualification;
    /// until when the receiver of a dispatch is expected to answer, seconds since 1970
    uint64 deadline;
    /// packed lines, see `Line`; how many words a line has follows from the kind
    uint256[] lines;
}

/// @notice Who signs, on the strength of which grants. The first signer is the sender of the transaction; the
/// others sign `Consent(bytes32 content,bytes32 body,uint64 validUntil)`.
struct Signing {
    /// salted digest of the document's body, 0 where it has none
    bytes32 body;
    /// until when the consents count, seconds since 1970
    uint64 validUntil;
    /// the division of the sender's grant relied on
    DivisionId senderDivision;
    /// the division of the other party's grant relied on
    DivisionId otherDivision;
    /// the division of the approver's grant relied on
    DivisionId approverDivision;
    /// consent of the other party: receiver's keeper, second counter, supplier; all zero where there is none
    Signature other;
    /// consent of the approver; all zero where there is none
    Signature approver;
}

/// @notice Goods in transit as last committed to; the contract keeps their digest alone.
struct Consignment {
    /// 1 open, 2 accepted
    uint8 state;
    /// everybody who signed dispatch, acceptance, contest and return-acceptance, in order
    address[] signers;
    /// lines still to be accounted for
    uint256[] lines;
}

/// @notice A document that a reversal undoes, with everything that its content digest covers.
struct Original {
    Kind kind;
    /// its client id may be left out: the key that the reversal names stands for it
    Document document;
    /// of a dispatch: everybody who signed it, in order; empty otherwise
    address[] signers;
}

/// @notice One signer of a document.
struct Signer {
    address holder;
    /// key of the grant relied on, see `IDirectory.requireGrant`
    bytes32 grant;
    /// position in the holder's journal at this grant's last change
    uint64 position;
}

/// @notice The fields of a document in its event, beside key, from, to and lines.
/// @dev Together with these they are everything that content digest and document digest cover.
struct Header {
    Kind kind;
    Timestamp occurredAt;
    uint256 reference_;
    uint16 reason;
    QualificationId qualification;
    uint64 deadline;
    /// block time: when it was recorded
    uint64 recordedAt;
    /// verdict on the qualification of a receipt, see `Verdict`; 0 elsewhere
    uint256 verdict;
    bytes32 body;
    /// the sender of the transaction
    Signer sender;
    /// the other party; all zero where there is none
    Signer other;
    /// the approver; all zero where there is none
    Signer approver;
    /// journal of the site `from` with this document in it, 0 where `from` is no site
    Journal fromJournal;
    /// journal of the site `to` with this document in it, 0 where `to` is no site
    Journal toJournal;
}

/// @title Stock ledger
/// @notice Every movement of stock between communities, as documents that are signed, never changed, and committed
/// to by one journal word a site.
/// @dev Every entry function answers a resent document before it looks at any state: same key and same content
/// return the key and change nothing, same key with other content is refused. Assumptions: the Directory, Catalogue
/// and SupplierRegistry given at creation are the ones of this ledger and honest code (correctness); approvers and
/// keepers answer (liveness). Warning: the contract cannot see goods; it records what people sign.
interface IStockLedger {
    /// @notice Emitted once for every document.
    event DocumentRecorded(
        DocumentKey indexed key, uint256 indexed from, uint256 indexed to, Header header, uint256[] lines
    );

    /// @notice Thrown when `key` is taken by a document with other content, whose digest (248 bits) is `stored`.
    error StockLedgerKeyTaken(DocumentKey key, uint248 stored);
    /// @notice Thrown when `site` has no opening yet.
    error StockLedgerSiteNotOpen(uint256 site);
    /// @notice Thrown when `site` has an opening already.
    error StockLedgerSiteAlreadyOpen(SiteId site);
    /// @notice Thrown when `site` is not registered in the Directory.
    error StockLedgerSiteUnknown(uint256 site);
    /// @notice Thrown when goods would go into `site`, which is closed; `successor` takes them, 0 if none does.
    error StockLedgerSiteClosed(SiteId site, SiteId successor);
    /// @notice Thrown when `from` and `to` are the same site.
    error StockLedgerSameSite(SiteId site);
    /// @notice Thrown when `value` is no identifier of 160 bits, or zero.
    error StockLedgerPartyInvalid(uint256 value);
    /// @notice Thrown when a field that has no meaning in this kind of document is not zero.
    error StockLedgerFieldNotZero(bytes32 field);

    /// @notice Thrown when `occurredAt` lies more than 120 s after the block's time `now_`.
    error StockLedgerTimeAhead(uint64 occurredAt, uint64 now_);
    /// @notice Thrown when a time that gives the day only is not the 00:00 of a day at the ledger's offset.
    error StockLedgerTimeNotADay(uint64 occurredAt);
    /// @notice Thrown when consents counted until `validUntil` only.
    error StockLedgerConsentExpired(uint64 validUntil, uint64 now_);
    /// @notice Thrown when a consent that `role` must give is missing or malformed.
    error StockLedgerConsentMissing(uint8 role);
    /// @notice Thrown when the grant relied on stands at `division`, which does not contain `site`.
    error StockLedgerGrantElsewhere(DivisionId division, SiteId site);
    /// @notice Thrown when `signer` signs where somebody else has to.
    error StockLedgerSignerRepeated(address signer);

    /// @notice Thrown when the line that begins at word `index` does not ascend.
    error StockLedgerLinesNotAscending(uint256 index);
    /// @notice Thrown when the line that begins at word `index` has bits or a quantity that this kind does not allow.
    error StockLedgerLineMalformed(uint256 index);
    /// @notice Thrown when there are no lines, or `words` are not a whole number of lines of this kind.
    error StockLedgerLinesIncomplete(uint256 words);
    /// @notice Thrown when `lot` was never created.
    error StockLedgerLotUnknown(LotId lot);
    /// @notice Thrown when the attributes given hash to `computed`.
    error StockLedgerLotMismatch(LotId lot, LotId computed);
    /// @notice Thrown when `lot` was created held and not released since.
    error StockLedgerLotHeld(LotId lot);
    /// @notice Thrown when `lot` is held at `site`.
    error StockLedgerLotHeldHere(SiteId site, LotId lot);
    /// @notice Thrown when `lot` is recalled.
    error StockLedgerLotRecalled(LotId lot);
    /// @notice Thrown when `lot` could be used until `useUntil`, a day counted from 1970, only.
    error StockLedgerLotExpired(LotId lot, uint32 useUntil);
    /// @notice Thrown when a release finds nothing held, or a lift nothing recalled.
    error StockLedgerLotNotHeld(LotId lot);
    /// @notice Thrown when `site` holds only `available` base units of `lot`.
    error StockLedgerStockInsufficient(SiteId site, LotId lot, uint256 available, uint256 requested);
    /// @notice Thrown when a balance would reach 2**63.
    error StockLedgerBalanceOverflow(SiteId site, LotId lot);

    /// @notice Thrown when `item` is not in the Catalogue.
    error StockLedgerItemUnknown(ItemId item);
    /// @notice Thrown when `item` needs category `needed` and the qualification is for `category`.
    error StockLedgerQualificationMismatch(ItemId item, CategoryId needed, CategoryId category);
    /// @notice Thrown when the line with ordinal `ordinal` must be held and was not given a lot of its own.
    error StockLedgerVerdictChanged(uint256 ordinal, uint256 verdict, bool late);
    /// @notice Thrown when an output of a repack could be used longer (`output`) than its input (`input`).
    error StockLedgerRepackOutlives(LotId lot, uint32 output, uint32 input);

    /// @notice Thrown when a reference has not the type that this kind of document needs, or names nothing.
    error StockLedgerReferenceUnknown(uint256 reference_);
    /// @notice Thrown when the consignment given is not the one committed to, or not in `state`.
    error StockLedgerConsignmentChanged(DocumentKey consignment, uint8 state);
    /// @notice Thrown when the deadline of a dispatch does not lie ahead.
    error StockLedgerDeadlinePast(uint64 deadline);
    /// @notice Thrown when the receiver still has until `until` to answer.
    error StockLedgerDeadlineAhead(uint64 until);
    /// @notice Thrown when an exception or settlement accounts for more of `lot` than there is.
    error StockLedgerExceptionExceeds(LotId lot, uint256 available, uint256 requested);
    /// @notice Thrown when the approver of a settlement signed for one of its sides.
    error StockLedgerSettlerInvolved(address approver);
    /// @notice Thrown when a count refers to a position (`sequence`) that the journal has not reached.
    error StockLedgerCountAhead(uint64 sequence, uint64 current);
    /// @notice Thrown when a document of this kind cannot be reversed.
    error StockLedgerNotReversible(Kind kind);
    /// @notice Thrown when the original given is not the document named.
    error StockLedgerOriginalChanged(DocumentKey original);
    /// @notice Thrown when the original is reversed already.
    error StockLedgerAlreadyReversed(DocumentKey original);
    /// @notice Thrown when a later document that an approver signed names the original.
    error StockLedgerNamed(DocumentKey original);

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

    /// @notice Frees lots held at a site, and lots created held at this site for everywhere. Approver.
    /// @dev Lines of 1 word, by lot, quantity 0.
    /// @return key the document's key
    function release(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Holds lots at a site. Approver.
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
    /// @dev Lines of 1 word, by lot. Unusable lots may go to a disposal site.
    /// @return key the key of document and consignment
    function dispatch(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice What arrived, naming only the exceptions. The receiver's keeper, who is not the sender's; an approver if
    /// late.
    /// @dev Lines of 1 word, by lot and reason, whose top bit says missing or returning.
    /// @return key the document's key
    function accept(Document calldata document, Consignment calldata consignment, Signing calldata signing)
        external
        returns (DocumentKey key);

    /// @notice The receiver's answer to an overdue consignment: what is named is missing, the rest goes back.
    /// @dev Lines as of an acceptance, all with the top bit of their reason set.
    /// @return key the document's key
    function contest(Document calldata document, Consignment calldata consignment, Signing calldata signing)
        external
        returns (DocumentKey key);

    /// @notice Takes back what nobody answered for, 7 days after the deadline. The sender's keeper and an approver.
    /// @dev No lines.
    /// @return key the document's key
    function returnConsignment(Document calldata document, Consignment calldata consignment, Signing calldata signing)
        external
        returns (DocumentKey key);

    /// @notice What came back, naming only what is missing of it. The sender's keeper; an approver if late.
    /// @dev Lines as of an acceptance, all with the top bit of their reason set.
    /// @return key the document's key
    function acceptReturn(Document calldata document, Consignment calldata consignment, Signing calldata signing)
        external
        returns (DocumentKey key);

    /// @notice What became of missing goods. An approver over both sites who signed for neither.
    /// @dev Lines of 1 word, by lot and reason: 1 found at the sender, 2 found at the receiver, 3 lost.
    /// @return key the document's key
    function settle(Document calldata document, Consignment calldata consignment, Signing calldata signing)
        external
        returns (DocumentKey key);

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
    /// @dev Lines of 5 words: input head, output head, attributes, batch and source of the output.
    /// @return key the document's key
    function repack(Document calldata document, Signing calldata signing) external returns (DocumentKey key);

    /// @notice Undoes one whole document, once. The keepers as for the original, and an approver.
    /// @dev No lines of its own; `reference_` names the original with type 3.
    /// @return key the document's key
    function reverse(Document calldata document, Original calldata original, Signing calldata signing)
        external
        returns (DocumentKey key);

    /// @notice Recalls lots everywhere. An issuer accredited for their category, or an authority at the root.
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
