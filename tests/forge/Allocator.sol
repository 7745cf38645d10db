// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Role} from "../../contracts/types/Role.sol";
import {DivisionId} from "../../contracts/types/Ids.sol";
import {Deliveries} from "./Deliveries.sol";
import {vm} from "./Vm.sol";

/// @notice What the fuzzer calls beside the documents of `Handler`: one function for each of Norms and Reallocation, and
/// for documents that deliver. Whether a call is done or refused, and why, is said before it is sent.
contract Allocator is Deliveries {
    constructor() {
        _registerNeighbours();
        _registerDeciders();
        _open(NEAR_SITE);
        _open(FAR_SITE);
        uint64[3] memory modes = [FIRST_SITE, SECOND_SITE, OTHER_SITE];
        for (uint256 i; i < 3; ++i) _ease(modes[i], GRAIN);
        documentsBefore = recorded.length;
    }

    function _registerNeighbours() private {
        uint64[3] memory divisions = [NEAR_COMMUNITY, FAR_STREET, FAR_COMMUNITY];
        for (uint256 i; i < 3; ++i) {
            vm.prank(vm.addr(ROOT));
            directory.registerDivision(DivisionId.wrap(divisions[i]), "a name", DivisionId.wrap(0));
        }
        _registerSite(NEAR_SITE);
        _registerSite(FAR_SITE);
    }

    function _registerDeciders() private {
        roleOf[ROOT] = Role.AUTHORITY;
        for (uint256 i; i < 2; ++i) {
            _register(NEAR_KEEPER + i, Role.KEEPER, NEAR_COMMUNITY, 0);
            _register(FAR_KEEPER + i, Role.KEEPER, FAR_COMMUNITY, 0);
        }
        _register(CITY_KEEPER, Role.KEEPER, CITY, 0);
        _register(STREET_APPROVER, Role.APPROVER, STREET, 0);
        _register(OTHER_STREET_APPROVER, Role.APPROVER, OTHER_STREET, 0);
        _register(COMMUNITY_APPROVER, Role.APPROVER, COMMUNITY, 0);
        _register(PROVINCE_APPROVER, Role.APPROVER, 44, 0);
        _register(ROOT_APPROVER, Role.APPROVER, 0, 0);
        _register(STREET_AUTHORITY, Role.AUTHORITY, STREET, 0);
        _register(DISTRICT_AUTHORITY, Role.AUTHORITY, DISTRICT, 0);
        _register(CITY_AUTHORITY, Role.AUTHORITY, CITY, 0);
        _register(COMMUNITY_AUTHORITY, Role.AUTHORITY, COMMUNITY, 0);
    }

    // ------------------------------------------------------------------------------------------------ norms

    function setFloors(uint256 seed) external {
        _seed(seed);
        _setSomeFloors();
    }

    function setTerms(uint256 seed) external {
        _seed(seed);
        _setSomeTerms();
    }

    function setCycles(uint256 seed) external {
        _seed(seed);
        _setSomeCycles();
    }

    function proveCount(uint256 seed) external {
        _seed(seed);
        _proveSome();
    }

    function declareEmergency(uint256 seed) external {
        _seed(seed);
        _declareSome();
    }

    function endEmergency(uint256 seed) external {
        _seed(seed);
        _endSome();
    }

    // ------------------------------------------------------------------------------------------------ reallocation

    function request(uint256 seed) external {
        _seed(seed);
        _askSome();
    }

    function requestWrongly(uint256 seed) external {
        _seed(seed);
        _askWrongly();
    }

    function withdrawRequest(uint256 seed) external {
        _seed(seed);
        _withdrawSomeRequest();
    }

    function propose(uint256 seed) external {
        _seed(seed);
        _offerSome();
    }

    function proposeWrongly(uint256 seed) external {
        _seed(seed);
        _offerWrongly();
    }

    function approve(uint256 seed) external {
        _seed(seed);
        _approveSome();
    }

    function approveAtTheEdge(uint256 seed) external {
        _seed(seed);
        _approveAtTheEdge();
    }

    function approveWithConsent(uint256 seed) external {
        _seed(seed);
        _consentSome();
    }

    function reject(uint256 seed) external {
        _seed(seed);
        _rejectSome();
    }

    function withdraw(uint256 seed) external {
        _seed(seed);
        _withdrawSome();
    }

    function expire(uint256 seed) external {
        _seed(seed);
        _expireSome();
    }

    function show(uint256 seed) external {
        _seed(seed);
        _showSome();
    }

    function showReversed(uint256 seed) external {
        _seed(seed);
        _showSomeReversed();
    }

    // ------------------------------------------------------------------------------------------------ documents

    function deliver(uint256 seed) external {
        _seed(seed);
        _deliverSome(_chance(40));
    }

    function answer(uint256 seed) external {
        _seed(seed);
        _answerSome();
    }

    /// @notice Lets up to six hours pass, so that levels have their turn one by one.
    function waitABit(uint256 seed) external {
        _seed(seed);
        vm.warp(block.timestamp + _draw(6 hours));
    }

    function assertAll() external view {
        this.assertReserved();
        this.assertRequests();
        this.assertProposals();
        this.assertDeliveries();
        this.assertCovered();
        this.assertLevels();
        this.assertClasses();
        this.assertNorms();
        this.assertAllocationJournals();
    }
}
