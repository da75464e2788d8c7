"""A design that cannot be imported."""

DESIGN = undefined_name  # type: ignore[name-defined]  # noqa: F821
