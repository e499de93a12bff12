// A page without elements and data, for modules that read the document when they are loaded.

globalThis.document = { getElementById: () => null, querySelector: () => null };
