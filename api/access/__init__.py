"""Who may ask what: callers, their rights, and reader accounts. Reading rights bind this API, not nodes."""
