"""What tests of the client share; beside it lie helpers that several of them import."""
