"""How good the waits are: recorded traces lived through in time order, everybody asked when they come. Nothing runs."""
