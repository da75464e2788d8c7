"""Camera, light and table: VTK draws opaque parts, numpy lays the layers over each other."""

from __future__ import annotations

from parametric.export.pictures.scene import Picture


class Studio:
    """Draws pictures in this process."""

    def take(self, picture: Picture) -> bytes:
        """Return a picture as PNG."""
        raise NotImplementedError(f"{picture.view} pictures come next")
