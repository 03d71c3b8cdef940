"""Who works here: accounts, roles, sessions, the record of what was changed."""
