"""Pictures of parts and of the posed device, all with the same camera and the same light.

They are drawn by VTK in a child process, so that nobody who asks for a picture pays for importing
it, and a crash of a graphics driver is an error message and not the end of the program.
"""

from parametric.export.pictures.child import PictureFailed, Pictures, render, render_all
from parametric.export.pictures.scene import (
    GHOST,
    Background,
    Picture,
    Shown,
    View,
    highlighted,
)

__all__ = [
    "GHOST",
    "Background",
    "Picture",
    "PictureFailed",
    "Pictures",
    "Shown",
    "View",
    "highlighted",
    "render",
    "render_all",
]
