import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeDefinition } from '../../src/xapi/activity_definition.ts';
import { isActivity } from '../../src/xapi/statement.ts';
import { arbitraryStatement } from './arbitrary_statement.ts';

const definition = arbitraryStatement.map(({ object }) => (isActivity(object) ? object.definition : undefined));

describe('mergeDefinition (Data 2.4.4.1)', () => {
  it('keeps what a newer definition leaves out, and takes what it says', () => {
    const known = {
      name: { en: 'Colour', de: 'Farbe' },
      type: 'http://types.example.org/old',
      moreInfo: 'http://info.example.org/1',
      extensions: { 'http://example.org/a': { x: 1 }, 'http://example.org/b': 1 },
    };
    const received = {
      name: { en: 'Color', fr: 'Couleur' },
      description: { en: 'Choose one.' },
      type: 'http://types.example.org/new',
      extensions: { 'http://example.org/a': { y: 2 } },
    };
    expect(mergeDefinition(known, received)).toEqual({
      name: { en: 'Color', de: 'Farbe', fr: 'Couleur' },
      description: { en: 'Choose one.' },
      type: 'http://types.example.org/new',
      moreInfo: 'http://info.example.org/1',
      extensions: { 'http://example.org/a': { y: 2 }, 'http://example.org/b': 1 },
    });
  });

  it('sees one tag in two cases', () => {
    const merged = mergeDefinition({ name: { 'en-us': 'a', de: 'b' } }, { name: { 'en-US': 'c' } });
    expect(merged).toEqual({ name: { de: 'b', 'en-US': 'c' } });
  });

  it('merges the languages of components by id, and takes the received list and pattern', () => {
    const known = {
      interactionType: 'choice' as const,
      correctResponsesPattern: ['a'],
      choices: [{ id: 'a', description: { en: 'Red' } }, { id: 'b', description: { en: 'Blue' } }, { id: 'c' }],
    };
    const received = {
      interactionType: 'choice' as const,
      correctResponsesPattern: ['b'],
      choices: [{ id: 'b', description: { fr: 'Bleu' } }, { id: 'a' }, { id: 'd' }],
    };
    expect(mergeDefinition(known, received)).toEqual({
      interactionType: 'choice',
      correctResponsesPattern: ['b'],
      choices: [
        { id: 'b', description: { en: 'Blue', fr: 'Bleu' } },
        { id: 'a', description: { en: 'Red' } },
        { id: 'd' },
      ],
    });
  });

  it('lets nothing of one interaction stay in another', () => {
    const known = { interactionType: 'choice', correctResponsesPattern: ['a'], choices: [{ id: 'a' }] } as const;
    const name = { en: 'Agree?' };
    expect(mergeDefinition({ name, ...known }, { interactionType: 'likert', scale: [{ id: 'a' }] })).toEqual({
      name,
      interactionType: 'likert',
      scale: [{ id: 'a' }],
    });
    expect(mergeDefinition(known, { name })).toEqual({ name, ...known });
  });

  it('changes neither, and nothing when the same or nothing is received', () => {
    fc.assert(
      fc.property(definition, definition, (known, received) => {
        const before = JSON.stringify([known, received]);
        const merged = mergeDefinition(known, received);
        expect(JSON.stringify([known, received])).toBe(before);
        expect(mergeDefinition(merged, received)).toEqual(merged);
        expect(mergeDefinition(merged, undefined)).toEqual(merged);
        expect(mergeDefinition(undefined, merged)).toEqual(merged);
      }),
    );
  });
});
