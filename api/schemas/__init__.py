"""What goes out, field by field, with its unit; each schema is made from the record of `ledger_client`."""
