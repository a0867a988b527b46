export default {
  "home.title": "Home",
  "home.counts.experiments": "{count, plural, one {# experiment} other {# experiments}}",
  "home.counts.models": "{count, plural, one {# registered model} other {# registered models}}",
  "home.counts.runs": "{count, plural, one {# run} other {# runs}}",
  "home.counts.runsAtLeast": "more than {count} runs",
  "home.empty.title": "Nothing was logged yet",
  "home.empty.why":
    "This server answers and its store is empty. Log the first run with any of these clients: it appears here by itself.",
  "home.failed": "Failed lately",
  "home.failed.none": "Nothing failed lately.",
  "home.production": "In Production",
  "home.production.none": "No model has a version in Production. Open a model and move one of its versions there.",
  "home.production.version": "Version {version}",
  "home.running": "Running now",
  "home.running.none": "Nothing is running.",
} as const;
