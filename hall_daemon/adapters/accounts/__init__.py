"""Who is known to the hall, who is logged in, and what was done: accounts.db, audit.db and those who ask them."""
