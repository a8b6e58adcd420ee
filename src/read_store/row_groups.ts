import { LEARNING_GROUP } from './learning_tables.ts';
import { RowFile } from './row_file.ts';
import { DOCUMENT_GROUP, IDENTITY_GROUP, type RowGroup } from './row_tables.ts';

/** The files that hold rows, each with the group of projections that fills it. */
export const ROW_GROUPS = {
  identity: IDENTITY_GROUP,
  documents: DOCUMENT_GROUP,
  learning: LEARNING_GROUP,
} as const satisfies Readonly<Record<string, RowGroup>>;

export type RowGroupName = keyof typeof ROW_GROUPS;
export const ROW_GROUP_NAMES = Object.keys(ROW_GROUPS) as RowGroupName[];

export type RowFiles = Readonly<Record<RowGroupName, RowFile>>;

/** Opens the files for writing; a missing or outdated one is made anew. @param paths of each */
export function openRowFiles(paths: Readonly<Record<RowGroupName, string>>): RowFiles {
  const opened = ROW_GROUP_NAMES.map((name) => [name, new RowFile(paths[name], ROW_GROUPS[name])] as const);
  return Object.fromEntries(opened) as Record<RowGroupName, RowFile>;
}

export function closeRowFiles(files: RowFiles): void {
  for (const file of Object.values(files)) file.close();
}
