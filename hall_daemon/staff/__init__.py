"""Who may do what: rights, roles, accounts and the rules of passwords. Pure: no file, no clock, no chance."""
