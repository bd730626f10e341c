"""How well the assistant answers: sets, metrics, baselines, reports, and the fitting of what is fitted."""
