"""The rules of a hall: standard library only, no clock, no file, no thread, no log.

Read in this order: plan (what the configuration fixes), ticket (its life as a table), hall (what is
true now), dispatch (who is next), decide (a command becomes events or a refusal), evolve (an event
becomes the new hall).
"""
