export default {
  "charts.cursor": "Curves of {title}: arrow keys move the cursor, plus and minus zoom",
  "charts.cursor.none": "The cursor is nowhere yet",
  "charts.more": "and {count} more",
  "charts.smoothed": "smoothed {value}",
  "charts.step": "Step {step}",
} as const;
