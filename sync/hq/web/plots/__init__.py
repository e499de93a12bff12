"""Plots as SVG, drawn by the server: no script, no inline style, readable by screen readers.

Each function returns markup for a page. Colours are classes in ``static/plots.css``. Beside a plot
stands its table, which says the same in numbers (``templates/plots.html``).
"""
