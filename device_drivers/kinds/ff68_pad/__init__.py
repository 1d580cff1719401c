"""FF 68 caller pads and evaluators."""
