import { LedgerlineError } from '../errors.ts';
import type { Draft } from '../evaluator/what_if.ts';
import type { Snapshot } from '../read_store/read_session.ts';
import type { Learned } from '../sequencer/accepted.ts';
import type { RefusedCommand } from '../sequencer/command.ts';
import { COMPLIANCE_RULES } from '../sequencer/learning_compliance.ts';
import { COURSE_RULES } from '../sequencer/learning_courses.ts';
import { learningKnowledgeOf } from '../sequencer/learning_knowledge.ts';

/** What the HTTP side asks before a draft is evaluated. */
export interface DraftRefusalRequest {
  readonly kind: 'draft-refusal';
  readonly draft: Draft;
  /** The revision that the client has seen of what it would change. */
  readonly ifMatch?: number | undefined;
}

/** Why the n-th of a list of a draft would not be recorded. */
export type DraftRefusal = RefusedCommand & { readonly list: keyof Draft; readonly index: number };

/**
 * The first refusal that declaring a draft now would meet, by the writer's own rules; undefined: it would be recorded.
 * Waivers may name requirements of the draft.
 */
export function draftRefusal(
  { learning }: Pick<Snapshot, 'learning'>,
  { draft, ifMatch }: DraftRefusalRequest,
): DraftRefusal | undefined {
  const known = withRequirements({ learning: learningKnowledgeOf(learning) }, draft);
  const command = { ifMatch };
  return (
    refusalIn('requirements', draft, (one) => COMPLIANCE_RULES['requirement-declared'](one, known, command)) ??
    refusalIn('equivalences', draft, (one) => COURSE_RULES['equivalence-decided'](one, known, command)) ??
    refusalIn('waivers', draft, (one) => COMPLIANCE_RULES['waiver-granted'](one, known, command))
  );
}

/** Knowledge as if the draft's requirements were declared, where nothing is known of them yet. */
function withRequirements({ learning }: Learned, { requirements }: Draft): Learned {
  return {
    learning: {
      ...learning,
      declared(kind, id) {
        const known = learning.declared(kind, id);
        if (known !== undefined || kind !== 'requirement') return known;
        const drafted = requirements.find(({ requirement }) => requirement === id);
        return drafted && { revision: Number.MAX_SAFE_INTEGER, data: JSON.stringify(drafted) };
      },
    },
  };
}

function refusalIn<List extends keyof Draft>(
  list: List,
  draft: Draft,
  decide: (one: Draft[List][number]) => unknown,
): DraftRefusal | undefined {
  for (const [index, one] of draft[list].entries()) {
    try {
      decide(one);
    } catch (error) {
      if (!(error instanceof LedgerlineError)) throw error;
      const { code, message, details } = error;
      return { code, message, details, list, index };
    }
  }
  return undefined;
}
