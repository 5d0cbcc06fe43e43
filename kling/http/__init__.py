"""The rules of the wire: what a parameter may be, when to try again."""
