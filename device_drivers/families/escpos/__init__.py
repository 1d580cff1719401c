"""ESC/POS: bytes, paper and the conversation with a ticket printer. Pure."""
