import { declarePolicy } from './policy/declare_policy.ts';
import { HELP, readOptions } from './policy/options.ts';

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(HELP);
  else process.exitCode = await declarePolicy(options);
} catch (error) {
  console.error(`policy: ${(error as Error).message}`);
  process.exitCode = 2;
}
