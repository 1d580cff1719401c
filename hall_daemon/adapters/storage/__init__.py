"""Files of the data folder: journal, snapshots, vault, bookmarks; lock and free space."""
