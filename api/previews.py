"""Previews: design and measurements become a model to look at while somebody waits.

Children that are kept do the work (`api.jobs.previewing`), a few for each web server, so that a
device's parts are made side by side and what did not change is not made again. One preview is
made at a time; a few may wait; more are told to come back. A child that takes too long or breaks
down is ended and another one started. Nothing is stored: what a preview shows was measured on
somebody. The newest few stay in memory until others take their place.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

import designs
from api.jobs import children, previewing
from api.jobs.shares import Costs
from api.problems import HttpError
from api.settings import Settings
from parametric.clearance import DEFAULT_PRINTER, PrinterProfile
from parametric.problems import BadParameters, Problem
from registry.errors import TooBusy

if TYPE_CHECKING:
    from api.designs import Source
    from parametric.export.glb import Look

MOST_WAITING: Final = 3
"""With more previews in the queue a new one is told to come back."""

MOST_ANSWERS: Final = 500
"""After so many a child is replaced, whatever it still has in its memory."""

MOST_MEGABYTES: Final = 1200
"""A child that has become larger is replaced."""

MOST_KNOWN: Final = 4
"""So many of the newest are remembered: a page asks for the facts first, and then for the model."""

_LIFETIME_S: Final = 3600
"""Seconds of arithmetic that the system gives one child."""

_LONGEST_WORD: Final = 64 << 20

_MOST_BLOBS: Final = 3000

# A forkserver ends with the thread that started it, and threads that answer requests come and go.
# The one of this pool stays for as long as the process.
_STARTER: Final = ThreadPoolExecutor(1, "starts-children")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Preview:
    """What a device would be.

    Attributes:
        facts: ``values`` with where each came from, ``warnings`` in words, ``parts``, what must
            be ``bought``.
        looks: its parts, posed at rest; none where only facts were asked for.
        beds: how large each part lies on the bed (mm), by its name.
    """

    facts: Mapping[str, Any]
    looks: tuple[Look, ...]
    beds: Mapping[str, tuple[float, float, float]]

    @cached_property
    def size_mm(self) -> tuple[float, float, float]:
        """How large the device is at rest, along x, y and z (mm)."""
        import numpy as np

        every = [look.shaded.vertices for look in self.looks]
        low = np.min([each.min(axis=0) for each in every], axis=0)
        high = np.max([each.max(axis=0) for each in every], axis=0)
        x, y, z = (round(float(each), 1) for each in high - low)
        return x, y, z

    def glb(self) -> bytes:
        """Return it as a file for viewers."""
        from parametric.export.glb import glb_of

        return glb_of(self.looks)


class Previews:
    """The children of one web server, and who waits for them."""

    def __init__(self, settings: Settings) -> None:
        """Start nothing yet; the first preview does, or `warm`."""
        self._settings = settings
        self._room = threading.BoundedSemaphore(1 + MOST_WAITING)
        self._turn = threading.Lock()
        self._hands: list[_Hand] = []
        self._costs = Costs()
        self._known: OrderedDict[str, Preview] = OrderedDict()
        self._known_lock = threading.Lock()

    def warm(self) -> None:
        """Start the children now, so that nobody waits for that."""
        with self._turn:
            self._ready()

    def close(self) -> None:
        """End the children."""
        with self._turn:
            self._let_go()

    def make(
        self,
        source: Source,
        entries: Mapping[str, Any],
        printer: PrinterProfile = DEFAULT_PRINTER,
        *,
        colours: Mapping[str, str] | None = None,
        facts_only: bool = False,
    ) -> Preview:
        """Return what the device would be.

        Args:
            source: which version of which design, see `api.designs.locate`.
            entries: measurements and choices, as they were entered.
            printer: for which printer.
            colours: other colours ("#rrggbb") by the design's own.
            facts_only: make no shapes.

        Raises:
            BadParameters: something that was entered cannot be used; all problems are in it.
            TooBusy: too many wait.
            HttpError: no model can be made of it (422), or none was made in time (503).
        """
        gives = "facts" if facts_only else "shapes"
        order = _order(source, entries, printer, colours, gives)
        key = json.dumps(order, sort_keys=True)
        with self._known_lock:
            found = self._known.get(key)
        if found is None:
            found = _preview(self._in_turn(order, 1 if facts_only else self._most))
            with self._known_lock:
                self._known[key] = found
                while len(self._known) > MOST_KNOWN:
                    self._known.popitem(last=False)
        return found

    def picture(
        self,
        source: Source,
        entries: Mapping[str, Any],
        printer: PrinterProfile = DEFAULT_PRINTER,
        *,
        colours: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return a still picture of it as PNG; otherwise as `make`."""
        answers = self._in_turn(_order(source, entries, printer, colours, "picture"), 1)
        _refused(answers)
        return answers[0].blobs[0]

    @property
    def _most(self) -> int:
        return self._settings.preview_children

    def _in_turn(self, order: Mapping[str, Any], hands: int) -> list[_Answer]:
        if not self._room.acquire(blocking=False):
            raise TooBusy("Many people look at models just now.", 2)
        try:
            with self._turn:
                return self._asked(order, hands)
        finally:
            self._room.release()

    def _asked(self, order: Mapping[str, Any], many: int) -> list[_Answer]:
        design = json.dumps(order["design"], sort_keys=True)
        # A child may have been ended from outside while it waited: that is no reason to fail.
        for again in (True, False):
            hands = self._ready()[:many]
            try:
                with _within(hands, self._settings.preview_seconds):
                    costs_ms = self._costs.of(design)
                    for number, hand in enumerate(hands):
                        share = (number, len(hands))
                        hand.ask({**order, "share": share, "costs_ms": costs_ms})
                    answers = [hand.answer() for hand in hands]
            except children.TookTooLong:
                self._let_go()
                raise HttpError(
                    503,
                    "preview_took_too_long",
                    "The model took too long to make.",
                    "Perhaps these measurements do not go together. Look at them again.",
                ) from None
            except children.Crashed as error:
                self._let_go()
                _log.warning("a child of the previews ended with %s", error.exitcode)
                if again:
                    continue
                raise HttpError(
                    503,
                    "no_preview",
                    "The program that makes the shapes broke down over it.",
                    "Ask for the files: they are made in another way.",
                ) from None
            self._hands = [hand for hand in self._hands if not hand.end_if_tired()]
            for answer in answers:
                self._costs.learn(design, answer.said.get("took_ms", {}))
            return answers
        raise AssertionError  # pragma: no cover (the second time returns or raises)

    def _ready(self) -> list[_Hand]:
        life = previewing.Life(tuple(designs.__path__), _LIFETIME_S, self._settings.fit_megabytes)
        if any(not hand.is_alive for hand in self._hands):
            self._let_go()
        while len(self._hands) < self._settings.preview_children:
            self._hands.append(_Hand(life))
        return self._hands

    def _let_go(self) -> None:
        for hand in self._hands:
            hand.end()
        self._hands = []


