"""Widgets of the kiosk: dumb, on the screen's thread. They show a Page and say which button was pressed."""
