import { importFile } from './import/import_file.ts';
import { HELP, readOptions } from './import/options.ts';

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await importFile(options);
} catch (error) {
  console.error(`import: ${(error as Error).message}`);
  process.exitCode = 2;
}
