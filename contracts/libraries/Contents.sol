// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../interfaces/IDocuments.sol";
import {DocumentKey} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";

/// @title Contents of documents
/// @notice The digests by which a document is known and consented to, wherever it is looked at.
library Contents {
    bytes32 private constant _CONTENT_TYPEHASH = keccak256(
        "Content(uint8 kind,uint248 key,uint256 from,uint256 to,uint64 occurredAt,uint256 reference,uint16 reason,uint160 qualification,uint64 deadline,uint256 words,bytes32 lines)"
    );
    bytes32 private constant _CONSENT_TYPEHASH = keccak256("Consent(bytes32 content,bytes32 body,uint64 validUntil)");

    /// @notice The key of the document that was recorded at a site with a client id.
    /// @param recordingSite the site; the issuer of a recall, 0 for an authority's
    function keyOf(uint256 recordingSite, bytes32 clientId) internal pure returns (DocumentKey) {
        return DocumentKey.wrap(uint248(uint256(keccak256(abi.encode(recordingSite, clientId))) >> 8));
    }

    /// @notice The content digest: the EIP-712 struct hash of what the document says.
    function digest(Kind kind, DocumentKey key, Document calldata document_) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                _CONTENT_TYPEHASH,
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

    /// @notice The EIP-712 struct hash that co-signers sign.
    function consent(bytes32 content, bytes32 body, uint64 validUntil) internal pure returns (bytes32) {
        return keccak256(abi.encode(_CONSENT_TYPEHASH, content, body, validUntil));
    }
}
