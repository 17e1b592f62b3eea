"""Commands that evaluate finished versions: judge, measure, probe, reread."""
