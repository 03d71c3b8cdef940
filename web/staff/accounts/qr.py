"""The QR code of an authenticator app's entry, as an `<svg>` inside the page."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_svg(text: str, title: str) -> Markup:
    """Black on nothing: the style sheet puts white behind it, which apps need."""
    drawn = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(scale=4, border=2, title=title, svgclass=None, lineclass=None, omitsize=True)
    return Markup(svg.replace("<svg ", '<svg role="img" aria-label="{}" ', 1).format(Markup.escape(title)))  # noqa: S704


def in_groups(secret: str) -> str:
    """In groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
