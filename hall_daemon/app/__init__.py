"""What happens between a command and its effects: core loop, follower, views, reactions. No socket, no SQL."""
