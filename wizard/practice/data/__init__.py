"""What the account holds: its tables, and what is in them at the start."""
