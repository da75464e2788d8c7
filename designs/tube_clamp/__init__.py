"""A clamp for wheelchair tubes, and a cup holder on its mount."""
