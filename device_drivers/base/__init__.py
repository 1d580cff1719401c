"""Devices at work: a line, a link and one owned thread each. Desired state in, reported state out."""
