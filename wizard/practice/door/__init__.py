"""Who is let in: requests, logins, gates and limits."""
