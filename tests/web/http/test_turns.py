"""The pages keep to two writes at a time, and come again when they are asked to."""

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.e2e

WRITES = """async () => {
  const { post } = await import("/static/js/common/api.js");
  const seen = { all: 0, most: 0, pictures: 0, mostPictures: 0, sent: 0, urls: [] };
  window.fetch = async (url) => {
    const picture = url.includes("frames"), first = seen.sent === 0;
    seen.all += 1; seen.sent += 1; seen.pictures += picture; seen.urls.push(url);
    seen.most = Math.max(seen.most, seen.all);
    seen.mostPictures = Math.max(seen.mostPictures, seen.pictures);
    await new Promise((go) => setTimeout(go, 20));
    seen.all -= 1; seen.pictures -= picture;
    const body = first ? '{"error": {"code": "too_many_at_once"}}' : "{}";
    return new Response(body, { status: first ? 429 : 200, headers: { "Retry-After": "1" } });
  };
  const frames = Array.from({ length: 4 }, () => post("/frames", {}, { background: true }));
  const answers = Array.from({ length: 6 }, () => post("/answers"));
  await Promise.all([...frames, ...answers]);
  return seen;
}"""


def test_two_writes_at_a_time_and_one_picture_at_most(page: Page) -> None:
    seen: dict[str, Any] = page.evaluate(WRITES)
    assert (seen["most"], seen["mostPictures"]) == (2, 1)
    assert seen["sent"] == 11
    assert seen["urls"][:2] == ["/frames", "/answers"]
