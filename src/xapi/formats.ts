import { isTimestamp } from './instant.ts';

/**
 * A scheme, and characters that RFC 3987 has in IRIs: neither controls nor spaces nor any of `"<>\^{|}` and backtick.
 */
const IRI = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-[\]_a-z~\u00a0-\uffff]+$/;
const BAD_PERCENT = /%(?![0-9A-Fa-f]{2})/;
const ASCII = /^[\u0021-\u007e]+$/;
const MAILTO = /^mailto:[^\s@()<>[\],;:\\"]+@[^\s@()<>[\],;:\\"/?#]+$/;
const UUID = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;
const SHA1 = /^[0-9A-Fa-f]{40}$/;
const SHA2 = /^(?:[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})$/;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** RFC 9110 5.6.4: no line ends, so that a media type can stand in a header. */
const QUOTED = '"(?:[\\t !#-[\\]-~\\u00a0-\\uffff]|\\\\[\\t -~\\u00a0-\\uffff])*"';
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?:[ \\t]*;(?:[ \\t]*${TOKEN}=(?:${TOKEN}|${QUOTED}))?)*[ \\t]*$`);

/** RFC 5646 section 2.1: language, script, region, variants, extensions, private use. */
const LANGUAGE_TAG =
  /^(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?|x(?:-[a-z\d]{1,8})+)$/i;
const GRANDFATHERED_TAG =
  /^(?:en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-fr|be-nl|ch-de)|no-(?:bok|nyn)|zh-min(?:-nan)?)$/i;

/** RFC 5646 section 2.2.6: no extension occurs twice; what follows `x` is private. */
const REPEATED_EXTENSION = /^(?!x-)(?:(?!-x-).)*?-([a-wyz\d])-(?:(?!-x-).)*?-\1-/i;

/** ISO 8601:2004 section 4.4.3.2; only the last component may have a fraction. */
const DURATION =
  /^P(?!$)(?:\d+(?:[.,]\d+)?W|(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)$/;
const EARLY_FRACTION = /[.,]\d+[YMDHMS]./;

/** An absolute IRI (Data 4.3): a scheme, and no character or percent-encoding that RFC 3987 excludes. */
export function isIri(text: string): boolean {
  return IRI.test(text) && !(text.includes('%') && BAD_PERCENT.test(text));
}

/** An absolute URI: an IRI within ASCII. */
export function isUri(text: string): boolean {
  return ASCII.test(text) && isIri(text);
}

/** `mailto:` and one e-mail address (Data 2.4.2.3). */
export function isMailto(text: string): boolean {
  return MAILTO.test(text);
}

/** A UUID in its standard string form, of any version and variant, in either case (Data 4.4). */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A language tag that is well-formed by RFC 5646 (Data 4.2). */
export function isLanguageTag(text: string): boolean {
  return (LANGUAGE_TAG.test(text) && !REPEATED_EXTENSION.test(text)) || GRANDFATHERED_TAG.test(text);
}

/** A duration with designators (Data 4.6). */
export function isDuration(text: string): boolean {
  return DURATION.test(text) && !EARLY_FRACTION.test(text);
}

/** The formats that the schemas name. */
export const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  iri: isIri,
  uri: isUri,
  mailto: isMailto,
  uuid: isUuid,
  sha1: (text) => SHA1.test(text),
  sha2: (text) => SHA2.test(text),
  timestamp: isTimestamp,
  duration: isDuration,
  'language-tag': isLanguageTag,
  'media-type': (text) => MEDIA_TYPE.test(text),
};
