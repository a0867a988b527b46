export default {
  "common.again": "Try again",
  "common.cancel": "Cancel",
  "common.close": "Close",
  "common.collapse": "Collapse {name}",
  "common.copied": "Copied",
  "common.copy": "Copy",
  "common.copyOf": "Copy {name}",
  "common.expand": "Expand {name}",
  "common.loading": "Loading…",
  "common.where": "Where you are",

  "failure.code": "Code: {code}",
  "failure.kept": "What you see is from before.",
  "failure.title": "This did not work",

  "status.FAILED": "Failed",
  "status.FINISHED": "Finished",
  "status.KILLED": "Killed",
  "status.RUNNING": "Running",
  "status.SCHEDULED": "Scheduled",

  "band.bad": "Bad",
  "band.excellent": "Excellent",
  "band.fair": "Fair",
  "band.good": "Good",
  "band.weak": "Weak",

  "table.resize": "Width of the column {column}",
  "table.selectAll": "Select all rows shown",
  "table.selectRow": "Select {name}",
  "table.selectThis": "Select this row",
} as const;
