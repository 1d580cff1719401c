"""From recorded events to distributions: what the hall has taught."""
