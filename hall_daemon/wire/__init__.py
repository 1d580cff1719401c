"""Messages that leave the process: shapes, topics, problems. Knows no socket and no hall state."""
