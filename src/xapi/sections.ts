/** Sections of xAPI 2.0.0 (IEEE 9274.1.1) by those of 1.0.3 in whose place they stand. */
const IN_200: ReadonlyMap<string, string> = new Map([
  ['Communication 1.5', '4.1.3'],
  ['Communication 2.1', '4.1.6.1'],
  ['Communication 2.3', '4.1.6.2'],
  ['Communication 2.4', '4.1.6.3'],
  ['Communication 2.5', '4.1.6.4'],
  ['Communication 2.6', '4.1.6.5'],
  ['Communication 2.7', '4.1.6.6'],
  ['Communication 2.8', '4.1.6.7'],
  ['Communication 3.1', '4.1.4'],
]);

/**
 * The section that a refusal names to who asked under 2.0.0.
 * @param spec the section that the refusal names, of 1.0.3 or of something else: what has no other name stays
 */
export function sectionIn200(spec: string): string {
  const [, chapter] = /^xAPI 1\.0\.3 (Communication \d+\.\d+)(?:\.\d+)*$/.exec(spec) ?? [];
  const section = chapter === undefined ? undefined : IN_200.get(chapter);
  return section === undefined ? spec : `xAPI 2.0.0 ${section}`;
}
