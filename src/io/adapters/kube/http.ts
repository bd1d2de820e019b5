/**
 * `import` of node:http reads all of its exports, the lazy ones too, and loads undici with them: 50 ms of every start
 * that asks a cluster (measured on Node 26.10). This way they stay lazy.
 */
export const http = process.getBuiltinModule('node:http');
