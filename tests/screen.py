"""What a person's screen shows, asked only once the page that was opened stands."""

from playwright.sync_api import Locator, Page, expect

#: What keeps a phone's page from being used: text out of its box, a target under 44 px, a field
#: without a name, headings out of order. Answers sentences.
RULES = """() => {
  const found = [], all = (what) => [...document.querySelectorAll(what)].filter((one) =>
    one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }));
  const say = (rule, one) => found.push(`${rule}: <${one.tagName.toLowerCase()}> `
    + (one.innerText || one.value || one.name || "").trim().slice(0, 40));
  for (const one of all("main :is(td, th, dd, .btn, .kpi)"))
    if (one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 2) say("out of its box", one);
  for (const one of all("main :is(a[href], button, input, select, textarea, summary)")) {
    if (one.matches("[type=hidden], .stretched-link, .visually-hidden, .path *")) continue;
    const box = one.matches("[type=checkbox], [type=radio]") && one.closest("label, .form-check");
    if ((box || one).getBoundingClientRect().height < 43.5) say("too small to touch", one);
  }
  for (const one of all("main :is(input:not([type=hidden]), select, textarea)"))
    if (!one.getAttribute("aria-label") && ![...one.labels].some((name) => name.innerText.trim()))
      say("no name", one);
  let last = 0;
  for (const one of all("main :is(h1, h2, h3, h4)")) {
    if (+one.tagName[1] > last + 1) say("a heading is left out before", one);
    last = +one.tagName[1];
  }
  return found;
}"""


def stands(page: Page, found: Locator) -> None:
    """Waits for what only the page to come shows, then for its scripts, which hear clicks."""
    found.first.wait_for()
    page.wait_for_load_state()


def assert_fits(page: Page) -> None:
    """Nothing scrolls sideways; a page on its way is waited for, and one too wide fails.

    Our policy forbids the page to evaluate texts, as `wait_for_function` would at its second look.
    """
    stands(page, page.locator("main"))
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    expect(page.locator("html")).to_have_js_property("scrollWidth", width)


def assert_handy(page: Page) -> None:
    """On a phone everything fits, is large enough to touch and says what it is."""
    assert_fits(page)
    found = page.evaluate(RULES)
    assert not found, "\n".join([page.url, *found])
