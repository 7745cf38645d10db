// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalogue} from "../../contracts/interfaces/ICatalogue.sol";
import {GrantScope, IDirectory} from "../../contracts/interfaces/IDirectory.sol";
import {Consignment, Document, Original, Signing} from "../../contracts/interfaces/IDocuments.sol";
import {IEmergencies} from "../../contracts/interfaces/IEmergencies.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {INorms} from "../../contracts/interfaces/INorms.sol";
import {IPlaces} from "../../contracts/interfaces/IPlaces.sol";
import {IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {ISupplierRegistry} from "../../contracts/interfaces/ISupplierRegistry.sol";
import {Signature} from "../../contracts/libraries/TypedData.sol";
import {DivisionId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Shipments} from "./Shipments.sol";
import {Strangers} from "./Strangers.sol";
import {check, same, vm} from "./Vm.sol";
import {Draft, World} from "./World.sol";

/// @notice Somebody in no grant changes no storage of any contract, whatever they call. The one exception is stated:
/// anybody may accept a class, which writes that address's own class and journal.
contract StrangerTest is Strangers, Shipments {
    address private immutable _stranger = vm.addr(STRANGER);

    function setUp() public {
        _build();
        _seed(0);
        _open(FIRST_SITE);
        _open(SECOND_SITE);
        _open(OTHER_SITE);
        _open(DISPOSAL_SITE);
        _receipt(FIRST_SITE, true);
    }

    function _signing(Draft memory draft) internal override(Strangers, World) returns (Signing memory) {
        return super._signing(draft);
    }

    function _send(uint256 sender, bytes memory data) internal override(Strangers, World) {
        super._send(sender, data);
    }

    /// @notice Valid documents of every kind, each in the hands of a stranger: as sender, and in place of each signer.
    function testFuzz_validDocumentsOfEveryKind_upTo4Lines(uint256 seed) public {
        _seed(seed);
        attempts = 0;
        uint256 before = recorded.length;
        _twoSites(_takingSite());
        _oneSite(_takingSite());
        check(recorded.length >= before + 18 && attempts >= 2 * 18 + 7, "documents and attempts");
        for (uint8 kind = 1; kind <= uint8(Kind.LIFT); ++kind) check(documentsOf[Kind(kind)] != 0, "documents of a kind");
    }

    function _twoSites(uint64 from) private {
        uint64 to = _otherSite(from);
        _handOver(from, to);
        _dispatch(from, to);
        _acceptance(from, to);
        _contest(from, to);
        _return(from, to);
        _returnAcceptance(from, to);
        _settlement(from, to);
        _reversal(from, to);
    }

    function _oneSite(uint64 site) private {
        _opening();
        _receipt(site, false);
        _hold(site);
        _release(site);
        _recall();
        _lift();
        _issue(site);
        _count(site);
        _writeOff(site);
        _repack(site);
    }

    // ------------------------------------------------------------------------------------------------ any selector

    function testFuzz_anySelectorAnyBytes(uint8 target, bytes4 selector, bytes calldata arguments) public {
        _call(_targets()[target % 7], bytes.concat(selector, arguments));
    }

    function testFuzz_everySelectorAnyBytes(bytes calldata arguments) public {
        _callAll(arguments);
    }

    /// @notice Words small enough to be well-formed arguments of every function that takes no arrays.
    function testFuzz_everySelectorSmallWords(uint40[12] calldata words, uint256 small) public {
        bytes memory arguments;
        for (uint256 i; i < words.length; ++i) {
            uint256 word = small >> i & 1 == 0 ? words[i] : words[i] % 7;
            arguments = bytes.concat(arguments, bytes32(word));
        }
        _callAll(arguments);
    }

    function testFuzz_replacementOfAKey(address newHolder, uint64 division, uint256 subject, uint64 since) public {
        GrantScope[] memory scopes = new GrantScope[](1);
        scopes[0] = GrantScope(DivisionId.wrap(division), subject);
        Signature memory consent = _sign(STRANGER, keccak256(abi.encode(newHolder)));
        address old = vm.addr(KEEPER);
        bytes memory data = abi.encodeCall(
            IDirectory.proposeReplacement, (old, newHolder, scopes, DivisionId.wrap(division), since, consent)
        );
        _assertNoWriteAt(address(directory), _stranger, data, false);
    }

    /// @notice Documents of any content, in all entry functions of the ledger and its steps.
    function testFuzz_anyDocument_upTo100Lines(Document memory document, Signing memory signing, uint256 length)
        public
    {
        document.lines = new uint256[](length % 101);
        for (uint256 i; i < document.lines.length; ++i) document.lines[i] = (i + 1) << 96 | 1;
        Consignment memory consignment = Consignment(1, new address[](0), document.lines);
        Original memory original = Original(Kind.ISSUE, document, new address[](0));
        bytes4[] memory selectors = _entrySelectors();
        for (uint256 i; i < selectors.length; ++i) {
            bytes memory data = i < 12
                ? abi.encodeWithSelector(selectors[i], document, signing)
                : i < 17
                    ? abi.encodeWithSelector(selectors[i], document, consignment, signing)
                    : abi.encodeWithSelector(selectors[i], document, original, signing);
            _assertNoWriteAt(address(ledger), _stranger, data, false);
            _assertNoWriteAt(steps, _stranger, data, false);
        }
    }

    function test_acceptingAClassWritesOwnWordsAlone() public {
        vm.record();
        vm.prank(_stranger);
        directory.acceptClass(Role.KEEPER);
        (, bytes32[] memory writes) = vm.accesses(address(directory));

        same(writes.length, 2, "words written");
        check(directory.classOf(_stranger) == Role.KEEPER, "own class");
        same(directory.journal(_stranger).sequence(), 1, "own journal");
    }

    function _callAll(bytes memory arguments) private {
        bytes4[] memory selectors = _entrySelectors();
        for (uint256 i; i < selectors.length; ++i) {
            _call(address(ledger), bytes.concat(selectors[i], arguments));
            _call(steps, bytes.concat(selectors[i], arguments));
        }
        bytes4[] memory others = _otherSelectors();
        for (uint256 i; i < others.length; ++i) {
            for (uint256 j; j < 7; ++j) if (j < 3 || j > 4) _call(_targets()[j], bytes.concat(others[i], arguments));
        }
    }

    /// @dev Views answer; nothing writes.
    function _call(address target, bytes memory data) private {
        if (bytes4(data) == IDirectory.acceptClass.selector) return;
        vm.record();
        vm.prank(_stranger);
        (bool done,) = target.call(data);
        if (!done) return;
        for (uint256 i; i < 7; ++i) {
            (, bytes32[] memory writes) = vm.accesses(_targets()[i]);
            same(writes.length, 0, "words written for a stranger");
        }
    }

    function _targets() private view returns (address[7] memory) {
        return [
            address(directory),
            address(catalogue),
            address(registry),
            address(ledger),
            steps,
            address(norms),
            address(reallocation)
        ];
    }

    function _entrySelectors() private pure returns (bytes4[] memory all) {
        bytes4[18] memory selectors = [
            IStockLedger.open.selector,
            IStockLedger.receiveGoods.selector,
            IStockLedger.release.selector,
            IStockLedger.hold.selector,
            IStockLedger.issue.selector,
            IStockLedger.handOver.selector,
            IStockLedger.dispatch.selector,
            IStockLedger.count.selector,
            IStockLedger.writeOff.selector,
            IStockLedger.repack.selector,
            IStockLedger.recall.selector,
            IStockLedger.lift.selector,
            ILedgerSteps.accept.selector,
            ILedgerSteps.contest.selector,
            ILedgerSteps.returnConsignment.selector,
            ILedgerSteps.acceptReturn.selector,
            ILedgerSteps.settle.selector,
            ILedgerSteps.reverse.selector
        ];
        all = new bytes4[](18);
        for (uint256 i; i < 18; ++i) all[i] = selectors[i];
    }

    /// @dev Everything that writes in the other contracts, but `acceptClass`.
    function _otherSelectors() private pure returns (bytes4[] memory all) {
        bytes4[24] memory selectors = [
            IPlaces.registerDivision.selector,
            IPlaces.closeDivision.selector,
            IPlaces.registerSite.selector,
            IPlaces.closeSite.selector,
            IPlaces.registerConsignee.selector,
            IPlaces.closeConsignee.selector,
            IDirectory.grant.selector,
            IDirectory.revoke.selector,
            IDirectory.veto.selector,
            IDirectory.objectToReplacement.selector,
            IDirectory.decideReplacement.selector,
            IDirectory.executeReplacement.selector,
            ICatalogue.registerItem.selector,
            ICatalogue.setFactor.selector,
            ISupplierRegistry.registerSupplier.selector,
            ISupplierRegistry.registerIssuer.selector,
            ISupplierRegistry.accredit.selector,
            ISupplierRegistry.renewAccreditation.selector,
            ISupplierRegistry.suspendAccreditation.selector,
            ISupplierRegistry.revokeAccreditation.selector,
            ISupplierRegistry.issueQualification.selector,
            ISupplierRegistry.renewQualification.selector,
            ISupplierRegistry.suspendQualification.selector,
            ISupplierRegistry.revokeQualification.selector
        ];
        all = new bytes4[](42);
        for (uint256 i; i < 24; ++i) all[i] = selectors[i];
        all[24] = ISupplierRegistry.reinstateQualification.selector;
        all[25] = ISupplierRegistry.reinstateAccreditation.selector;
        bytes4[16] memory beside = _besideSelectors();
        for (uint256 i; i < 16; ++i) all[26 + i] = beside[i];
    }

    /// @dev Everything that writes in Norms and Reallocation.
    function _besideSelectors() private pure returns (bytes4[16] memory) {
        return [
            INorms.setFloors.selector,
            INorms.setTerms.selector,
            INorms.setCycles.selector,
            INorms.proveCount.selector,
            IEmergencies.declareEmergency.selector,
            IEmergencies.endEmergency.selector,
            IReallocation.request.selector,
            IReallocation.withdrawRequest.selector,
            IReallocation.propose.selector,
            IReallocation.approve.selector,
            IReallocation.approveWithConsent.selector,
            IReallocation.reject.selector,
            IReallocation.withdraw.selector,
            IReallocation.expire.selector,
            IReallocation.show.selector,
            IReallocation.showReversed.selector
        ];
    }
}
