"""The child process that draws, and the parent's side of it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Final

from parametric.export.pictures.scene import (
    Background,
    Body,
    Order,
    Picture,
    Shown,
    View,
)
from parametric.solid.mesh import Mesh

TIMEOUT_S: Final = 120.0
"""How long one picture may take. Drawn without a graphics card it takes about a second."""


class PictureFailed(RuntimeError):
    """A picture could not be drawn: the drawing process reported an error, died or hung."""


class Pictures:
    """A studio: one child process that draws picture after picture until it is closed.

    Used as a context manager. The child starts with the first picture and costs 2 s then.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        """Let every picture take at most `timeout_s` seconds."""
        self._timeout_s = timeout_s
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._sent: dict[int, Mesh] = {}

    def __enter__(self) -> Pictures:
        """Return itself; nothing is started yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child process."""
        self.close()

    def take(self, picture: Picture) -> bytes:
        """Return one picture as PNG.

        Raises:
            PictureFailed: drawing failed; the message says what happened.
        """
        pipe = self._started()
        try:
            pipe.send(self._order(picture))
            if not pipe.poll(self._timeout_s):
                self.close()
                raise PictureFailed(f"a picture took longer than {self._timeout_s:g} s")
            answer: bytes | str = pipe.recv()
        except (EOFError, OSError):
            raise PictureFailed(self._cause_of_death()) from None
        if isinstance(answer, str):
            raise PictureFailed(f"a picture could not be drawn: {answer}")
        return answer

    def close(self) -> None:
        """End the child process. Taking another picture starts a new one."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            # It holds nothing that is worth a goodbye, and a hung driver would not say one.
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None
        self._sent.clear()

    def _order(self, picture: Picture) -> Order:
        """Return a picture for the child, with those meshes that it has not seen yet."""
        new = {}
        for shown in (*picture.scene, *picture.framed_by):
            number = id(shown.mesh)
            if number not in self._sent:
                # Held for as long as the child knows its number, so that no other mesh gets it.
                self._sent[number] = shown.mesh
                # Without what the mesh has worked out about itself, which is many times larger.
                new[number] = Mesh(shown.mesh.vertices, shown.mesh.triangles)
        return Order(
            new,
            tuple(_body(shown) for shown in picture.scene),
            tuple(_body(shown) for shown in picture.framed_by),
            picture.size,
            picture.view,
            picture.zoom,
            picture.background,
        )

    def _started(self) -> Connection:
        if self._pipe is None:
            # Spawned, never forked: a fork of a process with threads may hang.
            context = multiprocessing.get_context("spawn")
            self._pipe, childs_end = context.Pipe()
            self._process = context.Process(target=serve, args=(childs_end,), daemon=True)
            self._process.start()
            childs_end.close()
        return self._pipe

    def _cause_of_death(self) -> str:
        process = self._process
        if process is None:
            return "the drawing process was never started"
        process.join(5.0)
        code = process.exitcode
        self.close()
        how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended ({code})"
        return (
            f"the drawing process {how}. It needs OpenGL, with or without a display "
            "(Debian: apt-get install libegl1 libgl1)"
        )


def render_all(
    pictures: Sequence[Picture],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    timeout_s: float = TIMEOUT_S,
) -> list[bytes]:
    """Return all pictures as PNG, in order, drawn by one child process.

    Args:
        pictures: what to draw.
        progress: called after each picture with how many are done, and of how many.
        timeout_s: how long one picture may take (seconds).

    Raises:
        PictureFailed: drawing failed; the message says what happened.
    """
    drawn = []
    with Pictures(timeout_s) as studio:
        for picture in pictures:
            drawn.append(studio.take(picture))
            progress(len(drawn), len(pictures))
    return drawn


def render(
    scene: Sequence[Shown],
    *,
    size: tuple[int, int] = (1200, 900),
    view: View = "three-quarter",
    zoom: float = 1.0,
    background: Background = "paper",
) -> bytes:
    """Return one picture of a scene as PNG.

    See `Picture` for the arguments. For more than one picture use `render_all`, which starts one
    child process for all of them.

    Raises:
        PictureFailed: drawing failed; the message says what happened.
    """
    return render_all([Picture(tuple(scene), size, view, zoom, background)])[0]


def serve(pipe: Connection) -> None:
    """Draw what comes through the pipe until it is closed: the child process's whole life."""
    from parametric.export.pictures.studio import Studio

    studio = Studio()
    while True:
        try:
            order: Order = pipe.recv()
        except EOFError:
            return
        try:
            answer: bytes | str = studio.take(order)
        except Exception as error:  # noqa: BLE001  # whatever it is, the parent is to hear of it
            answer = f"{type(error).__name__}: {error}"
        pipe.send(answer)


def _body(shown: Shown) -> Body:
    return Body(id(shown.mesh), shown.placement, shown.colour, shown.opacity)
