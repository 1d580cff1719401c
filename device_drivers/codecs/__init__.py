"""What every codec shares: a frame cut from noise, fields checked, text for a device. Pure."""
