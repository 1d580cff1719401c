"""What several kinds share, a folder for each family."""
