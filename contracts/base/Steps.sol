// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LedgerSteps} from "../LedgerSteps.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {Consignment, Document, Original, Signing} from "../interfaces/IDocuments.sol";
import {ILedgerSteps} from "../interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../interfaces/IStockLedger.sol";
import {DocumentKey} from "../types/Ids.sol";

/// @title Steps that follow upon a document
/// @notice The ledger offers them; what they do is the code of `LedgerSteps`, which runs on the ledger's storage.
/// @dev Each function is named here, so that nothing else of that code can be reached. Their arguments go on as they
/// came and are decoded there.
abstract contract Steps is IStockLedger {
    LedgerSteps private immutable _steps;

    constructor(LedgerSteps steps, IDirectory directory, uint64 offset) {
        if (address(steps).code.length == 0) revert StockLedgerStepsMissing(address(steps));
        if (address(steps.directory()) != address(directory) || steps.offset() != offset) {
            revert StockLedgerStepsForeign(address(steps));
        }
        _steps = steps;
    }

    /// @inheritdoc ILedgerSteps
    function accept(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (document_, consignment_, signing);
        _runSteps();
    }

    /// @inheritdoc ILedgerSteps
    function contest(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (document_, consignment_, signing);
        _runSteps();
    }

    /// @inheritdoc ILedgerSteps
    function returnConsignment(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (document_, consignment_, signing);
        _runSteps();
    }

    /// @inheritdoc ILedgerSteps
    function acceptReturn(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (document_, consignment_, signing);
        _runSteps();
    }

    /// @inheritdoc ILedgerSteps
    function settle(Document calldata document_, Consignment calldata consignment_, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (document_, consignment_, signing);
        _runSteps();
    }

    /// @inheritdoc ILedgerSteps
    function reverse(Document calldata document_, Original calldata original, Signing calldata signing)
        external
        returns (DocumentKey)
    {
        (document_, original, signing);
        _runSteps();
    }

    /// @dev Runs the steps' code on this ledger's storage, with this call's sender and data as they came. It ends the
    /// call: what that code returns, or how it refuses, is the answer of the ledger.
    function _runSteps() private {
        address steps = address(_steps);
        assembly ("memory-safe") {
            let start := mload(0x40)
            calldatacopy(start, 0, calldatasize())
            let done := delegatecall(gas(), steps, start, calldatasize(), 0, 0)
            returndatacopy(start, 0, returndatasize())
            if iszero(done) { revert(start, returndatasize()) }
            return(start, returndatasize())
        }
    }
}
