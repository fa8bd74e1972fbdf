"""The three-step authorization flow."""
