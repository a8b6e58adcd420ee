import { importRoster } from './roster/import_roster.ts';
import { HELP, readOptions } from './roster/options.ts';

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await importRoster(options);
} catch (error) {
  console.error(`roster: ${(error as Error).message}`);
  process.exitCode = 2;
}
