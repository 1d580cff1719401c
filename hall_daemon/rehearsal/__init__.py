"""Rehearsals: a whole hall with simulated devices, and a crowd that uses it from outside.

Read in this order: day (who comes), tuesday and trace with fit (where days come from), simulated_hall (the hall as
files), launch (its processes), hall_client (how the crowd reaches it), agenda, people, staff, crowd, compare, replay
and demo. """
