"""The endpoints, one file a resource: parse, ask the ledger once, shape the answer."""
