import { describeGrammars } from '../../support/grammar.ts';
import { ACTORS } from './actor.ts';
import { RESULTS_AND_CONTEXTS } from './result_context.ts';
import { VERBS_AND_OBJECTS } from './verb_object.ts';

describeGrammars({ ...ACTORS, ...VERBS_AND_OBJECTS, ...RESULTS_AND_CONTEXTS });
