"""Files for makers: triangles, plates, previews and pictures, made from parts that have shape.

Every module here turns values into bytes; writing them somewhere is the caller's. The same parts
give the same bytes in every process, so nothing here looks at the clock. Import the modules
themselves (`from parametric.export.stl import stl_bytes`): some need heavy libraries.
"""
