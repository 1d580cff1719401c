"""Alpha and BetaBrite signs."""

from device_drivers.kinds.alpha_sign.kind import KIND as KIND
