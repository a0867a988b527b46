export default {
  "record.what":
    "Every change, every refusal and every login. Nothing can be changed or removed here; what runs log is left out.",
  "record.none": "Nothing was found",
  "record.none.why": "No record fits what you are looking for. Take something out of the search.",
  "record.actor": "Who",
  "record.operation": "What",
  "record.resource": "On what",
  "record.when": "When",
  "record.since": "From",
  "record.until": "To",
  "record.search": "Search",
  "record.export": "Export all (JSON lines)",
  "record.end": "Result",
  "record.done": "Done",
  "record.refused": "Refused: {code} ({status})",
  "record.via": "Logged in by",
  "record.address": "Address",
} as const;
