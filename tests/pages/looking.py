"""Looking at a page as a browser shows it: rules that hold on every page."""

from __future__ import annotations

from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: Final = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # What holds need not be told: a quarter of the time goes into telling it.
    "resultTypes": ["violations"],
    # Style sheets are read again only for rules that are not asked.
    "preload": {"assets": ["media"]},
}

VIOLATIONS: Final = "async options => (await axe.run(options)).violations"
"""What axe finds; all else that it says stays in the browser."""

SMALL: Final = """() => {
  const seen = element => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const shut = element.closest('details:not([open])');
    if (shut && element.tagName !== 'SUMMARY') return false;
    if (style.clipPath !== 'none' || style.position === 'absolute' && box.width <= 1) return false;
    return box.width > 0 && box.height > 0 && style.visibility !== 'hidden';
  };
  const inText = element => {
    if (element.tagName !== 'A' || getComputedStyle(element).display !== 'inline') return false;
    const text = element.closest('p, li, dd, td, label, div');
    return text && text.textContent.trim().length > element.textContent.trim().length;
  };
  const size = element => {
    const boxes = [element, ...(element.labels || [])].map(e => e.getBoundingClientRect());
    const is_mark = ['radio', 'checkbox'].includes(element.type);
    const used = is_mark ? boxes : boxes.slice(0, 1);
    return [
      Math.max(...used.map(b => b.right)) - Math.min(...used.map(b => b.left)),
      Math.max(...used.map(b => b.bottom)) - Math.min(...used.map(b => b.top)),
    ];
  };
  const chosen = 'a[href], button, input:not([type=hidden]), select, textarea, summary,'
    + '[role=button]';
  return [...document.querySelectorAll(chosen)]
    .filter(element => seen(element) && !inText(element))
    .map(element => [element, size(element)])
    .filter(([, [width, height]]) => width < 43.5 || height < 43.5)
    .map(([element, [width, height]]) =>
      `${element.outerHTML.slice(0, 120)} is ${width.toFixed(0)} x ${height.toFixed(0)}`);
}"""
"""What can be pressed and is smaller than 44 x 44 pixels; links inside of a text may be."""

WIDE: Final = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const beyond = [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > room + 1 || e.getBoundingClientRect().left < -1)
    .map(e => e.outerHTML.slice(0, 120));
  return [`${document.documentElement.scrollWidth} of ${room}`, ...beyond.slice(0, 5)];
}"""
"""What makes a page scroll sideways."""


def barriers(page: Page, but: str = "") -> list[str]:
    """What axe finds on a page, in words; `but` is a rule that is not asked."""
    rules = {"rules": {but: {"enabled": False}}} if but else {}
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(VIOLATIONS, {**RULES, **rules})
    return [
        f"{each['id']}: {each['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for each in found
        for node in each["nodes"]
    ]


def small_targets(page: Page) -> list[str]:
    """What is too small to press."""
    found: list[str] = page.evaluate(SMALL)
    return found


def sideways(page: Page) -> list[str]:
    """What makes it scroll sideways."""
    found: list[str] = page.evaluate(WIDE)
    return found


def large_text(page: Page) -> None:
    """Let letters be twice as large."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
