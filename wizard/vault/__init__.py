"""Where the five values live; the only package that touches a keyring."""
