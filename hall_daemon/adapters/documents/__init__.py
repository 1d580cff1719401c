"""Papers that people hand in, made into pictures anew by a locked child."""
