/** A column of a dataset. */
export interface DatasetColumn {
  readonly name: string;
  readonly type: string;
}

/** Returns the columns of a dataset as clients wrote them down; nothing where that cannot be read. */
export function datasetColumns(schema: string | null): DatasetColumn[] {
  if (schema === null) return [];
  try {
    const written: unknown = JSON.parse(schema);
    const columns = isFields(written) ? written.mlflow_colspec : undefined;
    return (Array.isArray(columns) ? columns : []).filter(isFields).map(({ name, type }) => ({
      name: typeof name === "string" ? name : "",
      type: typeof type === "string" ? type : JSON.stringify(type ?? null),
    }));
  } catch {
    return [];
  }
}

/** Returns where a dataset came from, short enough to read; the whole as it was written where nothing in it says so. */
export function datasetSource(source: string): string {
  try {
    const written: unknown = JSON.parse(source);
    if (!isFields(written)) return source;
    const place = written.uri ?? written.path ?? written.url ?? written.table_name ?? written.name;
    return typeof place === "string" ? place : source;
  } catch {
    return source;
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
