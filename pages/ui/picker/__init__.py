"""Things to choose by eye, and pictures: what several pages let a person choose from."""

from pages.ui.picker.cards import CARD, Card, show, show_many

__all__ = ["CARD", "Card", "show", "show_many"]
