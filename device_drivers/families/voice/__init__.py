"""Speech for a hall: text becomes clips, clips become what a zone hears. Knows no tickets.

Floors: speaker > zone > outputs, synth > clips > sound; `worker.py` runs in a process of its own.
"""
