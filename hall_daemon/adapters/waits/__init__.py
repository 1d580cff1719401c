"""The process that forecasts waits, and the ledger of what people were told."""
