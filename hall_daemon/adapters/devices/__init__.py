"""The hall's devices: what they show, print and say, and what was pressed on them."""
