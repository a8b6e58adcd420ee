import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

/**
 * Every thread has a heap of its own, which V8 lets grow to a multiple of what lives in it where the machine has the
 * room. A third of the memory is worth some collecting more; for the threads that come it holds from their beginning.
 * This thread has its heap already: `npm start` gives node the second flag for it, and one that cannot be set here: as
 * many threads to collect garbage as there are processors to spare, for four of them hinder the others on two.
 */
setFlagsFromString('--heap-growing-percent=100');
setFlagsFromString('--max-semi-space-size=16');
setFlagsFromString('--min-semi-space-size=8');
/**
 * What a request makes lives until its answer, as long as much that stays: V8 may come to put some of it among the old
 * objects from the beginning, and with it goes all that the request points to.
 */
setFlagsFromString('--no-allocation-site-pretenuring');

/**
 * A second start finds its modules compiled and takes half as long. Beside the code, where nobody writes who may not
 * write that too; where it cannot be written, each start is a first one. Threads learn of it by the environment.
 */
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/ledgerline', import.meta.url));
enableCompileCache();

const { main } = await import('./serve/run.ts');
process.exitCode = await main(process.argv.slice(2));
// A thread that failed may keep the process alive; nothing is left to be done.
process.exit();
