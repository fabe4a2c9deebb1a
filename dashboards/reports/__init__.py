"""What a vendor's money did, does and will do. Reads balances and the ledger; owns no table."""
