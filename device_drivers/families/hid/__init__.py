"""Keyboards that are none: scanners and keypads that the kernel offers as input devices. Pure."""
