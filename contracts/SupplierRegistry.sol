// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Qualifications} from "./base/Qualifications.sol";
import {Sources} from "./base/Sources.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {ISupplierRegistry, Qualification} from "./interfaces/ISupplierRegistry.sol";
import {Histories} from "./libraries/Histories.sol";
import {EntryWord, History, StateWord} from "./types/History.sol";
import {CategoryId, QualificationId, SupplierId} from "./types/Ids.sol";
import {Status, Verdict, VerdictLibrary} from "./types/Verdict.sol";

/// @title SupplierRegistry
/// @notice See `ISupplierRegistry`. Suppliers and issuers are in `Sources`, who may qualify in `Accreditations`, what
/// they say in `Qualifications`; what follows from all of it at a time, the verdict, is here.
contract SupplierRegistry is Qualifications {
    using Histories for EntryWord[];
    using Histories for StateWord;

    /// @param directory_ the directory whose grants count here
    constructor(IDirectory directory_) Sources(directory_) {}

    // ------------------------------------------------------------------------------------------------ verdicts

    /// @inheritdoc ISupplierRegistry
    function verdictNow(SupplierId supplier, QualificationId qualification)
        external
        view
        returns (Verdict verdict, CategoryId category)
    {
        Qualification storage stored = _qualificationFor(supplier, qualification);
        category = stored.category;
        StateWord state = _histories[qualification].state;
        StateWord accreditation = _accreditations[stored.issuer][category].state;

        Status status =
            Histories.join(state.statusNow(block.timestamp), accreditation.statusNow(block.timestamp));
        verdict = VerdictLibrary.pack(status, state.grade(), state.position(), accreditation.position());
    }

    /// @inheritdoc ISupplierRegistry
    function verdictAt(SupplierId supplier, QualificationId qualification, uint64 time)
        external
        view
        returns (Verdict verdict, CategoryId category)
    {
        Qualification storage stored = _qualificationFor(supplier, qualification);
        category = stored.category;
        History storage history = _histories[qualification];
        History storage accreditation = _accreditations[stored.issuer][category];

        (Status status, uint8 grade) =
            _statusWith(history, accreditation, time, history.entries.length, accreditation.entries.length);
        verdict =
            VerdictLibrary.pack(status, grade, history.state.position(), accreditation.state.position());
    }

    /// @inheritdoc ISupplierRegistry
    function verdictWith(QualificationId qualification, uint64 time, uint256 supplierEntries, uint256 issuerEntries)
        external
        view
        returns (Verdict verdict)
    {
        Qualification storage stored = _qualification(qualification);

        (Status status, uint8 grade) = _statusWith(
            _histories[qualification],
            _accreditations[stored.issuer][stored.category],
            time,
            supplierEntries,
            issuerEntries
        );
        verdict = VerdictLibrary.pack(status, grade, 0, 0);
    }

    function _statusWith(
        History storage history,
        History storage accreditation,
        uint64 time,
        uint256 supplierEntries,
        uint256 issuerEntries
    ) private view returns (Status status, uint8 grade) {
        // slither-disable-next-line unused-return (an accreditation has no grade)
        (Status accredited,) = accreditation.entries.statusAt(issuerEntries, time);
        (status, grade) = history.entries.statusAt(supplierEntries, time);
        status = Histories.join(status, accredited);
    }

}
