"""The big screen (综合屏) as a window: what `/screen` shows, on a machine without a browser. A program of its own.

`picture` says what stands where, as marks with sizes and colours by name, and knows no Qt; `window` paints marks;
`hearing` listens to the hall's public listener. The rules are those of the page (`hall_daemon/pages/screen`): a test
holds the two layouts equal.
"""
