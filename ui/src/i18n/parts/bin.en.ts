export default {
  "bin.title": "Bin",
  "bin.experiments": "Experiments",
  "bin.runs": "Runs",
  "bin.deleted": "Deleted",
  "bin.pick": "Select what to restore or to remove for good.",
  "bin.selected": "{count, plural, one {# selected} other {# selected}}",
  "bin.clear": "Clear the selection",
  "bin.restore": "Restore",
  "bin.remove": "Remove for good",
  "bin.remove.title": "{count, plural, one {Remove # thing for good?} other {Remove # things for good?}}",
  "bin.remove.why": "This cannot be undone. Metrics, params, tags and files go with it.",
  "bin.remove.what":
    "{experiments, plural, one {# experiment} other {# experiments}}, {runs, plural, one {# run} other {# runs}}, {points, plural, one {# point} other {# points}} of metrics, about",
  "bin.removing":
    "Gone so far: {experiments, plural, one {# experiment} other {# experiments}}, {runs, plural, one {# run} other {# runs}}",
  "bin.removed":
    "Removed for good: {experiments, plural, one {# experiment} other {# experiments}}, {runs, plural, one {# run} other {# runs}}",
  "bin.removed.left":
    "{count, plural, one {Removed. Files in # place were left: the server may not delete there, or tries again later.} other {Removed. Files in # places were left: the server may not delete there, or tries again later.}}",
  "bin.underway": "{count, plural, one {# removal is under way.} other {# removals are under way.}}",
  "bin.held":
    "{count, plural, one {# thing stays, because a registered version comes from it. Delete the version first:} other {# things stay, because registered versions come from them. Delete these versions first:}}",
  "bin.held.version": "{name}, version {version}",
  "bin.fact.size": "In the database, about",
  "bin.fact.files": "Files",
  "bin.fact.filesAtLeast": "Files, at least",
  "bin.fact.oldest": "Oldest deleted",
  "bin.empty.do": "Empty the bin",
  "bin.empty.title": "The bin is empty",
  "bin.empty.why":
    "Runs and experiments that are deleted come here. They can be restored until they are removed for good.",
} as const;
