"""Camera, light and table: VTK draws opaque parts, numpy lays the layers over each other.

What VTK draws is only ever opaque; background, the soft shadow on the table and ghosts are put
together afterwards. So nothing depends on the order in which translucent triangles are drawn,
and edges are clean on any background.

Only the drawing process imports this module, because it imports VTK, though no more of it than is
needed: `import vtk` would take ten times as long.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates, zoom
from vtkmodules.util import numpy_support
from vtkmodules.vtkCommonCore import (
    vtkFloatArray,
    vtkLogger,
    vtkObject,
    vtkPoints,
    vtkUnsignedCharArray,
)
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkIOImage import vtkPNGWriter
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLight,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkTexture,
)
from vtkmodules.vtkRenderingOpenGL2 import vtkRenderStepsPass, vtkSSAOPass

from parametric.export.normals import shaded
from parametric.export.pictures.scene import Background, Body, Order, View
from parametric.place import Points, Vec3, cross, unit
from parametric.solid.mesh import Mesh

Image: TypeAlias = npt.NDArray[np.float32]
"""(height, width, channels) from 0 to 1, the top row first, colours multiplied by alpha."""

_OVERSAMPLING: Final = 2
"""Pictures are drawn this many times larger and averaged: smooth edges on every driver."""

_PAPER: Final = (0.962, 0.945, 0.918)
"""Warm off-white (sRGB)."""

_SHADOW: Final = (0.30, 0.24, 0.20)
"""Colour of a shadow where no light comes at all (sRGB): warm, never black."""

_LENS_DEG: Final = 22.0
"""Vertical view angle: a long lens, as for product photos, so that proportions look right."""

_MARGIN: Final = 1.14
"""How much more than the scene the picture shows."""

_SHADOW_PIXELS: Final = 400
"""About how many pixels wide the shadow is worked out; it is soft anyway."""

_SIGMA_PIXELS: Final = 6.0
"""Pixels for the width (one sigma) of a soft edge that are enough to work it out with."""

_SAMPLES: Final = 32
"""How many points round each pixel say how much light a corner gets."""

_BAYER: Final = (
    np.array(((0, 8, 2, 10), (12, 4, 14, 6), (3, 11, 1, 9), (15, 7, 13, 5)), dtype=np.float32)
    + np.float32(0.5)
) / np.float32(16.0)
"""Thresholds spread evenly over 4 x 4 pixels (Bayer, "An optimum method for two-level rendition
of continuous-tone pictures", IEEE ICC 1973)."""

_ROUGHNESS: Final = 0.5
"""Of printed plastic, satin."""

_DIRECTIONS: Final[dict[View, Vec3]] = {
    "three-quarter": (-0.72, 0.95, 0.68),
    "front": (0.0, 1.0, 0.1),
    "back": (0.0, -1.0, 0.1),
    "left": (-1.0, 0.0, 0.1),
    "right": (1.0, 0.0, 0.1),
    "top": (0.0, -0.02, 1.0),
    "bottom": (0.0, -0.02, -1.0),
}
"""From the scene to the camera. A hint of height shows the table in the level views."""

_LIGHTS: Final[tuple[tuple[Vec3, Vec3, float], ...]] = (
    # Key: high on the left, warm.
    ((-0.85, 0.95, 0.75), (1.0, 0.965, 0.91), 1.1),
    # Fill: low on the right, cool and weak.
    ((1.0, 0.1, 0.7), (0.86, 0.93, 1.0), 0.35),
    # Rim: from behind, to part the shape from the paper.
    ((0.45, 0.8, -0.8), (1.0, 0.985, 0.96), 1.0),
)
"""Where a light stands as seen from the camera (right, up, towards it), its colour, its power."""


class Studio:
    """Draws pictures in this process."""

    def __init__(self) -> None:
        """Set up the lights, and quieten VTK: it warns of the display that a server lacks."""
        vtkObject.GlobalWarningDisplayOff()
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
        self._things: dict[int, _Thing] = {}
        self._window = vtkRenderWindow()
        self._window.OffScreenRenderingOn()
        self._window.SetMultiSamples(0)
        self._window.AlphaBitPlanesOn()
        self._renderer = vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
        self._renderer.SetBackgroundAlpha(0.0)
        self._window.AddRenderer(self._renderer)
        _set_lights(self._renderer)
        self._plain = vtkRenderStepsPass()
        self._corners = vtkSSAOPass()
        self._corners.SetKernelSize(_SAMPLES)
        self._corners.BlurOn()
        self._corners.SetDelegatePass(self._plain)

    def take(self, order: Order) -> bytes:
        """Return a picture as PNG."""
        for number, mesh in order.new.items():
            self._things[number] = _Thing(mesh)
        points = [self._placed(body) for body in order.framed_by or order.scene]
        camera = _Camera.framing(np.concatenate(points), order.view, order.size, order.zoom)
        self._window.SetSize(order.size[0] * _OVERSAMPLING, order.size[1] * _OVERSAMPLING)
        everything = np.concatenate([self._placed(body) for body in order.scene])
        reach_mm = float(np.ptp(everything, axis=0).max())
        self._put(order.scene)
        shadow = _on_table(self._shadow_map(everything), camera, order.size)
        # Each layer holds everything at least as solid as its opacity.
        layers = []
        for opacity in sorted({body.opacity for body in order.scene}):
            self._put([body for body in order.scene if body.opacity >= opacity])
            layers.append((opacity, self._draw(camera, order.size, reach_mm)))
        # Ghosts throw as little shadow as there is of them, and hide what they throw.
        palest, whole = layers[0]
        shadow *= palest * (1.0 - whole[:, :, 3:])
        paper = _background(order.background, order.size)
        table = paper * (1.0 - shadow) + np.array((*_SHADOW, 1.0), dtype=np.float32) * shadow
        # The most solid layer comes first and each paler one is laid over it, which is what
        # looking through a ghost is.
        picture = table
        for opacity, drawn in reversed(layers):
            layer = table * (1.0 - drawn[:, :, 3:]) + drawn
            picture = picture * (1.0 - opacity) + layer * opacity
        return _png(picture.astype(np.float32))

    def _placed(self, body: Body) -> Points:
        return body.placement.points(self._things[body.number].vertices)

    def _put(self, bodies: Sequence[Body]) -> None:
        self._renderer.RemoveAllViewProps()
        for body in bodies:
            self._renderer.AddActor(self._things[body.number].actor(body))

    def _draw(self, camera: _Camera, size: tuple[int, int], reach_mm: float) -> Image:
        """Return what is put up, without background or shadow."""
        width, height = size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING
        camera.set(self._renderer)
        self._corners.SetRadius(0.09 * reach_mm)
        self._corners.SetBias(0.002 * reach_mm)
        self._renderer.SetPass(self._corners)
        self._window.Render()
        pixels = vtkUnsignedCharArray()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, pixels, 0)
        covered = self._depths((width, height)) < 1.0
        drawn = _from_vtk(pixels).reshape(height, width, 4)[::-1].astype(np.float32)
        drawn[:, :, 3] = 255.0
        drawn *= covered[:, :, None] / np.float32(255.0)
        # Each pixel is the mean of those that were drawn for it; numpy's own takes thrice as long.
        mean: Image = np.zeros((size[1], size[0], 4), dtype=np.float32)
        for down, across in product(range(_OVERSAMPLING), repeat=2):
            mean += drawn[down::_OVERSAMPLING, across::_OVERSAMPLING]
        mean /= _OVERSAMPLING**2
        return mean

    def _depths(self, size: tuple[int, int]) -> npt.NDArray[np.float32]:
        depths = vtkFloatArray()
        self._window.GetZbufferData(0, 0, size[0] - 1, size[1] - 1, depths)
        array: npt.NDArray[np.float32] = _from_vtk(depths).reshape(size[1], size[0])[::-1].copy()
        return array

    def _shadow_map(self, points: Points) -> _ShadowMap:
        """Return how dark the table is under what is put up, from how high that is above it."""
        low, high = points.min(axis=0), points.max(axis=0)
        reach = float(max(high - low))
        half = 0.5 * float(max(high[:2] - low[:2])) + 0.6 * reach
        middle = (low + high) / 2.0
        # The window keeps its size, because changing it costs more than drawing.
        width, height = self._window.GetSize()
        side = min(width, height)
        self._renderer.SetPass(self._plain)
        camera = self._renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetParallelScale(half * height / side)
        camera.SetFocalPoint(*middle)
        # From below the table, with x to the right and y downwards: rows then run along +y.
        camera.SetPosition(middle[0], middle[1], low[2] - 1.0)
        camera.SetViewUp(0.0, -1.0, 0.0)
        camera.SetClippingRange(0.5, float(high[2] - low[2]) + 2.0)
        self._window.Render()
        camera.ParallelProjectionOff()
        left, top = (width - side) // 2, (height - side) // 2
        square = self._depths((width, height))[top : top + side, left : left + side]
        coarse = max(1, side // _SHADOW_PIXELS)
        depth = square[::coarse, ::coarse].astype(np.float64)
        above = np.where(depth < 1.0, depth * (high[2] - low[2] + 1.5) - 0.5, np.inf)
        darkness = _soft_shadow(above, 2.0 * half * coarse / side, reach)
        return _ShadowMap(darkness, middle, half, low[2])


class _Thing:
    """A mesh as VTK wants it."""

    def __init__(self, mesh: Mesh) -> None:
        look = shaded(mesh)
        self.vertices: Points = mesh.vertices
        self._data = vtkPolyData()
        points = vtkPoints()
        points.SetData(_to_vtk(look.vertices))
        self._data.SetPoints(points)
        self._data.GetPointData().SetNormals(_to_vtk(look.normals))
        corners = np.ascontiguousarray(look.triangles, dtype=np.int64).reshape(-1)
        cells = vtkCellArray()
        cells.SetData(3, _to_vtk(corners))
        self._data.SetPolys(cells)

    def actor(self, body: Body) -> Any:
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(self._data)
        actor = vtkActor()
        actor.SetMapper(mapper)
        matrix = vtkMatrix4x4()
        matrix.DeepCopy(body.placement.matrix().reshape(-1).tolist())
        actor.SetUserMatrix(matrix)
        look = actor.GetProperty()
        look.SetInterpolationToPBR()
        look.SetMetallic(0.0)
        look.SetRoughness(_ROUGHNESS)
        look.SetColor(*(c**2.2 for c in _srgb(body.colour)))
        return actor


@dataclass(frozen=True)
class _Camera:
    """A camera that frames a scene: where it is and its right, up and back directions."""

    eye: Vec3
    right: Vec3
    up: Vec3
    back: Vec3
    half_width: float
    half_height: float
    near: float
    far: float

    @classmethod
    def framing(cls, points: Points, view: View, size: tuple[int, int], zoom: float) -> _Camera:
        """Return the camera from which all points just fit into the picture."""
        back = unit(_DIRECTIONS[view])
        right = unit(cross((0.0, 0.0, 1.0), back))
        up = cross(back, right)
        tall = math.tan(math.radians(_LENS_DEG / 2.0))
        wide = tall * size[0] / size[1]
        seen = points @ np.array((right, up, back)).T
        # A point is inside when |x - cx| <= wide (distance - z): two planes on each side.
        distances, centres = [], []
        for across, half in ((seen[:, 0], wide / _MARGIN), (seen[:, 1], tall / _MARGIN)):
            above = float((across + half * seen[:, 2]).max())
            below = float((-across + half * seen[:, 2]).max())
            distances.append((above + below) / (2.0 * half))
            centres.append((above - below) / 2.0)
        distance = max(distances)
        eye = np.array((*centres, distance)) @ np.array((right, up, back))
        nearest = distance - float(seen[:, 2].max())
        farthest = distance - float(seen[:, 2].min())
        slack = 0.02 * farthest
        return cls(
            (float(eye[0]), float(eye[1]), float(eye[2])),
            right,
            up,
            back,
            wide / zoom,
            tall / zoom,
            max(nearest - slack, 0.01 * farthest),
            farthest + slack,
        )

    def set(self, renderer: Any) -> None:
        """Put VTK's camera there."""
        camera = renderer.GetActiveCamera()
        camera.SetPosition(*self.eye)
        camera.SetFocalPoint(*(self.eye[i] - self.back[i] for i in range(3)))
        camera.SetViewUp(*self.up)
        camera.SetViewAngle(2.0 * math.degrees(math.atan(self.half_height)))
        camera.SetClippingRange(self.near, self.far)
        renderer.SetEnvironmentUp(*self.up)
        renderer.SetEnvironmentRight(*self.right)


@dataclass(frozen=True, eq=False)
class _ShadowMap:
    """How dark the table is: a square of `half` mm round `middle` at height `table` (mm)."""

    darkness: npt.NDArray[np.float64]
    middle: Points
    half: float
    table: float


def _soft_shadow(
    height: npt.NDArray[np.float64], mm_per_pixel: float, reach_mm: float
) -> npt.NDArray[np.float64]:
    """Return how much light is missing (0 to 1) below things `height` mm above the table.

    A thing near the table takes the light from a small place, a higher one takes less of it
    from a wider one: slices of rising height, each blurred by its height.
    """
    light = np.ones_like(height)
    levels = reach_mm * np.array((0.012, 0.03, 0.07, 0.16, 0.36, 0.8))
    for level, strength in zip(levels, (0.30, 0.28, 0.26, 0.22, 0.17, 0.10), strict=True):
        mask = (height < level).astype(np.float64)
        light *= 1.0 - strength * _blurred(mask, 0.45 * level / mm_per_pixel)
    return 1.0 - light


def _blurred(mask: npt.NDArray[np.float64], sigma: float) -> npt.NDArray[np.float64]:
    """Return a square mask blurred by `sigma` pixels; nothing lies outside of it.

    A wide blur is worked out on fewer pixels: it leaves nothing so fine that they would miss it.
    """
    coarse = max(1, int(sigma / _SIGMA_PIXELS))
    found: npt.NDArray[np.float64]
    if coarse == 1:
        found = gaussian_filter(mask, sigma, mode="constant")
        return found
    side = len(mask)
    count = -(-side // coarse)
    room = np.zeros((count * coarse, count * coarse))
    room[:side, :side] = mask
    few = room.reshape(count, coarse, count, coarse).mean(axis=(1, 3))
    soft = gaussian_filter(few, sigma / coarse, mode="constant")
    found = zoom(soft, coarse, order=1, mode="nearest", grid_mode=True)
    return found[:side, :side]


def _on_table(shadow: _ShadowMap, camera: _Camera, size: tuple[int, int]) -> Image:
    """Return how dark the table is at each pixel, (height, width, 1)."""
    x = (np.arange(size[0]) + 0.5) / size[0] * 2.0 - 1.0
    y = 1.0 - (np.arange(size[1]) + 0.5) / size[1] * 2.0
    ray = (
        x[None, :, None] * camera.half_width * np.array(camera.right)
        + y[:, None, None] * camera.half_height * np.array(camera.up)
        - np.array(camera.back)
    )
    drop = camera.eye[2] - shadow.table
    falling = ray[:, :, 2] < -1e-6
    if drop <= 0.0 or not falling.any():
        return np.zeros((size[1], size[0], 1), dtype=np.float32)
    way = np.where(falling, drop / np.where(falling, -ray[:, :, 2], 1.0), 0.0)
    side = len(shadow.darkness)
    column, row = (
        ((camera.eye[i] + way * ray[:, :, i] - shadow.middle[i]) / shadow.half + 1.0) * side / 2.0
        - 0.5
        for i in (0, 1)
    )
    dark = map_coordinates(shadow.darkness, (row, column), order=1, mode="constant")
    found: Image = np.where(falling, dark, 0.0)[:, :, None].astype(np.float32)
    return found


def _background(kind: Background, size: tuple[int, int]) -> Image:
    image = np.zeros((size[1], size[0], 4), dtype=np.float32)
    if kind == "paper":
        image[:] = (*_PAPER, 1.0)
    return image


def _png(image: Image) -> bytes:
    height, width = image.shape[:2]
    alpha = image[:, :, 3:]
    channels = 3 if float(alpha.min()) > 0.999 else 4
    straight: Image = np.concatenate((image[:, :, :3] / np.maximum(alpha, 1e-6), alpha), axis=2)
    # Rounding up and down by turns hides the steps that a soft shadow has in 8 bits.
    steps = np.tile(_BAYER, (height // 4 + 1, width // 4 + 1))[:height, :width, None]
    stepped: Image = np.floor(straight[::-1, :, :channels] * 255.0 + steps)
    pixels = np.clip(stepped, 0, 255).astype(np.uint8)
    data = vtkImageData()
    data.SetDimensions(pixels.shape[1], pixels.shape[0], 1)
    flat = np.ascontiguousarray(pixels.reshape(-1, channels))
    data.GetPointData().SetScalars(_to_vtk(flat))
    writer = vtkPNGWriter()
    writer.WriteToMemoryOn()
    writer.SetInputData(data)
    writer.Write()
    return bytes(_from_vtk(writer.GetResult()))


def _set_lights(renderer: Any) -> None:
    renderer.AutomaticLightCreationOff()
    for place, colour, power in _LIGHTS:
        light = vtkLight()
        light.SetLightTypeToCameraLight()
        light.SetPosition(*place)
        light.SetFocalPoint(0.0, 0.0, 0.0)
        light.SetColor(*colour)
        light.SetIntensity(power)
        renderer.AddLight(light)
    renderer.UseImageBasedLightingOn()
    renderer.SetEnvironmentTexture(_tent())
    # A tent without detail needs few samples; VTK's defaults take half a second more without a
    # graphics card, and change no pixel by more than 6 of 255.
    renderer.GetEnvMapPrefiltered().SetPrefilterLevels(4)
    renderer.GetEnvMapPrefiltered().SetPrefilterMaxSamples(64)
    renderer.GetEnvMapLookupTable().SetLUTSize(128)
    renderer.GetEnvMapLookupTable().SetLUTSamples(64)


def _tent() -> Any:
    """Return the light tent round the table as a texture: bright above, warm paper below."""
    height, width = 64, 128
    up = np.sin((np.arange(height) + 0.5) / height * math.pi - math.pi / 2.0)[:, None, None]
    sky, horizon, floor = (
        np.array(c) for c in ((1.0, 1.0, 1.02), (0.7, 0.7, 0.7), (0.5, 0.46, 0.41))
    )
    tent = np.where(up > 0.0, horizon + (sky - horizon) * up, horizon + (floor - horizon) * -up)
    tent = np.broadcast_to(tent, (height, width, 3)).astype(np.float32)
    data = vtkImageData()
    data.SetDimensions(width, height, 1)
    data.GetPointData().SetScalars(_to_vtk(tent.reshape(-1, 3)))
    texture = vtkTexture()
    texture.SetInputData(data)
    texture.SetColorModeToDirectScalars()
    texture.MipmapOn()
    texture.InterpolateOn()
    return texture


def _srgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (byte / 255.0 for byte in bytes.fromhex(colour.removeprefix("#")))
    return red, green, blue


def _to_vtk(array: npt.NDArray[Any]) -> Any:
    """Return a copy of an array for VTK to keep; whole numbers are indices."""
    # VTK's own annotations end before its numpy support.
    if array.dtype == np.int64:
        return numpy_support.numpy_to_vtkIdTypeArray(array, deep=True)  # type: ignore[no-untyped-call]
    return numpy_support.numpy_to_vtk(array, deep=True)  # type: ignore[no-untyped-call]


def _from_vtk(array: Any) -> npt.NDArray[Any]:
    """Return VTK's memory as an array, which lives as long as VTK keeps it."""
    found: npt.NDArray[Any] = numpy_support.vtk_to_numpy(array)  # type: ignore[no-untyped-call]
    return found
