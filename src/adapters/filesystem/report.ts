/** What a report tells of files. */
/** Embedded files; identical contents are stored once. */
export interface FilesReport {
  readonly count: number;
  readonly bytes: number;
  readonly storedBytes: number;
  /** What of them is compressed: identical contents once. `null` if nothing is. */
  readonly compressed: { readonly count: number; readonly bytes: number; readonly storedBytes: number } | null;
  /** The directories that can be written to, in path order; `host` is what the host calls the one that lies below. */
  readonly writable: readonly { readonly path: string; readonly maxBytes?: number; readonly host?: string }[];
  /** Directories of the host's, under which path, as what the host calls them. */
  readonly preopens: readonly { readonly path: string; readonly host: string; readonly readOnly: boolean }[];
  /** Single files of the host's, likewise. */
  readonly hostFiles: readonly { readonly path: string; readonly host: string; readonly readOnly: boolean }[];
  /** Globs of what is not there for the component, and of what is read-only, as they were given. */
  readonly hidden: readonly string[];
  readonly protected: readonly string[];
  /** Of all that can be written to. */
  readonly limits: { readonly maxBytes?: number; readonly maxFiles?: number };
  /** The standard streams that are files of the component's: their paths. */
  readonly streams: { readonly stdin?: string; readonly stdout?: string; readonly stderr?: string };
}
