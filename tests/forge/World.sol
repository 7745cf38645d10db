// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalogue} from "../../contracts/interfaces/ICatalogue.sol";
import {IDirectory} from "../../contracts/interfaces/IDirectory.sol";
import {Document, Signing} from "../../contracts/interfaces/IDocuments.sol";
import {INorms} from "../../contracts/interfaces/INorms.sol";
import {IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {ISupplierRegistry} from "../../contracts/interfaces/ISupplierRegistry.sol";
import {Signature} from "../../contracts/libraries/TypedData.sol";
import {
    CategoryId,
    ConsigneeId,
    DivisionId,
    IssuerId,
    ItemId,
    QualificationId,
    SiteId,
    SupplierId
} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Role} from "../../contracts/types/Role.sol";
import {vm} from "./Vm.sol";

/// @notice A document on its way to the ledger, and the keys of those who sign it; 0 is nobody.
struct Draft {
    Kind kind;
    uint256 recordingSite;
    Document document;
    uint256 sender;
    uint256 other;
    uint256 approver;
}

/// @notice The real contracts in a city of two districts, with everybody who works there. Code comes from the
/// artifacts by name, so that these tests depend on interfaces and words alone.
abstract contract World {
    IDirectory public directory;
    ICatalogue public catalogue;
    ISupplierRegistry public registry;
    IStockLedger public ledger;
    address public steps;
    INorms public norms;
    IReallocation public reallocation;

    uint64 internal constant OFFSET = 28_800;

    uint64 internal constant CITY = 4401;
    uint64 internal constant DISTRICT = 440106;
    uint64 internal constant STREET = 440106001;
    uint64 internal constant FAR_STREET = 440106002;
    uint64 internal constant COMMUNITY = 440106001002;
    uint64 internal constant NEAR_COMMUNITY = 440106001003;
    uint64 internal constant FAR_COMMUNITY = 440106002001;
    uint64 internal constant OTHER_DISTRICT = 440105;
    uint64 internal constant OTHER_STREET = 440105003;
    uint64 internal constant OTHER_COMMUNITY = 440105003001;

    uint64 internal constant FIRST_SITE = COMMUNITY * 1_000 + 101;
    uint64 internal constant SECOND_SITE = COMMUNITY * 1_000 + 201;
    uint64 internal constant OTHER_SITE = OTHER_COMMUNITY * 1_000 + 301;
    uint64 internal constant DISPOSAL_SITE = OTHER_COMMUNITY * 1_000 + 199;
    uint64 internal constant NEAR_SITE = NEAR_COMMUNITY * 1_000 + 101; // of the same street
    uint64 internal constant FAR_SITE = FAR_COMMUNITY * 1_000 + 401; // of the same district

    uint32 internal constant CATEGORY = 1_010_101;
    uint32 internal constant SECOND_CATEGORY = 1_020_101;
    uint64 internal constant PACK = 101_0101_00001;
    uint64 internal constant PIECE = 101_0101_00002;
    uint64 internal constant MASK = 102_0101_00001; // of the second category
    uint64 internal constant GRAIN = 201_0101_00001; // of none
    uint64 internal constant FACTOR = 20;

    // Keys: small numbers, which vm.sign takes as well as any.
    uint256 internal constant ROOT = 1;
    uint256 internal constant KEEPER = 11;
    uint256 internal constant SECOND_KEEPER = 12;
    uint256 internal constant OTHER_KEEPER = 13;
    uint256 internal constant SECOND_OTHER_KEEPER = 14;
    uint256 internal constant NEAR_KEEPER = 15; // and the one after it
    uint256 internal constant FAR_KEEPER = 17; // and the one after it
    uint256 internal constant CITY_KEEPER = 19;
    uint256 internal constant APPROVER = 21;
    uint256 internal constant OTHER_APPROVER = 22;
    uint256 internal constant CITY_APPROVER = 23; // and the two after it
    uint256 internal constant STREET_APPROVER = 26;
    uint256 internal constant OTHER_STREET_APPROVER = 27;
    uint256 internal constant COMMUNITY_APPROVER = 28;
    uint256 internal constant PROVINCE_APPROVER = 29;
    uint256 internal constant ROOT_APPROVER = 30;
    uint256 internal constant SUPPLYING = 31;
    uint256 internal constant SECOND_SUPPLYING = 32;
    uint256 internal constant ISSUING = 41;
    uint256 internal constant SECOND_ISSUING = 42;
    uint256 internal constant STREET_AUTHORITY = 51;
    uint256 internal constant DISTRICT_AUTHORITY = 52;
    uint256 internal constant CITY_AUTHORITY = 53;
    uint256 internal constant COMMUNITY_AUTHORITY = 54;
    uint256 internal constant STRANGER = 99;

    uint160 internal immutable CONSIGNEE = _id("a hospital");
    uint160 internal immutable SUPPLIER = _id("a supplier");
    uint160 internal immutable SECOND_SUPPLIER = _id("a second supplier");
    uint160 internal immutable ISSUER = _id("an issuer");
    uint160 internal immutable SECOND_ISSUER = _id("a second issuer");
    /// @dev Of the first supplier in the first and in the second category, and of the second supplier in the second.
    QualificationId internal qualification;
    QualificationId internal crossQualification;
    QualificationId internal secondQualification;

    mapping(uint256 key => uint64 division) internal divisionOf;
    mapping(uint256 key => Role role) internal roleOf;

    // ------------------------------------------------------------------------------------------------ building

    function _build() internal {
        _deploy();
        _registerPlaces();
        _register(KEEPER, Role.KEEPER, COMMUNITY, 0);
        _register(SECOND_KEEPER, Role.KEEPER, COMMUNITY, 0);
        _register(OTHER_KEEPER, Role.KEEPER, OTHER_COMMUNITY, 0);
        _register(SECOND_OTHER_KEEPER, Role.KEEPER, OTHER_COMMUNITY, 0);
        _register(APPROVER, Role.APPROVER, DISTRICT, 0);
        _register(OTHER_APPROVER, Role.APPROVER, OTHER_DISTRICT, 0);
        for (uint256 i; i < 3; ++i) _register(CITY_APPROVER + i, Role.APPROVER, CITY, 0);
        _register(SUPPLYING, Role.SUPPLIER, CITY, SUPPLIER);
        _register(SECOND_SUPPLYING, Role.SUPPLIER, CITY, SECOND_SUPPLIER);
        _register(ISSUING, Role.ISSUER, 0, ISSUER);
        _register(SECOND_ISSUING, Role.ISSUER, 0, SECOND_ISSUER);
        _registerGoods();
    }

    function _deploy() internal virtual {
        address root = vm.addr(ROOT);
        directory = IDirectory(vm.deployCode("Directory.sol:Directory", abi.encode(root, uint64(0))));
        catalogue = ICatalogue(vm.deployCode("Catalogue.sol:Catalogue", abi.encode(directory)));
        registry = ISupplierRegistry(vm.deployCode("SupplierRegistry.sol:SupplierRegistry", abi.encode(directory)));
        steps = vm.deployCode("LedgerSteps.sol:LedgerSteps", abi.encode(directory, OFFSET));
        ledger = IStockLedger(
            vm.deployCode("StockLedger.sol:StockLedger", abi.encode(directory, catalogue, registry, steps, OFFSET))
        );
        norms = INorms(vm.deployCode("Norms.sol:Norms", abi.encode(directory, catalogue, ledger)));
        reallocation = IReallocation(
            vm.deployCode(
                "Reallocation.sol:Reallocation", abi.encode(norms, ledger, directory, catalogue, OFFSET)
            )
        );
    }

    function _registerPlaces() internal {
        uint64[8] memory divisions =
            [44, CITY, DISTRICT, STREET, COMMUNITY, OTHER_DISTRICT, OTHER_STREET, OTHER_COMMUNITY];
        for (uint256 i; i < divisions.length; ++i) {
            vm.prank(vm.addr(ROOT));
            directory.registerDivision(DivisionId.wrap(divisions[i]), "a name", DivisionId.wrap(0));
        }
        _registerSite(FIRST_SITE);
        _registerSite(SECOND_SITE);
        _registerSite(OTHER_SITE);
        _registerSite(DISPOSAL_SITE);
        vm.prank(vm.addr(ROOT));
        directory.registerConsignee(
            ConsigneeId.wrap(CONSIGNEE), DivisionId.wrap(DISTRICT), "a name", DivisionId.wrap(0)
        );
    }

    function _registerSite(uint64 site) internal {
        vm.prank(vm.addr(ROOT));
        directory.registerSite(SiteId.wrap(site), site == DISPOSAL_SITE, "a name", DivisionId.wrap(0));
    }

    function _register(uint256 key, Role role, uint64 division, uint256 subject) internal {
        (divisionOf[key], roleOf[key]) = (division, role);
        address holder = vm.addr(key);
        bytes32 consent = keccak256(abi.encode(keccak256("ClassConsent(address holder,uint8 class)"), holder, role));
        Signature memory signature = _sign(key, _typed(address(directory), consent));
        vm.prank(vm.addr(ROOT));
        directory.grant(holder, role, DivisionId.wrap(division), subject, DivisionId.wrap(0), signature);
    }

    function _registerGoods() private {
        _registerItem(PACK, CATEGORY);
        _registerItem(PIECE, CATEGORY);
        _registerItem(MASK, SECOND_CATEGORY);
        _registerItem(GRAIN, 0);
        vm.prank(vm.addr(ROOT));
        catalogue.setFactor(ItemId.wrap(PACK), ItemId.wrap(PIECE), FACTOR);
        _registerSupplier(SUPPLIER);
        _registerSupplier(SECOND_SUPPLIER);
        _registerIssuer(ISSUER, CATEGORY);
        _registerIssuer(SECOND_ISSUER, SECOND_CATEGORY);
        qualification = _qualify(ISSUING, ISSUER, SUPPLIER, CATEGORY, "a file");
        crossQualification = _qualify(SECOND_ISSUING, SECOND_ISSUER, SUPPLIER, SECOND_CATEGORY, "file of the first in the second");
        secondQualification = _qualify(SECOND_ISSUING, SECOND_ISSUER, SECOND_SUPPLIER, SECOND_CATEGORY, "file of the second");
    }

    function _registerSupplier(uint160 supplier) private {
        vm.prank(vm.addr(ROOT));
        registry.registerSupplier(SupplierId.wrap(supplier), "a name", DivisionId.wrap(0));
    }

    function _registerIssuer(uint160 issuer, uint32 category) private {
        vm.prank(vm.addr(ROOT));
        registry.registerIssuer(IssuerId.wrap(issuer), "a name");
        vm.prank(vm.addr(ROOT));
        registry.accredit(IssuerId.wrap(issuer), CategoryId.wrap(category), 0, 2 ** 40 - 1);
    }

    function _qualify(uint256 key, uint160 issuer, uint160 supplier, uint32 category, bytes32 certificate)
        private
        returns (QualificationId)
    {
        vm.prank(vm.addr(key));
        return registry.issueQualification(
            IssuerId.wrap(issuer),
            SupplierId.wrap(supplier),
            CategoryId.wrap(category),
            1,
            0,
            2 ** 40 - 1,
            certificate
        );
    }

    function _registerItem(uint64 item, uint32 category) private {
        vm.prank(vm.addr(ROOT));
        catalogue.registerItem(ItemId.wrap(item), CategoryId.wrap(category), category == 0 ? 0 : 20, "C62", false, "a name");
    }

    // ------------------------------------------------------------------------------------------------ signing

    function _id(string memory name) internal pure returns (uint160) {
        return uint160(uint256(keccak256(bytes(name))) >> 96);
    }

    function _typed(address verifier, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), block.chainid, verifier)
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (Signature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return Signature(r, bytes32(uint256(s) | uint256(v - 27) << 255));
    }

    function _keyOf(Draft memory draft) internal pure returns (uint248) {
        return _key(draft.recordingSite, draft.document.clientId);
    }

    function _key(uint256 recordingSite, bytes32 clientId) internal pure returns (uint248) {
        return uint248(uint256(keccak256(abi.encode(recordingSite, clientId))) >> 8);
    }

    /// @dev The content digest as docs and client have it, written down a second time.
    function _contentOf(Draft memory draft) internal pure returns (bytes32) {
        Document memory d = draft.document;
        bytes memory first = abi.encode(
            keccak256(
                "Content(uint8 kind,uint248 key,uint256 from,uint256 to,uint64 occurredAt,uint256 reference,uint16 reason,uint160 qualification,uint64 deadline,uint256 words,bytes32 lines)"
            ),
            draft.kind,
            _keyOf(draft),
            d.from,
            d.to,
            d.occurredAt
        );
        bytes memory second = abi.encode(
            d.reference_, d.reason, d.qualification, d.deadline, d.lines.length, keccak256(abi.encodePacked(d.lines))
        );
        return keccak256(bytes.concat(first, second));
    }

    function _consentDigest(Draft memory draft, Signing memory signing) internal view returns (bytes32) {
        bytes32 typeHash = keccak256("Consent(bytes32 content,bytes32 body,uint64 validUntil)");
        bytes32 consent =
            keccak256(abi.encode(typeHash, _contentOf(draft), signing.body, signing.validUntil));
        return _typed(address(ledger), consent);
    }

    function _signing(Draft memory draft) internal virtual returns (Signing memory signing) {
        signing.body = keccak256("a body");
        signing.validUntil = type(uint64).max;
        signing.senderDivision = DivisionId.wrap(divisionOf[draft.sender]);
        bytes32 consent = _consentDigest(draft, signing);
        if (draft.other != 0) {
            signing.otherDivision = DivisionId.wrap(divisionOf[draft.other]);
            signing.other = _sign(draft.other, consent);
        }
        if (draft.approver != 0) {
            signing.approverDivision = DivisionId.wrap(divisionOf[draft.approver]);
            signing.approver = _sign(draft.approver, consent);
        }
    }

    /// @dev Sends `data` to the ledger; a refusal is passed on as it came, so that the test fails with it.
    function _send(uint256 sender, bytes memory data) internal virtual {
        vm.prank(vm.addr(sender));
        (bool done, bytes memory answer) = address(ledger).call(data);
        if (done) return;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
