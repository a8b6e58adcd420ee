import { auditSnapshots } from './audit/audit_snapshots.ts';
import { HELP, readOptions } from './audit/options.ts';

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await auditSnapshots(options);
} catch (error) {
  console.error(`audit: ${(error as Error).message}`);
  process.exitCode = 2;
}
