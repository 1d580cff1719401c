"""Huidu full-colour cards, SDK 2."""

from device_drivers.kinds.huidu.kind import KIND as KIND
