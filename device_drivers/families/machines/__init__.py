"""What ticket machines share: the driver that takes their answers back to them."""
