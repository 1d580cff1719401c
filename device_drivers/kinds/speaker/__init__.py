"""The voice of a hall."""
