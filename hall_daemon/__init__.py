"""The program that makes applicants, windows and old hardware one hall."""

__version__ = "0.1.0"
