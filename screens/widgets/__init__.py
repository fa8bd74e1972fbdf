"""What the screens are built of; each widget knows how to draw one thing."""
