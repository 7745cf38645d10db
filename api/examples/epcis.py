"""Events of EPCIS."""

from __future__ import annotations

from typing import Any

_DISPATCH = "37bbe856549f3cc104b3f7f9c1f73b5f7e109fd51ceb1548ed141bca7b0a30"

_EVENTS: dict[str, Any] = {
    "@context": [
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        {"shecang": "urn:shecang:epcis:"},
    ],
    "type": "EPCISQueryDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-09-13T01:00:00Z",
    "shecang:block": {
        "number": 22,
        "hash": "0xf89460cc7f28fa2eec4c1d5fbbf4841b5d4b0275a6b45ff67bfc6736e562744f",
        "time": "2026-09-13T01:00:00Z",
    },
    "epcisHeader": {
        "epcisMasterData": {
            "vocabularyList": [
                {
                    "type": "urn:epcglobal:epcis:vtype:EPCClass",
                    "vocabularyElementList": [
                        {
                            "id": "urn:shecang:lot:e8ce8c97991af1cbdac0552db80031b7f08befdf",
                            "attributes": [
                                {"id": "urn:shecang:epcis:item", "attribute": "299010110001"},
                                {
                                    "id": "urn:epcglobal:cbv:mda#descriptionShort",
                                    "attribute": "医用外科口罩(盒) · Surgical masks (box)",
                                },
                            ],
                        }
                    ],
                }
            ]
        }
    },
    "epcisBody": {
        "queryResults": {
            "queryName": "SimpleEventQuery",
            "resultsBody": {
                "eventList": [
                    {
                        "type": "ObjectEvent",
                        "eventTime": "2026-09-05T09:00:00+08:00",
                        "eventTimeZoneOffset": "+08:00",
                        "recordTime": "2026-09-05T01:00:01Z",
                        "quantityList": [
                            {
                                "epcClass": "urn:shecang:lot:e8ce8c97991af1cbdac0552db80031b7f08befdf",
                                "quantity": 200,
                                "uom": "XBX",
                            }
                        ],
                        "action": "OBSERVE",
                        "bizStep": "shipping",
                        "disposition": "in_transit",
                        "readPoint": {"id": "urn:shecang:site:420102001001101"},
                        "bizTransactionList": [
                            {
                                "type": "desadv",
                                "bizTransaction": f"urn:shecang:document:{_DISPATCH}",
                            },
                            {
                                "type": "urn:shecang:epcis:consignment",
                                "bizTransaction": f"urn:shecang:consignment:{_DISPATCH}",
                            },
                        ],
                        "destinationList": [
                            {"type": "location", "destination": "urn:shecang:site:420103001001101"}
                        ],
                        "shecang:kind": "dispatch",
                        "eventID": "ni:///sha-256;866291eacb2044cd33c74d7cb0078cc968d03327f10144"
                        "7e931a8b41e08b90ec?ver=CBV2.0",
                    }
                ]
            },
        }
    },
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_epcis_events": _EVENTS,
}
"""Name of an operation → an answer."""
