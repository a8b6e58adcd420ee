// Most files start a store of several threads; what Node makes of its modules is kept from one to the next.
process.env.NODE_COMPILE_CACHE ??= 'node_modules/.cache/node';

/** What starts dozens of stores or processes, and would make the default run longer than anybody waits: `npm run test:long`. */
export const LONG_TESTS = [
  'test/faults/{append,kill,read_store,damage_while_running,shutdown,second_server}.spec.ts',
  'test/api/{roles,history_requests,access,contract,declared}.spec.ts',
  'test/fuzz/*.spec.ts',
  'test/guides/*.spec.ts',
  'test/import/{import,mooc}.spec.ts',
  'test/learning/roster_import.spec.ts',
  'test/learning_properties/*.spec.ts',
  'test/learning_http/{accounts,agency_compliance,certificates,cohorts,compliance,compliance_examples,compliance_tables,days_and_times,paths,people,refusals,snapshots,what_if}.spec.ts',
  'test/clients/browser.spec.ts',
  'test/projections/replay_equals_live.spec.ts',
  'test/xapi/communication_3.1_concurrency/preconditions.spec.ts',
  'test/xapi/communication_4_authentication/authentication.spec.ts',
  'test/xapi/data_2.4.11_attachments/streaming.spec.ts',
  'test/policy/{policy,mandatory_requirements}.spec.ts',
  'test/operating/*.spec.ts',
  'test/kurrentdb/{blob_streams,shared_blobs,publishing,stored_once,outages,readiness,leader_changes,consistent_through,two_nodes,other_nodes,killed_nodes,starting,ledger_copy,unanswered_appends,double_reading}.spec.ts',
];

export const SHARED = {
  // Two at a time suit two cores: each store has threads of its own.
  maxWorkers: 2,
  // No test changes what another could see: modules are loaded once for each worker.
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};
