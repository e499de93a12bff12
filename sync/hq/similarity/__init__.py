"""Answer similarity 雷同卷: pairs of answer sheets that are more alike than chance explains.

What it finds is a ground for review, never a verdict. The rules without storage are in
``model``, ``indices``, ``corrections``, ``places``, ``times`` and ``texts``.
"""
