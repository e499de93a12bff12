"""QTI content packages and items: versions 1.2, 2.0, 2.1, 2.2 and 3.0 in; 2.1, 2.2, 3.0 out.

``package`` finds the items of a file, ``item`` and ``v1`` read them, ``write`` writes them.
"""
