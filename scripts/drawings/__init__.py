"""Line drawings for the pages, all in one hand: `python -m scripts.drawings`.

Each is an SVG without words, so that it fits every language; its text version stands beside it.
"""
