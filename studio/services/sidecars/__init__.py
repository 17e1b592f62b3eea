"""Scores and stars in XMP sidecars beside the images: planned, written and undone. Image files are never changed.

    counts = stars.star_counts(items, rule)                          while somebody chooses the stars; reads no files
    preview = planning.plan(items, options, on_progress)             what would be written where, and what would not
    done = writing.write(preview, record_folder, on_progress, cancelled)      a new record folder for each run
    undone = undoing.undo(record_folder, on_progress, cancelled)     also after a crash; the newest run first
    undoing.left_to_undo(record_folder)                              how many sidecars an undo would look at

Items, options, rules and results are in ``types``. All of it may run on any thread. ``on_progress(done, total)`` may
raise OperationCancelled: a plan then has no result, writing and undoing return what they did so far.
"""
