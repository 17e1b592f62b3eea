"""Stages, one module each with a function ``run(spec, ctx)``; the worker selects them by the spec's kind."""
