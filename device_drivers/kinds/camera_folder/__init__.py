"""A camera folder."""

from device_drivers.kinds.camera_folder.kind import KIND as KIND
