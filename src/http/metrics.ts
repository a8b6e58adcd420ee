import { Router } from 'express';
import { Counter, Gauge, Registry } from 'prom-client';
import type { GaugeName } from '../sequencer/gauges.ts';
import type { Store } from '../store.ts';

/** Numbers that only grow. */
const COUNTERS: readonly (readonly [name: string, gauge: GaugeName, help: string])[] = [
  ['ledgerline_appends_total', 'appends', 'Appends that were stored in the ledger.'],
  ['ledgerline_append_seconds_total', 'appendSeconds', 'Seconds that these appends took.'],
  ['ledgerline_append_conflicts_total', 'conflicts', 'Appends that another node was faster than.'],
  ['ledgerline_append_retries_total', 'retries', 'Appends of unknown outcome that were looked for in the ledger.'],
  ['ledgerline_ledger_reconnects_total', 'reconnects', 'How often following the ledger was begun again.'],
];

/** `/metrics`, in the text format of Prometheus: what the store does with its ledger, without a word of its contents. */
export function metricsRouter(store: Store): Router {
  const registry = new Registry();
  const registers = [registry];
  for (const [name, gauge, help] of COUNTERS) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(store.gauges.get(gauge));
      },
    });
  }
  const measured = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  measured('ledgerline_revision', 'The last ledger revision that this node can read.', () => store.revision);
  measured('ledgerline_lag_events', 'Events of the ledger, as last looked at, that this node has not applied.', () =>
    Math.max(0, store.gauges.get('headRevision') - store.revision),
  );
  measured('ledgerline_lag_seconds', 'Seconds since this node had everything of a ledger that it shares.', () => {
    const caughtUpAt = store.gauges.get('caughtUpAt');
    return caughtUpAt === 0 ? 0 : Math.max(0, Date.now() - caughtUpAt) / 1_000;
  });
  measured(
    'ledgerline_statuses_revision',
    'Up to which revision it is worked out who is in order; -1: nobody asked.',
    () => store.gauges.get('statusesOf') - 1,
  );
  measured(
    'ledgerline_statuses_gap_events',
    'Past events of which it is not yet worked out who was in order by them.',
    () => store.gauges.get('statusesGap'),
  );
  const router = Router();
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
