"""Errors of the device floor. Any other exception that leaves a codec or a link is a bug."""


class DeviceError(Exception):
    """Base of everything this package raises on purpose."""


class BadFrame(DeviceError):
    """Bytes that are not a frame of this protocol. Counted; the stream finds its feet again."""


class BadField(DeviceError):
    """A field that cannot be put on the wire (out of range, not encodable). The message names it."""


class LinkDown(DeviceError):
    """The line is gone or refuses to open. Retried with back-off; the message says what to do.

    `code` and `facts` say the same in the words of the table of line conditions.
    """

    def __init__(self, message: str, code: str = "line_down", **facts: str) -> None:
        super().__init__(message)
        self.code = code
        self.facts = facts


class Misuse(DeviceError):
    """The caller broke the contract of a port: our bug, never retried."""
