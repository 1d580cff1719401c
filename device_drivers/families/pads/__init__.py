"""What pads of several kinds share: how a press becomes an event, and the driver that carries it."""
