"""What a kind says of the other end of its wire: the faults it can have, the model of what it does. Pure."""
