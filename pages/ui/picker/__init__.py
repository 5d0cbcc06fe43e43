"""Things to choose by eye, and pictures: what several pages let a person choose from."""

from pages.ui.picker.cards import Card, show

__all__ = ["Card", "show"]
