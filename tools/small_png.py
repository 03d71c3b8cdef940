"""PNGs of at most 256 colours: pictures of pages lose nothing that one sees, and are a third of the size.

A blank page of the browser that took the picture reads its pixels, so no imaging library is needed for it.
"""

from __future__ import annotations

import base64
import struct
import zlib

from playwright.sync_api import Page

_READ = """async (png) => {
  const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const pixels = new Uint32Array(canvas.getImageData(0, 0, width, height).data.buffer);
  const often = new Map();
  for (const colour of pixels) often.set(colour, (often.get(colour) || 0) + 1);
  const palette = [...often].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const parts = (c) => [c & 255, (c >> 8) & 255, (c >> 16) & 255];
  const known = palette.map(parts), place = new Map(palette.map((colour, at) => [colour, at]));
  const nearest = (colour) => {
    const [r, g, b] = parts(colour);
    let best = 0, least = Infinity;
    known.forEach(([x, y, z], at) => {
      const far = (r - x) ** 2 + (g - y) ** 2 + (b - z) ** 2;
      if (far < least) { least = far; best = at; }
    });
    place.set(colour, best);
    return best;
  };
  const found = new Uint8Array(pixels.length);
  pixels.forEach((colour, at) => { found[at] = place.get(colour) ?? nearest(colour); });
  let text = "";
  for (let at = 0; at < found.length; at += 32768) text += String.fromCharCode(...found.subarray(at, at + 32768));
  return { width, height, palette: known, pixels: btoa(text) };
}"""


def shrink(page: Page, png: bytes) -> bytes:
    """The picture with a palette; `page`: a blank one to read it in."""
    read = page.evaluate(_READ, base64.b64encode(png).decode())
    width, height, pixels = read["width"], read["height"], base64.b64decode(read["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, width * height, width))
    colours = bytes(part for colour in read["palette"] for part in colour)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
