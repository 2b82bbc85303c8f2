"""What people would rather look at than read, as PNG: pure functions from data to drawings.

A picture is written as SVG with every letter as an outline, so that it looks the same on every
machine, whatever fonts that has. The same data gives the words that stand for it (alt text).
"""
