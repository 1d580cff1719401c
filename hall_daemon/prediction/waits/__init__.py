"""One person's wait: estimated, corrected, announced, and held against what came."""
