/** Clients that come without types, or without types for the file that Node can load. */

declare module 'tincanjs' {
  // biome-ignore lint/suspicious/noExplicitAny: the package has no types
  const TinCan: any;
  export default TinCan;
}

declare module '@xapi/cmi5/dist/Cmi5.esm.js' {
  import cmi5 from '@xapi/cmi5';

  const Cmi5: typeof cmi5.default;
  export default Cmi5;
}
