// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalogue} from "../../../contracts/interfaces/ICatalogue.sol";
import {ISupplierRegistry, Qualification} from "../../../contracts/interfaces/ISupplierRegistry.sol";
import {
    CategoryId,
    DivisionId,
    IssuerId,
    ItemId,
    QualificationId,
    SupplierId
} from "../../../contracts/types/Ids.sol";
import {Role} from "../../../contracts/types/Role.sol";
import {Symbolic} from "./Symbolic.sol";

/// @notice Whoever has not the grant of an authority or issuer that a call needs is refused by every function of the
/// Catalogue and of the registry that writes, with any arguments, from any storage and at any time.
contract StrangerAtTheRegistersTest is Symbolic {
    function setUp() public {
        _deploy();
        _anyStorage();
    }

    // ------------------------------------------------------------------------------------------------ catalogue

    function check_stranger_registerItem(ItemId, CategoryId, uint16, bytes3, bool, bytes32) public {
        _checkRoot(address(catalogue), ICatalogue.registerItem.selector);
    }

    function check_stranger_setFactor(ItemId, ItemId, uint64) public {
        _checkRoot(address(catalogue), ICatalogue.setFactor.selector);
    }

    // ---------------------------------------------------------------------------------------------- suppliers, issuers

    function check_stranger_registerSupplier(SupplierId, bytes32, DivisionId authority) public {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.AUTHORITY, DivisionId.unwrap(authority), 0);
        _assertRefused(stranger, address(registry), ISupplierRegistry.registerSupplier.selector);
    }

    function check_stranger_registerIssuer(IssuerId, bytes32) public {
        _checkRoot(address(registry), ISupplierRegistry.registerIssuer.selector);
    }

    function check_stranger_accredit(IssuerId, CategoryId, uint64, uint64) public {
        _checkRoot(address(registry), ISupplierRegistry.accredit.selector);
    }

    function check_stranger_renewAccreditation(IssuerId, CategoryId, uint64) public {
        _checkRoot(address(registry), ISupplierRegistry.renewAccreditation.selector);
    }

    function check_stranger_suspendAccreditation(IssuerId, CategoryId, uint16, uint64) public {
        _checkRoot(address(registry), ISupplierRegistry.suspendAccreditation.selector);
    }

    function check_stranger_reinstateAccreditation(IssuerId, CategoryId, uint16) public {
        _checkRoot(address(registry), ISupplierRegistry.reinstateAccreditation.selector);
    }

    function check_stranger_revokeAccreditation(IssuerId, CategoryId, uint16, uint64) public {
        _checkRoot(address(registry), ISupplierRegistry.revokeAccreditation.selector);
    }

    // ------------------------------------------------------------------------------------------------ qualifications

    function check_stranger_issueQualification(
        IssuerId issuer,
        SupplierId,
        CategoryId,
        uint8,
        uint64,
        uint64,
        bytes32
    ) public {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.ISSUER, 0, IssuerId.unwrap(issuer));
        _assertRefused(stranger, address(registry), ISupplierRegistry.issueQualification.selector);
    }

    function check_stranger_renewQualification(QualificationId one, uint8, uint64) public {
        _checkIssuerOf(one, ISupplierRegistry.renewQualification.selector);
    }

    function check_stranger_suspendQualification(QualificationId one, uint16, uint64) public {
        _checkIssuerOf(one, ISupplierRegistry.suspendQualification.selector);
    }

    function check_stranger_reinstateQualification(QualificationId one, uint16) public {
        _checkIssuerOf(one, ISupplierRegistry.reinstateQualification.selector);
    }

    function check_stranger_revokeQualification(QualificationId one, uint16, uint64) public {
        _checkIssuerOf(one, ISupplierRegistry.revokeQualification.selector);
    }

    // ------------------------------------------------------------------------------------------------ how

    function _checkRoot(address target, bytes4 selector) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.AUTHORITY, 0, 0);
        _assertRefused(stranger, target, selector);
    }

    function _checkIssuerOf(QualificationId one, bytes4 selector) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.AUTHORITY, 0, 0);
        // One that is unknown has no issuer.
        try registry.qualificationOf(one) returns (Qualification memory stored) {
            _assumeNoGrant(stranger, Role.ISSUER, 0, IssuerId.unwrap(stored.issuer));
        } catch {}
        _assertRefused(stranger, address(registry), selector);
    }
}
