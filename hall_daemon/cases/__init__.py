"""Cases (办件) beside the hall, pure: a pre-review from its draft to its end, decided and evolved as the hall is."""
