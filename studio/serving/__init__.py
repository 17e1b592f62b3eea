"""An exported model or a project's version as a service on HTTP: ``score-studio serve``. Needs the extra ``serve``."""