@dataclass(frozen=True)
class _Answer:
    said: Mapping[str, Any]
    blobs: list[bytes]


class _Hand:
    """One child and the pipe to it."""

    def __init__(self, life: previewing.Life) -> None:
        ours, theirs = children.context().Pipe()
        self._pipe: Connection = ours
        self._child = children.context().Process(target=previewing.answer_all, args=(life, theirs))
        try:
            _STARTER.submit(children.start, self._child).result()
        finally:
            theirs.close()
        self._answers = 0
        self._megabytes = 0

    @property
    def is_alive(self) -> bool:
        return self._child.is_alive()

    def ask(self, order: Mapping[str, Any]) -> None:
        with self._dead_or_alive():
            self._pipe.send_bytes(json.dumps(order).encode())

    def answer(self) -> _Answer:
        with self._dead_or_alive():
            said = json.loads(self._pipe.recv_bytes(_LONGEST_WORD))
            many = min(int(said.get("blobs", 0)), _MOST_BLOBS)
            blobs = [self._pipe.recv_bytes(_LONGEST_WORD) for _ in range(many)]
        self._answers += 1
        self._megabytes = int(said["megabytes"])
        return _Answer(said, blobs)

    def kill(self) -> None:
        # Also from another thread, while this one waits for an answer.
        with suppress(ValueError):
            self._child.kill()

    def end_if_tired(self) -> bool:
        """End a child that has done enough or grown too large; answer whether it was."""
        tired = self._answers >= MOST_ANSWERS or self._megabytes > MOST_MEGABYTES
        if tired:
            self.end()
        return tired

    def end(self) -> None:
        children.end(self._child)
        self._pipe.close()

    @contextmanager
    def _dead_or_alive(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError, ValueError, TypeError, KeyError):
            self._child.join(5.0)
            raise children.Crashed(self._child.exitcode) from None


@contextmanager
def _within(hands: list[_Hand], seconds: float) -> Iterator[None]:
    """End the children when their time is over, whatever they are doing.

    Raises:
        children.TookTooLong: it was.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        for hand in hands:
            hand.kill()

    watch = threading.Timer(seconds, end)
    watch.daemon = True
    watch.start()
    try:
        yield
    except children.Crashed:
        if over.is_set():
            raise children.TookTooLong from None
        raise
    finally:
        watch.cancel()


def _order(
    source: Source,
    entries: Mapping[str, Any],
    printer: PrinterProfile,
    colours: Mapping[str, str] | None,
    gives: str,
) -> dict[str, Any]:
    return {
        "design": (source.slug, source.version, source.more),
        "entries": dict(entries),
        "printer": asdict(printer),
        "colours": dict(colours or {}),
        "gives": gives,
    }


def _refused(answers: list[_Answer]) -> None:
    for answer in answers:
        if answer.said["end"] == "refused":
            raise BadParameters(tuple(Problem(**each) for each in answer.said["problems"]))
    for answer in answers:
        if answer.said["end"] != "done":
            _log.warning("no preview: %s %s", answer.said.get("why"), answer.said.get("kind", ""))
            raise HttpError(
                422,
                "cannot_be_made",
                "These measurements make no shape that holds together.",
                "Change one of them, or look at them again.",
            )


def _preview(answers: list[_Answer]) -> Preview:
    _refused(answers)
    facts = answers[0].said["facts"]
    looks, beds = {}, {}
    for answer in answers:
        for number, each in enumerate(answer.said["looks"]):
            looks[each["name"]] = _look(each, answer.blobs[3 * number : 3 * number + 3])
            x, y, z = each["on_bed_mm"]
            beds[each["name"]] = (x, y, z)
    names = [part["name"] for part in facts["parts"] if part["name"] in looks]
    return Preview(facts, tuple(looks[name] for name in names), beds)


def _look(said: Mapping[str, Any], shapes: list[bytes]) -> Look:
    import numpy as np

    from parametric.export.glb import Look
    from parametric.export.normals import Shaded

    vertices, normals, triangles = shapes
    return Look(
        said["name"],
        said["colour"],
        Shaded(
            np.frombuffer(vertices, "<f4").reshape(-1, 3),
            np.frombuffer(normals, "<f4").reshape(-1, 3),
            np.frombuffer(triangles, "<u4").reshape(-1, 3),
        ),
    )
