"""Rehearsals: a whole hall with simulated devices, and a crowd that uses it by its outer doors.

Read in this order: day (who comes), tuesday and trace with fit (where days come from), stage (the hall as files),
launch (its processes), doors (how the crowd reaches it), agenda, people, staff, crowd, compare, replay and demo.
"""
