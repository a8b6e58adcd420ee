/**
 * What this process and its threads write from now on is for its user and, where the system's default has it so, its
 * group: it is full of personal data. To be called before anything is written.
 */
export function keepFilesPrivate(): void {
  process.umask(process.umask() | 0o007);
}
