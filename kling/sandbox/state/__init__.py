"""What the practice API remembers, and how its tasks come about."""
