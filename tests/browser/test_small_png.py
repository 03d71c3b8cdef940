"""Pictures of pages with fewer colours show the same."""

from __future__ import annotations

import base64

from playwright.sync_api import Browser

from tools.small_png import shrink

# A gradient has far more than 256 colours; the corner must keep its own, which only few pixels have.
_PAGE = """<body style="margin:0;background:linear-gradient(90deg,#fff,#0b5a7a,#a3121b)"><i
style="position:absolute;width:40px;height:40px;background:#00ff00"></i></body>"""
_PIXELS = """async (png) => {
  const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  return [bitmap.width, bitmap.height, [...canvas.getImageData(0, 0, bitmap.width, bitmap.height).data]];
}"""
_FARTHEST = 40  # of 255, in a colour's part; pages have fewer colours than this, and come nearer


def test_a_small_picture_has_the_size_and_the_colours_of_the_page(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 640, "height": 80})
    page.set_content(_PAGE)
    taken = page.screenshot()
    small = shrink(page, taken)
    before, after = (page.evaluate(_PIXELS, base64.b64encode(png).decode()) for png in (taken, small))
    page.close()
    assert after[:2] == before[:2] == [640, 80]
    assert after[2][:4] == [0, 255, 0, 255]
    assert max(abs(a - b) for a, b in zip(before[2], after[2], strict=True)) <= _FARTHEST
