"""What people read: a file a language. Here only the names; `text` is the type, `tables` reads the files."""
