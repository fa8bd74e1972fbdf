"""The client: the only package that opens a connection to NetSuite."""
