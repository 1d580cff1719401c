"""AA-BB window strips."""
