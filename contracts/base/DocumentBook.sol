// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document, Header, IStockLedger, Signing} from "../interfaces/IStockLedger.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {Signature, TypedData} from "../libraries/TypedData.sol";
import {DivisionId, DocumentKey, LotId, QualificationId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Kind} from "../types/Kind.sol";
import {Role} from "../types/Role.sol";
import {SiteWord} from "../types/SiteWord.sol";
import {Timestamp} from "../types/Timestamp.sol";

/// @dev One signer of a document: who, on which grant, at which position of the holder's journal.
struct Signer {
    address holder;
    bytes32 grant;
    uint64 position;
}

/// @dev A document on its way into the ledger: what its digests need, gathered step by step.
struct Act {
    Kind kind;
    DocumentKey key;
    bytes32 content;
    bytes32 body;
    uint256 verdict;
    /// struct hash that co-signers sign
    bytes32 consent;
    /// whether the consents still count is checked once, by the first of them
    uint64 validUntil;
    /// the time at which qualification and expiry are judged
    uint64 judgedAt;
    bool late;
    Signer sender;
    Signer other;
    Signer approver;
}

/// @title Documents: their digests, their signers, their journals
/// @notice The part of the ledger that is the same for every kind of document. It moves no stock.
abstract contract DocumentBook is IStockLedger, TypedData {
    bytes32 internal constant CONTENT_TYPEHASH = keccak256(
        "Content(uint8 kind,uint248 key,uint256 from,uint256 to,uint64 occurredAt,uint256 reference,uint16 reason,uint160 qualification,uint64 deadline,uint256 words,bytes32 lines)"
    );
    bytes32 internal constant CONSENT_TYPEHASH = keccak256("Consent(bytes32 content,bytes32 body,uint64 validUntil)");
    bytes32 internal constant DOCUMENT_TYPEHASH = keccak256(
        "Document(bytes32 content,bytes32 signers,uint64 recordedAt,uint256 verdict,bytes32 body)"
    );

    /// @dev L: a document recorded later than this after it is said to have occurred is late.
    uint64 internal constant LATE_AFTER = 7 days;
    /// @dev How far a claimed time may lie ahead of the block's.
    uint64 internal constant CLOCK_TOLERANCE = 120;

    uint8 internal constant REFERENCE_DOCUMENT = 1;
    uint8 internal constant REFERENCE_CONSIGNMENT = 2;
    uint8 internal constant REFERENCE_REVERSED = 3;

    uint256 internal constant FLAG_REVERSED = 1;
    uint256 internal constant FLAG_NAMED = 2;

    IDirectory internal immutable _directory;
    /// @dev Seconds by which days are ahead of UTC.
    uint64 internal immutable _offset;

    mapping(DocumentKey key => uint256 word) internal _documents;
    mapping(SiteId site => Journal journal) internal _siteJournals;
    mapping(LotId lot => Journal journal) internal _lotJournals;

    constructor(IDirectory directory, uint64 offset) {
        _directory = directory;
        _offset = offset;
    }

    // ---------------------------------------------------------------------------------------------- begin

    /// @dev Derives the key, answers a resent document, judges the claimed time. `known` ends the caller.
    function _begin(Kind kind, uint256 recordingSite, Document calldata document_, Signing calldata signing)
        internal
        view
        returns (Act memory act, bool known)
    {
        act.kind = kind;
        act.key = _keyOf(recordingSite, document_.clientId);
        act.content = _contentDigest(kind, act.key, document_);

        uint256 word = _documents[act.key];
        if (word != 0) {
            if (word >> 8 != uint256(act.content) >> 8) revert StockLedgerKeyTaken(act.key, uint248(word >> 8));
            return (act, true);
        }

        if (kind != Kind.RECEIPT) _requireZero(QualificationId.unwrap(document_.qualification), "qualification");
        if (kind != Kind.DISPATCH) _requireZero(document_.deadline, "deadline");

        act.body = signing.body;
        act.validUntil = signing.validUntil;
        act.consent = keccak256(abi.encode(CONSENT_TYPEHASH, act.content, act.body, act.validUntil));
        act.late = _isLate(kind, document_.occurredAt);
        act.judgedAt = act.late ? document_.occurredAt.secondsOf() : uint64(block.timestamp);
    }

    function _keyOf(uint256 recordingSite, bytes32 clientId) internal pure returns (DocumentKey) {
        return DocumentKey.wrap(uint248(uint256(keccak256(abi.encode(recordingSite, clientId))) >> 8));
    }

    function _contentDigest(Kind kind, DocumentKey key, Document calldata document_) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                CONTENT_TYPEHASH,
                kind,
                key,
                document_.from,
                document_.to,
                document_.occurredAt,
                document_.reference_,
                document_.reason,
                document_.qualification,
                document_.deadline,
                document_.lines.length,
                keccak256(abi.encodePacked(document_.lines))
            )
        );
    }

    /// @dev Refuses a time ahead of the block's; release, hold, recall, lift, settlement and reversal are never late.
    function _isLate(Kind kind, Timestamp occurredAt) private view returns (bool) {
        uint64 time = occurredAt.secondsOf();
        if (time > block.timestamp + CLOCK_TOLERANCE) revert StockLedgerTimeAhead(time, uint64(block.timestamp));
        uint64 end = time;
        if (occurredAt.isDayOnly()) {
            if ((time + _offset) % 1 days != 0) revert StockLedgerTimeNotADay(time);
            end += 1 days;
        }
        if (
            kind == Kind.RELEASE || kind == Kind.HOLD || kind == Kind.RECALL || kind == Kind.LIFT
                || kind == Kind.SETTLEMENT || kind == Kind.REVERSAL
        ) return false;
        return block.timestamp > end + LATE_AFTER;
    }

    /// @dev The day, counted from 1970 at the ledger's offset, in which `time` falls.
    function _dayOf(uint64 time) internal view returns (uint256) {
        return (time + _offset) / 1 days;
    }

    // ---------------------------------------------------------------------------------------------- sites

    /// @dev The site with this number, which has its opening; so it is registered too.
    function _opened(uint256 id) internal view returns (SiteId site) {
        // An id of more than 64 bits names no site; its low bits must not be taken for one.
        if (id > type(uint64).max) revert StockLedgerSiteNotOpen(id);
        site = SiteId.wrap(uint64(id));
        if (_siteJournals[site].isEmpty()) revert StockLedgerSiteNotOpen(id);
    }

    /// @dev The word of a registered site that may take goods in.
    function _takingIn(SiteId site) internal view returns (SiteWord word) {
        word = _directory.site(site);
        if (!word.isRegistered()) revert StockLedgerSiteUnknown(SiteId.unwrap(site));
        if (word.isClosed()) revert StockLedgerSiteClosed(site, word.successor());
    }

    /// @dev Two opened sites, which differ.
    function _openedPair(Document calldata document_) internal view returns (SiteId from, SiteId to) {
        from = _opened(document_.from);
        to = _opened(document_.to);
        if (from == to) revert StockLedgerSameSite(from);
    }

    /// @dev An identifier of 160 bits that is not zero.
    function _party(uint256 value) internal pure returns (uint160) {
        if (value == 0 || value >> 160 != 0) revert StockLedgerPartyInvalid(value);
        return uint160(value);
    }

    function _requireZero(uint256 value, bytes32 field) internal pure {
        if (value != 0) revert StockLedgerFieldNotZero(field);
    }

    // ---------------------------------------------------------------------------------------------- signers

    /// @dev The sender of the transaction signs as `role` of `site`.
    function _signSender(Act memory act, Role role, SiteId site, Signing calldata signing) internal view {
        _requireContains(signing.senderDivision, site);
        _grant(act.sender, msg.sender, role, signing.senderDivision, 0);
    }

    /// @dev The other party signs as a keeper of `site`, and is not the sender.
    function _signOther(Act memory act, SiteId site, Signing calldata signing) internal view {
        _requireContains(signing.otherDivision, site);
        _consent(act, act.other, signing.other, Role.KEEPER, signing.otherDivision, 0);
        if (act.other.holder == msg.sender) revert StockLedgerSignerRepeated(msg.sender);
    }

    /// @dev An approver over both sites signs, if `needed` or if a consent is there: one consent serves every reason.
    /// Class for life keeps keeper and approver apart.
    function _signApprover(Act memory act, bool needed, SiteId one, SiteId two, Signing calldata signing)
        internal
        view
    {
        if (!needed && signing.approver.r == 0) return;
        _requireContains(signing.approverDivision, one);
        _requireContains(signing.approverDivision, two);
        _consent(act, act.approver, signing.approver, Role.APPROVER, signing.approverDivision, 0);
    }

    /// @dev Signs for goods that go from site to site: leaving the district or late, an approver over both sites where
    /// they leave, over the recording site otherwise.
    function _signTransfer(Act memory act, bool needed, SiteId from, SiteId to, Signing calldata signing)
        internal
        view
    {
        bool leaves = from.district() != to.district();
        _signApprover(act, needed || leaves || act.late, from, leaves ? to : from, signing);
    }

    /// @dev Fills in `signer` with whoever signed the act's consent on a grant of `role`.
    function _consent(
        Act memory act,
        Signer memory signer,
        Signature calldata signature,
        Role role,
        DivisionId division,
        uint256 subject
    ) internal view {
        if (block.timestamp > act.validUntil) {
            revert StockLedgerConsentExpired(act.validUntil, uint64(block.timestamp));
        }
        address holder = _signerOf(act.consent, signature);
        if (holder == address(0)) revert StockLedgerConsentMissing(uint8(role));
        _grant(signer, holder, role, division, subject);
    }

    /// @dev Fills in `signer` with a holder whose grant acts now.
    function _grant(Signer memory signer, address holder, Role role, DivisionId division, uint256 subject)
        internal
        view
    {
        signer.holder = holder;
        (signer.grant, signer.position) = _directory.requireGrant(holder, role, division, subject);
    }

    function _requireContains(DivisionId division, SiteId site) internal pure {
        if (!division.containsSite(site)) revert StockLedgerGrantElsewhere(division, site);
    }

    // ---------------------------------------------------------------------------------------------- record

    /// @dev Stores the document, rolls the journals of the sites it names (0: no site) and emits it.
    function _record(Act memory act, Document calldata document_, SiteId fromSite, SiteId toSite)
        internal
        returns (DocumentKey)
    {
        _documents[act.key] = uint256(act.content) >> 8 << 8;
        if (act.kind != Kind.COUNT) _nameReferenced(act, document_.reference_);

        bytes32 digest = _documentDigest(act);
        Header memory header;
        header.fromJournal = _rollSite(fromSite, digest);
        header.toJournal = _rollSite(toSite, digest);
        _emit(act, document_, header);
        return act.key;
    }

    /// @dev A document that an approver signs makes the document that it names irreversible; a count's reference is a
    /// journal word.
    function _nameReferenced(Act memory act, uint256 reference_) private {
        if (reference_ >> 248 != REFERENCE_DOCUMENT) return;
        DocumentKey named = DocumentKey.wrap(uint248(reference_));
        uint256 word = _documents[named];
        if (word == 0 || DocumentKey.unwrap(named) == DocumentKey.unwrap(act.key)) {
            revert StockLedgerReferenceUnknown(reference_);
        }
        bool approved = act.approver.holder != address(0) || act.kind == Kind.RELEASE || act.kind == Kind.HOLD
            || act.kind == Kind.SETTLEMENT;
        if (approved) _documents[named] = word | FLAG_NAMED;
    }

    function _documentDigest(Act memory act) internal view returns (bytes32) {
        bytes32 signers = keccak256(
            bytes.concat(_packed(act.sender), _packed(act.other), _packed(act.approver))
        );
        return keccak256(
            abi.encode(DOCUMENT_TYPEHASH, act.content, signers, uint64(block.timestamp), act.verdict, act.body)
        );
    }

    function _packed(Signer memory signer) private pure returns (bytes memory) {
        return abi.encodePacked(signer.holder, signer.grant, signer.position);
    }

    function _rollSite(SiteId site, bytes32 digest) private returns (Journal journal) {
        if (SiteId.unwrap(site) == 0) return journal;
        journal = _siteJournals[site].roll(SiteId.unwrap(site), digest);
        _siteJournals[site] = journal;
    }

    /// @dev Rolls the journal of every lot that a release, hold, recall or lift names.
    function _rollLots(Act memory act, uint256[] calldata lines) internal {
        bytes32 digest = _documentDigest(act);
        for (uint256 i; i < lines.length; ++i) {
            LotId lot_ = LotId.wrap(uint160(lines[i] >> 96));
            _lotJournals[lot_] = _lotJournals[lot_].roll(LotId.unwrap(lot_), digest);
        }
    }

    function _emit(Act memory act, Document calldata document_, Header memory header) private {
        header.kind = act.kind;
        header.occurredAt = document_.occurredAt;
        header.reference_ = document_.reference_;
        header.reason = document_.reason;
        header.qualification = document_.qualification;
        header.deadline = document_.deadline;
        header.recordedAt = uint64(block.timestamp);
        header.verdict = act.verdict;
        header.body = act.body;
        header.sender = act.sender.holder;
        header.senderGrant = act.sender.grant;
        header.senderPosition = act.sender.position;
        header.other = act.other.holder;
        header.otherGrant = act.other.grant;
        header.otherPosition = act.other.position;
        header.approver = act.approver.holder;
        header.approverGrant = act.approver.grant;
        header.approverPosition = act.approver.position;
        emit DocumentRecorded(act.key, document_.from, document_.to, header, document_.lines);
    }

    // ---------------------------------------------------------------------------------------------- views

    /// @inheritdoc IStockLedger
    function document(DocumentKey key) external view returns (uint256) {
        return _documents[key];
    }

    /// @inheritdoc IStockLedger
    function siteJournal(SiteId site) external view returns (Journal) {
        return _siteJournals[site];
    }

    /// @inheritdoc IStockLedger
    function lotJournal(LotId lot_) external view returns (Journal) {
        return _lotJournals[lot_];
    }
}
