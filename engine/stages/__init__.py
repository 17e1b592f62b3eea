"""One module a stage, each with one ``run(spec, ctx)``; the worker finds them by the spec's kind."""
