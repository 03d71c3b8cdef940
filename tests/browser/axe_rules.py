"""What axe finds on a page."""

from __future__ import annotations

import json

from playwright.sync_api import Page

# WCAG 2.2 with all that it holds of its forerunners, and what axe's authors hold to be good practice.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]


def broken_rules(page: Page, axe: str) -> list[str]:
    """Each rule with the element that breaks it; `axe` comes from outside the page, whose policy stays as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate(f"axe.run({{runOnly: {json.dumps(_RULES)}, resultTypes: ['violations']}})")
    nodes = [(rule["id"], node) for rule in found["violations"] for node in rule["nodes"]]
    return [f"{name}: {node['failureSummary']} {node['html'][:200]}" for name, node in nodes]
