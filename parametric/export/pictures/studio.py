"""Camera, light and table: VTK draws opaque parts, numpy lays the layers over each other.

What VTK draws is only ever opaque; background, the soft shadow on the table and ghosts are put
together afterwards. So nothing depends on the order in which translucent triangles are drawn,
and edges are clean on any background.

Only the drawing process imports this module, because it imports VTK.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import vtk
from scipy.ndimage import gaussian_filter, map_coordinates
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy

from parametric.export.normals import shaded
from parametric.export.pictures.scene import Background, Body, Order, View
from parametric.place import Points, Vec3, cross, unit
from parametric.solid.mesh import Mesh

Image: TypeAlias = npt.NDArray[np.float64]
"""(height, width, channels) from 0 to 1, the top row first."""

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

_ROUGHNESS: Final = 0.45
"""Of printed plastic, satin."""

_DIRECTIONS: Final[dict[View, Vec3]] = {
    "three-quarter": (-0.62, -1.0, 0.62),
    "front": (0.0, -1.0, 0.1),
    "back": (0.0, 1.0, 0.1),
    "left": (-1.0, 0.0, 0.1),
    "right": (1.0, 0.0, 0.1),
    "top": (0.0, -0.02, 1.0),
    "bottom": (0.0, -0.02, -1.0),
}
"""From the scene to the camera. A hint of height shows the table in the level views."""

_LIGHTS: Final[tuple[tuple[Vec3, Vec3, float], ...]] = (
    # Key: high on the left, warm.
    ((-0.85, 0.95, 0.75), (1.0, 0.965, 0.91), 1.5),
    # Fill: low on the right, cool and weak.
    ((1.0, 0.1, 0.7), (0.86, 0.93, 1.0), 0.35),
    # Rim: from behind, to part the shape from the paper.
    ((0.45, 0.8, -0.8), (1.0, 0.985, 0.96), 1.2),
)
"""Where a light stands as seen from the camera (right, up, towards it), its colour, its power."""


class Studio:
    """Draws pictures in this process."""

    def __init__(self) -> None:
        """Set up the lights, and quieten VTK: it warns of the display that a server lacks."""
        vtk.vtkObject.GlobalWarningDisplayOff()
        vtk.vtkLogger.SetStderrVerbosity(vtk.vtkLogger.VERBOSITY_OFF)
        self._things: dict[int, _Thing] = {}
        self._window = vtk.vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)
        self._window.SetAlphaBitPlanes(True)
        self._renderer = vtk.vtkRenderer()
        self._renderer.SetBackground(0.0, 0.0, 0.0)
        self._renderer.SetBackgroundAlpha(0.0)
        self._window.AddRenderer(self._renderer)
        _set_lights(self._renderer)

    def take(self, order: Order) -> bytes:
        """Return a picture as PNG."""
        for number, mesh in order.new.items():
            self._things[number] = _Thing(mesh)
        size = (order.size[0] * _OVERSAMPLING, order.size[1] * _OVERSAMPLING)
        points = [self._placed(body) for body in order.framed_by or order.scene]
        camera = _Camera.framing(np.concatenate(points), order.view, size, order.zoom)
        picture = _background(order.background, size)
        # Each layer holds everything at least as solid as its opacity. The most solid one comes
        # first and each paler one is laid over it, which is what looking through a ghost is.
        behind = None
        for opacity in sorted({body.opacity for body in order.scene}, reverse=True):
            layer = [body for body in order.scene if body.opacity >= opacity]
            drawn = self._layer(layer, camera, size, picture)
            behind = drawn if behind is None else _mixed(behind, drawn, opacity)
            if behind is drawn and opacity < 1.0:
                behind = _mixed(picture, drawn, opacity)
        assert behind is not None  # noqa: S101  # a picture has something to show
        return _png(_averaged(behind))

    def _placed(self, body: Body) -> Points:
        return body.placement.points(self._things[body.number].vertices)

    def _layer(
        self, bodies: Sequence[Body], camera: _Camera, size: tuple[int, int], picture: Image
    ) -> Image:
        """Return opaque bodies and their shadow on top of a background, with alpha in [..., 3]."""
        self._put(bodies)
        points = np.concatenate([self._placed(body) for body in bodies])
        drawn = self._draw(camera, size, float(np.ptp(points, axis=0).max()))
        shadow = _on_table(self._shadow_map(points), camera, size)
        below = picture.copy()
        _darken(below, shadow)
        cover = drawn[:, :, 3:]
        below[:, :, :3] = below[:, :, :3] * (1.0 - cover) + drawn[:, :, :3] * cover
        below[:, :, 3:] = below[:, :, 3:] * (1.0 - cover) + cover
        return below

    def _put(self, bodies: Sequence[Body]) -> None:
        self._renderer.RemoveAllViewProps()
        for body in bodies:
            self._renderer.AddActor(self._things[body.number].actor(body))

    def _draw(self, camera: _Camera, size: tuple[int, int], reach_mm: float) -> Image:
        self._window.SetSize(*size)
        camera.set(self._renderer)
        occlusion = vtk.vtkSSAOPass()
        occlusion.SetRadius(0.09 * reach_mm)
        occlusion.SetBias(0.002 * reach_mm)
        occlusion.SetKernelSize(128)
        occlusion.BlurOn()
        occlusion.SetDelegatePass(vtk.vtkRenderStepsPass())
        self._renderer.SetPass(occlusion)
        self._window.Render()
        pixels = vtk.vtkUnsignedCharArray()
        self._window.GetRGBACharPixelData(0, 0, size[0] - 1, size[1] - 1, False, pixels)
        depths = self._depths(size)
        self._renderer.SetPass(None)
        occlusion.ReleaseGraphicsResources(self._window)
        image = vtk_to_numpy(pixels).reshape(size[1], size[0], 4)[::-1] / 255.0
        image[:, :, 3] = depths < 1.0
        return image

    def _depths(self, size: tuple[int, int]) -> npt.NDArray[np.float32]:
        depths = vtk.vtkFloatArray()
        self._window.GetZbufferData(0, 0, size[0] - 1, size[1] - 1, depths)
        array: npt.NDArray[np.float32] = vtk_to_numpy(depths).reshape(size[1], size[0])[::-1].copy()
        return array

    def _shadow_map(self, points: Points) -> _ShadowMap:
        """Return how dark the table is under what is put up, from how high that is above it."""
        low, high = points.min(axis=0), points.max(axis=0)
        reach = float(max(high - low))
        half = 0.5 * float(max(high[:2] - low[:2])) + 0.6 * reach
        middle = (low + high) / 2.0
        side = 384
        self._window.SetSize(side, side)
        camera = self._renderer.GetActiveCamera()
        camera.ParallelProjectionOn()
        camera.SetParallelScale(half)
        camera.SetFocalPoint(*middle)
        # From below the table, with x to the right and y downwards: rows then run along +y.
        camera.SetPosition(middle[0], middle[1], low[2] - 1.0)
        camera.SetViewUp(0.0, -1.0, 0.0)
        camera.SetClippingRange(0.5, float(high[2] - low[2]) + 2.0)
        self._window.Render()
        camera.ParallelProjectionOff()
        depth = self._depths((side, side)).astype(np.float64)
        height = np.where(depth < 1.0, depth * (high[2] - low[2] + 1.5) - 0.5, np.inf)
        return _ShadowMap(_soft_shadow(height, 2.0 * half / side, reach), middle, half, low[2])


class _Thing:
    """A mesh as VTK wants it."""

    def __init__(self, mesh: Mesh) -> None:
        look = shaded(mesh)
        self.vertices: Points = mesh.vertices
        self._data = vtk.vtkPolyData()
        points = vtk.vtkPoints()
        points.SetData(numpy_to_vtk(look.vertices, deep=True))
        self._data.SetPoints(points)
        self._data.GetPointData().SetNormals(numpy_to_vtk(look.normals, deep=True))
        corners = np.ascontiguousarray(look.triangles, dtype=np.int64).reshape(-1)
        cells = vtk.vtkCellArray()
        cells.SetData(3, numpy_to_vtkIdTypeArray(corners, deep=True))
        self._data.SetPolys(cells)

    def actor(self, body: Body) -> Any:
        mapper = vtk.vtkPolyDataMapper()
        mapper.SetInputData(self._data)
        actor = vtk.vtkActor()
        actor.SetMapper(mapper)
        matrix = vtk.vtkMatrix4x4()
        matrix.DeepCopy(body.placement.matrix().reshape(-1))
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
    for level, strength in zip(levels, (0.30, 0.28, 0.26, 0.22, 0.18, 0.14), strict=True):
        mask = (height < level).astype(np.float64)
        blurred = gaussian_filter(mask, 0.45 * level / mm_per_pixel, mode="constant")
        light *= 1.0 - strength * blurred
    return 1.0 - light


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
        return np.zeros((size[1], size[0], 1))
    way = np.where(falling, drop / np.where(falling, -ray[:, :, 2], 1.0), 0.0)
    side = len(shadow.darkness)
    column, row = (
        ((camera.eye[i] + way * ray[:, :, i] - shadow.middle[i]) / shadow.half + 1.0) * side / 2.0
        - 0.5
        for i in (0, 1)
    )
    dark = map_coordinates(shadow.darkness, (row, column), order=1, mode="constant")
    found: Image = np.where(falling, dark, 0.0)[:, :, None]
    return found


def _background(kind: Background, size: tuple[int, int]) -> Image:
    image = np.zeros((size[1], size[0], 4))
    if kind == "paper":
        image[:, :, :3] = _PAPER
        image[:, :, 3] = 1.0
    return image


def _darken(image: Image, shadow: Image) -> None:
    """Lay a shadow (height, width, 1) on a background, see-through or not."""
    alpha = image[:, :, 3:]
    image[:, :, :3] = image[:, :, :3] * alpha * (1.0 - shadow) + np.array(_SHADOW) * shadow
    image[:, :, 3:] = alpha + (1.0 - alpha) * shadow
    image[:, :, :3] /= np.maximum(image[:, :, 3:], 1e-6)


def _mixed(solid: Image, ghost: Image, opacity: float) -> Image:
    """Return `ghost` laid over `solid`."""
    alpha = solid[:, :, 3:] * (1.0 - opacity) + ghost[:, :, 3:] * opacity
    colour = (
        solid[:, :, :3] * solid[:, :, 3:] * (1.0 - opacity)
        + ghost[:, :, :3] * ghost[:, :, 3:] * opacity
    ) / np.maximum(alpha, 1e-6)
    return np.concatenate((colour, alpha), axis=2)


def _averaged(image: Image) -> Image:
    """Return an image at its asked size, each pixel the mean of those that were drawn for it."""
    height, width = image.shape[0] // _OVERSAMPLING, image.shape[1] // _OVERSAMPLING
    alpha = image[:, :, 3:]
    weighted = np.concatenate((image[:, :, :3] * alpha, alpha), axis=2)
    mean: Image = weighted.reshape(height, _OVERSAMPLING, width, _OVERSAMPLING, 4).mean(axis=(1, 3))
    mean[:, :, :3] /= np.maximum(mean[:, :, 3:], 1e-6)
    return mean


def _png(image: Image) -> bytes:
    channels = 3 if bool(np.all(image[:, :, 3] > 0.999)) else 4
    pixels = np.clip(np.rint(image[::-1, :, :channels] * 255.0), 0, 255).astype(np.uint8)
    data = vtk.vtkImageData()
    data.SetDimensions(pixels.shape[1], pixels.shape[0], 1)
    flat = np.ascontiguousarray(pixels.reshape(-1, channels))
    data.GetPointData().SetScalars(numpy_to_vtk(flat, deep=True))
    writer = vtk.vtkPNGWriter()
    writer.WriteToMemoryOn()
    writer.SetInputData(data)
    writer.Write()
    return bytes(vtk_to_numpy(writer.GetResult()))


def _set_lights(renderer: Any) -> None:
    renderer.AutomaticLightCreationOff()
    for place, colour, power in _LIGHTS:
        light = vtk.vtkLight()
        light.SetLightTypeToCameraLight()
        light.SetPosition(*place)
        light.SetFocalPoint(0.0, 0.0, 0.0)
        light.SetColor(*colour)
        light.SetIntensity(power)
        renderer.AddLight(light)
    renderer.UseImageBasedLightingOn()
    renderer.SetEnvironmentTexture(_tent(), False)


def _tent() -> Any:
    """Return the light tent round the table as a texture: bright above, warm paper below."""
    height, width = 64, 128
    up = np.sin((np.arange(height) + 0.5) / height * math.pi - math.pi / 2.0)[:, None, None]
    sky, horizon, floor = (np.array(c) for c in ((1.0, 1.0, 1.02), (0.7, 0.7, 0.7), (0.5, 0.46, 0.41)))
    tent = np.where(up > 0.0, horizon + (sky - horizon) * up, horizon + (floor - horizon) * -up)
    tent = np.broadcast_to(tent, (height, width, 3)).astype(np.float32)
    data = vtk.vtkImageData()
    data.SetDimensions(width, height, 1)
    data.GetPointData().SetScalars(numpy_to_vtk(tent.reshape(-1, 3), deep=True))
    texture = vtk.vtkTexture()
    texture.SetInputData(data)
    texture.SetColorModeToDirectScalars()
    texture.MipmapOn()
    texture.InterpolateOn()
    return texture


def _srgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (byte / 255.0 for byte in bytes.fromhex(colour.removeprefix("#")))
    return red, green, blue
