import { type ActivityDefinition, COMPONENT_LISTS, type InteractionComponent, type LanguageMap } from './statement.ts';

/**
 * The definition of an activity after another one was received for it (Data 2.4.4.1): what the newer one says holds,
 * what it leaves out stays. Language maps and extensions are merged entry by entry, interaction components id by id.
 * An interaction of another type replaces the known one with all that belongs to it.
 */
export function mergeDefinition(
  known: ActivityDefinition | undefined,
  received: ActivityDefinition | undefined,
): ActivityDefinition | undefined {
  if (known === undefined || received === undefined) return received ?? known;
  const changesInteraction =
    received.interactionType !== undefined && received.interactionType !== known.interactionType;
  const base = changesInteraction ? withoutInteraction(known) : known;
  const name = mergeLanguageMap(base.name, received.name);
  const description = mergeLanguageMap(base.description, received.description);
  return {
    ...base,
    ...received,
    ...(name && { name }),
    ...(description && { description }),
    ...Object.fromEntries(
      COMPONENT_LISTS.filter((list) => received[list] !== undefined).map((list) => [
        list,
        mergeComponents(base[list] ?? [], received[list] ?? []),
      ]),
    ),
    ...(base.extensions && { extensions: { ...base.extensions, ...received.extensions } }),
  };
}

function withoutInteraction(definition: ActivityDefinition): ActivityDefinition {
  const { interactionType: _type, correctResponsesPattern: _pattern, ...rest } = definition;
  const { choices: _choices, scale: _scale, source: _source, target: _target, steps: _steps, ...general } = rest;
  return general;
}

/** Tags that differ only in case are one tag: the received entry takes the place of the known one. */
function mergeLanguageMap(known: LanguageMap | undefined, received: LanguageMap | undefined): LanguageMap | undefined {
  if (known === undefined || received === undefined) return received ?? known;
  const receivedTags = new Set(Object.keys(received).map((tag) => tag.toLowerCase()));
  const kept = Object.entries(known).filter(([tag]) => tag in received || !receivedTags.has(tag.toLowerCase()));
  return { ...Object.fromEntries(kept), ...received };
}

/** The received components, in their order, with the descriptions in further languages that were known by id. */
function mergeComponents(
  known: readonly InteractionComponent[],
  received: readonly InteractionComponent[],
): InteractionComponent[] {
  const knownDescriptions = new Map(known.map(({ id, description }) => [id, description]));
  return received.map((component) => {
    const description = mergeLanguageMap(knownDescriptions.get(component.id), component.description);
    return { ...component, ...(description && { description }) };
  });
}
