/** Texts about another server whose data is shown. */
export default {
  "another.lack.metric_meanings": "meanings of metrics",
  "another.lack.metric_summaries": "the least and greatest values in the table",
  "another.lack.move_history": "the history of stages with reasons, and so the way back",
  "another.lack.removal": "removal from the bin for good",
  "another.lack.store_state": "the state of the store",
  "another.lacks": "Not kept there, and so not shown: {what}.",
  "another.less": "What is not kept there",
  "another.shown": "Data of {url}, shown by Trialog.",
  "errors.remote.no_metric_meanings":
    "The other server has no place for meanings of metrics. What is known of them by name is shown all the same.",
  "errors.remote.no_store_state": "The other server does not tell how it keeps its data.",
} as const;
