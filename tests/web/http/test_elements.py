"""Elements that the pages' scripts make: text stays text, and what is not there leaves no trace."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.e2e

MADE = """async () => {
  const { make } = await import("/static/js/common/dom.js");
  return make("p", { class: "soft", hidden: false }, "a", false, null, undefined, ["<b>", false])
    .outerHTML;
}"""


def test_what_is_left_out_is_not_written_as_a_word(page: Page) -> None:
    assert page.evaluate(MADE) == '<p class="soft">a&lt;b&gt;</p>'
