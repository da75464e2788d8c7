"""The exact evaluator: a solid's value becomes a boundary representation, through CadQuery.

For STEP, for the escape hatch, and as the independent judge of the mesh. Importing this package
costs seconds and hundreds of megabytes, so it is imported inside of the function that needs it.
OCCT runs on one thread here (a worker must never start its thread pool), and what it returns is
believed only after `parametric.solid.exact.bodies.sound` has looked: its own isValid() says yes
to inside-out, open and empty shapes.
"""

from parametric.solid.exact.evaluate import evaluate_exact
from parametric.solid.exact.hatch import leaf_triangles
from parametric.solid.leaves import LEAVES, leaf

__all__ = ["LEAVES", "evaluate_exact", "leaf", "leaf_triangles"]
