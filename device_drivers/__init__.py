"""Bytes and wires of a hall's devices. Knows nothing of tickets, windows or queues."""
