"""What a person's screen shows, asked only once the page that was opened stands."""

from playwright.sync_api import Page


def assert_fits(page: Page) -> None:
    """Nothing scrolls sideways; a page on its way is waited for, and one too wide fails."""
    page.locator("main").first.wait_for()
    page.wait_for_function(
        "document.body && document.documentElement.scrollWidth <= innerWidth", timeout=10_000
    )
