// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Document, Original, Signing} from "../../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../../contracts/interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../../../contracts/interfaces/IStockLedger.sol";
import {DivisionId} from "../../../contracts/types/Ids.sol";
import {Role} from "../../../contracts/types/Role.sol";
import {vm} from "../Vm.sol";
import {Symbolic} from "./Symbolic.sol";

/// @notice Any document of up to 3 lines, signed by anybody and sent by an address without the grant that it
/// names, from any storage of all contracts and at any time: the ledger refuses it, or has recorded it before; either
/// way nothing is written. The code of the steps, called by itself, refuses everybody.
contract StrangerAtTheLedgerTest is Symbolic {
    function setUp() public {
        _deploy();
        _anyStorage();
    }

    // ------------------------------------------------------------------------------------------------ documents

    /// @custom:halmos --array-lengths lines={0,4,8,12} --loop 13
    function check_stranger_open_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.open.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,4,8,12} --loop 13
    function check_stranger_receiveGoods_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.receiveGoods.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_stranger_release_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.release.selector, Role.APPROVER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_stranger_hold_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.hold.selector, Role.APPROVER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_stranger_issue_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.issue.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_stranger_handOver_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.handOver.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_stranger_dispatch_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.dispatch.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,2,4,6} --loop 7
    function check_stranger_count_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.count.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_stranger_writeOff_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.writeOff.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,5,10,15} --loop 16
    function check_stranger_repack_upTo3Lines(Document calldata, Signing calldata signing) public {
        _check(IStockLedger.repack.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths document.lines={0,1,2,3} --loop 4
    function check_stranger_recall_upTo3Lines(Document calldata document, Signing calldata signing) public {
        _checkRecall(IStockLedger.recall.selector, document, signing);
    }

    /// @custom:halmos --array-lengths document.lines={0,1,2,3} --loop 4
    function check_stranger_lift_upTo3Lines(Document calldata document, Signing calldata signing) public {
        _checkRecall(IStockLedger.lift.selector, document, signing);
    }

    // ------------------------------------------------------------------------------------------------ steps

    /// @custom:halmos --array-lengths lines={0,1,2,3},given.signers={0,1,2,3},given.lines={0,1,2,3} --loop 4
    function check_stranger_accept_upTo3Lines(
        Document calldata,
        Consignment calldata given,
        Signing calldata signing
    ) public {
        given;
        _checkStep(ILedgerSteps.accept.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3},given.signers={0,1,2,3},given.lines={0,1,2,3} --loop 4
    function check_stranger_contest_upTo3Lines(
        Document calldata,
        Consignment calldata given,
        Signing calldata signing
    ) public {
        given;
        _checkStep(ILedgerSteps.contest.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3},given.signers={0,1,2,3},given.lines={0,1,2,3} --loop 4
    function check_stranger_returnConsignment_upTo3Lines(
        Document calldata,
        Consignment calldata given,
        Signing calldata signing
    ) public {
        given;
        _checkStep(ILedgerSteps.returnConsignment.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3},given.signers={0,1,2,3},given.lines={0,1,2,3} --loop 4
    function check_stranger_acceptReturn_upTo3Lines(
        Document calldata,
        Consignment calldata given,
        Signing calldata signing
    ) public {
        given;
        _checkStep(ILedgerSteps.acceptReturn.selector, Role.KEEPER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3},given.signers={0,1,2,3},given.lines={0,1,2,3} --loop 4
    function check_stranger_settle_upTo3Lines(
        Document calldata,
        Consignment calldata given,
        Signing calldata signing
    ) public {
        given;
        _checkStep(ILedgerSteps.settle.selector, Role.APPROVER, signing);
    }

    /// @custom:halmos --array-lengths lines={0,1},original.document.lines={0,1,2,3},original.signers={0,1,2,3} --loop 4
    function check_stranger_reverse_upTo3Lines(
        Document calldata,
        Original calldata original,
        Signing calldata signing
    ) public {
        original;
        _checkStep(ILedgerSteps.reverse.selector, Role.KEEPER, signing);
    }

    // ------------------------------------------------------------------------------------------------ how

    function _checkRecall(bytes4 selector, Document calldata document, Signing calldata signing) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.AUTHORITY, 0, 0);
        _assumeNoGrant(stranger, Role.ISSUER, DivisionId.unwrap(signing.senderDivision), document.from);
        _assertNothingWritten(stranger, selector);
    }

    function _checkStep(bytes4 selector, Role role, Signing calldata signing) private {
        (bool done,) = steps.call(bytes.concat(selector, msg.data[4:]));
        assert(!done);
        _check(selector, role, signing);
    }

    function _check(bytes4 selector, Role role, Signing calldata signing) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, role, DivisionId.unwrap(signing.senderDivision), 0);
        _assertNothingWritten(stranger, selector);
    }

    /// @dev Refused or answered: no contract's storage is another.
    function _assertNothingWritten(address stranger, bytes4 selector) private {
        uint256[7] memory before = _snapshots();
        vm.prank(stranger);
        (bool done,) = address(ledger).call(bytes.concat(selector, msg.data[4:]));
        done;
        uint256[7] memory after_ = _snapshots();
        for (uint256 i; i < 7; ++i) assert(before[i] == after_[i]);
    }
}
