"""Pipes to hardware, behind `ports.Line`: bytes so far, messages beside them. The only room that imports pyserial.

A line is owned by one driver thread; only `cancel_read` may be called from another. Every failure
leaves as `LinkDown` whose message says what a person at the cabinet can do about it.
"""
