"""`python -m tests.bench`: how fast the hall is, each figure beside its yardstick, measured in the same run."""
