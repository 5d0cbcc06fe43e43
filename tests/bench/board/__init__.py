"""What the page Tasks costs while people look at it."""
