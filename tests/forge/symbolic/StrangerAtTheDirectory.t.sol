// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {GrantScope, IDirectory, Replacement} from "../../../contracts/interfaces/IDirectory.sol";
import {IPlaces} from "../../../contracts/interfaces/IPlaces.sol";
import {Signature} from "../../../contracts/libraries/TypedData.sol";
import {ConsigneeId, DivisionId, SiteId} from "../../../contracts/types/Ids.sol";
import {Role} from "../../../contracts/types/Role.sol";
import {vm} from "../Vm.sol";
import {Symbolic} from "./Symbolic.sol";

/// @notice Whoever has not the grant that a call names, or is no party of the replacement, is refused by every function
/// of the Directory that writes, with any arguments, from any storage and at any time. `acceptClass` answers anybody.
contract StrangerAtTheDirectoryTest is Symbolic {
    function setUp() public {
        _deploy();
        _anyStorage();
    }

    // ------------------------------------------------------------------------------------------------ places

    function check_stranger_registerDivision(DivisionId, bytes32, DivisionId authority) public {
        _check(IPlaces.registerDivision.selector, authority);
    }

    function check_stranger_closeDivision(DivisionId, DivisionId, DivisionId authority) public {
        _check(IPlaces.closeDivision.selector, authority);
    }

    function check_stranger_registerSite(SiteId, bool, bytes32, DivisionId authority) public {
        _check(IPlaces.registerSite.selector, authority);
    }

    function check_stranger_closeSite(SiteId, SiteId, DivisionId authority) public {
        _check(IPlaces.closeSite.selector, authority);
    }

    function check_stranger_registerConsignee(ConsigneeId, DivisionId, bytes32, DivisionId authority) public {
        _check(IPlaces.registerConsignee.selector, authority);
    }

    function check_stranger_closeConsignee(ConsigneeId, DivisionId authority) public {
        _check(IPlaces.closeConsignee.selector, authority);
    }

    // ------------------------------------------------------------------------------------------------ grants

    function check_stranger_grant(address, Role, DivisionId, uint256, DivisionId authority, Signature calldata) public {
        _check(IDirectory.grant.selector, authority);
    }

    function check_stranger_revoke(address, Role, DivisionId, uint256, DivisionId authority, uint16, uint64) public {
        _check(IDirectory.revoke.selector, authority);
    }

    function check_stranger_veto(address, Role, DivisionId, uint256, DivisionId authority, uint16) public {
        _check(IDirectory.veto.selector, authority);
    }

    // ------------------------------------------------------------------------------------------------ replacements

    /// @custom:halmos --array-lengths grants={0,1,2,3} --loop 4
    function check_stranger_proposeReplacement_upTo3Grants(
        address,
        address,
        GrantScope[] calldata grants,
        DivisionId authority,
        uint64,
        Signature calldata
    ) public {
        grants;
        _check(IDirectory.proposeReplacement.selector, authority);
    }

    function check_stranger_decideReplacement(uint256, bool, DivisionId authority, uint16) public {
        _check(IDirectory.decideReplacement.selector, authority);
    }

    function check_stranger_objectToReplacement(uint256 replacement) public {
        _checkParty(IDirectory.objectToReplacement.selector, replacement);
    }

    function check_stranger_executeReplacement(uint256 replacement) public {
        _checkParty(IDirectory.executeReplacement.selector, replacement);
    }

    // ------------------------------------------------------------------------------------------------ classes

    /// @notice Class and journal of anybody else, every grant and every place are as they were; that no more than two
    /// words are written, forge shows (`test_acceptingAClassWritesOwnWordsAlone`).
    function check_stranger_acceptClass(Role role, address other, uint256 word) public {
        address stranger = _anybody();
        vm.assume(other != stranger);
        bytes32 before = _read(other, word);
        vm.prank(stranger);
        (bool done,) = address(directory).call(abi.encodeCall(IDirectory.acceptClass, (role)));
        if (done) assert(directory.classOf(stranger) == role);
        assert(_read(other, word) == before);
    }

    function _read(address other, uint256 word) private view returns (bytes32) {
        bytes memory own = abi.encode(
            directory.classOf(other), directory.journal(other), directory.grantOf(bytes32(word))
        );
        (DivisionId division, SiteId site, ConsigneeId consignee) =
            (DivisionId.wrap(uint64(word)), SiteId.wrap(uint64(word)), ConsigneeId.wrap(uint160(word)));
        bytes memory places = abi.encode(
            directory.division(division),
            directory.divisionName(division),
            directory.site(site),
            directory.siteName(site),
            directory.consignee(consignee),
            directory.consigneeName(consignee)
        );
        return keccak256(bytes.concat(own, places));
    }

    // ------------------------------------------------------------------------------------------------ how

    function _checkParty(bytes4 selector, uint256 replacement) private {
        address stranger = _anybody();
        // One that is unknown has no parties.
        try directory.replacementOf(replacement) returns (Replacement memory stored) {
            vm.assume(
                stranger != stored.oldHolder && stranger != stored.newHolder && stranger != stored.proposer
            );
        } catch {}
        _assertRefused(stranger, address(directory), selector);
    }

    function _check(bytes4 selector, DivisionId authority) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.AUTHORITY, DivisionId.unwrap(authority), 0);
        _assertRefused(stranger, address(directory), selector);
    }
}
