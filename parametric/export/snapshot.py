"""A still picture of a device, quickly: for people whose browser shows no 3D.

Rays from the camera find what is seen (Embree), and light falls on it from where people are used
to it. It takes a second and no graphics library; pictures for guides are finer
(`parametric.export.pictures`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from parametric.checks.surface import Rays
from parametric.export.glb import Look, linear_rgb
from parametric.solid.mesh import Mesh

Array = npt.NDArray[np.float64]

PAPER: Final = "#faf1e6"

_FROM: Final = np.array((0.55, -0.75, 0.55))
"""Where the camera stands, seen from the middle of the device: a little to the right, above."""

_LIGHTS: Final = (((-0.4, -0.7, 0.9), 0.75), ((0.9, -0.2, 0.3), 0.3))
_AMBIENT: Final = 0.22
_ROOM: Final = 1.06
_FINER: Final = 2
"""Rays for each pixel, along each side."""

_BAND: Final = 60
"""Rows of pixels that are worked out at a time."""


def snapshot(looks: Sequence[Look], size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a picture of posed parts as PNG.

    Args:
        looks: the parts, in the device's coordinates (mm, z up).
        size: pixels across and down.

    Raises:
        ValueError: there are no parts.
    """
    from PIL import Image

    if not looks:
        raise ValueError("A picture of nothing.")
    vertices, triangles, normals, colours = _together(looks)
    across, up, towards = _camera()
    seen = np.stack((vertices @ across, vertices @ up), axis=1)
    low, high = seen.min(axis=0), seen.max(axis=0)
    wide, tall = size[0] * _FINER, size[1] * _FINER
    step = _ROOM * max((high[0] - low[0]) / wide, (high[1] - low[1]) / tall)
    middle = (low + high) / 2.0
    x = middle[0] + step * (np.arange(wide) - (wide - 1) / 2.0)
    y = middle[1] - step * (np.arange(tall) - (tall - 1) / 2.0)
    depth = float((vertices @ towards).max()) + 1.0
    rays = Rays(Mesh(vertices, triangles))
    # In bands: all rays at once would take hundreds of megabytes.
    bands = []
    for rows in np.array_split(y, max(1, size[1] // _BAND)):
        starts = x[None, :, None] * across + rows[:, None, None] * up + depth * towards
        light = _seen(starts.reshape(-1, 3), towards, rays, (vertices, triangles, normals), colours)
        bands.append(light.reshape(len(rows), wide, 3))
    fine = np.concatenate(bands).reshape(size[1], _FINER, size[0], _FINER, 3)
    mean = fine.mean(axis=(1, 3))
    picture = Image.fromarray((_screen(mean) * 255.0).round().astype(np.uint8), "RGB")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=4)
    return out.getvalue()


def _seen(
    starts: Array,
    towards: Array,
    rays: Rays,
    surface: tuple[Array, npt.NDArray[np.int32], Array],
    colours: Array,
) -> Array:
    """Return the light that comes along each ray, (n, 3), linear."""
    vertices, triangles, normals = surface
    far, hit = rays.cast(starts, np.broadcast_to(-towards, starts.shape))
    light = np.empty((len(starts), 3))
    light[:] = linear_rgb(PAPER)
    met = np.flatnonzero(hit >= 0)
    corners = triangles[hit[met]]
    at = starts[met] - far[met, None] * towards
    shine = _smooth(at, vertices[corners], normals[corners])
    falls = np.full(len(met), _AMBIENT)
    for direction, strength in _LIGHTS:
        lamp = np.array(direction) / np.linalg.norm(direction)
        falls += strength * np.clip(shine @ lamp, 0.0, None)
    light[met] = colours[hit[met]] * falls[:, None]
    return light


def _together(
    looks: Sequence[Look],
) -> tuple[Array, npt.NDArray[np.int32], Array, Array]:
    """Return vertices, triangles and normals of all parts, and each triangle's colour."""
    first = np.cumsum([0, *(len(look.shaded.vertices) for look in looks)])
    triangles = [
        look.shaded.triangles.astype(np.int32) + start
        for look, start in zip(looks, first, strict=False)
    ]
    colours = [
        np.broadcast_to(linear_rgb(look.colour), (len(look.shaded.triangles), 3)) for look in looks
    ]
    return (
        np.concatenate([look.shaded.vertices for look in looks]).astype(np.float64),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate([look.shaded.normals for look in looks]).astype(np.float64),
        np.concatenate(colours).astype(np.float64),
    )


def _camera() -> tuple[Array, Array, Array]:
    towards = _FROM / np.linalg.norm(_FROM)
    across = np.cross((0.0, 0.0, 1.0), towards)
    across /= np.linalg.norm(across)
    return across, np.cross(towards, across), towards


def _smooth(at: Array, corners: Array, normals: Array) -> Array:
    """Return the normal at points of triangles, between those of their corners, (n, 3)."""
    ab, ac, ap = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0], at - corners[:, 0]
    bb, bc, cc = _dot(ab, ab), _dot(ab, ac), _dot(ac, ac)
    pb, pc = _dot(ap, ab), _dot(ap, ac)
    whole = np.maximum(bb * cc - bc * bc, 1e-12)
    v, w = (cc * pb - bc * pc) / whole, (bb * pc - bc * pb) / whole
    v, w = np.clip(v, 0.0, 1.0), np.clip(w, 0.0, 1.0)
    weights = np.stack((np.clip(1.0 - v - w, 0.0, 1.0), v, w), axis=1)
    mixed = np.einsum("ni,nij->nj", weights, normals)
    length = np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-12)
    unit: Array = mixed / length
    return unit


def _dot(a: Array, b: Array) -> Array:
    product: Array = np.einsum("ij,ij->i", a, b)
    return product


def _screen(linear: Array) -> Array:
    """Return linear light as a screen shows it (IEC 61966-2-1, sRGB)."""
    held = np.clip(linear, 0.0, 1.0)
    shown: Array = np.where(held <= 0.0031308, 12.92 * held, 1.055 * held ** (1 / 2.4) - 0.055)
    return shown
