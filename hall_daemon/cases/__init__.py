"""Matters that are looked at before somebody comes (预审): pure rules beside the hall's, over the same journal.

Read it in this order: life (what can become of a review), defects, events, docket (what is true of all of them),
clock (working days), statutes (what the hall promises), commands, decide, evolve.
"""
