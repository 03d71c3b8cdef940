"""What a page says, read the way a person or a screen reader would."""

from __future__ import annotations

import re
from html import unescape

from httpx import Response


def heading(page: Response) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", page.text, re.DOTALL)
    assert len(found) == 1, page.text
    return unescape(found[0]).strip()


def words(page: Response) -> str:
    """All that is to be read on it."""
    body = re.sub(r"<(head|svg|script)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def error_of(page: Response, field: str) -> str:
    """The sentence at a field; empty where there is none."""
    found = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', page.text, re.DOTALL)
    return unescape(re.sub(r"<span.*?</span>", "", found[1])).strip() if found else ""


def summary(page: Response) -> str:
    """What the alert at the top says; empty where there is none."""
    found = re.search(r'role="alert".*?<ul>(.*?)</ul>', page.text, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else ""


def value_of(page: Response, name: str) -> str:
    """What stands in a field."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found is not None, page.text
    return unescape(found[1])
