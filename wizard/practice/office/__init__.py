"""What an administrator can do: clicks and what they change."""
