// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../../../contracts/interfaces/IDocuments.sol";
import {IEmergencies} from "../../../contracts/interfaces/IEmergencies.sol";
import {Cycle, Floor, INorms} from "../../../contracts/interfaces/INorms.sol";
import {Contents} from "../../../contracts/libraries/Contents.sol";
import {DivisionId, DocumentKey, SiteId} from "../../../contracts/types/Ids.sol";
import {Kind} from "../../../contracts/types/Kind.sol";
import {Role} from "../../../contracts/types/Role.sol";
import {Symbolic} from "./Symbolic.sol";

/// @notice Whoever has not the grant of an authority that a call names is refused by every function of Norms that sets
/// something, with any arguments, from any storage and at any time. `proveCount` answers anybody who shows what is
/// recorded, and changes no word of another contract.
contract StrangerAtTheNormsTest is Symbolic {
    function setUp() public {
        _deploy();
        _anyStorage();
    }

    /// @custom:halmos --array-lengths floors={0,1,2,3} --loop 4
    function check_stranger_setFloors_upTo3(SiteId, Floor[] calldata floors, uint64, bytes32, DivisionId authority)
        public
    {
        floors;
        _check(INorms.setFloors.selector, authority);
    }

    function check_stranger_setTerms(DivisionId, uint8, uint16, uint16, uint64, bytes32, DivisionId authority) public {
        _check(INorms.setTerms.selector, authority);
    }

    /// @custom:halmos --array-lengths cycles={0,1,2,3} --loop 4
    function check_stranger_setCycles_upTo3(SiteId, Cycle[] calldata cycles, uint64, bytes32, DivisionId authority)
        public
    {
        cycles;
        _check(INorms.setCycles.selector, authority);
    }

    function check_stranger_declareEmergency(DivisionId, uint64, uint16, bytes32, DivisionId authority) public {
        _check(IEmergencies.declareEmergency.selector, authority);
    }

    function check_stranger_endEmergency(DivisionId, uint16, DivisionId authority) public {
        _check(IEmergencies.endEmergency.selector, authority);
    }

    /// @custom:halmos --array-lengths document.lines={0,2} --loop 3
    function check_stranger_proveCount_upTo1Line(DocumentKey key, Document calldata document) public {
        uint256 word = ledger.document(key);
        bool answered = _assertOthersUnchanged(address(norms), INorms.proveCount.selector);
        // What is shown is what is recorded, and not reversed.
        uint256 content = uint256(Contents.digest(Kind.COUNT, key, document));
        if (answered) assert(word >> 8 == content >> 8 && word & 1 == 0);
    }

    function _check(bytes4 selector, DivisionId authority) private {
        address stranger = _anybody();
        _assumeNoGrant(stranger, Role.AUTHORITY, DivisionId.unwrap(authority), 0);
        _assertRefused(stranger, address(norms), selector);
    }
}
