"""A page of the dashboard in Chromium."""

from playwright.sync_api import Page, expect


def settle(page: Page) -> None:
    """Until it is drawn."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
