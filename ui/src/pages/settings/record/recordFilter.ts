import type { SearchAuditRecords } from "../../../api";

/** What is looked for in the record, as it stands in the fields. Days are as browsers write them: 2026-01-31. */
export interface RecordFilter {
  readonly actor: string;
  readonly operation: string;
  readonly since: string;
  readonly until: string;
}

/** Returns the request for a filter; both days belong to it, from midnight to midnight where the reader is. */
export function requestFor({ actor, operation, since, until }: RecordFilter): SearchAuditRecords {
  const start = startOf(since, 0);
  const end = startOf(until, 1);
  return {
    ...(actor.trim() === "" ? {} : { actor: actor.trim() }),
    ...(operation.trim() === "" ? {} : { operation: operation.trim() }),
    ...(start === null ? {} : { since: start }),
    ...(end === null ? {} : { until: end }),
  };
}

function startOf(day: string, daysLater: number): number | null {
  const moment = new Date(`${day}T00:00:00`);
  if (Number.isNaN(moment.getTime())) return null;
  // By the calendar: a day may have 23 hours or 25.
  moment.setDate(moment.getDate() + daysLater);
  return moment.getTime();
}
