"""Guides: one content, rendered as a page for the browser and as a PDF for paper."""

from parametric.guide.blocks import Guide
from parametric.guide.content import KitPictures, guide_content
from parametric.guide.html import guide_html
from parametric.guide.markdown import BadGuideText
from parametric.guide.pdf import guide_pdf
from parametric.guide.translate import LANGUAGES, in_language

__all__ = [
    "LANGUAGES",
    "BadGuideText",
    "Guide",
    "KitPictures",
    "guide_content",
    "guide_html",
    "guide_pdf",
    "in_language",
]
