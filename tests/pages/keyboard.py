"""Somebody who has no mouse: pages are gone through by keys, as people do, and nothing else.

Wherever they come by, focus must be seen, must not be hidden, and must go on as the page is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, Page, expect

MOST: Final = 250
"""More stops than any page has."""

STOP: Final = """([target, forward]) => {
  const deepest = () => {
    let at = document.activeElement;
    while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
    return at;
  };
  const outer = e => e.getRootNode().host || e;
  const at = deepest();
  if (!at || at === document.body || at === document.documentElement) {
    window.keysWere = undefined;
    return { is_nowhere: true };
  }

  // A tick is drawn at its label, a model in its frame.
  const drawn = [at, ...(at.labels || []), outer(at)];
  const framed = at === outer(at) ? drawn : [...drawn, outer(at).parentElement];
  const styles = () => framed.flatMap(e => [null, '::before', '::after'].map(part => {
    const s = getComputedStyle(e, part);
    const lined = s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2
      && !/^rgba.*, 0\\)$|^transparent$/.test(s.outlineColor);
    return [lined ? s.outlineColor + s.outlineWidth : '', s.boxShadow, s.backgroundColor];
  }));
  const focused = styles();
  at.blur();
  const plain = styles();
  at.focus({ preventScroll: true });
  const is_seen = focused.some(([line, shadow], i) =>
    (line && line !== plain[i][0]) || (shadow !== 'none' && shadow !== plain[i][1]));

  // A link that is wrapped has a box for each of its lines.
  const boxOf = e => e.getClientRects()[0] || e.getBoundingClientRect();
  const placeOf = e => {
    const { top, bottom, left, right } = boxOf(e);
    return { e, top: top + scrollY, bottom: bottom + scrollY, left, right };
  };
  const box = boxOf(at);
  const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
  const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
  const on_top = document.elementFromPoint(x, y);
  const is_covered = !on_top || !drawn.some(e => e.contains(on_top) || on_top.contains(e));

  let jumps = '';
  // What comes late may have moved the page since the last stop, or taken that away.
  const last = window.keysWere;
  const were = last && last.getClientRects().length ? placeOf(last) : undefined;
  const is_top = e => e.classList.contains('govuk-skip-link');
  // After the last comes the first again.
  if (were && !is_top(forward ? at : were.e)) {
    const [first, then] = forward ? [were, placeOf(at)] : [placeOf(at), were];
    const [one, two] = [outer(first.e), outer(then.e)];
    const follows = one === two
      || one.compareDocumentPosition(two) & Node.DOCUMENT_POSITION_FOLLOWING;
    const middle = (then.top + then.bottom) / 2;
    const is_beside = first.top < middle && middle < first.bottom;
    const backwards = document.dir === 'rtl' ? then.right > first.right : then.left < first.left;
    if (!follows) jumps = 'stands before it in the page';
    else if (then.bottom <= first.top) jumps = 'is above it';
    else if (is_beside && backwards && one !== two) jumps = 'is before it in its line';
  }
  window.keysWere = at;
  return {
    is_nowhere: false,
    is_top: is_top(at),
    is_target: target === at || target === outer(at),
    is_seen,
    is_covered,
    jumps,
    name: at.outerHTML.slice(0, 140),
  };
}"""
"""Where focus is, and what is wrong with that."""

REACHABLE: Final = """() => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(e => !e.disabled && e.checkVisibility({ visibilityProperty: true }))
  .filter(e => e.type !== 'radio' || e === [...document.getElementsByName(e.name)]
    .find((each, _, all) => each.checked || (!all.some(a => a.checked) && each === all[0])))
  .map(e => e.outerHTML.slice(0, 140))"""
"""All that Tab must come by: of radio buttons the one that is chosen, or the first."""


@dataclass(frozen=True)
class Keys:
    """The keys of somebody who looks at a page."""

    page: Page

    def to(self, target: Locator, *, key: str = "Tab") -> Locator:
        """Press Tab (or Shift+Tab) until focus is there; every stop on the way must be good."""
        wanted = target.element_handle()
        for _ in range(MOST):
            stop = self._stop(key, wanted)
            if stop["is_nowhere"]:
                continue
            _is_good(stop)
            if stop["is_target"]:
                return target
        pytest.fail(f"{target} cannot be reached by {key}.")

    def enter(self, target: Locator) -> None:
        """Go to a link or a button, and press Enter."""
        self.to(target).press("Enter")

    def tick(self, target: Locator) -> None:
        """Go to a tick, and set it by Space."""
        self.to(target).press("Space")
        expect(target).to_be_checked()

    def write(self, target: Locator, text: str) -> None:
        """Go to a field, and write over what is in it."""
        self.to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, target: Locator, begins: str) -> None:
        """Go to a list, and type how the entry begins."""
        self.to(target)
        self.page.keyboard.type(begins)

    def pick(self, target: Locator) -> None:
        """Go to a group of radio buttons, and through it by arrows."""
        group = target.evaluate("e => e.name")
        chosen = self.page.locator(f"input[name='{group}']:checked")
        self.to(chosen if chosen.count() else self.page.locator(f"input[name='{group}']").first)
        self.page.keyboard.press("Space")
        for _ in range(MOST):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{target} cannot be reached by arrows.")

    def skip(self) -> None:
        """Leave out the head of the page, by the first link on it."""
        self.page.keyboard.press("Tab")
        link = self.page.locator(".govuk-skip-link")
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport(ratio=1)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Tab")
        expect(self.page.locator("main :focus")).to_have_count(1)

    def round(self) -> None:
        """Go through the whole page and back: nothing is left out, and nothing holds one fast."""
        self.page.locator(".govuk-skip-link").focus()
        self.page.evaluate("() => { window.keysWere = undefined; }")
        there = self._all("Tab")
        missed = [each for each in self.page.evaluate(REACHABLE) if each not in there]
        if missed:
            pytest.fail(f"Tab does not come by {missed}")
        back = self._all("Shift+Tab")
        if back[-2::-1] != there[:-1]:
            pytest.fail(f"There it goes by {there}, and back by {back}")

    def _all(self, key: str) -> list[str]:
        found: list[str] = []
        for _ in range(MOST):
            stop = self._stop(key, None)
            if stop["is_nowhere"]:
                continue
            _is_good(stop)
            found.append(stop["name"])
            if stop["is_top"]:
                return found
        pytest.fail(f"There is no way out by {key}: {found[-3:]}")

    def _stop(self, key: str, wanted: Any) -> dict[str, Any]:
        self.page.keyboard.press(key)
        found: dict[str, Any] = self.page.evaluate(STOP, [wanted, "Shift" not in key])
        return found


def _is_good(stop: dict[str, Any]) -> None:
    if not stop["is_seen"]:
        pytest.fail(f"Nobody sees that focus is on {stop['name']}")
    if stop["is_covered"]:
        pytest.fail(f"Something lies over {stop['name']}")
    if stop["jumps"]:
        pytest.fail(f"{stop['name']} {stop['jumps']}")
