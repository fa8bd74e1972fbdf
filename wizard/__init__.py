"""A setup, without a terminal: profiles, credentials, the NetSuite client, the vault, the practice account."""

__version__ = "0.1.0"
