"""What readers of cards, codes and papers share: the kiosk they stand at, when they read, what is the matter with
them."""
