// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DocumentKey} from "../types/Ids.sol";
import {Consignment, Document, IDocuments, Original, Signing} from "./IDocuments.sol";

/// @title Steps
/// @notice What is done about a document recorded before: the answer to a consignment, its return, its settlement,
/// the reversal of any document. The stock ledger offers these functions and runs them in the code of `LedgerSteps`.
interface ILedgerSteps is IDocuments {
    /// @notice Thrown when the steps' code is called where it lies, not by the ledger it belongs to.
    error LedgerStepsCalledDirectly();

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

    /// @notice Undoes one whole document, once. The keepers as for the original, and an approver.
    /// @dev No lines of its own; `reference_` names the original with type 3.
    /// @return key the document's key
    function reverse(Document calldata document, Original calldata original, Signing calldata signing)
        external
        returns (DocumentKey key);
}
