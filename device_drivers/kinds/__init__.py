"""Kinds of devices, a folder each."""
