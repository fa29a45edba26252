"""The audit chain, for auditors: verify it now, read its last entries."""
