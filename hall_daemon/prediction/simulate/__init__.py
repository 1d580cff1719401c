"""The hall rolled forward by the real rules."""
