"""The process that estimates waits, and the ledger of what was announced."""
