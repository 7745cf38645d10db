// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../../../contracts/interfaces/IDocuments.sol";
import {Asking, IReallocation, Offer} from "../../../contracts/interfaces/IReallocation.sol";
import {Contents} from "../../../contracts/libraries/Contents.sol";
import {Signature} from "../../../contracts/libraries/TypedData.sol";
import {ConsigneeId, DivisionId, DocumentKey, ItemId, ProposalKey, RequestKey, SiteId} from "../../../contracts/types/Ids.sol";
import {Kind} from "../../../contracts/types/Kind.sol";
import {Role} from "../../../contracts/types/Role.sol";
import {vm} from "../Vm.sol";
import {svm, Symbolic} from "./Symbolic.sol";

/// @notice Whoever has not the grant that a call names is refused by every function of Reallocation that asks for one,
/// with any arguments, from any storage and at any time; a request or proposal that stands may be answered, and then
/// nothing is written. The functions that anybody may call change no word of another contract, and `show` nothing
/// at all without a recorded document.
contract StrangerAtTheReallocationTest is Symbolic {
    function setUp() public {
        _deploy();
        _anyStorage();
        _readMappings();
    }

    /// @dev As `_anyStorage` does: each mapping that a call may read before it ends well.
    function _readMappings() private {
        directory.site(SiteId.wrap(0));
        directory.division(DivisionId.wrap(0));
        directory.consignee(ConsigneeId.wrap(0));
        directory.grantOf(0);
        catalogue.item(ItemId.wrap(0));
        norms.floor(SiteId.wrap(0), ItemId.wrap(0));
        norms.emergency(DivisionId.wrap(0));
        reallocation.requestOf(RequestKey.wrap(0));
        reallocation.proposalOf(ProposalKey.wrap(0));
        reallocation.deliveryOf(DocumentKey.wrap(0));
        reallocation.journal(RequestKey.wrap(0));
        reallocation.reserved(SiteId.wrap(0), ItemId.wrap(0));
    }

    // ------------------------------------------------------------------------------------------------ by grant

    function check_stranger_request(Asking calldata, DivisionId division) public {
        _checkUnwritten(IReallocation.request.selector, Role.KEEPER, division);
    }

    function check_stranger_withdrawRequest(RequestKey, uint16, DivisionId division) public {
        _check(IReallocation.withdrawRequest.selector, Role.KEEPER, division);
    }

    /// @custom:halmos --array-lengths lines={1} --loop 3 --solver-timeout-branching 5s
    function check_stranger_propose_1Line(Offer calldata, DivisionId division) public {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.KEEPER, DivisionId.unwrap(division), 0);
        uint256 any = svm.createUint256("any key");
        bytes32 before = _read(any);
        vm.prank(stranger);
        (bool done,) = address(reallocation).call(bytes.concat(IReallocation.propose.selector, msg.data[4:]));
        done;
        assert(_read(any) == before);
    }

    /// @dev No view shows by what a proposal is known again, so that halmos would take its first read for a change.
    function _read(uint256 key) private view returns (bytes32) {
        return keccak256(
            abi.encode(
                reallocation.requestOf(RequestKey.wrap(uint248(key))),
                reallocation.proposalOf(ProposalKey.wrap(uint248(key))),
                reallocation.journal(RequestKey.wrap(uint248(key))),
                reallocation.reserved(SiteId.wrap(uint64(key)), ItemId.wrap(uint64(key >> 64)))
            )
        );
    }

    /// @custom:halmos --array-lengths proposals={0,1,2,3} --loop 4 --solver-timeout-branching 5s
    function check_stranger_approve_upTo3(ProposalKey[] calldata proposals, DivisionId division, uint16) public {
        proposals;
        _check(IReallocation.approve.selector, Role.APPROVER, division);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4 --solver-timeout-branching 5s
    function check_stranger_approveWithConsent_upTo3Lines(
        ProposalKey,
        DivisionId division,
        uint16,
        Kind,
        Document calldata,
        bytes32,
        uint64,
        Signature calldata
    ) public {
        _check(IReallocation.approveWithConsent.selector, Role.APPROVER, division);
    }

    /// @custom:halmos --array-lengths proposals={0,1,2,3} --loop 4
    function check_stranger_reject_upTo3(ProposalKey[] calldata proposals, DivisionId division, uint16) public {
        proposals;
        _check(IReallocation.reject.selector, Role.APPROVER, division);
    }

    /// @custom:halmos --array-lengths proposals={0,1,2,3} --loop 4 --solver-timeout-branching 5s
    function check_stranger_withdraw_asKeeper_upTo3(ProposalKey[] calldata proposals, DivisionId division, uint16 reason)
        public
    {
        _checkWithdrawal(proposals, Role.KEEPER, division, reason);
    }

    /// @custom:halmos --array-lengths proposals={0,1,2,3} --loop 4 --solver-timeout-branching 5s
    function check_stranger_withdraw_asApprover_upTo3(
        ProposalKey[] calldata proposals,
        DivisionId division,
        uint16 reason
    ) public {
        _checkWithdrawal(proposals, Role.APPROVER, division, reason);
    }

    function _checkWithdrawal(ProposalKey[] calldata proposals, Role role, DivisionId division, uint16 reason) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, role, DivisionId.unwrap(division), 0);
        vm.prank(stranger);
        (bool done,) = address(reallocation).call(
            abi.encodeCall(IReallocation.withdraw, (proposals, role, division, reason))
        );
        assert(!done);
    }

    // ------------------------------------------------------------------------------------------------ by anybody

    /// @custom:halmos --array-lengths proposals={0,1,2} --loop 3
    function check_stranger_expire_upTo2(ProposalKey[] calldata proposals) public {
        proposals;
        _assertOthersUnchanged(address(reallocation), IReallocation.expire.selector);
    }

    /// @custom:halmos --array-lengths document.lines={0,1} --loop 3
    function check_stranger_show_upTo1Line(Kind kind, DocumentKey key, Document calldata document) public {
        uint256 word = ledger.document(key);
        bool answered = _assertOthersUnchanged(address(reallocation), IReallocation.show.selector);
        // What is shown is what is recorded, and not reversed.
        uint256 content = uint256(Contents.digest(kind, key, document));
        if (answered) assert(word != 0 && word >> 8 == content >> 8 && word & 1 == 0);
    }

    function check_stranger_showReversed(DocumentKey key) public {
        uint256 word = ledger.document(key);
        bool answered = _assertOthersUnchanged(address(reallocation), IReallocation.showReversed.selector);
        if (answered) assert(word & 1 == 1);
    }

    // ------------------------------------------------------------------------------------------------ how

    function _check(bytes4 selector, Role role, DivisionId division) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, role, DivisionId.unwrap(division), 0);
        _assertRefused(stranger, address(reallocation), selector);
    }

    /// @dev Refused or answered: no word of any contract is another.
    function _checkUnwritten(bytes4 selector, Role role, DivisionId division) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, role, DivisionId.unwrap(division), 0);
        uint256[7] memory before = _snapshots();
        vm.prank(stranger);
        (bool done,) = address(reallocation).call(bytes.concat(selector, msg.data[4:]));
        done;
        uint256[7] memory after_ = _snapshots();
        for (uint256 i; i < 7; ++i) assert(before[i] == after_[i]);
    }
}
