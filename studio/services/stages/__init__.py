"""The stages of a project's recipes: one definition per stage, and common helpers. No Qt, no torch.

``registry`` lists the definitions; every table of stages is derived from that list. The other half of a stage is
``engine/stages/<stage>.py`` with its spec. Adding a stage means these two files, its tests and a line in the list.
"""
