"""The practice account: a NetSuite account on loopback, for trying, training and testing."""
