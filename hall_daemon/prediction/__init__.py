"""How long it will take: the real dispatch rolled forward, with what the hall has seen."""
