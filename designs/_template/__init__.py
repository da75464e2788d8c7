"""The design to copy when you start one of your own: a soft, fat grip for a pen."""
